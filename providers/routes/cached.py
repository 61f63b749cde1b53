"""The same question is answered from what was answered before."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, Protocol

import msgspec

from providers.events import (
    Decision,
    Event,
    Finished,
    Notice,
    Reasoning,
    Saved,
    Started,
    Text,
    ToolCall,
    Usage,
)
from providers.model import Model
from providers.routes import fingerprint
from providers.routes.attempts import QUIET, Attempts
from providers.routes.decisions import Before, decided
from providers.routes.similarity import Likeness, Similarity
from providers.types import Request
from providers.usage import TokenUsage

KEPT_STOPS = frozenset({None, "stop", "end_turn", "STOP", "tool_calls", "tool_use", "stop_sequence", "completed"})
"""What ended otherwise, for want of tokens or by a filter, is no answer to keep."""
NOTHING = TokenUsage(input=0, output=0)


Piece = tuple[float, Literal["text", "reasoning"], str]
SPOKEN = (Text, Reasoning)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer as it is kept. `pieces` are its deltas, with the seconds from its start to each."""

    question: str
    pieces: tuple[Piece, ...]
    calls: tuple[tuple[str | None, str, str], ...]
    stop: str | None
    saved: Saved


class Store(Protocol):
    """Keeps answers by fingerprint. What it cannot do it does not do: it never raises."""

    async def exact(self, key: str) -> Entry | None: ...
    async def keep(self, key: str, rest: str, entry: Entry, vector: Sequence[float]) -> None: ...


@dataclass(frozen=True)
class Cached:
    """`identity` names what `model` is, so that another model's or another route's answers are not taken for its own.

    Of the labels of a request, those in `labels` decide which answer it gets; others are no part of the question.

    A request whose temperature is set above 0 is asked anew, unless `when_random`; one whose temperature is unset is
    answered from the cache. With a `similar`, a question that means the same counts as well.
    """

    model: Model
    store: Store
    identity: str
    when_random: bool = False
    pace: Literal["at_once", "recorded"] = "at_once"
    similar: Similarity | None = None
    labels: frozenset[str] = frozenset()
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        attempts, case = Attempts(), _Case(self, request)
        if case.is_wanted and (entry := await self.store.exact(case.key)) is not None:
            hit = Decision("cache", "hit", 1.0, by="exact", saved=entry.saved)
            async with aclosing(self._replayed(entry, hit, "Cache hit: the same question", attempts)) as events:
                async for event in events:
                    yield event
            return
        likeness = Likeness()
        if case.is_wanted and self.similar is not None and case.question:
            child = attempts.child()
            async with aclosing(self.similar.nearest(case.rest, case.question, likeness)) as events:
                async for event in events:
                    yield child.own(event)
            if likeness.failure is not None:
                for event in child.failed(likeness.failure):
                    yield event
        if likeness.entry is not None:
            async with aclosing(self._replayed(likeness.entry, likeness.hit, likeness.said, attempts)) as events:
                async for event in events:
                    yield event
            return
        before, child, said = Before(case.miss(likeness)), attempts.child(), case.said
        async with aclosing(self.model.stream(request)) as events:
            async for event in events:
                if child.is_plain and type(event) in QUIET:
                    said.append(event)
                    yield event
                    continue
                own = child.own(event)
                case.heard(own)
                if isinstance(own, Finished) and (entry := case.entry(own)) is not None:
                    await self.store.keep(case.key, case.rest, entry, likeness.vector)
                yield own
                if before.left:
                    for notice in before.of(own):
                        yield notice

    async def _replayed(
        self, entry: Entry, decision: Decision, said: str, attempts: Attempts
    ) -> AsyncGenerator[Event, None]:
        """The answer once more, as an attempt of its own that costs nothing."""
        number, now = attempts.give(), time.perf_counter_ns
        model = entry.saved.model
        yield Started(number, now(), role="cache", vendor="cache", endpoint="", model=model)
        yield decided(number, decision, said)
        passed_s = 0.0
        for after_s, kind, text in entry.pieces:
            if self.pace == "recorded" and after_s > passed_s:
                await self.sleep(after_s - passed_s)
                passed_s = after_s
            yield Text(number, now(), text) if kind == "text" else Reasoning(number, now(), text)
        for index, (id_, name, arguments) in enumerate(entry.calls):
            yield ToolCall(number, now(), index, id_, name, arguments)
        yield Usage(number, now(), NOTHING)
        yield Finished(number, now(), model, NOTHING, entry.stop, cached=True)


class _Case:
    """One request, and what is to be kept of its answer."""

    def __init__(self, cached: Cached, request: Request) -> None:
        labels = {name: value for name, value in request.labels.items() if name in cached.labels}
        self._identity, self._request = cached.identity, msgspec.structs.replace(request, labels=labels)
        self.key = fingerprint.exact(cached.identity, self._request)
        self.question = fingerprint.question(request)
        self.is_wanted = cached.when_random or not _is_random(request)
        self._started: dict[int, Started] = {}
        self.said: list[Event] = []
        """What was said in all attempts, in order."""

    @cached_property
    def rest(self) -> str:
        """What a similar question must share. Nobody waits for it where only the same will do."""
        return fingerprint.rest(self._identity, self._request)

    def miss(self, likeness: Likeness) -> Notice:
        if not self.is_wanted:
            return decided(0, Decision("cache", "skipped"), "Cache skipped: the temperature is above 0")
        said = likeness.said or "nothing like it"
        decision = Decision("cache", "miss", likeness.score, likeness.threshold, likeness.by)
        return decided(0, decision, f"Cache miss: {said}")

    def heard(self, event: Event) -> None:
        if isinstance(event, Started):
            self._started[event.attempt] = event
        else:
            self.said.append(event)

    def entry(self, finished: Finished) -> Entry | None:
        """None for what is not worth keeping: an answer that was cut, refused, or is empty."""
        number, started = finished.attempt, self._started.get(finished.attempt)
        said = [event for event in self.said if event.attempt == number]
        pieces, calls = _pieces(said, started.at_ns if started is not None else 0), _calls(said)
        is_whole = bool(pieces or calls) and finished.stop in KEPT_STOPS and not finished.cached
        if not self.is_wanted or not is_whole or started is None:
            return None
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        saved = Saved(started.vendor, started.endpoint, finished.model, _plain(finished.usage), at)
        return Entry(self.question, pieces, calls, finished.stop, saved)


def _pieces(said: list[Event], start_ns: int) -> tuple[Piece, ...]:
    """With whole microseconds. Lean, since an answer may have a hundred thousand."""
    return tuple(
        [
            ((event.at_ns - start_ns) // 1000 / 1e6, "text" if type(event) is Text else "reasoning", event.text)
            for event in said
            if isinstance(event, SPOKEN)
        ]
    )


def _calls(said: list[Event]) -> tuple[tuple[str | None, str, str], ...]:
    return tuple((event.id, event.name, event.arguments) for event in said if isinstance(event, ToolCall))


def _is_random(request: Request) -> bool:
    temperature: Any = request.params.get("temperature")
    return isinstance(temperature, int | float) and temperature > 0


def _plain(usage: TokenUsage) -> TokenUsage:
    return msgspec.structs.replace(usage, raw={})

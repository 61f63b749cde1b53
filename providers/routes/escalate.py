"""A cheap model first, and a strong one if its answer is judged too weak."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.errors import ProviderError
from providers.events import Discarded, Event, Finished, Notice, Text
from providers.model import Model
from providers.routes.attempts import Attempts, usage_of
from providers.routes.judge import Judge, Verdict
from providers.types import Request


@dataclass(frozen=True)
class Escalate:
    """Streams the cheap answer, has it judged when it is whole, and streams the strong one in its place if need be.

    A failure of the cheap model is the failure, since falling back is another policy. When the judge fails the cheap
    answer stands, and a notice says so.
    """

    cheap: Model
    strong: Model
    judge: Judge

    @property
    def name(self) -> str:
        return f"{self.cheap.name} ↗ {self.strong.name}"

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        attempts = Attempts()
        answer = _Answer()
        child = attempts.child()
        async with aclosing(self.cheap.stream(request)) as events:
            async for event in events:
                if not answer.ends_with(own := child.own(event)):
                    yield own
        finished = answer.finished
        yield usage_of(finished)  # known now, whatever becomes of the answer
        verdict = Verdict(keep=True, why="nobody judged it")
        child = attempts.child()
        try:
            async with aclosing(self.judge.judge(request, answer.text)) as sayings:
                async for said in sayings:
                    if isinstance(said, Verdict):
                        verdict = said
                    else:
                        yield child.own(said)
        except ProviderError as error:
            failure = error.failure
            for event in child.failed(failure):
                yield event
            notice = f"The answer was not judged: {failure.message}"
            yield Notice(finished.attempt, time.perf_counter_ns(), "other", notice)
        if verdict.keep:
            yield finished
            return
        yield Discarded(finished.attempt, time.perf_counter_ns(), verdict.why)
        child = attempts.child()
        async with aclosing(self.strong.stream(request)) as events:
            async for event in events:
                yield child.own(event)


class _Answer:
    """What the cheap model says, by attempt, and how it ends."""

    def __init__(self) -> None:
        self._said: dict[int, list[str]] = {}
        self.finished: Finished

    @property
    def text(self) -> str:
        return "".join(self._said.get(self.finished.attempt, ()))

    def ends_with(self, event: Event) -> bool:
        if isinstance(event, Text):
            self._said.setdefault(event.attempt, []).append(event.text)
        elif isinstance(event, Finished):
            self.finished = event
            return True
        return False

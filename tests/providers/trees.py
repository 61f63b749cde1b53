"""Random trees of models: as data that Hypothesis can shrink and print, and as the models themselves.

Times are in ticks; the loop that a tree runs on says how long one is.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from providers.errors import ERROR_KINDS, Failure, ProviderError
from providers.events import Discarded, Event, Failed, Finished, Reasoning, Started, Text, Usage
from providers.model import Model
from providers.routes.agreement import Agreement
from providers.routes.budgeted import Budgeted
from providers.routes.cached import Cached, Entry
from providers.routes.deadline import Deadline
from providers.routes.escalate import Escalate
from providers.routes.fallback import Fallback
from providers.routes.gate import Gate
from providers.routes.health import Health
from providers.routes.hedge import Hedge
from providers.routes.judge import Asked, Judge, Rule, Verdict
from providers.routes.limit import Limit
from providers.routes.order import Weighted
from providers.routes.prompted import Prompted
from providers.routes.retry import Retry
from providers.routes.split import Split
from providers.routes.tier import Tier
from providers.scripted import Fail, Hang, Script, Scripted, Step, Wait
from providers.types import Request
from providers.usage import TokenUsage
from tests.providers.granting import Granting

Tree = tuple[Any, ...]


@dataclass
class Played:
    """What one stream of a leaf really did. `model` of its attempt k is `<serial>.<k>`."""

    serial: int
    events: list[Event] = field(default_factory=list)
    error: Failure | None = None
    closed: bool = False

    def noted(self, event: Event) -> Event:
        """`event` with what tells this stream from any other."""
        if isinstance(event, Started):
            event = replace(event, model=f"{self.serial}.{event.attempt}")
        elif isinstance(event, Text):
            event = replace(event, text=f"{event.text}{self.serial}.{event.attempt} ")
        self.events.append(event)
        return event

    def last_words(self) -> Usage:
        return Usage(self.events[-1].attempt, 0, TokenUsage(output=1_000_000 + self.serial))


@dataclass
class Stage:
    """Where leaves play, and what they played."""

    tick_s: float
    played: list[Played] = field(default_factory=list)

    async def sleep(self, ticks: float) -> None:
        await asyncio.sleep(ticks * self.tick_s)


@dataclass
class Leaf:
    """Plays its scripts in turn. Some have last words when they are cancelled, and some take their time to close."""

    stage: Stage
    scripts: tuple[Script, ...]
    last_words: bool = False
    slow_close: bool = False
    streams: int = 0

    @property
    def name(self) -> str:
        return "leaf"

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        played = Played(len(self.stage.played))
        self.stage.played.append(played)
        script = self.scripts[self.streams % len(self.scripts)]
        self.streams += 1
        finished: Event | None = None
        try:
            async with aclosing(Scripted("leaf", script, sleep=self.stage.sleep).stream(request)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        finished = event  # said when all is closed, as law 4 has it
                    else:
                        yield played.noted(event)
        except ProviderError as error:
            played.error = error.failure
            raise
        except asyncio.CancelledError:
            if self.last_words and played.events:
                yield played.noted(played.last_words())
            raise
        finally:
            await self._close(played)
        if finished is not None:
            yield played.noted(finished)

    async def _close(self, played: Played) -> None:
        try:
            if self.slow_close:
                await self.stage.sleep(1)
        except asyncio.CancelledError:
            played.error = None  # the stream ends with this instead
            raise
        finally:
            played.closed = True


@dataclass(frozen=True)
class Drawn:
    """A rule that holds or not, as it was drawn."""

    is_so: bool
    name: str = "drawn"

    def holds(self, request: Request) -> bool:
        return self.is_so


class Empty:
    """A cache that never has anything."""

    async def exact(self, key: str) -> Entry | None:
        return None

    async def keep(self, key: str, rest: str, entry: Entry, vector: Sequence[float]) -> None:
        await asyncio.sleep(0)


def build(tree: Tree, stage: Stage) -> Model:
    """The model that `tree` describes."""
    tick_s = stage.tick_s
    match tree:
        case ("leaf", scripts, last_words, slow_close):
            return Leaf(stage, scripts, last_words, slow_close)
        case ("fallback", inner, restart):
            return Fallback(tuple(build(one, stage) for one in inner), restart=restart)
        case ("chosen", inner, kinds):
            return Fallback(tuple(build(one, stage) for one in inner), kinds, restart=True)
        case ("retry", inner, tries):
            return Retry(build(inner, stage), tries=tries, base_s=2 * tick_s, random=lambda: 0.5)
        case ("deadline", inner, ticks):
            return Deadline(build(inner, stage), first_s=ticks * tick_s)
        case ("budgeted", inner, slices, ticks):
            granting = Granting(slices, "it is said", stage.sleep, ticks)
            return Budgeted(build(inner, stage), granting)
        case ("hedge", first, second, ticks):
            return Hedge(build(first, stage), build(second, stage), after_s=ticks * tick_s)
        case ("tier", first, second, holds):
            return Tier(((Drawn(holds), build(first, stage)),), build(second, stage))
        case ("split", first, second, drawn):
            return Split(((1.0, build(first, stage)), (1.0, build(second, stage))), random=lambda: drawn)
        case ("limit", inner):
            return Limit(build(inner, stage), Gate(at_once=1))
        case ("cached", inner):
            return Cached(build(inner, stage), Empty(), "tree")
        case ("prompted", inner):
            return Prompted(build(inner, stage), system="Be brief.")
        case ("healthy", inner):
            models = tuple(build(one, stage) for one in inner)
            return Fallback(models, order=Weighted((1.0,) * len(models), random=lambda: 0.5), health=Health())
        case ("escalate", cheap, strong, judge):
            return Escalate(build(cheap, stage), build(strong, stage), _judge(judge, stage))
    raise AssertionError(tree)


def _judge(judge: Tree, stage: Stage) -> Judge:
    verdict = Verdict(keep=judge[1], why="it was drawn so")
    match judge:
        case ("rule", _):
            return Rule("rule", lambda request, answer: verdict)
        case ("agreement", _, inner):
            return Agreement(build(inner, stage), 2, 0.5)
        case ("asked", _, inner):
            question = Request.of("Is it good?")
            return Asked(build(inner, stage), lambda request, answer: question, lambda said: verdict)
    raise AssertionError(judge)


usages = st.builds(TokenUsage, input=st.integers(0, 9), output=st.integers(0, 99))
failures = st.builds(Failure, kind=st.sampled_from(ERROR_KINDS), message=st.just("drawn"))
kinds = st.frozensets(st.sampled_from(ERROR_KINDS), max_size=9)
ticks = st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0])


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """One answer, perhaps after attempts that came to nothing, which ends in any of the ways in which one can."""
    steps: list[Step] = []
    for attempt in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        if attempt:
            voids = st.sampled_from([Failed(attempt - 1, 0, Failure("rate", "inner")), Discarded(attempt - 1, 0, "x")])
            steps += [draw(voids), Started(attempt, 0, role="answer", vendor="", endpoint="", model="")]
        body = st.one_of(
            st.builds(Wait, ticks),
            st.just(Text(attempt, 0, "t")),
            st.just(Reasoning(attempt, 0, "r")),
            st.builds(Usage, st.just(attempt), st.just(0), usages),
        )
        steps += draw(st.lists(body, max_size=4))
    last = [step.usage for step in steps if isinstance(step, Usage) and step.attempt == attempt]
    finished = Finished(attempt, 0, "m", last[-1] if last else draw(usages), "stop")
    ends = st.one_of(st.just(finished), st.just(finished), st.builds(Fail, failures), st.just(Hang()))
    return (*steps, draw(ends))


leaves = st.tuples(
    st.just("leaf"), st.lists(scripts(), min_size=1, max_size=3).map(tuple), st.booleans(), st.booleans()
)


def _policies(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    judges = st.one_of(
        st.tuples(st.just("rule"), st.booleans()),
        st.tuples(st.sampled_from(["asked", "agreement"]), st.booleans(), inner),
    )
    return st.one_of(
        st.tuples(st.just("fallback"), st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.tuples(st.just("chosen"), st.lists(inner, min_size=1, max_size=3).map(tuple), kinds),
        st.tuples(st.just("healthy"), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.just("tier"), inner, inner, st.booleans()),
        st.tuples(st.just("split"), inner, inner, st.sampled_from([0.25, 0.75])),
        st.tuples(st.sampled_from(["limit", "prompted", "cached"]), inner),
        st.tuples(st.just("retry"), inner, st.integers(1, 3)),
        st.tuples(st.just("deadline"), inner, ticks),
        st.tuples(st.just("budgeted"), leaves, st.lists(st.integers(0, 3), max_size=3).map(tuple), ticks),
        st.tuples(st.just("hedge"), inner, inner, ticks),
        st.tuples(st.just("escalate"), inner, inner, judges),
    )


trees: st.SearchStrategy[Tree] = st.recursive(leaves, _policies, max_leaves=6)

slow = st.sampled_from(
    [(Hang(),), (Usage(0, 0, TokenUsage(output=1)), Hang()), (Wait(1.0), Fail(Failure("rate", "x")))]
)
racing = st.tuples(st.just("leaf"), st.tuples(slow), st.booleans(), st.booleans())
races: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(racing, st.tuples(st.just("hedge"), racing, racing, st.sampled_from([0.0, 1.0]))),
    lambda inner: st.one_of(
        st.tuples(st.just("deadline"), inner, st.sampled_from([0.5, 1.0, 2.0])),
        st.tuples(st.just("fallback"), st.tuples(inner, inner), st.booleans()),
        st.tuples(st.just("hedge"), inner, racing, st.sampled_from([0.0, 0.5, 1.0])),
    ),
    max_leaves=3,
)
"""Trees in which time runs out, models lose and the reader stops, all at about the same moment."""

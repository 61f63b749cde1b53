"""A cheap model first, and a strong one if its answer is judged too weak."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.errors import ProviderError
from providers.events import Decision, Discarded, Event, Finished, LogProbs, Notice, Refusal, Text, ToolCall
from providers.model import Model
from providers.routes.attempts import Attempts, usage_of
from providers.routes.decisions import decided
from providers.routes.judge import Answer, Judge, Verdict
from providers.types import Request

JUDGED = (Text, Refusal, ToolCall, LogProbs)


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
        case = _Case()
        child = attempts.child()
        async with aclosing(self.cheap.stream(request)) as events:
            async for event in events:
                yield case.heard(child.own(event))
        async with aclosing(self._judged(request, case, attempts)) as events:
            async for event in events:
                yield event
        if case.verdict is not None:
            yield _said(case.finished.attempt, case.verdict)
        if case.verdict is None or case.verdict.keep:
            yield case.finished
            return
        yield Discarded(case.finished.attempt, time.perf_counter_ns(), case.verdict.why)
        child = attempts.child()
        async with aclosing(self.strong.stream(request)) as events:
            async for event in events:
                yield child.own(event)

    async def _judged(self, request: Request, case: "_Case", attempts: Attempts) -> AsyncGenerator[Event, None]:
        """What it takes to judge; the verdict is entered in `case`."""
        child = attempts.child()
        try:
            async with aclosing(self.judge.judge(request, case.answer)) as sayings:
                async for said in sayings:
                    if isinstance(said, Verdict):
                        case.verdict = said
                    else:
                        yield child.own(said)
            return
        except ProviderError as error:
            failure = error.failure
        for event in child.failed(failure):
            yield event
        notice = f"The answer was not judged: {failure.message}"
        yield Notice(case.finished.attempt, time.perf_counter_ns(), "other", notice)


class _Case:
    """What is to be judged, and how it is: nothing is held against an answer until a verdict is."""

    def __init__(self) -> None:
        self._said: dict[int, list[Event]] = {}
        self.finished: Finished
        self.verdict: Verdict | None = None

    @property
    def answer(self) -> Answer:
        said = self._said.get(self.finished.attempt, ())
        return Answer(
            text="".join(event.text for event in said if isinstance(event, Text)),
            refusal="".join(event.text for event in said if isinstance(event, Refusal)),
            calls=tuple(event for event in said if isinstance(event, ToolCall)),
            logprobs=tuple(token for event in said if isinstance(event, LogProbs) for token in event.tokens),
            stop=self.finished.stop,
        )

    def heard(self, event: Event) -> Event:
        """`event` as it may be passed on: of the end only the usage, which is known whatever becomes of the answer."""
        if isinstance(event, JUDGED):
            self._said.setdefault(event.attempt, []).append(event)
        elif isinstance(event, Finished):
            self.finished = event
            return usage_of(event)
        return event


def _said(attempt: int, verdict: Verdict) -> Notice:
    choice = "kept" if verdict.keep else "escalated"
    decision = Decision("escalate", choice, verdict.score, verdict.threshold, verdict.by)
    return decided(attempt, decision, f"Answer {choice}: {verdict.why}")

"""Whether an answer is good enough."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from providers.events import (
    Event,
    Finished,
    LogProbs,
    Reasoning,
    Refusal,
    Spent,
    Started,
    Text,
    ToolCall,
    ToolCallDelta,
)
from providers.model import Model
from providers.types import Request, Role


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is judged: the standing attempt of an answer that is whole."""

    text: str
    refusal: str = ""
    calls: tuple[ToolCall, ...] = ()
    logprobs: tuple[dict[str, Any], ...] = ()
    """As `events.LogProbs` has them."""
    stop: str | None = None


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the answer may stand; `why` is one plain phrase. A score comes with the threshold that it was held
    against, and `by` says which judge it came from: scores of different judges are not to be compared."""

    keep: bool
    why: str
    score: float | None = None
    threshold: float | None = None
    by: str = ""


class Judge(Protocol):
    """Judges an answer to a request."""

    @property
    def name(self) -> str: ...

    def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        """Says what was asked to come to a verdict, as attempts of the role judge or sample without their content, each
        closed by `Spent` or `Failed`; then the verdict, once and last. May raise `ProviderError` like a stream."""
        ...


@dataclass(frozen=True)
class Rule:
    """Judges by a function, for nothing."""

    name: str
    verdict: Callable[[Request, Answer], Verdict]

    async def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        yield self.verdict(request, answer)


class Heard:
    """What models that are asked for a judgement say: their content is not the answer's, and goes no further."""

    def __init__(self, role: Role) -> None:
        self._role: Role = role
        self._said: dict[int, str] = {}
        self.text = ""
        """The whole answer of the stream that has finished."""

    def passed_on(self, event: Event) -> Event | None:
        """What a reader of the route is to hear of it."""
        match event:
            case Started():
                return replace(event, role=self._role)
            case Text():
                self._said[event.attempt] = self._said.get(event.attempt, "") + event.text
            case Reasoning() | Refusal() | ToolCallDelta() | ToolCall() | LogProbs():
                pass
            case Finished():
                self.text = self._said.get(event.attempt, "")
                return Spent(event.attempt, event.at_ns, self._role, event.usage)
            case _:
                return event
        return None


@dataclass(frozen=True)
class Asked:
    """Judges by asking a model: `question` puts the case, `verdict` understands the model's answer."""

    model: Model
    question: Callable[[Request, Answer], Request]
    verdict: Callable[[str], Verdict]

    @property
    def name(self) -> str:
        return self.model.name

    async def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        heard = Heard("judge")
        async with aclosing(self.model.stream(self.question(request, answer))) as events:
            async for event in events:
                if (said := heard.passed_on(event)) is not None:
                    yield said
        yield self.verdict(heard.text)

"""Whether an answer is good enough."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

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
from providers.types import Request


class Verdict(msgspec.Struct, frozen=True):
    """Whether the answer may stand; `why` is one plain phrase."""

    keep: bool
    why: str


class Judge(Protocol):
    """Judges an answer to a request."""

    @property
    def name(self) -> str: ...

    def judge(self, request: Request, answer: str) -> AsyncGenerator[Event | Verdict, None]:
        """Says what was asked to come to a verdict, as attempts of the role judge without their content, each closed
        by `Spent` or `Failed`; then the verdict, once and last. May raise `ProviderError` like a stream."""
        ...


@dataclass(frozen=True)
class Rule:
    """Judges by a function, for nothing."""

    name: str
    verdict: Callable[[Request, str], Verdict]

    async def judge(self, request: Request, answer: str) -> AsyncGenerator[Event | Verdict, None]:
        yield self.verdict(request, answer)


@dataclass(frozen=True)
class Asked:
    """Judges by asking a model: `question` puts the case, `verdict` understands the model's answer."""

    model: Model
    question: Callable[[Request, str], Request]
    verdict: Callable[[str], Verdict]

    @property
    def name(self) -> str:
        return self.model.name

    async def judge(self, request: Request, answer: str) -> AsyncGenerator[Event | Verdict, None]:
        said: dict[int, str] = {}
        standing = ""
        async with aclosing(self.model.stream(self.question(request, answer))) as events:
            async for event in events:
                match event:
                    case Started():
                        yield replace(event, role="judge")
                    case Text():
                        said[event.attempt] = said.get(event.attempt, "") + event.text
                    case Reasoning() | Refusal() | ToolCallDelta() | ToolCall() | LogProbs():
                        pass  # content, which is not the answer's
                    case Finished():
                        standing = said.get(event.attempt, "")
                        yield Spent(event.attempt, event.at_ns, "judge", event.usage)
                    case _:
                        yield event
        yield self.verdict(standing)

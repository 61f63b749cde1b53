"""What the bytes of a response come to: a dialect's decoder behind the decoder of server-sent events, folded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from providers.body import Body
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.errors import Failure, ProviderError
from providers.events import (
    Event,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Served,
    ServerTimed,
    Stop,
    Text,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.usage import TokenUsage

SSE = "text/event-stream"


@dataclass
class Fold:
    """Everything that a decoder has said. Exactly one of `failure` and `finished` is set."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: dict[int, ToolCall] = field(default_factory=dict)
    pieces: dict[int, str] = field(default_factory=dict)
    """Joined fragments of each call's arguments."""
    model: str | None = None
    stop: str | None = None
    usage: TokenUsage = field(default_factory=TokenUsage)
    logprobs: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    server_ms: dict[str, float] = field(default_factory=dict)
    turn: Turn | None = None
    deltas: int = 0
    failure: Failure | None = None
    finished: Finished | None = None

    @property
    def tools(self) -> list[tuple[str | None, str, str]]:
        """Id, name and raw arguments of each whole call, in order."""
        return [(call.id, call.name, call.arguments) for _, call in sorted(self.calls.items())]

    def take(self, event: Event) -> None:
        match event:
            case Text():
                self.text += event.text
            case Reasoning():
                self.reasoning += event.text
            case Refusal():
                self.refusal += event.text
            case ToolCallDelta():
                self.pieces[event.index] = self.pieces.get(event.index, "") + event.arguments
            case ToolCall():
                assert event.index not in self.calls, "a call was said to be whole twice"
                self.calls[event.index] = event
            case LogProbs():
                self.logprobs.extend(event.tokens)
            case Usage():
                self.usage = event.usage
            case Served():
                self.model = event.model
            case Stop():
                self.stop = event.reason
            case ServerTimed():
                self.server_ms |= event.ms
            case Turn():
                assert self.turn is None, "the turn was said twice"
                self.turn = event
            case Notice():
                self.notices.append(event.text)
            case _:
                raise AssertionError(f"no decoder says {event}")
        if isinstance(event, Text | Reasoning | Refusal | ToolCallDelta):
            self.deltas += 1


def fold(
    dialect: DialectName,
    pieces: Iterable[bytes],
    *,
    model: str = "asked",
    quirks: Quirks | None = None,
    content_type: str = SSE,
) -> Fold:
    """The fold of a body that arrives in `pieces`; piece number n leaves the transport at n + 1 ns."""
    folded = Fold()
    spoken = DIALECTS[dialect]
    body = Body(spoken.decoder(model=model, quirks=quirks or Quirks()), content_type, spoken.framing)
    at_ns = 0
    try:
        for at_ns, piece in enumerate(pieces, 1):
            for event in body.feed(piece, at_ns):
                folded.take(event)
        for event in body.end(at_ns):
            if isinstance(event, Finished):
                folded.finished = event
            else:
                folded.take(event)
    except ProviderError as error:
        folded.failure = error.failure
    for text in (folded.text, folded.reasoning, folded.refusal):
        text.encode()
    return folded


def cut(body: bytes, size: int) -> Iterator[bytes]:
    """`body` in pieces of `size` bytes."""
    return (body[at : at + size] for at in range(0, len(body), size))


def failure_of(folded: Fold) -> Failure:
    assert folded.failure is not None, f"finished: {folded.finished}"
    return folded.failure


def finished_of(folded: Fold) -> Finished:
    assert folded.finished is not None, f"failed: {folded.failure}"
    return folded.finished

"""One attempt as its events tell it: the part of a run's fold that concerns one HTTP exchange."""

from array import array
from typing import Literal

from app.metrics import ms
from app.records import AttemptRecord, CallRecord, Cost, ErrorRecord, Timings, Tokens
from providers.errors import Failure
from providers.events import (
    Reasoning,
    Refusal,
    Response,
    Started,
    Text,
    Timing,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.routes.confidence import Tally
from providers.types import Role
from providers.usage import TokenUsage

Kind = Literal["text", "reasoning", "refusal"]
State = Literal["open", "done", "stopped", "cut_off", "failed", "discarded"]


class OpenCall:
    """A tool call of which pieces are still to come."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.name = ""
        self.fragments: list[str] = []
        self.complete = False

    def record(self) -> CallRecord:
        return CallRecord(self.id, self.name, "".join(self.fragments), self.complete)


class Attempt:
    """What is known of one attempt so far."""

    def __init__(self, started: Started) -> None:
        self.number = started.attempt
        self.role: Role = started.role
        self.vendor = started.vendor
        self.endpoint = started.endpoint
        self.asked = self.model = started.model
        """The model that was asked for, and the one that served as the provider names it."""
        self.fingerprint: str | None = None
        """The provider's own mark of what served."""
        self.started_ns = started.at_ns
        self.state: State = "open"
        self.void = False
        self.voided_ns: int | None = None
        self.reason = ""
        """Why it is void."""
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.refusal: list[str] = []
        self._calls: dict[int, OpenCall] = {}
        self.stamps = array("q")
        """One stamp for each delta with text."""
        self.kinds: list[tuple[Kind, int]] = []
        """Of which kind they are, and how many of it in a row."""
        self.first_ns: int | None = None
        self.first_content_ns: int | None = None
        self.last_ns: int | None = None
        self.first_reasoning_ns: int | None = None
        self.last_reasoning_ns: int | None = None
        self.usage_ns: int | None = None
        self.ended_ns: int | None = None
        self.phases: dict[str, int] = {}
        """When each was over, by its name."""
        self.began: dict[str, int] = {}
        """When it began, where that is known."""
        self.response: Response | None = None
        self.server_ms: dict[str, float] = {}
        """The server's own timings, from its headers and from inside the stream."""
        self.turn: Turn | None = None
        self.tally = Tally()
        """How sure it was of its tokens, where their log-probabilities were told."""
        self.usage = TokenUsage()
        self.failure: Failure | None = None
        self.stop: str | None = None

    @property
    def answers(self) -> bool:
        """Whether its text belongs to the answer."""
        return not self.void and self.role in ("answer", "hedge", "cache")

    @property
    def refused(self) -> bool:
        """Whether nothing is charged: the server answered with an error status, or nobody was asked at all."""
        if self.failure is not None and not self.endpoint:
            return True
        return self.response is not None and self.response.status >= 300

    def on_delta(self, event: Text | Reasoning | Refusal) -> None:
        if not event.text:
            return
        match event:
            case Text():
                kind: Kind = "text"
                self.text.append(event.text)
                if self.first_content_ns is None:
                    self.first_content_ns = event.at_ns
            case Reasoning():
                kind = "reasoning"
                self.reasoning.append(event.text)
                self.last_reasoning_ns = event.at_ns
                if self.first_reasoning_ns is None:
                    self.first_reasoning_ns = event.at_ns
            case Refusal():
                kind = "refusal"
                self.refusal.append(event.text)
        self.stamps.append(event.at_ns)
        self._count(kind)
        self._seen(event.at_ns)

    def _count(self, kind: Kind) -> None:
        if self.kinds and self.kinds[-1][0] == kind:
            self.kinds[-1] = (kind, self.kinds[-1][1] + 1)
        else:
            self.kinds.append((kind, 1))

    def on_call_delta(self, event: ToolCallDelta) -> None:
        call = self._calls.setdefault(event.index, OpenCall())
        call.id = event.id or call.id
        call.name = event.name or call.name
        call.fragments.append(event.arguments)
        self._seen(event.at_ns)

    def on_call(self, event: ToolCall) -> None:
        if event.index not in self._calls:
            self._seen(event.at_ns)
        call = self._calls[event.index] = OpenCall()
        call.id, call.name, call.complete = event.id, event.name, event.complete
        call.fragments.append(event.arguments)

    @property
    def calls(self) -> tuple[CallRecord, ...]:
        """The tool calls in order, as far as they have come."""
        return tuple(self._calls[index].record() for index in sorted(self._calls))

    def on_response(self, event: Response) -> None:
        self.response = event
        self.server_ms |= event.server_ms

    def on_timing(self, event: Timing) -> None:
        self.phases[event.phase] = event.at_ns
        if event.began_ns is not None:
            self.began[event.phase] = event.began_ns

    def on_usage(self, event: Usage) -> None:
        self.usage, self.usage_ns = event.usage, event.at_ns

    def _seen(self, at_ns: int) -> None:
        if self.first_ns is None:
            self.first_ns = at_ns
        self.last_ns = at_ns

    def timings(self, start_ns: int | None = None) -> Timings:
        """Milestones, from `start_ns` or else from this attempt's own start."""
        start = self.started_ns if start_ns is None else start_ns
        return Timings(
            dns=ms(start, self.phases.get("dns")),
            connect=ms(start, self.phases.get("connect")),
            tls=ms(start, self.phases.get("tls")),
            sent=ms(start, self.phases.get("sent")),
            headers=ms(start, self.phases.get("headers")),
            ttfb=ms(start, self.phases.get("first_byte")),
            ttft=ms(start, self.first_ns),
            ttfo=ms(start, self.first_content_ns),
            last=ms(start, self.last_ns),
            total=ms(start, self.ended_ns),
        )

    def tokens(self) -> Tokens:
        return tokens_of(self.usage)

    def record(self, cost: Cost | None) -> AttemptRecord:
        """The attempt as a value. Only attempts that are over have one."""
        assert self.state != "open"
        request_id = self.response.request_id if self.response else None
        return AttemptRecord(
            attempt=self.number,
            role=self.role,
            vendor=self.vendor,
            endpoint=self.endpoint,
            model=self.model,
            outcome=self.state,
            usage=self.tokens(),
            cost=cost,
            timings_ms=self.timings(),
            status=self.response.status if self.response else (self.failure.status if self.failure else None),
            request_id=request_id or (self.failure.request_id if self.failure else None),
            error=ErrorRecord.of(self.failure) if self.failure else None,
        )


def tokens_of(usage: TokenUsage) -> Tokens:
    return Tokens(usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning)

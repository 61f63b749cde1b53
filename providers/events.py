"""What a stream says: a closed union of frozen records.

Everything that a reader, a meter or a ledger must know travels in the one stream. Each record carries the `attempt`
it belongs to, since hedges and samples interleave, and `at_ns`, a stamp of `time.perf_counter_ns()`: for what came
over the wire, the moment at which its bytes arrived, taken where `Response.stamp` says. A leaf's only attempt is
number 0; whoever composes streams numbers them anew (`routes/attempts.py`).
"""

from typing import Any, Literal

import msgspec

from providers.errors import Failure
from providers.types import Role
from providers.usage import TokenUsage

Phase = Literal["pool", "dns", "connect", "tls", "sent", "headers", "first_byte"]
"""Milestones of an exchange; each `Timing` says when that phase was *over*."""

Stamp = Literal["transport", "kernel"]
"""Where the stamps of an exchange were taken: as bytes left the transport, or by the kernel as they came in. For a
second after the wall clock was set, the kernel's are not trusted, and single ones are the transport's."""

NoticeKind = Literal[
    "dropped_param",
    "ignored_param",
    "changed_param",
    "retry",
    "limit",
    "reconnected",
    "practice",
    "route",
    "fault",
    "other",
]


Policy = Literal["cache", "tier", "split", "fallback", "hedge", "escalate", "retry", "limit", "prompt", "budget"]


class Saved(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an answer out of a cache did not cost again: who gave it, and what was used then."""

    vendor: str
    endpoint: str
    model: str
    usage: TokenUsage
    at: str = ""
    """When it was given: ISO 8601, UTC."""


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a route decided. `choice` is one word or a branch's name; a `score` always comes with who gave it, in `by`,
    and with the `threshold` that it was held against."""

    policy: Policy
    choice: str
    score: float | None = None
    threshold: float | None = None
    by: str = ""
    saved: Saved | None = None


class _Event(msgspec.Struct, frozen=True, gc=False, tag_field="type"):
    attempt: int
    at_ns: int


class Started(_Event, frozen=True, tag="started"):
    """Opens an attempt: the request is handed to the transport now."""

    role: Role
    vendor: str
    endpoint: str
    model: str


class Text(_Event, frozen=True, gc=False, tag="text"):
    text: str


class Reasoning(_Event, frozen=True, gc=False, tag="reasoning"):
    text: str


class Refusal(_Event, frozen=True, gc=False, tag="refusal"):
    text: str


class ToolCallDelta(_Event, frozen=True, gc=False, tag="tool_call_delta"):
    """A piece of call number `index` of this attempt; `arguments` is a fragment of its raw JSON text."""

    index: int
    id: str | None
    name: str
    arguments: str


class ToolCall(_Event, frozen=True, tag="tool_call"):
    """Call number `index` whole. `arguments` is the raw joined text; `complete` is False if it was cut off."""

    index: int
    id: str | None
    name: str
    arguments: str
    complete: bool = True


class LogProbs(_Event, frozen=True, tag="logprobs"):
    """Per token: `{"token", "logprob", "top": [{"token", "logprob"}, …]}`, natural logarithms."""

    tokens: tuple[dict[str, Any], ...]


class Usage(_Event, frozen=True, tag="usage"):
    """What the provider has reported so far for this attempt; cumulative, the last one wins."""

    usage: TokenUsage


class Spent(_Event, frozen=True, tag="spent"):
    """A judge, sample or embedding was paid for, and its attempt is over. No text of the answer is touched."""

    role: Role
    usage: TokenUsage


class Timing(_Event, frozen=True, gc=False, tag="timing"):
    """`phase` was over at `at_ns`; for the first one of a connection, `began_ns` says when it began.

    A connection that was reused has no dns, connect and tls.
    """

    phase: Phase
    began_ns: int | None = None


class Response(_Event, frozen=True, tag="response"):
    """The response's head arrived: its status and what the exchange was made over."""

    status: int
    http_version: str
    reused: bool
    request_id: str | None = None
    server_ms: dict[str, float] = {}
    """The server's own timings told in headers, by the name it gives them, in milliseconds."""
    warmed: bool = False
    """The connection was opened ahead, before the start line."""
    stamp: Stamp = "transport"


class Served(_Event, frozen=True, tag="served", omit_defaults=True):
    """The provider has named the model that serves this attempt."""

    model: str
    fingerprint: str | None = None
    """The provider's own mark of what serves it (`system_fingerprint`), where it sends one."""


class ServerTimed(_Event, frozen=True, tag="server_timed"):
    """The server's own timings, told inside the stream, in milliseconds, by the names it gives them."""

    ms: dict[str, float]


class Turn(_Event, frozen=True, tag="turn"):
    """The answer in the provider's own form, as the next request must hold it (`types.Echo`).

    Said once, before `Finished`, where text and calls alone would lose something: thinking with its signature,
    encrypted reasoning, reasoning that belongs to a call. `content` is JSON that only `dialect` reads.
    """

    dialect: str
    content: Any


class Stop(_Event, frozen=True, tag="stop"):
    """The provider's own finish reason was seen. The proof of completion may still be to come."""

    reason: str


class Notice(_Event, frozen=True, tag="notice"):
    """Something the user should know that is not a failure, in one plain sentence."""

    kind: NoticeKind
    text: str
    until_ns: int | None = None
    """Of a pause: when it will be over, on the clock of `at_ns`."""
    decision: Decision | None = None
    """Of the kind `route`: the same as data, for a timeline."""


class Failed(_Event, frozen=True, tag="failed"):
    """This attempt failed and its error goes no further; its text is void."""

    error: Failure


class Discarded(_Event, frozen=True, tag="discarded"):
    """This attempt was set aside; its text is void, its usage is not."""

    why: str


class Finished(_Event, frozen=True, tag="finished"):
    """The answer stands. Exactly one, and last.

    `model` is the one that served, as the provider names it; `stop` is the provider's own finish reason. `at_ns` is
    the stamp of the dialect's proof of completion.
    """

    model: str
    usage: TokenUsage
    stop: str | None
    cached: bool = False


Event = (
    Started
    | Text
    | Reasoning
    | Refusal
    | ToolCallDelta
    | ToolCall
    | LogProbs
    | Usage
    | Spent
    | Timing
    | Response
    | Served
    | ServerTimed
    | Turn
    | Stop
    | Notice
    | Failed
    | Discarded
    | Finished
)

CONTENT = (Text, Reasoning, Refusal, ToolCallDelta)
"""The deltas that make up an answer: what TTFT waits for."""

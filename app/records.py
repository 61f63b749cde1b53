"""What a run came to, as values: one line of `abreast run --json` each (schema 1)."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from providers.errors import ErrorKind, Failure
from providers.events import NoticeKind
from providers.types import Role

Outcome = Literal["done", "stopped", "cut_off", "failed"]


class Timings(msgspec.Struct, frozen=True):
    """Milliseconds from the moment at which the request was handed to the transport; None where it did not happen.

    Each of `dns`, `connect`, `tls`, `sent` and `headers` is the moment at which that phase was over. `ttft` is the
    first delta of any kind (AIPerf, GuideLLM), `ttfo` the first of content (AIPerf's TTFO, GuideLLM's TTFOT), `last`
    the last delta, `total` the dialect's proof of completion.
    """

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    sent: float | None = None
    headers: float | None = None
    ttfb: float | None = None
    ttft: float | None = None
    ttfo: float | None = None
    last: float | None = None
    total: float | None = None


class Tokens(msgspec.Struct, frozen=True):
    """Inclusive counts: input holds cache reads and writes, output holds reasoning. None: not reported."""

    input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None


class Cost(msgspec.Struct, frozen=True):
    """An amount of money as a decimal number in text, with where the figure comes from."""

    amount: str
    currency: str
    source: str
    as_of: str | None


def plain(amount: Decimal) -> str:
    """A decimal number without an exponent and without trailing zeros."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class CallRecord(msgspec.Struct, frozen=True):
    id: str | None
    name: str
    arguments: str
    complete: bool


class ErrorRecord(msgspec.Struct, frozen=True):
    kind: ErrorKind
    message: str
    status: int | None
    provider_code: str | None
    request_id: str | None
    retry_after_s: float | None

    @classmethod
    def of(cls, failure: Failure) -> "ErrorRecord":
        return cls(
            failure.kind,
            failure.message,
            failure.status,
            failure.provider_code,
            failure.request_id,
            failure.retry_after_s,
        )

    @property
    def failure(self) -> Failure:
        return Failure(self.kind, self.message, self.status, self.provider_code, self.request_id, self.retry_after_s)


class NoticeRecord(msgspec.Struct, frozen=True):
    kind: NoticeKind
    text: str


class AttemptRecord(msgspec.Struct, frozen=True):
    """One HTTP exchange inside a run."""

    attempt: int
    role: Role
    vendor: str
    endpoint: str
    model: str
    outcome: Literal["done", "stopped", "cut_off", "failed", "discarded"]
    usage: Tokens
    cost: Cost | None
    timings_ms: Timings
    status: int | None
    request_id: str | None
    error: ErrorRecord | None


class Percentiles(msgspec.Struct, frozen=True):
    p50: float
    p99: float


class RunRecord(msgspec.Struct, frozen=True):
    """One prompt through one lane once. Field names and order are the public contract."""

    schema: int
    run: int
    lane_index: int
    repeat: int
    lane: str
    model: str
    outcome: Outcome
    text: str
    reasoning: str
    refusal: str
    tool_calls: tuple[CallRecord, ...]
    finish_reason: str | None
    usage: Tokens
    usage_raw: dict[str, Any]
    cost: Cost | None
    timings_ms: Timings
    reused: bool | None
    http_version: str | None
    stamp: Literal["transport", "kernel"]
    chunks: int
    icl_ms: Percentiles | None
    itl_ms: float | None
    tokens_per_s: float | None
    loop_lag_ms_max: float
    attempts: tuple[AttemptRecord, ...]
    notices: tuple[NoticeRecord, ...]
    error: ErrorRecord | None

"""One attempt as the ledger keeps it: written once, never altered."""

from typing import Literal

import msgspec

from app.records import Cost, Outcome
from providers.types import Role


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """None everywhere means *unknown* or *did not happen*, never zero."""

    id: str
    """Ours, and made once: writing a row again changes nothing."""
    at_us: int
    """When the request was sent: microseconds since the epoch, by the wall clock (UTC)."""
    user: str
    """Who ran it: the name of the account on this machine, or as the settings say."""
    session: str
    """A session's id, "" outside of sessions."""
    run: str
    """Which run it belongs to; the rows of one run share it."""
    lane: str
    """The lane as it was asked for: `vendor/model`, `dialect:model@base_url`, or `route:name`."""
    route: str = ""
    """The route's name where the lane is one."""
    attempt: int
    """Its number in the run, from 0: how many were made before it."""
    repeat: int = 0
    warmup: bool = False
    """It was to warm the server up, and counts in no statistics; it costs as much."""
    fault: str = ""
    """Which fault was injected on purpose, so that no figure of it is mistaken for a real one."""
    vendor: str
    endpoint: str
    """The origin that was asked: scheme, host, port."""
    asked: str
    """The model that was asked for."""
    model: str
    """The one that served, as the provider names it; as asked where it names none."""
    fingerprint: str | None = None
    """The provider's own mark of what served (`system_fingerprint`)."""
    role: Role
    outcome: Outcome | Literal["discarded"]
    error: str | None = None
    """The kind of the error, from the contract's closed list."""
    reason: str | None = None
    """Why it was stopped or set aside, where that is known: a budget, a lost race, a judge."""
    status: int | None = None
    request_id: str | None = None
    http_version: str | None = None
    reused: bool | None = None
    stamp: str = "transport"

    # Milliseconds from the moment at which this attempt's request was handed to the transport, as `app.records.Timings`
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    sent_ms: float | None = None
    headers_ms: float | None = None
    ttfb_ms: float | None = None
    ttft_ms: float | None = None
    ttfo_ms: float | None = None
    last_ms: float | None = None
    total_ms: float | None = None
    chunks: int = 0
    icl_p50_ms: float | None = None
    icl_p99_ms: float | None = None
    itl_ms: float | None = None
    tokens_per_s: float | None = None
    lag_ms: float = 0.0
    """The worst lag of the measuring loop while the run went on."""

    # Inclusive counts, as the provider reported them; the last three are parts of those before
    input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache_write_1h: int | None = None
    input_audio: int | None = None
    output_audio: int | None = None

    cost: Cost | None = None
    """What counts: the provider's own figure if it gave one, else what was computed. None: unknown."""
    computed: Cost | None = None
    """Ours, from a list of prices, also where the provider reported one: so that the two can be compared."""

"""An attempt from its start to its end as steps on one axis of time: what each took, and what it waited for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.attempt import Attempt
from app.records import Timings
from app.series import duration

Kind = Literal["connection", "waiting", "reasoning", "content", "mark", "attempt", "void"]
"""The last two are whole attempts: one that stands, and one that failed or was set aside."""
STATES = {"open": "running", "cut_off": "cut off"}


@dataclass(frozen=True)
class Step:
    """From `from_ms` to `to_ms` after the attempt began. A mark is one moment. `note` is the definition."""

    name: str
    from_ms: float
    to_ms: float
    kind: Kind
    note: str

    @property
    def took(self) -> str:
        """The duration of a span, or the moment of a mark."""
        return f"at {duration(self.to_ms)}" if self.kind == "mark" else duration(self.to_ms - self.from_ms)


def steps(attempt: Attempt) -> tuple[Step, ...]:
    """Only what happened, in the order in which it did."""
    return (*_connection(attempt), *_waiting(attempt), *_answer(attempt), *_marks(attempt))


CONNECTION = (
    ("pool", "Pool wait", "Looking for an open connection to this server"),
    ("dns", "DNS lookup", "From the host's name to its addresses"),
    ("connect", "TCP connect", "Until the server took the connection"),
    ("tls", "TLS handshake", "Keys and certificates"),
    ("sent", "Request sent", "Until the last byte of the request had been handed to the kernel"),
)


def _connection(attempt: Attempt) -> Iterator[Step]:
    for phase, name, note in CONNECTION:
        if phase in attempt.phases and phase in attempt.began:
            yield _span(attempt, name, attempt.began[phase], attempt.phases[phase], "connection", note)


def _waiting(attempt: Attempt) -> Iterator[Step]:
    headers, body = attempt.phases.get("headers"), attempt.phases.get("first_byte")
    sent = attempt.phases.get("sent", attempt.started_ns)
    if headers is not None:
        yield _span(attempt, "Wait for headers", sent, headers, "waiting", "The server worked, or its queue did")
    if headers is not None and body is not None:
        yield _span(attempt, "Wait for first byte", headers, body, "waiting", "From the head to the body's first byte")
    if body is not None and attempt.first_ns is not None:
        note = "From the body's first byte to the first piece of any kind: here TTFT ends"
        yield _span(attempt, "Wait for first token", body, attempt.first_ns, "waiting", note)


def _answer(attempt: Attempt) -> Iterator[Step]:
    if attempt.first_reasoning_ns is not None and attempt.last_reasoning_ns is not None:
        note = "From the first piece of reasoning to the last"
        yield _span(attempt, "Reasoning", attempt.first_reasoning_ns, attempt.last_reasoning_ns, "reasoning", note)
    first = attempt.first_content_ns or (None if attempt.reasoning else attempt.first_ns)
    if first is not None and attempt.last_ns is not None:
        yield _span(
            attempt, "Content", first, attempt.last_ns, "content", "From the first piece of content to the last"
        )


def _marks(attempt: Attempt) -> Iterator[Step]:
    moments = (
        ("Usage", attempt.usage_ns, "When the provider reported the tokens"),
        ("Done", attempt.ended_ns, "The proof that the answer is complete"),
    )
    for name, at_ns, note in moments:
        if at_ns is not None:
            yield _span(attempt, name, at_ns, at_ns, "mark", note)


def _span(attempt: Attempt, name: str, from_ns: int, to_ns: int, kind: Kind, note: str) -> Step:
    start = attempt.started_ns
    return Step(name, max(0.0, (from_ns - start) / 1e6), max(0.0, (to_ns - start) / 1e6), kind, note)


RECORDED_NOTE = "From the milestone before it, as it was kept"
RECORDED: tuple[tuple[str, str, Kind], ...] = (
    ("dns", "DNS lookup", "connection"),
    ("connect", "TCP connect", "connection"),
    ("tls", "TLS handshake", "connection"),
    ("sent", "Request sent", "connection"),
    ("headers", "Wait for headers", "waiting"),
    ("ttfb", "Wait for first byte", "waiting"),
    ("ttft", "Wait for first token", "waiting"),
    ("ttfo", "Reasoning", "reasoning"),
    ("last", "Content", "content"),
)


def recorded_steps(timings: Timings) -> tuple[Step, ...]:
    """Of an attempt of which only the milestones were kept: each step lasts from the one before it."""
    found: list[Step] = []
    before = 0.0
    for name, title, kind in RECORDED:
        at: float | None = getattr(timings, name)
        if at is None or (name == "ttfo" and at == timings.ttft):
            continue
        is_plain = name != "last" or timings.ttfo is not None
        found.append(Step(title if is_plain else "Answer", before, max(before, at), kind, RECORDED_NOTE))
        before = max(before, at)
    if timings.total is not None:
        found.append(Step("Done", timings.total, timings.total, "mark", "The proof that the answer is complete"))
    return tuple(found)

"""What `abreast run` prints for people: answers on standard output, figures and trouble on standard error."""

import sys
from collections.abc import Callable
from typing import Protocol

from app.lanes import Lane
from app.printing import whole
from app.records import ErrorRecord, RunRecord
from providers.events import Event, Refusal, Text

KEPT = frozenset("\n\t")


class Reader(Protocol):
    """Is told what happens in the runs."""

    def event(self, run: int, event: Event) -> None: ...
    def ended(self, record: RunRecord) -> None: ...


class Live:
    """The answer of one lane, as it comes. A heading parts its runs if there are several."""

    def __init__(self, out: Callable[[bytes], None], shown: Callable[[str], str], headings: bool) -> None:
        self._out = out
        self._shown = shown
        self._headings = headings
        self._begun: int | None = None
        self._last = "\n"

    def event(self, run: int, event: Event) -> None:
        if isinstance(event, Text | Refusal) and event.text:
            self._begin(run)
            self._say(event.text)

    def ended(self, record: RunRecord) -> None:
        self._begin(record.run)
        if calls := tool_calls(record):
            self._say(_line_end(self._last) + calls)
        self._say(_line_end(self._last))
        report(record)

    def _begin(self, run: int) -> None:
        if self._headings and self._begun != run:
            self._say(f"{'' if self._begun is None else chr(10)}--- run {run} ---\n")
        self._begun = run

    def _say(self, text: str) -> None:
        if text:
            self._out(self._shown(text).encode("utf-8", "replace"))
            self._last = text[-1]


class Headed:
    """The answers of several lanes, each whole under its heading, in the order in which they end."""

    def __init__(self, out: Callable[[bytes], None], shown: Callable[[str], str]) -> None:
        self._out = out
        self._shown = shown
        self._first = True

    def event(self, run: int, event: Event) -> None:
        pass

    def ended(self, record: RunRecord) -> None:
        answer = whole(record.text + record.refusal)
        parts = f"--- run {record.run}: {record.lane} ---\n{answer}{_line_end(answer)}{tool_calls(record)}"
        self._out(self._shown(("" if self._first else "\n") + parts).encode("utf-8", "replace"))
        self._first = False
        report(record)


def _line_end(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def tool_calls(record: RunRecord) -> str:
    """A line for each."""
    return "".join(
        f"[tool call{'' if call.complete else ', cut off'}] {call.name} {call.arguments}\n"
        for call in record.tool_calls
    )


def report(record: RunRecord) -> None:
    """The run's figures in one line, and what there is to say about it, on standard error."""
    lines = [summary(record), *(f"note: {notice.text}" for notice in record.notices)]
    if record.error is not None and record.outcome != "stopped":
        lines.append(trouble(record.error))
    sys.stderr.write("".join(harmless(line).replace("\n", " ") + "\n" for line in lines))
    sys.stderr.flush()


def summary(record: RunRecord) -> str:
    figures = (
        ("TTFT", record.timings_ms.ttft, _ms),
        ("total", record.timings_ms.total, _ms),
        ("in", record.usage.input, str),
        ("out", record.usage.output, str),
        ("tokens/s", record.tokens_per_s, str),
    )
    said = [f"{name} {form(value)}" for name, value, form in figures if value is not None]
    if record.cost is not None:
        said.append(f"{record.cost.amount} {record.cost.currency} ({record.cost.source})")
    return f"run {record.run}: {record.lane}: {', '.join([record.outcome.replace('_', ' '), *said])}"


def _ms(value: float) -> str:
    return f"{value:.1f} ms" if value < 1e4 else f"{value / 1e3:.2f} s"


def trouble(error: ErrorRecord) -> str:
    """An error in one sentence, with what helps whoever has to look into it."""
    facts: list[str] = [error.kind]
    if error.status is not None:
        facts.append(f"status {error.status}")
    if error.provider_code:
        facts.append(error.provider_code)
    if error.request_id:
        facts.append(f"request {error.request_id}")
    if error.retry_after_s is not None:
        facts.append(f"retry after {error.retry_after_s:g} s")
    return f"error: {error.message} ({', '.join(facts)})"


def harmless(text: str) -> str:
    """`text` for a terminal, which obeys control characters: they are shown and not sent, save line ends and tabs."""
    return "".join(c if c in KEPT or not _controls(c) else f"\\x{ord(c):02x}" for c in text)


def _controls(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"


def verbatim(text: str) -> str:
    """`text` for a file or a pipe, which get every character as it is."""
    return text


def reader(lanes: tuple[Lane, ...], repeat: int, out: Callable[[bytes], None], *, terminal: bool) -> Reader:
    """The reader that suits the call."""
    shown = harmless if terminal else verbatim
    return Live(out, shown, repeat > 1) if len(lanes) == 1 else Headed(out, shown)

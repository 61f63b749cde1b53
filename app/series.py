"""Runs side by side as series to draw: stamps on one clock, spans on one scale.

Several lanes race from one common start, the earliest start of them all. Chunks are not tokens: a lane is counted in
chunks until it has ended and its provider has said how many tokens the streamed text was.
"""

import csv
import io
from array import array
from collections.abc import Sequence
from typing import Literal

import msgspec

from app.attempt import Attempt
from app.metrics import ms
from app.records import RunRecord
from app.run import RunFold

Unit = Literal["chunks", "tokens"]


class Span(msgspec.Struct, frozen=True):
    """Milliseconds from a lane's own start to its first delta and to its end; `end_ms` is the last delta until then.

    `state` is "idle" before a run, "waiting" and "streaming" while it goes on, then the run's outcome.
    """

    ttft_ms: float | None
    end_ms: float | None
    state: str


class LaneSeries:
    """What is drawn of one lane: copies of its stamps in seconds on the race's clock, and its span."""

    def __init__(self) -> None:
        self.at_s = array("d")
        """One per chunk, ascending."""
        self.start_s = 0.0
        self.tokens: int | None = None
        """Tokens of the streamed text; None until the run has ended and they are known."""
        self.span = Span(None, None, "idle")
        self._fold: RunFold | None = None
        self._answer: Attempt | None = None

    @property
    def unit(self) -> Unit:
        return "chunks" if self.tokens is None else "tokens"

    @property
    def per_chunk(self) -> float:
        """What one chunk counts in `unit`: reported tokens are spread evenly over the chunks."""
        return 1.0 if self.tokens is None or not self.at_s else self.tokens / len(self.at_s)

    @property
    def output(self) -> float:
        return len(self.at_s) * self.per_chunk

    @property
    def started_ns(self) -> int | None:
        """When the run that is being followed started; None if there is none."""
        return self._fold.started_ns if self._fold else None

    def follow(self, fold: RunFold) -> None:
        self._fold = fold

    def take(self, origin_ns: int) -> None:
        """Copies what the fold has more of than before. An answer that took another's place starts afresh."""
        if self._fold is None or self._fold.started_ns is None:
            return
        answer = self._fold.answer
        if answer is not self._answer:
            self.at_s = array("d")
            self._answer = answer
        self.start_s = (self._fold.started_ns - origin_ns) / 1e9
        if answer is not None:
            self.at_s.extend((at - origin_ns) / 1e9 for at in answer.stamps[len(self.at_s) :])
        self.span = _live_span(self._fold)

    def end(self, record: RunRecord) -> None:
        """The run is over: its figures are final and its fold, which holds the text, is let go."""
        self.tokens = streamed_tokens(self._answer) if self._answer else None
        self.span = span_of(record)
        self._fold = self._answer = None

    def shift(self, by_s: float) -> None:
        self.at_s = array("d", (at + by_s for at in self.at_s))
        self.start_s += by_s


class Race:
    """Lanes on one clock, whose zero is the earliest start seen. What runs when all others have ended begins a clock of
    its own: behind what was long ago, nothing of it could be seen."""

    def __init__(self, lanes: int) -> None:
        self.lanes = [LaneSeries() for _ in range(lanes)]
        self._runs: list[int | None] = [None] * lanes
        self._origin_ns: int | None = None
        self._together: set[int] = set()
        """The lanes that the clock is of."""

    def follow(self, lane_index: int, fold: RunFold) -> None:
        """Lane `lane_index` is drawn from `fold` until it ends; another run in it starts the lane afresh."""
        if self._runs[lane_index] == fold.run:
            return
        if self.is_over:
            self._origin_ns, self._together = None, set()
        self._together.add(lane_index)
        self._runs[lane_index] = fold.run
        self.lanes[lane_index] = LaneSeries()
        self.lanes[lane_index].follow(fold)

    def ended(self, lane_index: int, record: RunRecord) -> None:
        self.take()
        self._runs[lane_index] = record.run
        self.lanes[lane_index].end(record)

    def take(self) -> None:
        """Brings every lane up to what its fold holds now. Costs what is new, not what is there."""
        starts = [lane.started_ns for lane in self.lanes if lane.started_ns is not None]
        if not starts:
            return
        origin_ns = self._origin(min(starts))
        for lane in self.lanes:
            lane.take(origin_ns)

    def _origin(self, start_ns: int) -> int:
        before = self._origin_ns
        if before is not None and before <= start_ns:
            return before
        if before is not None:
            for lane in self._together:
                self.lanes[lane].shift((before - start_ns) / 1e9)
        self._origin_ns = start_ns
        return start_ns

    @property
    def has_lines(self) -> bool:
        """Whether any lane has enough chunks to draw a line."""
        return any(len(lane.at_s) >= 2 for lane in self.lanes)

    @property
    def is_over(self) -> bool:
        """Whether every lane that ran has ended."""
        return all(lane.started_ns is None for lane in self.lanes)

    @property
    def units(self) -> frozenset[Unit]:
        return frozenset(lane.unit for lane in self.lanes if lane.at_s)


def streamed_tokens(answer: Attempt) -> int | None:
    """The reported output tokens that were seen as text. None if not reported, or if calls hold some of them."""
    usage = answer.usage
    if usage.output is None or answer.calls:
        return None
    return usage.output if answer.reasoning else usage.output - (usage.reasoning or 0)


def _live_span(fold: RunFold) -> Span:
    ttft, answer = fold.ttft_ms, fold.answer
    last = ms(fold.started_ns, answer.last_ns) if answer else None
    return Span(ttft, last, "waiting" if ttft is None else "streaming")


def span_of(record: RunRecord) -> Span:
    times = record.timings_ms
    return Span(times.ttft, times.last if times.total is None else times.total, record.outcome)


def output_title(units: frozenset[Unit]) -> str:
    """The title of the output axis: says honestly what is counted."""
    if units == {"tokens"}:
        return "Output, tokens"
    if units == {"chunks", "tokens"}:
        return "Output, tokens or chunks"
    return "Output, chunks (≈ tokens)"


def duration(value_ms: float) -> str:
    """A span as people read it, with its unit: `0.84 ms`, `182 ms`, `1.24 s`, `2 min 05 s`."""
    if value_ms < 9.95:
        return f"{value_ms:.2f} ms"
    if value_ms < 999.5:
        return f"{value_ms:.0f} ms"
    if value_ms < 59_995:
        return f"{value_ms / 1e3:.2f} s"
    minutes, seconds = divmod(round(value_ms / 1e3), 60)
    return f"{minutes} min {seconds:02d} s"


def output_csv(labels: Sequence[str], race: Race) -> str:
    """One row per chunk. `tokens` is empty where no count was reported."""
    rows: list[tuple[object, ...]] = [("lane_index", "lane", "at_s", "chunks", "tokens")]
    for index, (label, lane) in enumerate(zip(labels, race.lanes, strict=True)):
        scale = lane.per_chunk if lane.unit == "tokens" else None
        for count, at_s in enumerate(lane.at_s, 1):
            tokens = "" if scale is None else round(count * scale, 2)
            rows.append((index, inert(label), f"{at_s:.6f}", count, tokens))
    return _csv(rows)


def spans_csv(labels: Sequence[str], race: Race) -> str:
    """One row per lane; empty where a span is unknown. `end_ms` is the last chunk where a run has no end."""
    rows: list[tuple[object, ...]] = [("lane_index", "lane", "ttft_ms", "end_ms", "state")]
    for index, (label, lane) in enumerate(zip(labels, race.lanes, strict=True)):
        span = lane.span
        rows.append((index, inert(label), _blank(span.ttft_ms), _blank(span.end_ms), span.state))
    return _csv(rows)


def inert(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _blank(value: float | None) -> float | str:
    return "" if value is None else value


def _csv(rows: Sequence[tuple[object, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()

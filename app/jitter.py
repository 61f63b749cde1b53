"""How evenly an answer came: a tick for each chunk, and where it stalled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from app.metrics import percentile
from app.run import RunFold
from app.series import duration
from app.session.document import Chunks

TIMES = 3.0
"""A gap that is more than so many times the median is a stall …"""
LEAST_MS = 5.0
"""… if it is at least this long: below, it says more about this machine than about the provider."""


@dataclass(frozen=True)
class Stall:
    from_ms: float
    to_ms: float
    times: float | None
    """Of the median gap; None where that is 0."""

    @property
    def took(self) -> str:
        return duration(self.to_ms - self.from_ms)


@dataclass(frozen=True)
class Jitter:
    """Times are milliseconds from the moment at which the run was sent."""

    ticks_ms: tuple[float, ...]
    median_ms: float
    p99_ms: float
    stalls: tuple[Stall, ...]

    @property
    def told(self) -> str:
        """In one line."""
        gaps = f"Gap p50 {duration(self.median_ms)} · p99 {duration(self.p99_ms)}"
        return f"{gaps} · {self._stalled} · {len(self.ticks_ms):,} chunks"

    @property
    def _stalled(self) -> str:
        if not self.stalls:
            return "no stall"
        longest = max(self.stalls, key=_length).took
        return f"1 stall of {longest}" if len(self.stalls) == 1 else f"{len(self.stalls)} stalls up to {longest}"


def _length(stall: Stall) -> float:
    return stall.to_ms - stall.from_ms


def jitter(ticks_ms: Sequence[float]) -> Jitter | None:
    """None with fewer than three chunks: one gap is no measure of evenness."""
    if len(ticks_ms) < 3:
        return None
    gaps = sorted(b - a for a, b in pairwise(ticks_ms))
    median = percentile(gaps, 0.5)
    return Jitter(tuple(ticks_ms), median, percentile(gaps, 0.99), tuple(_stalls(ticks_ms, median)))


def _stalls(ticks_ms: Sequence[float], median: float) -> Iterator[Stall]:
    for a, b in pairwise(ticks_ms):
        gap = b - a
        if gap > TIMES * median and gap >= LEAST_MS:
            yield Stall(a, b, gap / median if median else None)


def of_fold(fold: RunFold) -> Jitter | None:
    answer, start = fold.answer, fold.started_ns
    if answer is None or start is None:
        return None
    return jitter([(stamp - start) / 1e6 for stamp in answer.stamps])


def of_chunks(chunks: Chunks) -> Jitter | None:
    """Of a run that was kept, to the microsecond."""
    return jitter([at / 1e3 for at in accumulate(chunks.at_us)])

"""The runs of one lane in an experiment, and the figures that are read off them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from app.faulted import fault_of
from app.figures import SPOILED_MS
from app.records import RunRecord

Measure = Callable[[RunRecord], float | None]


def said(record: RunRecord) -> str:
    """What was answered, calls of tools included: an answer may be nothing but those."""
    calls = (f"\n{call.name} {call.arguments}" for call in record.tool_calls)
    return f"{record.text}{record.refusal}{''.join(calls)}"


@dataclass(frozen=True)
class Metric:
    """`better` says which way is better; `words` are what A is against B when it is."""

    id: str
    name: str
    unit: str
    better: Literal["less", "more"] | None
    measure: Measure


def _cost(record: RunRecord) -> float | None:
    return float(record.cost.amount) if record.cost is not None else None


def _output(record: RunRecord) -> float | None:
    return record.usage.output


METRICS = (
    Metric("ttft", "TTFT", "ms", "less", lambda record: record.timings_ms.ttft),
    Metric("total", "Total", "ms", "less", lambda record: record.timings_ms.total),
    Metric("tokens_per_s", "Output rate", "tok/s", "more", lambda record: record.tokens_per_s),
    Metric("itl", "Inter-token", "ms", "less", lambda record: record.itl_ms),
    Metric("output", "Output tokens", "tok", None, _output),
    Metric("cost", "Cost", "", None, _cost),
)
METRIC = {metric.id: metric for metric in METRICS}


def is_comparable(metric: Metric, records: Iterable[RunRecord]) -> bool:
    """Money of several currencies is not."""
    return metric.id != "cost" or len({each.cost.currency for each in records if each.cost is not None}) <= 1


@dataclass(frozen=True)
class One:
    """A run as an experiment sees it."""

    lane: int
    repeat: int
    warmup: bool
    record: RunRecord


@dataclass(frozen=True)
class Sample:
    """The runs of a lane that count: those that are done, and were not there to warm up."""

    label: str
    runs: tuple[One, ...]
    warmups: int = 0
    failed: int = 0
    """Runs that were not done: they have no figures that could be compared."""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(said(each.record) for each in self.runs)

    @property
    def spoiled(self) -> int:
        """In how many this machine's own loop was late by more than a token's gap."""
        return sum(each.record.loop_lag_ms_max > SPOILED_MS for each in self.runs)

    def values(self, metric: Metric) -> tuple[float, ...]:
        return tuple(self.by_repeat(metric).values())

    def by_repeat(self, metric: Metric) -> dict[int, float]:
        """Only where the figure is known."""
        known = ((each.repeat, metric.measure(each.record)) for each in self.runs)
        return {repeat: value for repeat, value in known if value is not None}


def sample(label: str, lane: int, runs: Iterable[One]) -> Sample:
    """What belongs to that lane, without runs that were made to go wrong."""
    own = [each for each in runs if each.lane == lane and not fault_of(each.record)]
    counted = [each for each in own if not each.warmup]
    done = tuple(each for each in counted if each.record.outcome == "done")
    return Sample(label, done, len(own) - len(counted), len(counted) - len(done))

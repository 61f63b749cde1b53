"""What an experiment came to: a row of figures for each lane, comparisons, and how alike the answers are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.repeats.plan import Plan
from app.repeats.sample import METRIC, METRICS, Metric, Sample, is_comparable
from app.repeats.sentences import compared
from app.statistics.compare import Contrast, contrast
from app.statistics.determinism import Determinism, determinism
from app.statistics.estimate import Estimate
from app.statistics.noise import Floor, noise_floor
from app.statistics.quantiles import quantile

COMPARED = ("ttft", "total", "tokens_per_s")


@dataclass(frozen=True)
class Row:
    """One figure of one lane; None where no run has it."""

    values: tuple[float, ...]
    median: Estimate | None
    p95: Estimate | None


@dataclass(frozen=True)
class Comparison:
    a: int
    b: int
    metric: Metric
    found: Contrast | None
    sentence: str


@dataclass(frozen=True)
class Report:
    plan: Plan
    samples: tuple[Sample, ...]

    def row(self, lane: int, metric: Metric) -> Row:
        values = self.samples[lane].values(metric)
        if not values:
            return Row((), None, None)
        return Row(values, quantile(values, 0.5), quantile(values, 0.95))

    def is_comparable(self, metric: Metric) -> bool:
        return is_comparable(metric, (one.record for each in self.samples for one in each.runs))

    def best(self, metric: Metric) -> int | None:
        """The lane with the best median; None if fewer than two have one."""
        known = [
            (row.median.value, lane) for lane in range(len(self.samples)) if (row := self.row(lane, metric)).median
        ]
        if len(known) < 2:
            return None
        return (max(known, key=lambda each: (each[0], -each[1])) if metric.better == "more" else min(known))[1]

    def comparisons(self, metric: Metric) -> Iterator[Comparison]:
        """The best against each other lane, the nearest first. Each interval is one of 95 % by itself."""
        best = self.best(metric)
        if best is None or not self.is_comparable(metric):
            return
        others = [lane for lane in range(len(self.samples)) if lane != best and self.samples[lane].values(metric)]
        for lane in sorted(others, key=lambda each: self._away(each, metric)):
            found = self.contrast(best, lane, metric)
            said = compared(self.samples[best].label, self.samples[lane].label, metric, found)
            yield Comparison(best, lane, metric, found, said)

    def _away(self, lane: int, metric: Metric) -> float:
        median = self.row(lane, metric).median
        assert median is not None
        return -median.value if metric.better == "more" else median.value

    def contrast(self, a: int, b: int, metric: Metric) -> Contrast | None:
        """In pairs where rounds are common to both; None where one of them has no values."""
        first, second = self.samples[a].by_repeat(metric), self.samples[b].by_repeat(metric)
        if self.plan.is_paired:
            common = sorted(first.keys() & second.keys())
            first, second = {n: first[n] for n in common}, {n: second[n] for n in common}
        if not first or not second:
            return None
        return contrast(list(first.values()), list(second.values()), paired=self.plan.is_paired)

    def floor(self, a: int, b: int, metric: Metric) -> Floor | None:
        """Of two lanes that are the same one."""
        first, second = self.samples[a].values(metric), self.samples[b].values(metric)
        return noise_floor(first, second) if first and second else None

    def determinism(self, lane: int) -> Determinism | None:
        return determinism(self.samples[lane].texts)

    def sentences(self) -> list[str]:
        return [each.sentence for id_ in COMPARED for each in self.comparisons(METRIC[id_])]


def labels(lanes: Sequence[str]) -> tuple[str, ...]:
    """Lanes as sentences name them: those that are the same get a number."""
    seen: dict[str, int] = {}
    found = []
    for lane in lanes:
        seen[lane] = seen.get(lane, 0) + 1
        found.append(f"{lane} ({seen[lane]})" if lanes.count(lane) > 1 else lane)
    return tuple(found)


__all__ = ["COMPARED", "METRICS", "Comparison", "Report", "Row", "labels"]

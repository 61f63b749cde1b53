"""How runs differ from their baseline: in each figure, with an interval; in their text; in what served them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from app.repeats.sample import METRIC, Metric, is_comparable, said
from app.repeats.sentences import changed
from app.session.document import Run
from app.statistics.compare import Contrast, contrast
from app.statistics.determinism import similarity
from app.statistics.estimate import Estimate
from app.statistics.quantiles import quantile
from app.watch.validity import NONE, Schema, Validity, validity

MOST_TEXTS = 20
"""Of either side: texts are compared each with each, which is the one thing here that takes time."""
LENGTH = Metric("length", "Length", "characters", None, lambda record: len(record.text) or None)
WATCHED = (*(METRIC[id_] for id_ in ("ttft", "total", "tokens_per_s", "output", "cost")), LENGTH)


@dataclass(frozen=True)
class Figure:
    """None where no run of that side has it. `contrast` is of later runs against the baseline's."""

    metric: Metric
    before: Estimate | None
    after: Estimate | None
    contrast: Contrast | None
    within: tuple[float, float] | None
    """The least and the greatest of the baseline."""

    @property
    def change(self) -> float | None:
        """By which share it has grown, such as 0.25 for a quarter: over all pairs of runs where there are enough of
        them for an interval, else of the medians, which are what is shown beside it."""
        ratio = self.contrast.ratio if self.contrast is not None else None
        if ratio is None or self.before is None or self.after is None:
            return None
        return (ratio.value if self.is_of_pairs else self.after.value / self.before.value) - 1

    @property
    def is_of_pairs(self) -> bool:
        """Whether its change is over all pairs of runs."""
        return self.contrast is not None and self.contrast.ratio is not None and bool(self.contrast.ratio.interval)

    @property
    def told(self) -> str:
        """How it has changed, in words, beside the two medians; empty where nothing is to compare."""
        if self.contrast is None or self.before is None or self.after is None:
            return ""
        return changed(self.contrast, self.before.value, self.after.value)


@dataclass(frozen=True)
class Drift:
    """Runs that are not done have no figures."""

    figures: tuple[Figure, ...]
    similarity: float | None
    """The mean, over later answers, of how like each is to the nearest one of the baseline: 1 for the same."""
    valid: Validity | None
    """Whether answers are what they have to be; None where nothing is asked of them."""
    models: tuple[tuple[str, ...], tuple[str, ...]]
    """Which models served, before and after."""
    fingerprints: tuple[tuple[str, ...], tuple[str, ...]]
    not_done: int
    n: tuple[int, int]

    def figure(self, id_: str) -> Figure:
        return next(each for each in self.figures if each.metric.id == id_)

    @property
    def strange_models(self) -> tuple[str, ...]:
        """Models that served now, and never in the baseline."""
        return tuple(each for each in self.models[1] if each not in self.models[0])

    @property
    def strange_fingerprints(self) -> tuple[str, ...]:
        """Only where the baseline has any: a mark that is sent for the first time tells of no change."""
        before, after = self.fingerprints
        return tuple(each for each in after if before and each not in before)


def drift(before: Sequence[Run], after: Sequence[Run], wanted: Schema = NONE) -> Drift:
    """`wanted` is the JSON schema that answers have to fit, if there is one."""
    was, now = _done(before), _done(after)
    texts = list(dict.fromkeys(text for each in was if (text := said(each.record))))[:MOST_TEXTS]
    alike = [found for each in now[-MOST_TEXTS:] if (found := similarity(said(each.record), texts)) is not None]
    return Drift(
        tuple(_figure(metric, was, now) for metric in WATCHED),
        fmean(alike) if alike else None,
        validity(was, now, wanted),
        (_distinct(e.record.model for e in was), _distinct(e.record.model for e in now)),
        (_distinct(e.fingerprint for e in was), _distinct(e.fingerprint for e in now)),
        len(after) - len(now),
        (len(was), len(now)),
    )


def _done(runs: Sequence[Run]) -> list[Run]:
    return [each for each in runs if each.record.outcome == "done"]


def _figure(metric: Metric, before: list[Run], after: list[Run]) -> Figure:
    was, now = (_values(metric, runs) for runs in (before, after))
    records = [each.record for each in (*before, *after)]
    return Figure(
        metric,
        quantile(was, 0.5) if was else None,
        quantile(now, 0.5) if now else None,
        contrast(now, was) if was and now and is_comparable(metric, records) else None,
        (min(was), max(was)) if was else None,
    )


def _values(metric: Metric, runs: list[Run]) -> list[float]:
    found = [metric.measure(each.record) for each in runs]
    return [value for value in found if value is not None]


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))

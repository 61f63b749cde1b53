"""All that is shown of one figure of an experiment: what takes time to reckon, apart from what draws it."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.repeats.of_session import Held, held
from app.repeats.report import Row
from app.repeats.sample import METRIC, Metric
from app.repeats.sentences import alike_told, floor_told
from app.session.document import Session
from app.statistics.bootstrap import mean
from app.statistics.estimate import Estimate

NO_FIGURE = "No run has this figure."
CURRENCIES = "These costs are in several currencies, and are not compared."
SINGLE = "One lane alone cannot be compared; the noise floor (A/A) tells how large a difference would have to be."


@dataclass(frozen=True)
class Summary:
    held: Held
    rows: tuple[Row, ...]
    means: tuple[Estimate | None, ...]
    """Of each lane."""
    sentences: tuple[str, ...]
    alike: tuple[str, ...]

    @property
    def has_runs(self) -> bool:
        return any(sample.runs for sample in self.held.report.samples)


def summary(session: Session, id_: str, figure: str) -> Summary | None:
    """None if the session has no such experiment."""
    found = held(session, id_)
    if found is None:
        return None
    metric, lanes = METRIC[figure], range(len(found.colors))
    rows = tuple(found.report.row(lane, metric) for lane in lanes)
    means = tuple(mean(row.values) if row.values else None for row in rows)
    return Summary(found, rows, means, tuple(_sentences(found, metric)), tuple(_alike(found)))


def _sentences(found: Held, metric: Metric) -> Iterator[str]:
    report = found.report
    if not any(sample.values(metric) for sample in report.samples):
        yield NO_FIGURE
    elif not report.is_comparable(metric):
        yield CURRENCIES
    elif found.is_same:
        if (floor := report.floor(0, 1, metric)) is not None:
            yield f"{floor_told(metric, floor)}."
    elif compared := [f"{each.sentence}." for each in report.comparisons(metric)]:
        yield from compared
    else:
        yield SINGLE


def _alike(found: Held) -> Iterator[str]:
    for lane, sample in enumerate(found.report.samples):
        if (alike := found.report.determinism(lane)) is not None:
            yield f"{sample.label}: {alike_told(alike)}."

"""p50, p90, p95 and p99 of each model, as far as there are runs enough to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.numbers.chart import Axis, Chart, Layer, Line, Mark, Points, Series, nothing, packed
from app.numbers.columns import Columns
from app.numbers.figure import FIGURE, lacking, measured
from app.numbers.grouping import MOST_PLACES, grouped
from app.numbers.latency import NEEDED, SHARE
from app.numbers.question import Question
from app.numbers.telling import runs_told, told

MARKS: tuple[Mark, ...] = ("p50", "p90", "p95", "p99")


@dataclass(frozen=True)
class Levels:
    """What is known of one model: values of percentiles, by their names, of so many runs."""

    series: Series
    count: int
    values: Mapping[str, float]


def percentiles(columns: Columns, question: Question) -> Chart:
    figure = FIGURE[question.figure]
    values, known = measured(columns, figure)
    shown, y = columns.only(known), values[known]
    groups = grouped(shown, question.by, most=MOST_PLACES, rest=False)
    samples = [y[groups.rows(place)] for place in range(len(groups.series))]
    levels = [
        Levels(series, len(sample), {mark: float(np.quantile(sample, SHARE[mark])) for mark in MARKS})
        for series, sample in zip(groups.series, samples, strict=True)
    ]
    return drawn(levels, question)


def drawn(levels: Sequence[Levels], question: Question) -> Chart:
    figure = FIGURE[question.figure]
    told_ = [(each, [mark for mark in MARKS if each.count >= NEEDED[mark]]) for each in levels]
    heights = np.array([each.values[mark] for each, marks in told_ for mark in marks])
    axis = figure.axis(heights)
    if not len(heights):
        return nothing(Axis("", "names"), axis, lacking(figure, NEEDED["p50"]))
    names = Axis(question.by.capitalize(), "names", names=tuple(each.series.name for each in levels))
    layers = [layer for place, (each, marks) in enumerate(told_) for layer in _ladder(place, each, marks, axis)]
    runs = sum(each.count for each in levels)
    return Chart(names, axis, tuple(each.series for each in levels), tuple(layers), _note(levels), runs)


def _ladder(place: int, levels: Levels, marks: list[Mark], axis: Axis) -> list[Layer]:
    heights = [levels.values[mark] for mark in marks]
    line = [Line(place, packed([place] * len(marks)), packed(heights))] if len(marks) > 1 else []
    runs = runs_told(levels.count)
    points = [
        Points(place, packed([place]), packed([height]), (), mark, (f"{mark} {told(axis, height)}, {runs}",))
        for mark, height in zip(marks, heights, strict=True)
    ]
    return [*line, *points]


def _note(levels: Sequence[Levels]) -> str:
    few = [f"{mark} needs {NEEDED[mark]} runs" for mark in MARKS if any(each.count < NEEDED[mark] for each in levels)]
    return f"Where it is missing: {', '.join(few)}." if few else ""

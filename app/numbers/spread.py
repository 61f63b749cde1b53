"""Repeats as points, one column a lane, with the median and the interval in which it lies."""

from statistics import NormalDist

import numpy as np

from app.numbers.chart import Axis, Chart, Intervals, nothing, packed
from app.numbers.columns import Columns, Floats
from app.numbers.crowd import crowd, scattered
from app.numbers.figure import FIGURE, Figure, lacking, measured
from app.numbers.grouping import MOST_PLACES, Grouped, grouped
from app.numbers.question import Question
from app.numbers.telling import runs_told, told
from app.statistics.estimate import LEVEL
from app.statistics.quantiles import least, quantile

LEAST = least(0.5)
"""Below six, not even the whole sample holds the median with 95 %."""
EXACT = 1_000
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def median_interval(sample: Floats) -> tuple[float, float] | None:
    """The 95 % interval of its median; None if it is too small to tell. As repeats tell it; of thousands, where both
    agree to a fraction of a percent, between the two values that the normal distribution names, which needs no sorting
    of a million."""
    count = len(sample)
    if count <= EXACT:
        return quantile(sample.tolist(), 0.5).interval if count else None
    rank = int(np.floor((count - Z * np.sqrt(count)) / 2))
    ordered = np.partition(sample, (rank, count - 1 - rank))
    return float(ordered[rank]), float(ordered[count - 1 - rank])


def spread(columns: Columns, question: Question) -> Chart:
    return strips(columns, question, FIGURE[question.figure])


def strips(columns: Columns, question: Question, figure: Figure, *, currency: str = "", note: str = "") -> Chart:
    values, known = measured(columns, figure)
    axis = figure.axis(values[known], currency)
    rows = np.flatnonzero(known)
    if not len(rows):
        return nothing(Axis("", "names"), axis, lacking(figure))
    known_only = columns.only(known)
    groups = grouped(known_only, question.by, most=MOST_PLACES, rest=False)
    shown = groups.codes >= 0
    rows = np.arange(len(known_only))[shown]
    x_axis = Axis(question.by.capitalize(), "names", names=groups.names)
    x, y = scattered(groups.codes[rows]), values[known][shown]
    layers = crowd(known_only, rows, x, y, groups, (x_axis, axis), question.box)
    middles = tuple(_middle(groups, place, values[known], axis) for place in range(len(groups.series)))
    notes = (note, _too_small(groups), _left_out(groups))
    return Chart(x_axis, axis, groups.series, (*layers, *middles), " ".join(filter(None, notes)), len(rows))


def _middle(groups: Grouped, place: int, values: Floats, axis: Axis) -> Intervals:
    sample = values[groups.rows(place)]
    middle = float(np.median(sample))
    ends = median_interval(sample)
    low, high = ends or (float("nan"), float("nan"))
    within = f", 95 % interval {told(axis, low)} to {told(axis, high)}" if ends else ""
    text = f"median {told(axis, middle)}{within}, {runs_told(len(sample))}"
    return Intervals(place, packed([place]), packed([middle]), packed([low]), packed([high]), (text,))


def _too_small(groups: Grouped) -> str:
    small = sum(int(groups.rows(place).sum()) < LEAST for place in range(len(groups.series)))
    have = "has" if small == 1 else "have"
    return f"An interval needs {LEAST} runs; {small} of {len(groups.series)} {have} fewer." if small else ""


def _left_out(groups: Grouped) -> str:
    return f"{runs_told(groups.left_out)} of rarer ones are not shown." if groups.left_out else ""

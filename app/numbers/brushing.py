"""Which runs lie in a rectangle that was drawn over a chart."""

import numpy as np

from app.numbers.chart import Chart, Points, unpacked
from app.numbers.columns import Columns, Flags, Floats
from app.numbers.crowd import JITTER
from app.numbers.currency import of_one_currency
from app.numbers.figure import FIGURE, measured
from app.numbers.grouping import grouped
from app.numbers.narrowing import narrowed, picked
from app.numbers.periods import DAY, by
from app.numbers.question import Box, Picked, Question


def brushed(columns: Columns, question: Question, chart: Chart, box: Box) -> tuple[Picked, ...]:
    """All of them, whether each has a marker of its own or only darkens a cell: `chart` answered `question`."""
    shown = narrowed(columns, question.filters)
    if question.graph == "cost":
        shown, _, _ = of_one_currency(shown)
    return picked(shown, _across(shown, question, chart, box) & _upward(shown, question, chart, box))


def _across(columns: Columns, question: Question, chart: Chart, box: Box) -> Flags:
    """By its place along the x axis."""
    if chart.x.kind == "names":
        return _named(columns, question, chart, box.left, box.right)
    if question.graph == "worth":
        return _of_means(columns, question, chart, box)
    if chart.x.kind == "day":
        step = chart.x.scale * DAY
        days = by(columns.at_s, step)
        middles = days.middles_s[days.places]
        return (middles + step / 2 >= box.left) & (middles - step / 2 <= box.right)
    return (columns.at_s >= box.left) & (columns.at_s <= box.right)


def _named(columns: Columns, question: Question, chart: Chart, left: float, right: float) -> Flags:
    reach = JITTER / 2
    places = [place for place in range(len(chart.x.names)) if left <= place + reach and right >= place - reach]
    return _of(columns, question, {chart.x.names[place] for place in places}, chart)


def _of_means(columns: Columns, question: Question, chart: Chart, box: Box) -> Flags:
    """Where a marker stands for all the runs of a model."""
    names = {
        chart.series[layer.series].name
        for layer in chart.layers
        if isinstance(layer, Points) and _holds(box, unpacked(layer.x)[0], unpacked(layer.y)[0])
    }
    return _of(columns, question, names, chart)


def _holds(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.bottom <= y <= box.top


def _of(columns: Columns, question: Question, names: set[str], chart: Chart) -> Flags:
    """The rows of those groups. "others" are those that have no name in the chart."""
    column = columns.words(question.by)
    told = [name or "unknown" for name in column.names]
    own = {each.name for each in grouped(columns, question.by, most=len(told) + 1).series}
    has_others = any(name not in own for name in names)
    listed = {each.name for each in chart.series} | set(chart.x.names)
    wanted = [name in names or (has_others and name not in listed) for name in told]
    return np.array(wanted, dtype=np.bool_)[column.codes] if told else np.zeros(len(columns), dtype=np.bool_)


def _upward(columns: Columns, question: Question, chart: Chart, box: Box) -> Flags:
    """By its own height, where a run has one; bars and lines are sums of many."""
    values = _heights(columns, question)
    if values is None:
        return np.ones(len(columns), dtype=np.bool_)
    heights, known = values
    return known & (heights >= box.bottom) & (heights <= box.top)


def _heights(columns: Columns, question: Question) -> tuple[Floats, Flags] | None:
    match question.graph, question.figure:
        case ("spread" | "latency", figure):
            return measured(columns, FIGURE[figure])
        case ("cost", "each"):
            return measured(columns, FIGURE["cost"])
    return None

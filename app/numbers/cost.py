"""What requests cost: each of them, and summed up by lane, model, vendor, day, and in the course of time."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import accumulate

import numpy as np

from app.numbers.chart import Axis, Chart, Layer, Line, Series, nothing
from app.numbers.columns import Columns, Floats, summed
from app.numbers.currency import of_one_currency
from app.numbers.figure import FIGURE
from app.numbers.grouping import MOST_PLACES, Grouped, grouped
from app.numbers.periods import Periods, bars, day_axis
from app.numbers.question import Question
from app.numbers.spread import strips
from app.numbers.stacking import BAR, Amount, stacked
from app.numbers.telling import amount

OVER_TIME = ("day", "cumulated")
MOST_CORNERS = 240
"""Steps of one line: more are seen by nobody, and cost time."""


def cost(columns: Columns, question: Question) -> Chart:
    paid, currency, note = of_one_currency(columns.timed() if question.figure in OVER_TIME else columns)
    title = Axis(f"Cost, {currency}" if currency else "Cost", "money", currency=currency)
    if not len(paid):
        return nothing(Axis("", "names"), title, "Not enough data: of no run here the cost is known.")
    match question.figure:
        case "sum":
            return _sum(paid, question, title, note)
        case "day":
            return _by_day(paid, question, title, note)
        case "cumulated":
            return _cumulated(paid, question, title, note)
        case _:
            return strips(paid, question, FIGURE["cost"], currency=currency, note=note)


def sums(columns: Columns, groups: Grouped) -> list[Decimal]:
    """Of each group, to the last digit."""
    return [summed(columns.cost[groups.rows(place)]) for place in range(len(groups.series))]


def _sum(paid: Columns, question: Question, axis: Axis, note: str) -> Chart:
    groups = grouped(paid, question.by, most=MOST_PLACES)
    return drawn_sums(groups.series, sums(paid, groups), question, axis, note, len(paid))


def drawn_sums(
    series: tuple[Series, ...], totals: list[Decimal], question: Question, axis: Axis, note: str, runs: int
) -> Chart:
    """One bar each."""
    diagonal = [
        [total if row == place else Decimal(0) for row in range(len(totals))] for place, total in enumerate(totals)
    ]
    layers = stacked(diagonal, range(len(totals)), _teller(axis))
    names = Axis(question.by.capitalize(), "names", names=tuple(each.name for each in series))
    return Chart(names, axis, series, layers, _with_total(totals, axis, note), runs)


def _by_day(paid: Columns, question: Question, axis: Axis, note: str) -> Chart:
    groups, days = grouped(paid, question.by), bars(paid.at_s)
    heights = [
        [summed(paid.cost[groups.rows(place) & (days.places == day)]) for day in range(len(days.starts_s))]
        for place in range(len(groups.series))
    ]
    return drawn_days(groups.series, days, heights, axis, note, len(paid))


def drawn_days(
    series: tuple[Series, ...], days: Periods, heights: list[list[Decimal]], axis: Axis, note: str, runs: int
) -> Chart:
    """A row of `heights` for each series, one height for each period."""
    layers = stacked(heights, days.middles_s.tolist(), _teller(axis), width=BAR * days.step_s)
    return Chart(day_axis(days), axis, series, layers, _with_total(map(summed, heights), axis, note), runs)


def _cumulated(paid: Columns, question: Question, axis: Axis, note: str) -> Chart:
    groups = grouped(paid, question.by)
    order = np.argsort(paid.at_s, kind="stable")
    mine = [order[groups.codes[order] == place] for place in range(len(groups.series))]
    return drawn_course(
        groups.series, [(paid.at_s[rows], cumulated(paid.cost[rows])) for rows in mine], axis, note, len(paid)
    )


def drawn_course(
    series: tuple[Series, ...], courses: list[tuple[Floats, list[Decimal]]], axis: Axis, note: str, runs: int
) -> Chart:
    """Of each series when it changed, and the sum from then on."""
    lines: list[Layer] = []
    for place, (at_s, heights) in enumerate(courses):
        kept = _corners(len(heights))
        told = tuple(amount(heights[n], axis.currency) for n in kept)
        x, y = _steps(at_s[kept], np.array([float(heights[n]) for n in kept]))
        lines.append(Line(place, x.tobytes(), y.tobytes(), told=_doubled(told)))
    axis = Axis(f"Cost so far, {axis.currency}", "money", currency=axis.currency)
    totals = [heights[-1] for _, heights in courses]
    time = Axis("Time of the run", "time")
    return Chart(time, axis, series, tuple(lines), _with_total(totals, axis, note), runs)


def cumulated(costs: Iterable[Decimal | None]) -> list[Decimal]:
    """After each of them the sum so far, to the last digit."""
    return list(accumulate(each for each in costs if each is not None))


def _corners(count: int) -> list[int]:
    """At most `MOST_CORNERS` of so many, the first and the last among them."""
    return sorted(set(np.linspace(0, count - 1, min(count, MOST_CORNERS)).round().astype(int).tolist()))


def _steps(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A staircase: the sum holds until the next request."""
    return np.repeat(x, 2), np.concatenate(([0.0], np.repeat(y, 2)[:-1]))


def _doubled(told: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for text in told for each in (text, text))


def _teller(axis: Axis) -> Callable[[Amount], str]:
    def tell(value: Amount) -> str:
        return amount(Decimal(value), axis.currency)

    return tell


def _with_total(totals: Iterable[Decimal], axis: Axis, note: str) -> str:
    total = sum(totals, Decimal(0))
    return " ".join(filter(None, (f"In sum {amount(total, axis.currency)}.", note)))

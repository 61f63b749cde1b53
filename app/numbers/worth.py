"""Quality against cost against latency: which models are worth what they cost, and which are beaten by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from app.numbers.chart import OTHERS, Axis, Chart, Layer, Line, Points, Series, nothing, packed
from app.numbers.columns import Columns, Flags, Floats, summed
from app.numbers.currency import of_one_currency
from app.numbers.figure import FIGURE, Figure
from app.numbers.grouping import MOST_PLACES, grouped
from app.numbers.question import Question
from app.numbers.telling import runs_told, told

FRONTIER = Series("efficient frontier", OTHERS)
LACKING = {
    "rating": "is rated (Alt+1 to Alt+5 rates an answer)",
    "thumb": "has a thumb (Ctrl+Shift+U judges an answer)",
    "won": "is said to be better or worse than another (Ctrl+Shift+U judges an answer)",
}
SMALLEST, LARGEST = 9.0, 21.0
"""Diameters in pixels of the fastest and the slowest."""


@dataclass(frozen=True)
class Standing:
    """One model's means; `price` is its mean cost or time, of which less is better, and of `quality` more is."""

    place: int
    quality: float
    price: float
    total_ms: float
    runs: int


def frontier(standings: Sequence[Standing]) -> list[Standing]:
    """Those than which no other is both as cheap and better, or cheaper and as good; the cheapest first."""
    found: list[Standing] = []
    for each in sorted(standings, key=lambda s: (s.price, -s.quality)):
        if not found or each.quality > found[-1].quality:
            found.append(each)
    return found


def unbeaten(standings: Sequence[Standing]) -> list[Standing]:
    """Those that no other beats in quality, price and time at once. An unknown time is the longest."""
    return [each for each in standings if not any(_beats(other, each) for other in standings)]


def _beats(one: Standing, other: Standing) -> bool:
    ours, theirs = _losses(one), _losses(other)
    return ours != theirs and all(a <= b for a, b in zip(ours, theirs, strict=True))


def _losses(each: Standing) -> tuple[float, float, float]:
    return -each.quality, each.price, each.total_ms if each.total_ms == each.total_ms else float("inf")


def worth(columns: Columns, question: Question) -> Chart:
    better, _, cheaper = question.figure.partition("/")
    quality, note, currency = FIGURE[better], "", ""
    if cheaper == "cost":
        columns, currency, note = of_one_currency(columns)
    price = Figure("cost", "Mean cost of a request", "money", "") if cheaper == "cost" else _mean(FIGURE["total"])
    groups = grouped(columns, question.by, most=MOST_PLACES, rest=False)
    asked = [_standing(columns, place, groups.rows(place), quality, price) for place in range(len(groups.series))]
    standings = [each for each in asked if each is not None]
    y_axis = Axis(f"{_title(quality)}, {quality.unit}", quality.kind, scale=0.01 if quality.kind == "share" else 1.0)
    prices = np.array([each.price for each in standings])
    if not standings:
        lacking = LACKING.get(better, "is known in both figures")
        return nothing(price.axis(prices, currency), y_axis, f"Not enough data: no run here {lacking}.")
    x_axis = price.axis(prices, currency)
    edge = frontier(standings)
    layers = [*_edge(edge, len(groups.series)), *_marks(standings, (x_axis, y_axis))]
    said = "No other is both better and cheaper than those on the line. Larger marks are slower."
    if len(unbeaten(standings)) < len(standings):
        said += " Hollow ones are beaten by another in all three."
    series = (*groups.series, FRONTIER) if len(edge) > 1 else groups.series
    return Chart(
        x_axis, y_axis, series, tuple(layers), " ".join(filter(None, (said, note))), sum(s.runs for s in standings)
    )


def _mean(figure: Figure) -> Figure:
    return Figure(figure.column, f"Mean {figure.title.lower()}", figure.kind, figure.unit)


def _title(figure: Figure) -> str:
    is_whole = figure.kind == "share" or figure.title.startswith("Mean")
    return figure.title if is_whole else f"Mean {figure.title.lower()}"


def _standing(columns: Columns, place: int, rows: Flags, quality: Figure, price: Figure) -> Standing | None:
    """The means of the runs that are known in both figures; None if there are none."""
    good, paid = columns.floats(quality.column), columns.floats(price.column)
    both = rows & ~np.isnan(good) & ~np.isnan(paid)
    count = int(both.sum())
    if not count:
        return None
    exact = price.column == "cost"
    mean = float(summed(columns.cost[both]) / Decimal(count)) if exact else float(paid[both].mean())
    weights = columns.compared[both] if quality.column == "won" else None
    return Standing(
        place, float(np.average(good[both], weights=weights)), mean, _mean_known(columns.total[both]), count
    )


def _mean_known(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _edge(edge: list[Standing], series: int) -> list[Layer]:
    """The frontier as a staircase: between two of them the cheaper one's quality is all that its price buys."""
    if len(edge) < 2:
        return []
    x, y = [edge[0].price], [edge[0].quality]
    for before, each in pairwise(edge):
        x += [each.price, each.price]
        y += [before.quality, each.quality]
    return [Line(series, packed(x), packed(y), is_dashed=True)]


def _marks(standings: list[Standing], axes: tuple[Axis, Axis]) -> list[Layer]:
    best = unbeaten(standings)
    times = [each.total_ms for each in standings if each.total_ms == each.total_ms]
    return [
        Points(
            each.place,
            packed([each.price]),
            packed([each.quality]),
            mark="mean",
            told=(_said(each, axes, is_best=each in best),),
            is_hollow=each not in best,
            sizes=packed([_size(each.total_ms, times)]),
        )
        for each in standings
    ]


def _size(total_ms: float, times: list[float]) -> float:
    if total_ms != total_ms or max(times) == min(times):
        return (SMALLEST + LARGEST) / 2
    return SMALLEST + (LARGEST - SMALLEST) * (total_ms - min(times)) / (max(times) - min(times))


def _said(each: Standing, axes: tuple[Axis, Axis], *, is_best: bool) -> str:
    time = f", {told(FIGURE['total'].axis(np.empty(0)), each.total_ms)}" if each.total_ms == each.total_ms else ""
    beaten = "" if is_best else ", beaten in all three by another"
    return f"{told(axes[1], each.quality)} for {told(axes[0], each.price)}{time}, {runs_told(each.runs)}{beaten}"

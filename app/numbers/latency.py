"""Latency over time: each run, and how p50 and p95 went by minute, hour or day."""

import numpy as np

from app.numbers.chart import ALL, Axis, Chart, Layer, Line, Series, nothing
from app.numbers.columns import Columns, Flags, Floats
from app.numbers.crowd import crowd
from app.numbers.figure import FIGURE, lacking, measured
from app.numbers.grouping import Grouped, grouped
from app.numbers.periods import Periods, periods
from app.numbers.question import Question

TIME = Axis("Time of the run", "time")
FEW = 3
"""So many groups have lines of their own."""
NEEDED = {"p50": 3, "p90": 10, "p95": 20, "p99": 100}
"""How many values there must be before that percentile is one of them and not the largest."""
SHARE = {"p50": 0.50, "p90": 0.90, "p95": 0.95, "p99": 0.99}


def latency(columns: Columns, question: Question) -> Chart:
    figure = FIGURE[question.figure]
    values, known = measured(columns, figure)
    known &= ~np.isnan(columns.at_s)
    axis = figure.axis(values[known])
    if not known.any():
        return nothing(TIME, axis, lacking(figure))
    shown, y = columns.only(known), values[known]
    groups = grouped(shown, question.by)
    points = crowd(shown, np.arange(len(shown)), shown.at_s, y, groups, (TIME, axis), question.box)
    times = periods(shown.at_s)
    lines, series = _lines(groups, times, y)
    note = "" if lines else f"Lines need {NEEDED['p50']} runs in each of two periods of one {times.name}."
    return Chart(TIME, axis, (*groups.series, *series), (*points, *lines), note, len(shown))


def _lines(groups: Grouped, times: Periods, y: Floats) -> tuple[list[Layer], tuple[Series, ...]]:
    if len(groups.series) <= FEW:
        each = [(place, groups.rows(place)) for place in range(len(groups.series))]
        return [line for place, rows in each for line in _pair(place, times, y, rows)], ()
    lines = _pair(len(groups.series), times, y, np.ones(len(y), dtype=np.bool_))
    return lines, (Series("all of them", ALL),) if lines else ()


def _pair(place: int, times: Periods, y: Floats, rows: Flags) -> list[Layer]:
    found: list[Layer] = []
    for name in ("p50", "p95"):
        x, heights = _percentile(times, y, rows, name)
        if len(x) >= 2:
            told = f"{name} by {times.name}"
            found.append(Line(place, x.tobytes(), heights.tobytes(), told, is_dashed=name == "p95"))
    return found


def _percentile(times: Periods, y: Floats, rows: Flags, name: str) -> tuple[Floats, Floats]:
    order = np.argsort(times.places[rows], kind="stable")
    counts = np.bincount(times.places[rows], minlength=len(times.starts_s))
    samples = np.split(y[rows][order], np.cumsum(counts)[:-1])
    told = [n for n, sample in enumerate(samples) if len(sample) >= NEEDED[name]]
    heights = np.array([np.quantile(samples[n], SHARE[name]) for n in told], dtype=np.float64)
    return times.middles_s[told], heights

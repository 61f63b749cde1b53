"""Tokens by class, one upon the other. Reported counts are inclusive; here each token stands in one class."""

import numpy as np

from app.numbers.chart import Axis, Chart, Series, nothing
from app.numbers.columns import Columns, Floats
from app.numbers.grouping import MOST_PLACES, grouped
from app.numbers.periods import DAY, bars, day_axis
from app.numbers.question import Question
from app.numbers.stacking import BAR, Amount, stacked
from app.numbers.telling import runs_told

CLASSES = ("Input", "Input read from cache", "Input written to cache", "Output", "Reasoning")
AXIS = Axis("Tokens", "tokens")


def classes(columns: Columns) -> list[Floats]:
    """Columns of `CLASSES`: what is no part of another. An unknown part is in its whole."""
    read, write, reasoning = (
        np.nan_to_num(getattr(columns, name)) for name in ("cache_read", "cache_write", "reasoning")
    )
    fresh = np.maximum(np.nan_to_num(columns.input) - read - write, 0)
    text = np.maximum(np.nan_to_num(columns.output) - reasoning, 0)
    return [fresh, read, write, text, reasoning]


def tokens(columns: Columns, question: Question) -> Chart:
    columns = columns.timed() if question.figure == "day" else columns
    counted = ~(np.isnan(columns.input) & np.isnan(columns.output))
    if not counted.any():
        return nothing(Axis("", "names"), AXIS, "Not enough data: no run here reported its tokens.")
    shown = columns.only(counted)
    if question.figure == "day":
        days = bars(shown.at_s)
        x_axis, places, x = day_axis(days), days.places, days.middles_s.tolist()
    else:
        groups = grouped(shown, question.by, most=MOST_PLACES)
        x_axis = Axis(question.by.capitalize(), "names", names=groups.names)
        places, x = groups.codes, list(map(float, range(len(groups.series))))
    heights = [
        np.bincount(places, weights=column, minlength=len(x)).astype(np.int64).tolist() for column in classes(shown)
    ]
    return drawn_tokens(x_axis, x, heights, len(columns) - len(shown), len(shown))


def drawn_tokens(x_axis: Axis, x: list[float], heights: list[list[int]], unknown: int, runs: int) -> Chart:
    """A row of `heights` for each of `CLASSES`, one height for each place."""
    series = tuple(Series(name, color) for color, name in enumerate(CLASSES))
    total = sum(sum(row) for row in heights)
    note = f"In sum {total:,} tokens." + (f" {runs_told(unknown)} reported none." if unknown else "")
    width = BAR * DAY * x_axis.scale if x_axis.kind == "day" else 0.7
    return Chart(x_axis, AXIS, series, stacked(heights, x, _tell, width), note, runs)


def _tell(count: Amount) -> str:
    return f"{count:,} tok"

"""The figures that are drawn on an axis: their columns, titles and units."""

from dataclasses import dataclass

import numpy as np

from app.numbers.chart import Axis, Kind
from app.numbers.columns import Columns, Flags, Floats

WIDE = 30.0
"""From this ratio of the largest to the smallest on, an axis is logarithmic."""

LONG_MS = 5_000.0
"""From here on times are written in seconds."""


@dataclass(frozen=True)
class Figure:
    column: str
    title: str
    kind: Kind
    unit: str

    def axis(self, values: Floats, currency: str = "") -> Axis:
        log = is_wide(values)
        in_seconds = self.kind == "ms" and bool(len(values)) and bool(values.max() >= LONG_MS)
        unit = currency if self.kind == "money" else "s" if in_seconds else self.unit
        parts = filter(None, (unit, "logarithmic" if log else ""))
        title = ", ".join((self.title, *parts))
        return Axis(title, self.kind, log, currency=currency, scale=1000.0 if in_seconds else 1.0)


FIGURE = {
    "ttft": Figure("ttft", "TTFT", "ms", "ms"),
    "total": Figure("total", "Total time", "ms", "ms"),
    "speed": Figure("speed", "Output speed", "speed", "tok/s"),
    "cost": Figure("cost", "Cost of a request", "money", ""),
    "rating": Figure("rating", "Mean rating", "rating", "1 to 5"),
    "thumb": Figure("thumb", "Thumbs up", "share", "% of thumbs"),
    "won": Figure("won", "Comparisons won", "share", "%"),
}
OPINIONS = ("rating", "thumb", "won")
"""What only a session knows."""


def is_wide(values: Floats) -> bool:
    return bool(len(values)) and values.min() > 0 and bool(values.max() >= values.min() * WIDE)


def measured(columns: Columns, figure: Figure) -> tuple[Floats, Flags]:
    """The column, and where it can be drawn. Figures of time count where no warm-up and no fault spoiled them."""
    values = columns.floats(figure.column)
    known = ~np.isnan(values)
    return values, known & columns.is_measured if figure.kind in ("ms", "speed") else known


def lacking(figure: Figure, needed: int = 1) -> str:
    """Why there is nothing to draw."""
    least = "no run here has one" if needed == 1 else f"that takes {needed} runs"
    return f"Not enough data for a graph of “{figure.title}”: {least}."

"""Rows by lane, model or vendor: few enough to be told apart, the rest as one."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.numbers.chart import OTHERS, Series
from app.numbers.columns import Columns, Flags
from app.numbers.question import Group

MOST_SERIES = 8
"""As many as there are colours."""
MOST_PLACES = 24
"""So many names can be read below an axis."""


@dataclass(frozen=True)
class Grouped:
    series: tuple[Series, ...]
    codes: NDArray[np.intp]
    """Each row's place in `series`; -1 where it is left out."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.series)

    def rows(self, place: int) -> Flags:
        found: Flags = self.codes == place
        return found

    @property
    def left_out(self) -> int:
        """How many rows are in no series."""
        return int((self.codes < 0).sum())


def grouped(columns: Columns, by: Group, *, most: int = MOST_SERIES, rest: bool = True) -> Grouped:
    """Lanes that have colours in their order, else the most frequent first. With `rest`, what would be one too many is
    "others"; else it is left out."""
    column = columns.words(by)
    colors = columns.colors.get(by, {})
    places_of = colors if by == "lane" else {}
    counts = np.bincount(column.codes, minlength=len(column.names))
    order = sorted(
        np.flatnonzero(counts),
        key=lambda code: (places_of.get(column.names[code], 0), -counts[code], column.names[code]),
    )
    kept = order if len(order) <= most else order[: most - 1 if rest else most]
    series = [Series(column.names[code] or "unknown", colors.get(column.names[code], int(code))) for code in kept]
    places = np.full(len(column.names), -1, dtype=np.intp)
    places[kept] = np.arange(len(kept))
    if len(kept) < len(order) and rest:
        others = [code for code in order if code not in kept]
        series.append(Series(f"{len(others)} others", OTHERS))
        places[others] = len(kept)
    return Grouped(apart(series), places[column.codes])


def apart(series: Iterable[Series]) -> tuple[Series, ...]:
    """Of the first ones, as many as there are colours, no two look alike: who would, takes a colour that is free."""
    found: list[Series] = []
    taken: set[int] = set()
    for each in series:
        color = each.color
        if color >= 0 and len(taken) < MOST_SERIES and color % MOST_SERIES in taken:
            color = next(n for n in range(MOST_SERIES) if n not in taken)
        if color >= 0:
            taken.add(color % MOST_SERIES)
        found.append(Series(each.name, color))
    return tuple(found)

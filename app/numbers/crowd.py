"""Many points: as markers while they can be told apart, as a density image above that."""

import numpy as np

from app.numbers.chart import Axis, Density, Layer, Points
from app.numbers.columns import Columns, Floats, Rows
from app.numbers.grouping import Grouped
from app.numbers.question import Box

MOST_POINTS = 2_000
"""Markers cost some 3 µs each to draw, on every redraw: 2,000 leave half of a frame to the rest."""
COLUMNS, ROWS = 180, 80
SLOTS = 5
"""Of a name's place: its crowd is drawn over the middle three."""
JITTER = 0.5
GOLDEN = 0.6180339887498949


def crowd(columns: Columns, rows: Rows, x: Floats, y: Floats, groups: Grouped, axes: tuple[Axis, Axis],
          box: Box | None) -> tuple[Layer, ...]:  # fmt: skip
    """`rows` of the columns at `x` and `y`, which are as long as `rows`."""
    if box is not None:
        seen = (x >= box.left) & (x <= box.right) & (y >= box.bottom) & (y <= box.top)
        rows, x, y = rows[seen], x[seen], y[seen]
    if len(rows) > MOST_POINTS:
        return (density(x, y, axes, box),)
    codes = groups.codes[rows]
    return tuple(
        Points(place, x[which].tobytes(), y[which].tobytes(), tuple(columns.run[rows[which]]))
        for place in range(len(groups.series))
        if (which := codes == place).any()
    )


def density(x: Floats, y: Floats, axes: tuple[Axis, Axis], box: Box | None) -> Density:
    """Counted in cells that are even on the axes as they are drawn."""
    along, up = axes
    names = len(along.names) if along.kind == "names" else 0
    wide = names * SLOTS if names else COLUMNS
    left, right = (-0.5, names - 0.5) if names else _ends(x, along, (box.left, box.right) if box else None)
    bottom, top = _ends(y, up, (box.bottom, box.top) if box else None)
    upward = np.log10(y) if up.log else y
    column = np.rint(x).astype(np.intp) * SLOTS + SLOTS // 2 if names else _cells(x, left, right, COLUMNS)
    cells = np.bincount(_cells(upward, bottom, top, ROWS) * wide + column, minlength=wide * ROWS).reshape(ROWS, wide)
    if names:
        cells[:, 1::SLOTS] = cells[:, 3::SLOTS] = cells[:, 2::SLOTS]
    ends = (10.0**bottom, 10.0**top) if up.log else (bottom, top)
    return Density(wide, ROWS, cells.astype("<u4").tobytes(), left, right, *ends)


def _ends(values: Floats, axis: Axis, wanted: tuple[float, float] | None) -> tuple[float, float]:
    low, high = wanted or (float(values.min()), float(values.max()))
    if axis.log:
        low, high = float(np.log10(low)), float(np.log10(high))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _cells(values: Floats, low: float, high: float, count: int) -> Rows:
    cells = ((values - low) * (count / (high - low))).astype(np.intp)
    return np.clip(cells, 0, count - 1)


def scattered(places: Rows) -> Floats:
    """Places on an axis of names: the first point of a name in its middle, the others beside it, and always alike."""
    order = np.argsort(places, kind="stable")
    counts = np.bincount(places)
    ranks = np.empty(len(places), dtype=np.intp)
    ranks[order] = np.arange(len(places)) - (np.cumsum(counts) - counts)[places[order]]
    return places + ((ranks * GOLDEN + 0.5) % 1.0 - 0.5) * JITTER

"""Where things of a chart lie as it is drawn: logarithmic axes are drawn in powers of ten."""

import math
from dataclasses import dataclass

import numpy as np

from app.numbers.chart import Axis, Bars, Chart, Density, Intervals, Layer, Line, Points
from app.numbers.columns import Floats
from app.numbers.question import Box

RATING = (0.8, 5.2)
SHARE = (-0.04, 1.04)
FROM_ZERO = ("ms", "speed", "money", "tokens")
"""Lengths are compared from zero, unless the axis is logarithmic."""
MARGIN = 0.04
LEAST_DAYS = 6 * 86400.0
"""Days that are shown at least, beside the last one."""
SMALLEST = 1e-12


def drawn(axis: Axis, column: bytes) -> Floats:
    values = np.frombuffer(column)
    return np.log10(np.maximum(values, SMALLEST)) if axis.log else values


def at(axis: Axis, value: float) -> float:
    """Where a value is drawn."""
    return math.log10(max(value, SMALLEST)) if axis.log else value


def meant(axis: Axis, place: float) -> float:
    """The value that is drawn there."""
    return 10.0 ** min(place, 300.0) if axis.log else place


def box_at(chart: Chart, left: float, right: float, bottom: float, top: float) -> Box:
    """A rectangle of the picture, in the units of its axes."""
    return Box(meant(chart.x, left), meant(chart.x, right), meant(chart.y, bottom), meant(chart.y, top))


@dataclass(frozen=True)
class Extent:
    """What is in view at first, as it is drawn."""

    left: float
    right: float
    bottom: float
    top: float


def extent(chart: Chart) -> Extent:
    corners = [_corners(layer) for layer in chart.layers]
    x = [value for xs, _ in corners for value in _ends(chart.x, xs)]
    y = [value for _, ys in corners for value in _ends(chart.y, ys)]
    if not x or not y:
        return Extent(0.0, 1.0, 0.0, 1.0)
    left, right = _named(len(chart.x.names)) if chart.x.kind == "names" else _roomy(chart.x, min(x), max(x))
    bars = [layer for layer in chart.layers if isinstance(layer, Bars)]
    if bars and chart.x.kind == "day":
        left, right = min(min(x), max(x) - LEAST_DAYS) - bars[0].width, max(x) + bars[0].width
    return Extent(left, right, *_roomy(chart.y, min(y), max(y)))


def _named(count: int) -> tuple[float, float]:
    """Few names stand apart from the edges, so that bars are not walls."""
    room = 0.5 if count > 2 else 1.0
    return -room, count - 1 + room


def _roomy(axis: Axis, low: float, high: float) -> tuple[float, float]:
    if axis.kind == "rating":
        return RATING
    if axis.kind == "share":
        return SHARE
    if axis.kind in FROM_ZERO and not axis.log:
        return 0.0, (high or 1.0) * (1 + 2 * MARGIN)
    room = (high - low) * MARGIN or (0.3 if axis.log else 60.0 if axis.kind == "time" else 0.5)
    return low - room, high + room


def _ends(axis: Axis, column: bytes) -> tuple[float, ...]:
    values = drawn(axis, column)
    values = values[~np.isnan(values)]
    return (float(values.min()), float(values.max())) if len(values) else ()


def _corners(layer: Layer) -> tuple[bytes, bytes]:
    match layer:
        case Points() | Line():
            return layer.x, layer.y
        case Bars():
            return layer.x, layer.base + layer.top
        case Intervals():
            return layer.x, layer.middle + layer.low + layer.high
        case Density():
            return np.array([layer.left, layer.right]).tobytes(), np.array([layer.bottom, layer.top]).tobytes()

"""What is told of a place in a chart: the thing drawn nearest to it."""

from dataclasses import dataclass

import numpy as np

from app.numbers.chart import Bars, Chart, Density, Intervals, Line, Points
from app.numbers.columns import Floats
from app.numbers.placing import at, drawn, meant
from app.numbers.telling import runs_told, told

REACH_PX = 14.0


@dataclass(frozen=True)
class Scale:
    """Pixels for each unit, as it is drawn."""

    x: float
    y: float


@dataclass(frozen=True)
class Near:
    said: str
    run: str = ""
    """Its id, where it is a single run."""


NOTHING_NEAR = Near("")


def nearest(chart: Chart, x: float, y: float, scale: Scale) -> Near:
    """`x` and `y` are as drawn. Markers lie over all else; a cell of a crowd tells only how many it holds."""
    found = [each for layer in chart.layers if not isinstance(layer, Bars | Density)
             if (each := _near(chart, layer, x, y, scale)) is not None]  # fmt: skip
    if found:
        return min(found, key=lambda each: each[0])[1]
    for layer in chart.layers:
        if isinstance(layer, Bars) and (said := _in_bar(chart, layer, x, y)):
            return Near(said)
        if isinstance(layer, Density) and (said := _in_cell(chart, layer, x, y)):
            return Near(said)
    return NOTHING_NEAR


def _near(
    chart: Chart, layer: Points | Line | Intervals, x: float, y: float, scale: Scale
) -> tuple[float, Near] | None:
    across, up = drawn(chart.x, layer.x), drawn(chart.y, layer.middle if isinstance(layer, Intervals) else layer.y)
    if not len(across):
        return None
    away = np.hypot((across - x) * scale.x, (up - y) * scale.y)
    n = int(away.argmin())
    if away[n] > REACH_PX:
        return None
    run = layer.runs[n] if isinstance(layer, Points) and layer.runs else ""
    return float(away[n]) - (0 if isinstance(layer, Line) else 1), Near(_said(chart, layer, n, across, up), run)


def _said(chart: Chart, layer: Points | Line | Intervals, n: int, across: Floats, up: Floats) -> str:
    what = layer.name if isinstance(layer, Line) else ""
    parts = [chart.series[layer.series].name, what]
    value = layer.told[n] if layer.told else told(chart.y, meant(chart.y, float(up[n])))
    if chart.x.kind == "names":
        return " · ".join(filter(None, (*parts, value)))
    place = told(chart.x, meant(chart.x, float(across[n])))
    return " · ".join(
        filter(None, (*parts, value) if chart.x.kind == "money" and layer.told else (*parts, value, place))
    )


def _in_bar(chart: Chart, layer: Bars, x: float, y: float) -> str:
    across, base, top = (np.frombuffer(each) for each in (layer.x, layer.base, layer.top))
    hit = np.flatnonzero((np.abs(across - x) <= layer.width / 2) & (base <= y) & (y <= top))
    if not len(hit):
        return ""
    n = int(hit[0])
    name, place = chart.series[layer.series].name, told(chart.x, across[n])
    return " · ".join(dict.fromkeys((place, name, layer.told[n])))


def _in_cell(chart: Chart, layer: Density, x: float, y: float) -> str:
    bottom, top = at(chart.y, layer.bottom), at(chart.y, layer.top)
    column = int((x - layer.left) / (layer.right - layer.left) * layer.columns)
    row = int((y - bottom) / (top - bottom) * layer.rows)
    if not (0 <= column < layer.columns and 0 <= row < layer.rows):
        return ""
    count = int(np.frombuffer(layer.counts, dtype="<u4")[row * layer.columns + column])
    if not count:
        return ""
    where = told(chart.x, x), f"about {told(chart.y, meant(chart.y, y))}"
    return " · ".join(filter(None, (runs_told(count), *where)))

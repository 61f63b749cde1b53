"""Layers of a chart as items of a plot. Importing this module loads pyqtgraph and numpy."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QGraphicsItem

from app.numbers.chart import Bars, Chart, Density, Intervals, Layer, Line, Points
from app.numbers.columns import Floats
from app.numbers.placing import at, drawn, extent
from widgets.graphs.ink import Ink
from widgets.numbers.marks import OF_MARK, brush_of, color_of, ground_of, is_patterned, pen_of, symbol_of

POINT_PX, MARK_PX = 7, 11
POINT_ALPHA = 0.75
CAP, REACH = 0.07, 0.2
"""Of a name's place: half the width of an interval's ends, and of its middle."""
LEAST_INK, MOST_INK = 0.2, 0.7
"""How strong a cell is that holds a single run, and how strong the fullest is. Neutral, so that lines stand out."""
SINGLE = 8
"""Bytes of a column that holds one number."""
LABEL_SHARE = 0.05
"""Of the height, which a label needs for itself."""
FEW_POINTS = 200
"""So many lie above intervals and medians, which would hide them; more are a crowd, which would hide those."""
FEW_CORNERS = 500
"""Wide lines cost several times as much to draw: only short ones are."""


def items(chart: Chart, ink: Ink, ratio: float = 1.0) -> list[QGraphicsItem]:
    """In the order in which they lie upon each other. `ratio` is how many pixels of the screen one of ours is."""
    found: list[QGraphicsItem] = []
    lines = [layer for layer in chart.layers if isinstance(layer, Line)]
    is_crowd = any(map(_is_crowd, chart.layers))
    for layer in chart.layers:
        match layer:
            case Density():
                found.append(_density(chart, layer, ink))
            case Bars():
                found += _bars(chart, layer, ink)
            case Line():
                found += _line(chart, layer, ink, ratio, is_set_off=is_crowd)
            case Points() if len(layer.x) > SINGLE:
                found.append(_points(chart, layer, ink))
            case Points() | Intervals():
                pass
    marks = [layer for layer in chart.layers if isinstance(layer, Points) and len(layer.x) <= SINGLE]
    if marks:
        found.append(_marks(chart, marks, ink))
    layers = [layer for layer in chart.layers if isinstance(layer, Intervals)]
    intervals = _intervals(chart, layers, ink, ratio) if layers else []
    parts = (found, intervals) if is_crowd else (intervals, found)
    return [*parts[0], *parts[1], *_labels(chart, lines, ink)]


def _is_crowd(layer: Layer) -> bool:
    return isinstance(layer, Density) or (isinstance(layer, Points) and len(layer.x) > SINGLE * FEW_POINTS)


def _marks(chart: Chart, layers: list[Points], ink: Ink) -> QGraphicsItem:
    """Layers of one marker each, as one item: an item each would take several times as long."""
    spots = []
    for layer in layers:
        if layer.x:
            symbol, size, pen, brush = _look(chart, layer, ink)
            place = float(drawn(chart.x, layer.x)[0]), float(drawn(chart.y, layer.y)[0])
            spots.append({"pos": place, "symbol": symbol, "size": float(size[0]), "pen": pen, "brush": brush})
    item: QGraphicsItem = pg.ScatterPlotItem(spots)
    return item


def _points(chart: Chart, layer: Points, ink: Ink) -> QGraphicsItem:
    symbol, size, pen, brush = _look(chart, layer, ink)
    x, y = drawn(chart.x, layer.x), drawn(chart.y, layer.y)
    sizes = size if len(size) > 1 else float(size[0])
    item: QGraphicsItem = pg.ScatterPlotItem(x=x, y=y, symbol=symbol, size=sizes, pen=pen, brush=brush)
    return item


def _look(chart: Chart, layer: Points, ink: Ink) -> tuple[str, Floats, QPen, QBrush]:
    """Symbol, sizes, pen and brush."""
    index = chart.series[layer.series].color
    color = color_of(index, ink)
    symbol = OF_MARK.get(layer.mark) or symbol_of(index)
    if layer.mark == "point":
        color.setAlphaF(POINT_ALPHA)
    sizes = np.frombuffer(layer.sizes) if layer.sizes else np.array([POINT_PX if layer.mark == "point" else MARK_PX])
    pen = pg.mkPen(color, width=1.5) if layer.is_hollow or symbol in "+x" else pg.mkPen(None)
    return symbol, sizes, pen, pg.mkBrush(None) if layer.is_hollow else pg.mkBrush(color)


def _line(chart: Chart, layer: Line, ink: Ink, ratio: float, *, is_set_off: bool) -> list[QGraphicsItem]:
    """Upon a crowd, a short one lies on an edge of the ground's colour, as intervals do."""
    index = chart.series[layer.series].color
    x, y = drawn(chart.x, layer.x), drawn(chart.y, layer.y)
    pen = pen_of(index, ink, is_dashed=layer.is_dashed and index < 0, width=2 if len(x) <= FEW_CORNERS else 1)
    pens = [pen]
    if len(x) <= FEW_CORNERS:
        if is_set_off:
            pens.insert(0, pg.mkPen(ink.base, width=(pen.widthF() + 2) * ratio))
        pen.setWidthF(pen.widthF() * ratio)  # pens of plots count the screen's pixels
    return [pg.PlotCurveItem(x, y, pen=each, skipFiniteCheck=True, antialias=False) for each in pens]


def _labels(chart: Chart, lines: list[Line], ink: Ink) -> list[QGraphicsItem]:
    """What each line is, at its end; where two that are alike end side by side, one label tells of both."""
    found: list[QGraphicsItem] = []
    whole = extent(chart)
    taken: list[float] = []
    for line in (each for each in lines if each.name):
        x, y = float(drawn(chart.x, line.x)[-1]), float(drawn(chart.y, line.y)[-1])
        if any(abs(y - other) < LABEL_SHARE * (whole.top - whole.bottom) for other in taken):
            continue
        color = color_of(chart.series[line.series].color, ink)
        label = pg.TextItem(f" {line.name.partition(' ')[0]}", color=color, anchor=(0, 0.5))
        label.setPos(x, y)
        taken.append(y)
        found.append(label)
    return found


def _bars(chart: Chart, layer: Bars, ink: Ink) -> list[QGraphicsItem]:
    """A pale ground, and the pattern upon it."""
    index = chart.series[layer.series].color
    base, top = np.frombuffer(layer.base), np.frombuffer(layer.top)
    place = {"x": np.frombuffer(layer.x), "y0": base, "height": top - base, "width": layer.width}
    if not is_patterned(chart):
        return [pg.BarGraphItem(**place, brush=color_of(index, ink), pen=pg.mkPen(None))]
    brushes = ((ground_of(index, ink), None), (brush_of(index, ink), color_of(index, ink)))
    return [pg.BarGraphItem(**place, brush=brush, pen=pg.mkPen(edge)) for brush, edge in brushes]


def _intervals(chart: Chart, layers: list[Intervals], ink: Ink, ratio: float) -> list[QGraphicsItem]:
    """All of them as two curves of separate strokes, the intervals thin, the medians thick, on an edge of the ground's
    colour that sets them off a crowd."""
    x = np.concatenate([np.frombuffer(layer.x) for layer in layers])
    middle, low, high = (
        np.concatenate([drawn(chart.y, getattr(layer, name)) for layer in layers]) for name in ("middle", "low", "high")
    )
    told = ~np.isnan(low)
    xs, lows, highs = x[told], low[told], high[told]
    thin_x = np.concatenate([_pairs(xs, xs), _pairs(xs - CAP, xs + CAP), _pairs(xs - CAP, xs + CAP)])
    thin_y = np.concatenate([_pairs(lows, highs), _pairs(lows, lows), _pairs(highs, highs)])
    thick_x, thick_y = _pairs(x - REACH, x + REACH), _pairs(middle, middle)
    return [
        pg.PlotCurveItem(xs_, ys_, connect="pairs", pen=pg.mkPen(color, width=width * ratio))
        for edge, color in ((2, ink.base), (0, ink.text))
        for xs_, ys_, width in ((thin_x, thin_y, 1 + edge), (thick_x, thick_y, 2 + edge))
    ]


def _pairs(one: Floats, other: Floats) -> Floats:
    return np.column_stack((one, other)).ravel()


def _density(chart: Chart, layer: Density, ink: Ink) -> QGraphicsItem:
    """The more runs, the stronger, by the logarithm, so that single ones are still seen."""
    counts = np.frombuffer(layer.counts, dtype="<u4").reshape(layer.rows, layer.columns)
    strength = np.log1p(counts) / max(float(np.log1p(counts.max())), 1e-9)
    alpha = np.where(counts > 0, LEAST_INK + (MOST_INK - LEAST_INK) * strength, 0.0)
    image = np.empty((layer.rows, layer.columns, 4), dtype=np.ubyte)
    image[..., :3] = _rgb(ink.muted)
    image[..., 3] = alpha * 255
    image_item = pg.ImageItem(image, axisOrder="row-major", autoLevels=False)  # it would stretch colour and alpha
    bottom, top = at(chart.y, layer.bottom), at(chart.y, layer.top)
    image_item.setRect(QRectF(layer.left, bottom, layer.right - layer.left, top - bottom))
    item: QGraphicsItem = image_item
    return item


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()

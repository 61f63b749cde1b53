"""How a series is told from the others: its colour, a marker, a dash and a pattern, so that colour is never alone."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from app.numbers.chart import ALL, Bars, Chart
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel, lane_pen

SYMBOLS = ("o", "s", "t1", "d", "+", "x", "t", "star")
"""pyqtgraph's names for markers."""
OF_MARK = {"p50": "o", "p90": "d", "p95": "s", "p99": "t1"}
PATTERNS = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense4Pattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.DiagCrossPattern,
    Qt.BrushStyle.Dense6Pattern,
    Qt.BrushStyle.HorPattern,
    Qt.BrushStyle.VerPattern,
)


MANY_BARS = 250
"""More are too thin for patterns, whose drawing takes as long as a frame: there, the order of the legend is that of the
bars from below."""


def is_patterned(chart: Chart) -> bool:
    return sum(len(layer.x) // 8 for layer in chart.layers if isinstance(layer, Bars)) <= MANY_BARS


def color_of(color: int, ink: Ink) -> QColor:
    """A copy, which may be changed. A negative colour is that of what has none of its own."""
    return QColor(ink.lane(color) if color >= 0 else ink.text if color == ALL else ink.muted)


def symbol_of(color: int) -> str:
    return SYMBOLS[color % len(SYMBOLS)] if color >= 0 else "o"


def brush_of(color: int, ink: Ink) -> QBrush:
    return QBrush(color_of(color, ink), PATTERNS[color % len(PATTERNS)] if color >= 0 else Qt.BrushStyle.Dense5Pattern)


def ground_of(color: int, ink: Ink) -> QColor:
    """What lies below a pattern."""
    pale = color_of(color, ink)
    pale.setAlphaF(0.3)
    return pale


def pen_of(color: int, ink: Ink, *, is_dashed: bool = False, width: int = 1) -> QPen:
    if color >= 0 and not is_dashed:
        return lane_pen(LaneLabel("", color), ink.lanes, width=width)
    pen = QPen(color_of(color, ink), width)
    pen.setCosmetic(True)
    if is_dashed:
        pen.setDashPattern([6.0, 4.0])
    return pen

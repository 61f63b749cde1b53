"""Curves over a threshold, with a line that can be moved along them. Importing this loads pyqtgraph and numpy."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.lab.key import STYLES
from widgets.theme import theme_for

pg.setConfigOption("exitCleanup", False)  # it walks every object of the process when Qt ends; ours have parents

GRID_ALPHA = 40


class Line(NamedTuple):
    """One curve, in percent."""

    name: str
    color: int
    x: Sequence[float]
    y: Sequence[float]


class ThresholdPlot(QWidget):
    moved = Signal(float)
    """The line was moved by hand to this threshold."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._view = pg.GraphicsLayoutWidget(self)
        self._view.setAccessibleName(name)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._box = pg.ViewBox(enableMenu=False)
        self._left, self._bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        self._curves: list[pg.PlotCurveItem] = []
        self._lines: tuple[Line, ...] = ()
        self._mark = pg.InfiniteLine(angle=90, movable=True)
        self._mark.sigPositionChanged.connect(self._on_moved)
        self._is_set = False
        self._arrange()
        self._dress()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._view.ci.setContentsMargins(0, 6, 10, 2)
        self._view.ci.setSpacing(0)
        for item, row, column in ((self._left, 0, 0), (self._box, 0, 1), (self._bottom, 1, 1)):
            self._view.addItem(item, row, column)
        for axis in (self._left, self._bottom):
            axis.linkToView(self._box)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=-3)
            axis.setGrid(GRID_ALPHA)
            axis.setZValue(-1)
        self._left.setWidth(52)
        self._bottom.setHeight(36)
        self._left.setLabel("Share, %")
        self._box.setMouseEnabled(x=False, y=False)
        self._box.disableAutoRange()
        self._box.addItem(self._mark, ignoreBounds=True)
        self._mark.setZValue(10)

    def _dress(self) -> None:
        theme = theme_for(self.palette())
        self._view.setBackground(theme.color("raised"))
        font = QFont(self.font())
        font.setPixelSize(11)
        for axis in (self._left, self._bottom):
            axis.setPen(theme.color("hairline"))
            axis.setTextPen(theme.color("muted"))
            axis.setTickFont(font)
            axis.label.setFont(font)
        self._mark.setPen(pg.mkPen(theme.color("text"), width=1))
        self._mark.setHoverPen(pg.mkPen(theme.color("accent"), width=3))
        for at, (line, curve) in enumerate(zip(self._lines, self._curves, strict=True)):
            curve.setPen(pg.mkPen(self.ink(line.color), width=2, style=STYLES[at % len(STYLES)]))

    def ink(self, color: int) -> QColor:
        return theme_for(self.palette()).lane(color)

    def draw(self, lines: Sequence[Line], title: str, threshold: float) -> None:
        """`title` is what the threshold is of."""
        self._lines = tuple(lines)
        for curve in self._curves:
            self._box.removeItem(curve)
        self._curves = [pg.PlotCurveItem(list(line.x), list(line.y), antialias=True) for line in lines]
        for curve in self._curves:
            self._box.addItem(curve, ignoreBounds=True)
        self._bottom.setLabel(title)
        values = [value for line in lines for value in line.y]
        low, high = min([0.0, *values]), max([100.0, *values])
        xs = [value for line in lines for value in line.x] or [0.0, 1.0]
        self._box.setXRange(min(xs), max(xs), padding=0.03)
        self._box.setYRange(low, high, padding=0.04)
        self.set_threshold(threshold)
        self._dress()

    def set_threshold(self, threshold: float) -> None:
        self._is_set = True
        self._mark.setValue(threshold)
        self._is_set = False

    @property
    def threshold(self) -> float:
        return float(self._mark.value())

    def _on_moved(self, _mark: Any) -> None:
        if not self._is_set:
            self.moved.emit(self.threshold)

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange:
            self._dress()

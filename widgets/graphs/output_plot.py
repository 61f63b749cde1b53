"""Cumulated output over time, one line a lane, on one clock. Importing this module loads pyqtgraph and numpy."""

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from app.series import Race, output_title
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel, lane_pen
from widgets.graphs.outline import Floats, staircase
from widgets.graphs.scale import grown

pg.setConfigOption("exitCleanup", False)  # it walks every object of the process when Qt ends; ours have parents

GRID_ALPHA = 40
"""Of 255."""
SNUG = 1.03
"""Once no lane runs any more, the axes end just past the data."""


class OutputPlot(QWidget):
    """Draws a race when told to. Follows the data until the user zooms; `fit` follows again."""

    hovered = Signal(object)
    """Seconds since the common start under the pointer, or None when it has left."""
    moved = Signal()
    """Another part of time is in view: the outlines must be drawn anew."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = pg.GraphicsLayoutWidget(self)
        self._box = pg.ViewBox(enableMenu=False)
        self._left, self._bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        self._curves: list[pg.PlotCurveItem] = []
        self._limits = (0.0, 0.0)
        self._following = True
        self._title = output_title(frozenset())
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._arrange()
        self._listen()

    def _arrange(self) -> None:
        """Lays out axes and box by hand: a PlotItem would bring nine menus without a parent."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._view.setAccessibleName("Output over time")
        self._view.ci.setContentsMargins(0, 6, 10, 2)
        self._view.ci.setSpacing(0)
        for item, row, column in ((self._left, 0, 0), (self._box, 0, 1), (self._bottom, 1, 1)):
            self._view.addItem(item, row, column)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.disableAutoRange()
        self._box.addItem(self._cross, ignoreBounds=True)
        self._cross.hide()
        self._set_axes()

    def _set_axes(self) -> None:
        for axis in (self._left, self._bottom):
            axis.linkToView(self._box)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(hideOverlappingLabels=False, tickLength=-3)
            axis.setGrid(GRID_ALPHA)
            axis.setZValue(-1)
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)  # grid and labels: most of a redraw else
        self._left.setWidth(58)
        self._bottom.setHeight(36)
        self._bottom.setLabel("Time since the start, s")
        self._left.setLabel(self._title)

    def _listen(self) -> None:
        self._view.scene().sigMouseMoved.connect(self._on_move)
        self._view.scene().sigMouseClicked.connect(self._on_click)
        self._box.sigRangeChangedManually.connect(self._on_zoom)
        self._box.sigXRangeChanged.connect(self._on_view)
        self._box.sigResized.connect(self._on_view)

    def reset(self, lanes: Sequence[LaneLabel], ink: Ink) -> None:
        for curve in self._curves:
            self._box.removeItem(curve)
        self._curves = [pg.PlotCurveItem(skipFiniteCheck=True, antialias=False) for _ in lanes]
        for curve in self._curves:
            self._box.addItem(curve, ignoreBounds=True)
        self._limits = (0.0, 0.0)
        self._following = True
        self.dress(lanes, ink)

    def dress(self, lanes: Sequence[LaneLabel], ink: Ink) -> None:
        """Takes the colours of `ink`."""
        self._view.setBackground(ink.base)
        for axis in (self._left, self._bottom):
            axis.setPen(ink.line)
            axis.setTextPen(ink.muted)
            axis.setTickFont(self._small())
            axis.label.setFont(self._small())
        self._cross.setPen(ink.muted)
        for lane, curve in zip(lanes, self._curves, strict=True):
            curve.setPen(lane_pen(lane, ink.lanes))

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(11)
        return font

    def draw(self, race: Race) -> None:
        self._scale(race)
        (left, right), _ = self._box.viewRange()
        columns = max(int(self._box.width()), 50)
        for series, curve in zip(race.lanes, self._curves, strict=True):
            x, y = staircase(
                series.at_s,
                start_s=series.start_s,
                per_chunk=series.per_chunk,
                left=left,
                right=right,
                columns=columns,
            )
            curve.setData(x, y)
        self._entitle(output_title(race.units))

    def _entitle(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._left.setLabel(title)

    def _scale(self, race: Race) -> None:
        last_s = max((lane.at_s[-1] for lane in race.lanes if lane.at_s), default=0.0)
        most = max((lane.output for lane in race.lanes), default=0.0)
        if race.is_over:
            limits = max(last_s, 0.1) * SNUG, max(most, 10.0) * SNUG
        else:
            limits = grown(self._limits[0], last_s, least=0.1), grown(self._limits[1], most, least=10)
        if limits != self._limits:
            self._limits = limits
            self._box.setYRange(0, limits[1], padding=0.02)
            if self._following:
                self._box.setXRange(0, limits[0], padding=0)

    @property
    def title(self) -> str:
        """The title of the output axis."""
        return self._title

    def line(self, lane_index: int) -> tuple[Floats, Floats]:
        """The corners that are drawn of a lane."""
        x, y = self._curves[lane_index].getData()
        return x, y

    def fit(self) -> None:
        """Shows everything and follows the data again."""
        self._following = True
        self._box.setXRange(0, max(self._limits[0], 0.1), padding=0)

    def leaveEvent(self, event: QEvent) -> None:
        self._cross.hide()
        self.hovered.emit(None)
        super().leaveEvent(event)

    def _on_move(self, at: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(at):
            return
        at_s = self._box.mapSceneToView(at).x()
        self._cross.setPos(at_s)
        self._cross.show()
        self.hovered.emit(at_s)

    def _on_click(self, event: Any) -> None:
        if event.double():
            self.fit()

    def _on_zoom(self, _: object) -> None:
        self._following = False

    def _on_view(self, *_: object) -> None:
        self.moved.emit()

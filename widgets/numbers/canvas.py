"""A chart as a picture that can be zoomed, read and drawn over. Importing this module loads pyqtgraph and numpy."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from app.numbers.chart import Chart
from app.numbers.nearest import NOTHING_NEAR, REACH_PX, Near, Scale, nearest
from app.numbers.placing import Extent, box_at, extent
from app.numbers.question import Box
from widgets.graphs.ink import Ink
from widgets.numbers.drawing import items
from widgets.numbers.room import Room
from widgets.numbers.scale_axis import ScaleAxis

pg.setConfigOption("exitCleanup", False)  # it walks every object of the process when Qt ends; ours have parents

NEARLY = 1e-6
REST_MS = 150
"""After the last turn of the wheel, before a crowd is counted anew for what is in view."""


class Canvas(QWidget):
    hovered = Signal(object)
    """The `Near` under the pointer."""
    brushed = Signal(object)
    """The `Box` that was drawn."""
    opened = Signal(str, object)
    """The id of the run whose marker was clicked twice, and a `Box` around the marker."""
    zoomed = Signal(object)
    """The `Box` in view, where a crowd is to be drawn finer; None once all of it is in view again."""

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent)
        self._ink = ink
        self._chart: Chart | None = None
        self._items: list[QGraphicsItem] = []
        self._whole = Extent(0.0, 1.0, 0.0, 1.0)
        self._view = pg.GraphicsLayoutWidget(self)
        self._room = Room()
        self._left, self._bottom = ScaleAxis("left"), ScaleAxis("bottom")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._arrange()
        self._listen()
        self.dress(ink)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._view.ci.setContentsMargins(0, 8, 16, 2)
        self._view.ci.setSpacing(0)
        for item, row, column in ((self._left, 0, 0), (self._room, 0, 1), (self._bottom, 1, 1)):
            self._view.addItem(item, row, column)
        for axis in (self._left, self._bottom):
            axis.linkToView(self._room)

    def _listen(self) -> None:
        self._view.scene().sigMouseMoved.connect(self._on_move)
        self._view.scene().sigMouseClicked.connect(self._on_click)
        self._room.drawn_over.connect(self._on_drawn_over)
        self._room.sigRangeChangedManually.connect(self._on_zoom)
        self._rest.timeout.connect(self._on_rest)

    @property
    def chart(self) -> Chart | None:
        return self._chart

    @property
    def names_are_cut(self) -> bool:
        """Whether names below the axis did not fit."""
        return self._bottom.elides

    @property
    def shown(self) -> tuple[float, float, float, float]:
        """What is in view: left, right, bottom, top."""
        (left, right), (bottom, top) = self._room.viewRange()
        return left, right, bottom, top

    @property
    def is_zoomed(self) -> bool:
        whole = self._whole
        ends = (whole.left, whole.right, whole.bottom, whole.top)
        sizes = (whole.right - whole.left,) * 2 + (whole.top - whole.bottom,) * 2
        return any(abs(a - b) > NEARLY * size for a, b, size in zip(self.shown, ends, sizes, strict=True))

    def show_chart(self, chart: Chart, *, keeps_view: bool = False) -> None:
        """`keeps_view`: it is the same chart, drawn anew."""
        self._chart = chart
        self._rest.stop()
        self._bottom.elides = False
        self._bottom.read(chart.x)
        self._left.read(chart.y)
        self._room.setMouseEnabled(x=chart.x.kind != "names", y=True)
        self._draw(chart)
        self._view.setAccessibleName(f"{chart.y.title} by {chart.x.title}")
        if not keeps_view:
            self._whole = extent(chart)
            self.fit()

    def _draw(self, chart: Chart) -> None:
        for item in self._items:
            self._room.removeItem(item)
        self._items = items(chart, self._ink, self.devicePixelRatioF())
        for item in self._items:
            self._room.addItem(item, ignoreBounds=True)

    def dress(self, ink: Ink) -> None:
        self._ink = ink
        self._view.setBackground(ink.base)
        for axis in (self._left, self._bottom):
            axis.dress(ink, self.font().family())
        self._room.dress(ink)
        if self._chart is not None:
            self._draw(self._chart)

    def fit(self) -> None:
        """All of it."""
        whole = self._whole
        if self._chart is not None:
            self._room.setRange(xRange=(whole.left, whole.right), yRange=(whole.bottom, whole.top), padding=0)

    def whole(self) -> Box:
        """All that is in view, as if it had been drawn over."""
        assert self._chart is not None
        return box_at(self._chart, *self.shown)

    def clear_brush(self) -> None:
        self._room.clear_rectangle()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(NOTHING_NEAR)
        super().leaveEvent(event)

    def near(self, at: QPointF) -> Near:
        """What lies at a place of the scene."""
        if self._chart is None or not self._room.sceneBoundingRect().contains(at):
            return NOTHING_NEAR
        place, pixel = self._room.mapSceneToView(at), self._room.viewPixelSize()
        scale = Scale(1 / max(pixel[0], 1e-300), 1 / max(pixel[1], 1e-300))
        return nearest(self._chart, place.x(), place.y(), scale)

    def _on_move(self, at: QPointF) -> None:
        self.hovered.emit(self.near(at))

    def _on_click(self, event: Any) -> None:
        if not event.double():
            return
        if run := self.near(event.scenePos()).run:
            self.opened.emit(run, self._around(event.scenePos()))
        else:
            self.fit()
            self._on_zoom(None)

    def _around(self, at: QPointF) -> Box:
        assert self._chart is not None
        edge = QPointF(REACH_PX, REACH_PX)
        corners = self._room.mapSceneToView(at - edge), self._room.mapSceneToView(at + edge)
        x, y = sorted(corner.x() for corner in corners), sorted(corner.y() for corner in corners)
        return box_at(self._chart, x[0], x[1], y[0], y[1])

    def _on_drawn_over(self, drawn: QRectF) -> None:
        if self._chart is not None:
            self.brushed.emit(box_at(self._chart, drawn.left(), drawn.right(), drawn.top(), drawn.bottom()))

    def _on_zoom(self, _: object) -> None:
        if self._chart is not None and self._chart.runs > 0:
            self._rest.start()

    def _on_rest(self) -> None:
        assert self._chart is not None
        whole, (left, right, bottom, top) = self._whole, self.shown
        is_whole = left <= whole.left and right >= whole.right and bottom <= whole.bottom and top >= whole.top
        self.zoomed.emit(None if is_whole else self.whole())

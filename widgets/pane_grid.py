"""The panes side by side: they reflow with the window, and are put in another order by dragging their heads."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.bench import Bench, Place
from widgets.pane import Pane
from widgets.reflow import GAP, plan
from widgets.theme import theme_for


class Ground(QWidget):
    """What the panes lie on; it marks where a dragged one would come to stand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.marker: QRect | None = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.marker is not None:
            QPainter(self).fillRect(self.marker, theme_for(self.palette()).color("accent"))


class PaneGrid(QScrollArea):
    made = Signal(object)
    """A new `Pane`, to be connected."""
    moved = Signal(int, int)
    """Place and the index at which it was dropped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._panes: list[Pane] = []
        self._one_row = False
        self._scale = 1.0
        self._ground = Ground(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self._ground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Lanes")

    @property
    def panes(self) -> tuple[Pane, ...]:
        """In the order in which they stand."""
        return tuple(self._panes)

    def pane(self, number: int) -> Pane | None:
        return next((pane for pane in self._panes if pane.place.number == number), None)

    @property
    def focused(self) -> Pane | None:
        return next((pane for pane in self._panes if pane.has_focus), None)

    def show_bench(self, bench: Bench) -> None:
        """Panes that stay are kept with what they show; the others come and go."""
        before = {pane.place.number: pane for pane in self._panes}
        self._panes = [before.get(place.number) or self._make(place) for place in bench.places]
        for gone in before.values():
            if gone not in self._panes:
                gone.hide()
                gone.deleteLater()
        for index, (pane, place) in enumerate(zip(self._panes, bench.places, strict=True)):
            pane.show_place(place, index + 1)
        self._order_focus()
        self._place()

    def _make(self, place: Place) -> Pane:
        pane = Pane(self._ground, place)
        pane.set_scale(self._scale)
        pane.dragged.connect(self._on_dragged)
        pane.dropped.connect(self._on_dropped)
        pane.show()
        self.made.emit(pane)
        return pane

    def _order_focus(self) -> None:
        for one, next_ in zip(self._panes, self._panes[1:], strict=False):
            QWidget.setTabOrder(one, next_)

    def set_one_row(self, one_row: bool) -> None:
        self._one_row = one_row
        self._place()

    def set_scale(self, scale: float) -> None:
        self._scale = scale
        for pane in self._panes:
            pane.set_scale(scale)

    def reveal(self, pane: Pane) -> None:
        self.ensureWidgetVisible(pane, 0, 0)

    # Where they stand

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self.viewport().size()
        found = plan(len(self._panes), room.width(), room.height(), one_row=self._one_row)
        self._ground.resize(found.width, found.height)
        for pane, box in zip(self._panes, found.boxes, strict=True):
            pane.setGeometry(box.x, box.y, box.width, box.height)

    # Dragging

    def _on_dragged(self, number: int, at: QPoint) -> None:
        self._show_marker(self._target(number, at), number)

    def _on_dropped(self, number: int, at: QPoint) -> None:
        target = self._target(number, at)
        self._show_marker(None, number)
        if target is not None:
            self.moved.emit(number, target)

    def _target(self, number: int, at: QPoint) -> int | None:
        """The index under the pointer; None over the dragged pane itself and beside all panes."""
        spot = self._ground.mapFromGlobal(at)
        for index, pane in enumerate(self._panes):
            if pane.geometry().contains(spot):
                return None if pane.place.number == number else index
        return None

    def _show_marker(self, target: int | None, number: int) -> None:
        self._ground.marker = None
        moved = self.pane(number)
        if target is not None and moved is not None:
            box = self._panes[target].geometry()
            forward = self._panes.index(moved) < target
            x = box.right() + 1 if forward else box.left() - GAP
            self._ground.marker = QRect(max(0, x + 2), box.top(), 4, box.height())
        self._ground.update()

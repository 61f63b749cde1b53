"""The box of a plot: the left button draws a rectangle, the others move, the wheel zooms."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsRectItem

from widgets.graphs.ink import Ink
from widgets.numbers.marks import color_of


class Room(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph publishes no types
    drawn_over = Signal(QRectF)
    """A rectangle was drawn, in the coordinates of the view."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.disableAutoRange()
        self._rectangle = QGraphicsRectItem()
        self._rectangle.setZValue(1000)
        self.addItem(self._rectangle, ignoreBounds=True)
        self._rectangle.hide()

    def dress(self, ink: Ink) -> None:
        edge = ink.text
        inside = color_of(-1, ink)
        inside.setAlphaF(0.15)
        pen = pg.mkPen(edge, style=Qt.PenStyle.DotLine)
        self._rectangle.setPen(pen)
        self._rectangle.setBrush(inside)

    def clear_rectangle(self) -> None:
        self._rectangle.hide()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        start, end = self.mapToView(event.buttonDownPos()), self.mapToView(event.pos())
        drawn = QRectF(start, end).normalized()
        self._rectangle.setRect(drawn)
        self._rectangle.show()
        if event.isFinish():
            self.drawn_over.emit(drawn)

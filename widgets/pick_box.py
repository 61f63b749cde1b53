"""Boxes with arrows of our own, to choose from a list or to count: a style sheet can draw none but from a file."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from widgets.icons import tinted
from widgets.theme import theme_for

ARROW = 14
SMALL_ARROW = 12


class PickBox(QComboBox):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRect(self.width() - ARROW - 6, (self.height() - ARROW) // 2, ARROW, ARROW)
        _draw(self, "down", place)


class CountBox(QSpinBox):
    """Arrows stand one above the other, where the style leaves room for them."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        left, middle = self.width() - SMALL_ARROW - 6, self.height() // 2
        _draw(self, "up", QRect(left, middle - SMALL_ARROW, SMALL_ARROW, SMALL_ARROW))
        _draw(self, "down", QRect(left, middle, SMALL_ARROW, SMALL_ARROW))


def _draw(box: QWidget, name: str, place: QRect) -> None:
    tinted(name, theme_for(box.palette()).color("muted")).paint(QPainter(box), place)

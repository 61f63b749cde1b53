"""A box of choices with an arrow of our own: a style sheet can draw none but from a file."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from widgets.icons import tinted
from widgets.theme import theme_for

ARROW = 14


class PickBox(QComboBox):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        color = theme_for(self.palette()).color("muted")
        place = QRect(self.width() - ARROW - 6, (self.height() - ARROW) // 2, ARROW, ARROW)
        tinted("down", color).paint(QPainter(self), place)

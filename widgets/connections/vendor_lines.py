"""The lines of the list of vendors: one that does not answer as it should has a mark."""

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from app.choices import ModelChoice
from widgets.icons import tinted
from widgets.model_list import Lines
from widgets.theme import theme_for

MARK = 14


class VendorLines(Lines):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.broken: frozenset[str] = frozenset()
        """By what stands in the list."""

    def decorate(self, painter: QPainter, room: QRect, choice: ModelChoice, option: QStyleOptionViewItem) -> int:
        if choice.lane not in self.broken:
            return 0
        place = QRect(room.right() + 1 - MARK, room.center().y() - MARK // 2 + 1, MARK, MARK)
        tinted("error", theme_for(option.palette).color("error")).paint(painter, place)
        return MARK + 4

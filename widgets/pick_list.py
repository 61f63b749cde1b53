"""The list of the lane picker: a star before each line, and marks for what a model can do."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from app.choices import ModelChoice
from widgets.icons import tinted
from widgets.model_list import CHOICE, Index, Lines, ModelList
from widgets.theme import theme_for

STAR = 24
"""Pixels before a line, which is wide enough to be hit."""
MARK = 14


class PickLines(Lines):
    def content(self, option: QStyleOptionViewItem) -> QRect:
        return super().content(option).adjusted(STAR - 4, 0, 0, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        choice = index.data(CHOICE)
        is_near = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        if isinstance(choice, ModelChoice) and (choice.favourite or is_near):
            name, role = ("star_on", "accent") if choice.favourite else ("star", "muted")
            picture = tinted(name, theme_for(option.palette).color(role))
            picture.paint(painter, QRect(option.rect.left() + 6, option.rect.center().y() - 8, 16, 16))

    def decorate(self, painter: QPainter, room: QRect, choice: ModelChoice, option: QStyleOptionViewItem) -> int:
        """Marks at the right end of the lower line; how wide they are."""
        color = theme_for(option.palette).color("muted")
        left = room.right() + 1
        for each in reversed(choice.can):
            left -= MARK + 4
            tinted(f"can_{each}", color).paint(painter, QRect(left, room.center().y() - MARK // 2 + 1, MARK, MARK))
        return room.right() + 1 - left


class PickList(ModelList):
    starred = Signal(str)
    """The lane that is to be a favourite, or none any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(PickLines(self))
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._starred_at(event.position().toPoint()):
            event.accept()  # and nothing is marked
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        lane = self._starred_at(event.position().toPoint())
        if lane and event.button() == Qt.MouseButton.LeftButton:
            self.starred.emit(lane)
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def _starred_at(self, point: QPoint) -> str:
        """The lane whose star is there."""
        choice = self.indexAt(point).data(CHOICE)
        return choice.lane if isinstance(choice, ModelChoice) and point.x() < STAR else ""

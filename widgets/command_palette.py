"""Every command by typing a part of its name."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.commands import COMMANDS, shown_keys
from widgets.sheet import Sheet
from widgets.theme import theme_for

ID = Qt.ItemDataRole.UserRole
KEYS = Qt.ItemDataRole.UserRole + 1
NOTHING = "No command has these words in its name."


class KeysAtTheRight(QStyledItemDelegate):
    def __init__(self, sheet: QWidget) -> None:
        super().__init__(sheet)
        self._sheet = sheet

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        rect: QRect = option.rect
        painter.setPen(theme_for(self._sheet.palette()).color("muted"))
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -8, 0), end, index.data(KEYS) or "")


class CommandPalette(Sheet):
    def __init__(self, parent: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(parent, "Commands", width=480)
        self._actions = actions
        self._field = QLineEdit(self)
        self._field.setPlaceholderText("Type a part of a command")
        self._field.setAccessibleName("Filter commands")
        self._list = QListWidget(self)
        self._list.setAccessibleName("Commands")
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setFixedHeight(320)
        self._list.setItemDelegate(KeysAtTheRight(self))
        self._field.textChanged.connect(self._filter)
        self._field.returnPressed.connect(self._run)
        self._list.itemActivated.connect(self._run)
        self._list.itemClicked.connect(self._run)
        self._field.installEventFilter(self)
        self.column.addWidget(self._field)
        self.column.addWidget(self._list)

    def open(self, title: str | None = None) -> None:
        self._field.clear()
        self._filter("")
        super().open(title)

    def first_focus(self) -> QWidget:
        return self._field

    def _filter(self, text: str) -> None:
        self._list.clear()
        words = text.lower().split()
        for command in COMMANDS:
            name = command.text.removesuffix("…")
            told = f"{command.menu}: {name}"
            if command.id == "palette" or not all(word in told.lower() for word in words):
                continue
            keys = shown_keys(command)
            item = QListWidgetItem(told)
            item.setData(ID, command.id)
            item.setData(KEYS, keys)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{told}, {keys}" if keys else told)
            self._list.addItem(item)
        if not self._list.count():
            self._list.addItem(_nothing())
        self._list.setCurrentRow(0)

    def _run(self, *_: object) -> None:
        item = self._list.currentItem()
        if item is None or item.data(ID) is None:
            return
        action = self._actions[item.data(ID)]
        self.dismiss()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._list.count():
                self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
                return True
        return super().eventFilter(watched, event)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.center().x() - width // 2, room.top() + 32)


def _nothing() -> QListWidgetItem:
    item = QListWidgetItem(NOTHING)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item

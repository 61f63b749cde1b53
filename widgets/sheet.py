"""A panel that lies over the window, beside what it concerns; never a modal dialog."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget
from shiboken6 import isValid

from widgets.buttons import IconButton
from widgets.shadow import Shadow
from widgets.theme import RADIUS, theme_for

EDGE = 16


class Sheet(QWidget):
    """Esc closes it and gives the focus back. Its content goes into `column`."""

    appeared = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget, title: str, *, width: int) -> None:
        super().__init__(parent)
        self.content = _content(parent)
        self._width = width
        self._from: QWidget | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = QLabel(title, self)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        close = IconButton("close", "Close (Esc)", self)
        close.clicked.connect(self.dismiss)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 12, 16)
        self.column.setSpacing(8)
        self.column.addLayout(head)
        self._fills = False
        self._shadow = Shadow(self, RADIUS)
        self.content.installEventFilter(self)
        self.hide()

    def open(self, title: str | None = None) -> None:
        if title is not None:
            self.set_title(title)
        if not self.isVisible():
            self._from = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)
        self.appeared.emit()

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def first_focus(self) -> QWidget:
        return self

    def dismiss(self) -> None:
        self.hide()
        back, self._from = self._from, None
        if back is not None and isValid(back) and back.isVisible():  # it may have been deleted meanwhile
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def place(self) -> None:
        whole = self.content.rect() if self.content is self.parentWidget() else self.content.geometry()
        room = whole.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        width = min(self._width, room.width())
        height = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        height = min(max(height, self.sizeHint().height()), room.height())
        self._fills = (width, height) == (room.width(), room.height())
        self._shadow.set_cast(not self._fills)
        if self._fills:
            self.setGeometry(whole)  # a rim of what lies below it would only be cut words
            return
        self.setGeometry(QRect(self.corner(room, width, height), self.geometry().size().expandedTo(self.minimumSize())))
        self.resize(width, height)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        """Where its left upper corner lies."""
        return QPoint(room.center().x() - width // 2, max(room.top(), room.center().y() - height // 2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_other = watched is self.content and event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        if is_other and not self.isHidden():  # it may just be about to be shown
            self.place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("hairline"))
        painter.setBrush(theme.color("raised"))
        radius = 0 if self._fills else RADIUS
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _content(parent: QWidget) -> QWidget:
    """Over which it lies: a window's content, so that menus and rail can still be reached."""
    content = parent.centralWidget() if isinstance(parent, QMainWindow) else None
    return content or parent

"""One line across the window that says something, with a way to act on it and a way to be rid of it."""

from typing import Literal

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from widgets.buttons import IconButton
from widgets.icons import tinted
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import theme_for

Level = Literal["info", "warning", "error"]
ROLES: dict[Level, str] = {"info": "muted", "warning": "warning", "error": "error"}


class Strip(QWidget):
    closed = Signal()
    acted = Signal()

    def __init__(
        self,
        parent: QWidget,
        text: str,
        level: Level = "info",
        *,
        lasting: bool = False,
        copied: str = "",
        act: str = "",
    ) -> None:
        """`lasting` strips cannot be closed; `copied` is what a Copy details button copies, `act` what another button
        says, if there are any."""
        super().__init__(parent)
        self._level: Level = level
        self._copied = copied
        self._label = ElidedLabel(text, self, px=SMALL_PX)
        self._copy = QPushButton("Copy details", self)
        self.action = self._action(act) if act else None
        self._close = IconButton("close", "Dismiss this message", self)
        self._copy.clicked.connect(self._on_copy)
        self._close.clicked.connect(self._on_close)
        self._copy.setVisible(bool(copied))
        self._close.setVisible(not lasting)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(36, 4, 4, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self._label, 1)
        for part in filter(None, (self._copy, self.action, self._close)):
            self._row.addWidget(part)
        self.setMinimumHeight(28)
        self.setAccessibleName(text)

    def _action(self, act: str) -> QPushButton:
        button = QPushButton(act, self)
        button.setFlat(True)
        button.clicked.connect(self.acted)
        return button

    def offer(self, act: str) -> QPushButton:
        """One more button, before the others."""
        button = QPushButton(act, self)
        button.setFlat(True)
        self._row.insertWidget(1, button)
        return button

    @property
    def text(self) -> str:
        return self._label.text()

    def set_text(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)

    def _on_close(self) -> None:
        self.closed.emit()
        self.drop()

    def drop(self) -> None:
        self.hide()
        self.deleteLater()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        color = theme.color(ROLES[self._level])
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("hairline"))
        tinted(self._level, color).paint(painter, QRect(12, (self.height() - 16) // 2, 16, 16))
        if self._level != "info":
            painter.fillRect(0, 0, 3, self.height(), color)

"""Finding text in all answers."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.markdown import AnswerView
from widgets.theme import theme_for


class FindBar(QWidget):
    """Goes through the matches of one answer, then through the next answer's."""

    closed = Signal()

    def __init__(self, parent: QWidget, views: Callable[[], list[AnswerView]]) -> None:
        super().__init__(parent)
        self._views = views
        self._counts: list[tuple[AnswerView, int]] = []
        self._at = -1
        self._field = QLineEdit(self)
        self._field.setPlaceholderText("Find in all answers")
        self._field.setAccessibleName("Find in all answers")
        self._field.setClearButtonEnabled(True)
        for clear in self._field.findChildren(QToolButton):
            clear.setAccessibleName("Clear")
        self._field.setMinimumWidth(180)
        self._field.setMaximumWidth(420)
        self._count = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._previous = IconButton("up", "Previous match (Shift+F3)", self)
        self._next = IconButton("down", "Next match (F3)", self)
        self._close = IconButton("close", "Close the find bar (Esc)", self)
        self._field.textChanged.connect(self.refresh)
        self._previous.clicked.connect(self.previous)
        self._next.clicked.connect(self.next)
        self._close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self._field, 2)
        row.addWidget(self._count, 1)
        for button in (self._previous, self._next, self._close):
            row.addWidget(button)

    def open(self) -> None:
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.refresh()

    def end(self) -> None:
        """Takes all marks away."""
        for view in self._views():
            view.clear_search()
        self._counts = []
        self.hide()

    @property
    def total(self) -> int:
        return sum(count for _, count in self._counts)

    @property
    def told(self) -> str:
        return self._count.text()

    def seek(self, text: str) -> None:
        self._field.setText(text)

    def refresh(self) -> None:
        """Counts anew; answers may have grown."""
        text = self._field.text()
        self._counts = [(view, view.search(text)) for view in self._views()]
        self._at = -1
        self._tell()

    def next(self) -> None:
        self._step(1)

    def previous(self) -> None:
        self._step(-1)

    def _step(self, direction: int) -> None:
        if not self.total:
            return
        before = self._place()[0] if self._at >= 0 else None
        self._at = (self._at + direction) % self.total if self._at >= 0 else (0 if direction > 0 else self.total - 1)
        view, number = self._place()
        if view is not before:
            view.search(self._field.text())
            for _ in range(number):
                view.step(1)
        view.step(direction if view is before else 1)
        self._tell()

    def _place(self) -> tuple[AnswerView, int]:
        """The answer that holds the current match, and its number there."""
        at = self._at
        for view, count in self._counts:
            if at < count:
                return view, at
            at -= count
        raise IndexError(self._at)

    def _tell(self) -> None:
        if not self._field.text():
            self._count.setText("")
        elif not self.total:
            self._count.setText("No match")
        elif self._at < 0:
            self._count.setText("1 match" if self.total == 1 else f"{self.total} matches")
        else:
            self._count.setText(f"{self._at + 1} of {self.total}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            backwards = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.previous() if backwards else self.next()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("hairline"))

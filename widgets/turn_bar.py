"""Where the answer of a pane stands in its conversation: which turn, which version of it, and what was asked."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel, Hairline, one_line

if TYPE_CHECKING:
    from app.session.browse import Turn


class Steps(QWidget):
    """`‹ Turn 2 of 3 ›`: a place in a row, with the ways to its neighbours. Not there where the row has one place."""

    asked = Signal(str)

    def __init__(self, parent: QWidget, what: str) -> None:
        super().__init__(parent)
        self._what = what
        self._before: str | None = None
        self._after: str | None = None
        self._back = IconButton("left", f"The {what} before", self, size=12)
        self._on = IconButton("right", f"The {what} after", self, size=12)
        self._label = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._back.clicked.connect(self._on_back)
        self._on.clicked.connect(self._on_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self._back, self._label, self._on):
            row.addWidget(part)

    def show_place(self, number: int, count: int, before: str | None, after: str | None) -> None:
        self._before, self._after = before, after
        self._label.setText(f"{self._what.capitalize()} {number} of {count}")
        self._label.setFixedWidth(self._label.sizeHint().width() + 2)
        self._back.setEnabled(before is not None)
        self._on.setEnabled(after is not None)
        self.setVisible(count > 1)

    @property
    def text(self) -> str:
        return self._label.text() if not self.isHidden() else ""

    def _on_back(self) -> None:
        if self._before is not None:
            self.asked.emit(self._before)

    def _on_on(self) -> None:
        if self._after is not None:
            self.asked.emit(self._after)


class TurnBar(QWidget):
    """Not there for a single turn that was asked once: then the prompt below says it all."""

    asked = Signal(str)
    """The id of a run."""
    edit_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.turns, self.versions = Steps(self, "turn"), Steps(self, "version")
        self._prompt = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._edit = IconButton("edit", "Edit this prompt and ask again from here", self, size=12)
        self._edit.clicked.connect(self.edit_asked)
        for steps in (self.turns, self.versions):
            steps.asked.connect(self.asked)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(8)
        row.addWidget(self.turns)
        row.addWidget(self.versions)
        row.addWidget(self._prompt, 1)
        row.addWidget(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Hairline(self))
        self.hide()

    def show_turn(self, turn: "Turn | None", prompt: str) -> None:
        if turn is None or (turn.turns == 1 and turn.versions == 1):
            self.hide()
            return
        self.turns.show_place(turn.number, turn.turns, turn.previous, turn.next)
        self.versions.show_place(turn.version, turn.versions, turn.earlier, turn.later)
        self._prompt.setText(one_line(prompt))
        self.show()

"""What the user thinks of an answer: stars, a thumb, a note, and whether it is better than another."""

from dataclasses import dataclass

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.session.document import NO_OPINION, Opinion, Thumb
from widgets.buttons import IconButton
from widgets.connections import forms
from widgets.labels import one_line
from widgets.sheet import Sheet

STARS = 5
MEANINGS = ("useless", "poor", "fair", "good", "excellent")


@dataclass(frozen=True)
class Rival:
    """Another lane's answer to the same prompt. `verdict` tells whether this one is `better` or `worse`, if that was
    said."""

    run: str
    label: str
    verdict: str = ""


class JudgeSheet(Sheet):
    thought = Signal(str, object)
    """The id of a run, and the `Opinion` of it."""
    preferred = Signal(str, str)
    """Of two runs' ids, that of the better one, and the other's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Judge this answer", width=380)
        self._run, self._opinion = "", NO_OPINION
        self._near = QRect()
        self.stars = [IconButton("star", "", self, size=20) for _ in range(STARS)]
        self.up = IconButton("thumb_up", "Thumb up (+)", self, size=20)
        self.down = IconButton("thumb_down", "Thumb down (-)", self, size=20)
        self.note = forms.lines(self, "Note", "A note on this answer", 3)
        self.rivals: list[QPushButton] = []
        for number, star in enumerate(self.stars, 1):
            star.set_name(f"{number} of 5, {MEANINGS[number - 1]} ({number})")
            star.clicked.connect(self._on_star)
        for thumb in (self.up, self.down):
            thumb.setCheckable(True)
            thumb.clicked.connect(self._on_thumb)
        self.note.textChanged.connect(self._on_note)
        self._arrange()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        for star in self.stars:
            row.addWidget(star)
        row.addStretch(1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        self._better = forms.small("Better than", self)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self.column.addLayout(row)
        self.column.addWidget(self.note)
        self.column.addWidget(self._better)
        self.column.addLayout(self._row)

    def judge(self, run: str, opinion: Opinion, rivals: tuple[Rival, ...], near: QRect) -> None:
        """Opens beside `near`, a part of the window."""
        self._run, self._near = "", near
        self._show(opinion)
        if self.note.toPlainText() != opinion.note:
            self.note.setPlainText(opinion.note)
        self._run = run
        self._show_rivals(rivals)
        self.open()

    def first_focus(self) -> QWidget:
        return self.stars[max(0, (self._opinion.rating or 1) - 1)]

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        x = min(max(room.left(), self._near.right() - width), room.right() - width)
        return QPoint(x, min(max(room.top(), self._near.bottom() - height - 48), room.bottom() - height))

    def _show(self, opinion: Opinion) -> None:
        self._opinion = opinion
        for number, star in enumerate(self.stars, 1):
            star.set_icon("star_on" if number <= (opinion.rating or 0) else "star")
        self.up.setChecked(opinion.thumb == "up")
        self.down.setChecked(opinion.thumb == "down")

    def _show_rivals(self, rivals: tuple[Rival, ...]) -> None:
        for button in self.rivals:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.rivals = [self._rival(each) for each in rivals]
        self._better.setVisible(bool(rivals))

    def _rival(self, rival: Rival) -> QPushButton:
        button = QPushButton(one_line(rival.label)[:24], self)
        button.setCheckable(True)
        button.setChecked(rival.verdict == "better")
        button.setProperty("run", rival.run)
        if rival.verdict == "worse":
            button.setToolTip("So far you found this one better")
        button.clicked.connect(self._on_rival)
        self._row.addWidget(button)
        return button

    def _think(self, **parts: object) -> None:
        self._show(replace(self._opinion, **parts))
        if self._run:
            self.thought.emit(self._run, self._opinion)

    def _on_star(self) -> None:
        number = next(n for n, star in enumerate(self.stars, 1) if star is self.sender())
        self._rate(number)

    def _rate(self, number: int) -> None:
        """The same again takes it back."""
        self._think(rating=None if number == self._opinion.rating else number)

    def _on_thumb(self) -> None:
        self._thumb("up" if self.sender() is self.up else "down")

    def _thumb(self, thumb: Thumb) -> None:
        self._think(thumb=None if thumb == self._opinion.thumb else thumb)

    def _on_note(self) -> None:
        if self._run and self.note.toPlainText() != self._opinion.note:
            self._think(note=self.note.toPlainText())

    def _on_rival(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)
        if button.isChecked():
            self.preferred.emit(self._run, button.property("run"))
        else:
            button.setChecked(True)  # a verdict is turned round from the other side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if text in "12345" and text and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._rate(int(text))
        elif text in "+-" and text:
            self._thumb("up" if text == "+" else "down")
        else:
            super().keyPressEvent(event)


def told(opinion: Opinion) -> str:
    """Short, for a button: `4 ▲`; a note alone is `✎`."""
    thumb = {"up": "▲", "down": "▼"}.get(opinion.thumb or "", "")
    return " ".join(filter(None, (str(opinion.rating or ""), thumb))) or ("✎" if opinion.note else "")

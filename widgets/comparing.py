"""Two answers beside each other: what of the text is the same, and how the figures differ."""

import contextlib
import threading
from decimal import Decimal
from math import floor

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QWidget

from app.session.compare import Difference, Figure, Piece, difference
from app.session.document import Run
from widgets.connections import forms
from widgets.labels import SMALL_PX, ElidedLabel, one_line, tinted
from widgets.pick_box import PickBox
from widgets.sheet import Sheet
from widgets.theme import figures_font, theme_for

DASH = "–"


class Comparer(QObject):
    """Compares in a thread of its own: long answers take a while."""

    compared = Signal(int, object)
    """The number of the question, and the `Difference`."""

    def start(self, number: int, before: Run, after: Run) -> None:
        threading.Thread(target=self._compare, args=(number, before, after), name="compare", daemon=True).start()

    def _compare(self, number: int, before: Run, after: Run) -> None:
        found = difference(before, after)
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self.compared.emit(number, found)


class CompareSheet(Sheet):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Compare answers", width=860)
        self._run: Run | None = None
        self._others: tuple[tuple[str, Run], ...] = ()
        self._asked = 0
        self.name = ElidedLabel("", self, bold=True)
        self.other = PickBox(self)
        self.other.setAccessibleName("Compared with")
        self.other.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.told = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("What was changed in the text")
        self.text.document().setDocumentMargin(10)
        self.figures = QGridLayout()
        self.figures.setHorizontalSpacing(24)
        self.figures.setVerticalSpacing(3)
        self._cells: list[QLabel] = []
        self._comparer = Comparer(self)
        self._comparer.compared.connect(self._on_compared)
        self.other.activated.connect(self._ask)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 2)
        head.addWidget(forms.small("compared with", self))
        head.addWidget(self.other, 3)
        self.column.addLayout(head)
        self.column.addWidget(self.told)
        self.column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.addLayout(self.figures)
        row.addStretch(1)
        self.column.addLayout(row)

    def sizeHint(self) -> QSize:
        return QSize(860, 620)

    def first_focus(self) -> QWidget:
        return self.other

    def compare(self, label: str, run: Run, others: tuple[tuple[str, Run], ...]) -> None:
        """Opens; the first of `others`, each with what it is called, is compared with."""
        self._run, self._others = run, others
        self.name.setText(one_line(label))
        self.other.clear()
        self.other.addItems([one_line(name) for name, _ in others])
        self.open()
        self._ask()

    def _ask(self, _index: int = 0) -> None:
        at = self.other.currentIndex()
        if self._run is not None and 0 <= at < len(self._others):
            self._asked += 1
            self.told.setText("Comparing…")
            self.text.clear()
            self._comparer.start(self._asked, self._others[at][1], self._run)

    def _on_compared(self, number: int, found: Difference) -> None:
        if number != self._asked:
            return
        share = floor(found.similarity * 1000) / 10  # never 100 for texts that differ
        same = f"{share:g}% of the words are the same, in the same order"
        self.told.setText("Both texts are the same" if found.similarity == 1 else same)
        self._write(found.pieces)
        self._show_figures(found.figures)

    def _write(self, pieces: tuple[Piece, ...]) -> None:
        """What is gone is struck through, what is new is underlined: never by colour alone."""
        theme = theme_for(self.palette())
        plain, gone, new = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        gone.setFontStrikeOut(True)
        gone.setForeground(theme.color("muted"))
        new.setFontUnderline(True)
        new.setBackground(theme.color("selection"))
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for kind, text in pieces:
            cursor.insertText(text, {"same": plain, "gone": gone, "new": new}[kind])
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _show_figures(self, figures: tuple[Figure, ...]) -> None:
        for cell in self._cells:
            self.figures.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        known = [each for each in figures if each.before is not None or each.after is not None]
        rows = [("", "before", "now", "change"), *map(_row, known)]
        self._cells = [
            self._cell(row, column, text) for row, line in enumerate(rows) for column, text in enumerate(line)
        ]

    def _cell(self, row: int, column: int, text: str) -> QLabel:
        cell = QLabel(text, self)
        cell.setTextFormat(Qt.TextFormat.PlainText)
        font = figures_font(cell.font())
        font.setPixelSize(SMALL_PX)
        cell.setFont(font)
        if row == 0 or column == 0:
            tinted(cell, "muted")
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        self.figures.addWidget(cell, row, column, side)
        return cell


def _row(figure: Figure) -> tuple[str, str, str, str]:
    change = "" if figure.change is None else f"{figure.change:+.0%}"
    change = "" if change in ("+0%", "-0%") else change
    return figure.name, _told(figure.before, figure.unit), _told(figure.after, figure.unit), change


def _told(value: float | Decimal | None, unit: str) -> str:
    if value is None:
        return DASH
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}"
    else:
        text = f"{value:,.0f}" if float(value).is_integer() or value >= 100 else f"{value:,.1f}"
    return f"{text} {unit}".strip()

"""Text of the wire: read-only, of one width, with colours for JSON."""

from bisect import bisect_left

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from widgets.labels import SMALL_PX
from widgets.markdown.highlight import stretches
from widgets.theme import monospace_font, theme_for

MAX_COLOURED = 30_000
"""Longer text stays plain: colouring it would hold up the window."""


class CodeText(QPlainTextEdit):
    def __init__(self, parent: QWidget, name: str, *, hint: str) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(monospace_font(SMALL_PX))
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.document().setDocumentMargin(12)

    def show_text(self, text: str) -> None:
        """Shown from its beginning; the same text again stays where it was scrolled to."""
        if text == self.toPlainText():
            return
        self.setPlainText(text)
        self._colour(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour(self.toPlainText())

    def _colour(self, text: str) -> None:
        start = _start_of_json(text)
        if start is None or len(text) > MAX_COLOURED:
            return
        theme, cursor = theme_for(self.palette()), QTextCursor(self.document())
        wide = [at for at, character in enumerate(text) if character > "\uffff"]  # two of Qt's, who counts in UTF-16
        for at, length, role in stretches(text[start:], "json"):
            span = QTextCharFormat()
            span.setForeground(theme.color(role))
            first, last = start + at, start + at + length
            cursor.setPosition(first + bisect_left(wide, first))
            cursor.setPosition(last + bisect_left(wide, last), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(span)


def _start_of_json(text: str) -> int | None:
    """JSON is a body behind a blank line, or the whole text."""
    if text[:1] in "{[":
        return 0 if text else None
    blank = text.find("\n\n")
    return blank + 2 if blank >= 0 and text[blank + 2 : blank + 3] in ("{", "[") else None

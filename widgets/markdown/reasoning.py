"""What a model thinks aloud: plain text in a part of its own that folds away."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.theme import PAD, READING_PX, theme_for

HEAD_PX = 28
LINES = 7
"""The part is so many lines high, from the first word on; longer reasoning scrolls inside it."""
LONGEST_LINE = 4_000
"""Signs. A longer line goes on in the next: each word more would lay out all of it anew."""


class ReasoningView(QWidget):
    """Open while the model thinks, folded when it has finished; from then on the reader decides."""

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decided = False
        self._pieces: list[str] = []
        self._line = 0
        self._head = QToolButton(self)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setAutoRaise(True)
        self._head.setMinimumHeight(HEAD_PX)
        self._head.setAccessibleName("Show or hide the reasoning")
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._body = QPlainTextEdit(self)
        self._body.setReadOnly(True)
        self._body.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._body.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._body.setUndoRedoEnabled(False)
        self._body.setAccessibleName("Reasoning")
        self._body.document().setDocumentMargin(PAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._body)
        self._head.clicked.connect(self._chosen)
        self.set_caption("Reasoning")
        self.set_font_scale(1.0)
        self._set_open(True)
        self._recolour()

    def append(self, text: str) -> None:
        bar = self._body.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        self._pieces.append(text)
        cursor = self._body.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(self._in_lines(text))
        if at_end:
            bar.setValue(bar.maximum())

    def finish(self) -> None:
        """The answer begins, or the run is over."""
        if not self._decided:
            self._set_open(False)

    def clear(self) -> None:
        self._body.clear()
        self._pieces, self._line = [], 0
        self._decided = False
        self._set_open(True)

    def text(self) -> str:
        """The reasoning as it came."""
        return "".join(self._pieces)

    def set_caption(self, caption: str) -> None:
        self._head.setText(caption.replace("&", "&&"))

    def set_font_scale(self, scale: float) -> None:
        font = self.font()
        font.setPixelSize(max(6, round((READING_PX - 1) * scale)))
        self._body.setFont(font)
        self._body.setFixedHeight(self._body.fontMetrics().lineSpacing() * LINES + 2 * PAD)

    @property
    def is_open(self) -> bool:
        return not self._body.isHidden()

    def _in_lines(self, text: str) -> str:
        parts: list[str] = []
        for n, line in enumerate(text.split("\n")):
            if n:
                parts.append("\n")
                self._line = 0
            while self._line + len(line) > LONGEST_LINE:
                room = LONGEST_LINE - self._line
                at = line.rfind(" ", 0, room) + 1 or room
                parts += (line[:at], "\n")
                line, self._line = line[at:], 0
            parts.append(line)
            self._line += len(line)
        return "".join(parts)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_body"):
            self._recolour()

    def _chosen(self) -> None:
        self._decided = True
        self._set_open(not self.is_open)

    def _set_open(self, opened: bool) -> None:
        changed = self.is_open != opened
        self._head.setAccessibleDescription("open" if opened else "folded")
        self._head.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._body.setVisible(opened)
        if changed:
            self.toggled.emit(opened)

    def _recolour(self) -> None:
        theme = theme_for(self.palette())
        palette = self._body.palette()
        palette.setColor(QPalette.ColorRole.Text, theme.color("muted"))
        palette.setColor(QPalette.ColorRole.Base, theme.color("raised"))
        self._body.setPalette(palette)
        head = self._head.palette()
        head.setColor(QPalette.ColorRole.ButtonText, theme.color("muted"))
        head.setColor(QPalette.ColorRole.WindowText, theme.color("muted"))
        self._head.setPalette(head)

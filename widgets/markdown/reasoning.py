"""What a model thinks aloud: plain text in a part of its own that folds away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.markdown.writer import breakable
from widgets.theme import PAD, READING_PX, theme_for

LINES = 7
"""The part is no higher than so many lines; longer reasoning scrolls inside it."""


class ReasoningView(QWidget):
    """Open while the model thinks, folded when it has finished; from then on the reader decides."""

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decided = False
        self._head = QToolButton(self)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setAutoRaise(True)
        self._head.setCheckable(True)
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
        cursor = self._body.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(breakable(text))
        if at_end:
            bar.setValue(bar.maximum())

    def finish(self) -> None:
        """The answer begins, or the run is over."""
        if not self._decided:
            self._set_open(False)

    def clear(self) -> None:
        self._body.clear()
        self._decided = False
        self._set_open(True)

    def text(self) -> str:
        return self._body.toPlainText()

    def set_caption(self, caption: str) -> None:
        self._head.setText(caption)

    def set_font_scale(self, scale: float) -> None:
        font = self.font()
        font.setPixelSize(max(6, round((READING_PX - 1) * scale)))
        self._body.setFont(font)
        self._body.setMaximumHeight(self._body.fontMetrics().lineSpacing() * LINES + 2 * PAD)

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def _chosen(self, opened: bool) -> None:
        self._decided = True
        self._set_open(opened)

    def _set_open(self, opened: bool) -> None:
        self._head.setChecked(opened)
        self._head.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._body.setVisible(opened)
        self.toggled.emit(opened)

    def _recolour(self) -> None:
        theme = theme_for(self.palette())
        palette = self._body.palette()
        palette.setColor(QPalette.ColorRole.Text, theme.color("muted"))
        palette.setColor(QPalette.ColorRole.Base, theme.color("raised"))
        self._body.setPalette(palette)

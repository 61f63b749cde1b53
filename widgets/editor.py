"""An editor of plain text that is as high as its text, within limits."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from widgets.theme import READING_PX

OF_THE_WINDOW = (Qt.Key.Key_D, Qt.Key.Key_E, Qt.Key.Key_K)
MARGIN = 8


class Editor(QPlainTextEdit):
    def __init__(
        self, parent: QWidget, name: str, hint: str, *, lines: tuple[int, int] = (2, 8), margin: int = MARGIN
    ) -> None:
        """`lines` are the fewest and the most that are shown at once."""
        super().__init__(parent)
        self._lines, self._margin = lines, margin
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(margin)
        self.set_scale(1.0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def set_scale(self, scale: float) -> None:
        font = self.font()
        font.setPixelSize(max(6, round(READING_PX * scale)))
        self.setFont(font)
        self._fit()

    def sizeHint(self) -> QSize:
        least, most = self._lines
        lines = max(least, min(most, round(self.document().size().height())))
        return QSize(200, lines * self.fontMetrics().lineSpacing() + self._around)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self._lines[0] * self.fontMetrics().lineSpacing() + self._around)

    @property
    def _around(self) -> int:
        return 2 * self._margin + 6

    def _fit(self, *_size: object) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Some of the window's shortcuts edit text on X11; here they stay the window's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_the_windows(event)
        ):
            event.ignore()
            return True
        return super().event(event)

    def _is_the_windows(self, event: QKeyEvent) -> bool:
        return event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() in OF_THE_WINDOW


class DraftEditor(Editor):
    """Of the session's draft: what was not typed here, the session undoes and does again."""

    def _is_the_windows(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            return not self.document().isUndoAvailable()
        if event.matches(QKeySequence.StandardKey.Redo):
            return not self.document().isRedoAvailable()
        return super()._is_the_windows(event)

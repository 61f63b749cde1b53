"""A route's text beside its tree: typed text becomes the tree a moment later; what is no route says where and why."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from app.routes import spec
from app.routes.places import line_of
from app.routes.text import RouteTextError, from_text, to_text
from widgets.connections import forms
from widgets.labels import SMALL_PX
from widgets.theme import monospace_font, theme_for

PAUSE_MS = 150


class TextPane(QWidget):
    read = Signal(object)
    """The tree that is written."""
    failed = Signal(str)
    """Why what is written is none; "" once it is one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._filling = False
        self.text = QPlainTextEdit(self)
        self.text.setFont(monospace_font(SMALL_PX))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("The route as YAML")
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.text.setMinimumHeight(72)
        self.said = forms.said(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.take)
        self.text.textChanged.connect(self._on_typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.text, 1)
        column.addWidget(self.said)

    @property
    def error(self) -> str:
        return self.said.text()

    def show_route(self, root: spec.Node) -> None:
        """Nothing, where the text says the same already in its own way."""
        self._timer.stop()
        if self._written() != root:
            self.show_text(to_text(root))
        self._say("", None)

    def show_text(self, text: str) -> None:
        """Also one that is no route."""
        self._filling = True
        self.text.setPlainText(text)
        self._filling = False
        self.take()

    def take(self) -> None:
        """Reads what is typed now."""
        self._timer.stop()
        try:
            root = from_text(self.text.toPlainText())
        except RouteTextError as error:
            self._say(*_placed(self.text.toPlainText(), str(error)))
            return
        self._say("", None)
        self.read.emit(root)

    def end(self) -> None:
        self._timer.stop()

    def _written(self) -> spec.Node | None:
        try:
            return from_text(self.text.toPlainText())
        except RouteTextError:
            return None

    def _on_typed(self) -> None:
        if not self._filling:
            self._timer.start()

    def _say(self, text: str, line: int | None) -> None:
        told = f"{text} The tree is as it was." if text else ""
        forms.say(self.said, told, is_good=not text)
        self.said.setVisible(bool(text))
        self.text.setExtraSelections([self._marked(line)] if line is not None else [])
        self.failed.emit(text)

    def _marked(self, line: int) -> QTextEdit.ExtraSelection:
        found = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        tint = theme_for(self.palette()).color("error")
        tint.setAlphaF(0.18)
        look.setBackground(tint)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        found.format = look
        found.cursor = QTextCursor(self.text.document().findBlockByNumber(line - 1))
        return found


def _placed(text: str, said: str) -> tuple[str, int | None]:
    """What is wrong, with its line: YAML's own words tell it, else the place in the tree does."""
    if said.startswith("This is no YAML: line "):
        return said, int(said.removeprefix("This is no YAML: line ").partition(",")[0])
    place, colon, _ = said.partition(": ")
    line = line_of(text, place) if colon and " " not in place else line_of(text, "")
    return (f"Line {line}, {said}" if line is not None else said), line

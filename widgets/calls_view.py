"""Tool calls that a model asks for: shown, never carried out."""

import json

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.shown import Call
from widgets.labels import SMALL_PX, tinted
from widgets.theme import monospace_font

MOST_LINES = 10


class CallsView(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._head = QLabel(self)
        self._body = QPlainTextEdit(self)
        self._body.setReadOnly(True)
        self._body.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._body.setFont(monospace_font(SMALL_PX))
        self._body.setAccessibleName("Tool calls")
        self._body.setTabChangesFocus(True)
        tinted(self._head, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(2)
        column.addWidget(self._head)
        column.addWidget(self._body)

    def show_calls(self, calls: tuple[Call, ...]) -> None:
        self.setVisible(bool(calls))
        self._head.setText("1 tool call" if len(calls) == 1 else f"{len(calls)} tool calls")
        text = "\n".join(_told(call) for call in calls)
        if text != self._body.toPlainText():
            self._body.setPlainText(text)
        lines = min(MOST_LINES, text.count("\n") + 1)
        self._body.setFixedHeight(lines * self._body.fontMetrics().lineSpacing() + 14)


def _told(call: Call) -> str:
    unfinished = "" if call.complete else "  … incomplete"
    return f"{call.name}({_pretty(call.arguments)}){unfinished}"


def _pretty(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments

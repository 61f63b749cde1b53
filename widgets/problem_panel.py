"""A failure in a pane: what happened, in whose words, what to do, and a button that does it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.shown import Problem, Remedy
from widgets.labels import SMALL_PX, tinted
from widgets.theme import theme_for

LONGEST_QUOTE = 600


class ProblemPanel(QWidget):
    remedy_asked = Signal(str)
    """`retry` or `edit`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._role = "error"
        self._what = self._label(bold=True)
        self._advice = self._label()
        self._quote = self._label(px=SMALL_PX)
        self._facts = self._label(px=SMALL_PX)
        self._retry = QPushButton("Retry", self)
        self._edit = QPushButton("Edit lane", self)
        self._copy = QPushButton("Copy details", self)
        self._retry.clicked.connect(self._on_retry)
        self._edit.clicked.connect(self._on_edit)
        self._copy.clicked.connect(self._on_copy)
        self._arrange()

    def _label(self, *, bold: bool = False, px: int | None = None) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        font = label.font()
        font.setBold(bold)
        if px is not None:
            font.setPixelSize(px)
        label.setFont(font)
        return label

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._retry, self._edit, self._copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(6)
        for label in (self._what, self._advice, self._quote, self._facts):
            column.addWidget(label)
        column.addSpacing(2)
        column.addLayout(buttons)

    def show_problem(self, problem: Problem, *, grave: bool) -> None:
        """`grave` is an error, else a warning."""
        self._problem, self._role = problem, "error" if grave else "warning"
        self._what.setText(breakable(problem.what))
        self._advice.setText(breakable(problem.advice))
        quote = problem.quote if len(problem.quote) <= LONGEST_QUOTE else problem.quote[:LONGEST_QUOTE] + "…"
        self._quote.setText(breakable(f"{problem.speaker}: “{quote}”"))
        self._quote.setVisible(bool(problem.quote))
        self._facts.setText(breakable(" · ".join(problem.facts)))
        self._facts.setVisible(bool(problem.facts))
        self._retry.setDefault(problem.remedy == "retry")
        self._edit.setDefault(problem.remedy == "edit")
        tinted(self._what, self._role)
        tinted(self._facts, "muted")
        self.update()

    def text(self) -> str:
        """What Copy details copies."""
        if self._problem is None:
            return ""
        p = self._problem
        return "\n".join(filter(None, (p.what, p.advice, f"{p.speaker}: {p.quote}" if p.quote else "", *p.facts)))

    def _on_retry(self) -> None:
        retry: Remedy = "retry"
        self.remedy_asked.emit(retry)

    def _on_edit(self) -> None:
        edit: Remedy = "edit"
        self.remedy_asked.emit(edit)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(0, 0, 3, self.height(), theme.color(self._role))
        painter.fillRect(0, 0, self.width(), 1, theme.color("hairline"))


def breakable(text: str) -> str:
    """`text` with places to break in words that are longer than a line."""
    return " ".join(word if len(word) < 40 else "\u200b".join(_pieces(word)) for word in text.split(" "))


def _pieces(word: str) -> list[str]:
    return [word[at : at + 20] for at in range(0, len(word), 20)]

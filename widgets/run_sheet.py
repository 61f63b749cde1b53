"""How a run's figures were made: its course, its chunks, its tokens, its cost, and all figures with their names."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.anatomy import Anatomy
from app.shown import Figure, Topic
from widgets.cost_table import CostTable
from widgets.figure_sheet import FigureSheet
from widgets.jitter_strip import JitterStrip
from widgets.labels import SMALL_PX, tinted
from widgets.theme import theme_for
from widgets.token_bars import TokenBars
from widgets.waterfall_view import WaterfallView

HEADS: dict[Topic, str] = {
    "course": "Course",
    "chunks": "Chunks",
    "tokens": "Tokens",
    "cost": "Cost",
    "figures": "All figures",
}


class Section(QWidget):
    """A head and what belongs below it; the one that was asked for has a mark at its side."""

    def __init__(self, parent: QWidget, head: str, body: QWidget) -> None:
        super().__init__(parent)
        self.is_chosen = False
        self.head = QLabel(head, self)
        font = self.head.font()
        font.setPixelSize(SMALL_PX)
        font.setBold(True)
        self.head.setFont(font)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setContentsMargins(12, 0, 12, 0)
        tinted(self.head, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(2)
        column.addWidget(self.head)
        column.addWidget(body)

    def choose(self, is_chosen: bool) -> None:
        self.is_chosen = is_chosen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.is_chosen:
            theme = theme_for(self.palette())
            QPainter(self).fillRect(0, 6, 3, self.height() - 12, theme.color("accent"))


class RunSheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(False)
        self.waterfall = WaterfallView(self)
        self.jitter = JitterStrip(self)
        self.tokens = TokenBars(self)
        self.cost = CostTable(self)
        self.figures = FigureSheet(self)
        bodies: dict[Topic, QWidget] = {
            "course": self.waterfall,
            "chunks": self.jitter,
            "tokens": self.tokens,
            "cost": self.cost,
            "figures": self.figures,
        }
        self.sections = {topic: Section(self, HEADS[topic], body) for topic, body in bodies.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(0)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.show_anatomy(None)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        self.figures.show_figures(figures)

    def show_anatomy(self, anatomy: Anatomy | None) -> None:
        """None where only the figures are known."""
        for topic, section in self.sections.items():
            section.setVisible(anatomy is not None or topic == "figures")
        if anatomy is None:
            return
        self.waterfall.show_steps(anatomy.steps)
        self.sections["course"].setVisible(bool(anatomy.steps))
        self.jitter.show_jitter(anatomy.jitter)
        self.tokens.show_bars(anatomy.bars)
        self.cost.show_costs(anatomy.costs)

    def choose(self, topic: Topic | None) -> None:
        for name, section in self.sections.items():
            section.choose(name == topic)

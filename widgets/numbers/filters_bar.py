"""What is asked: the figure, by what, and over which runs. A filter that leaves no choice is not shown."""

import time

from msgspec.structs import replace
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from app.numbers.question import FIGURES, FILTERED, GROUPS, Choices, Filters, Graph, Group, Question
from widgets.flow import Flow
from widgets.pick_box import PickBox

SPANS = (("All times", None), ("Last hour", 3600), ("Last 24 hours", 86400), ("Last 7 days", 7 * 86400),
         ("Last 30 days", 30 * 86400), ("Last 365 days", 365 * 86400))  # fmt: skip
ALL = {
    "vendor": "All vendors",
    "model": "All models",
    "lane": "All lanes",
    "session": "All sessions",
    "outcome": "All outcomes",
    "role": "All roles",
}
DAY_S = 86400
BROAD, MOST_BROAD = 96, 200


class Choice(PickBox):
    """A choice that gives way: as wide as what is chosen, within limits."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(BROAD, 0)).boundedTo(QSize(MOST_BROAD, 1000))

    def minimumSizeHint(self) -> QSize:
        return QSize(BROAD, super().minimumSizeHint().height())

    def offer(self, choices: list[tuple[str, str]]) -> None:
        """Texts with their values. What was chosen stays chosen, as long as it is there."""
        chosen = self.value
        self.clear()
        for text, value in choices:
            self.addItem(text, value)
        self.choose(chosen)

    @property
    def value(self) -> str:
        return self.currentData() or ""

    def choose(self, value: str) -> None:
        self.setCurrentIndex(max(self.findData(value), 0))


class FiltersBar(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._graph: Graph = "spread"
        self.figure = Choice(self, "Figure")
        self.by = Choice(self, "By lane, model or vendor")
        self.span = Choice(self, "When")
        self.words = {name: Choice(self, ALL[name].removeprefix("All ").capitalize()) for name in FILTERED}
        self.clear = QPushButton("Clear filters", self)
        self.clear.setFlat(True)
        self.span.offer([(text, str(seconds or "")) for text, seconds in SPANS])
        self._arrange()
        self.show_groups(GROUPS)
        self.show_choices(Choices())

    def _arrange(self) -> None:
        flow = Flow(self)
        for each in (self.figure, self.by, self.span, *self.words.values()):
            flow.addWidget(each)
            each.activated.connect(self._on_changed)
        flow.addWidget(self.clear)
        self.clear.clicked.connect(self._on_clear)

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """By what runs can be told apart; the first is chosen."""
        self.by.offer([(f"By {group}", group) for group in groups])
        self.by.setCurrentIndex(0)

    def show_graph(self, graph: Graph) -> None:
        self._graph = graph
        self.figure.offer([(text, value) for value, text in FIGURES[graph]])

    def show_choices(self, choices: Choices) -> None:
        for name, box in self.words.items():
            there = choices.words.get(name, ())
            box.offer([(ALL[name], ""), *((_told(word, count), word) for word, count in there if word)])
            box.setVisible(len(there) > 1 or bool(box.value))
        self._show_clear()

    def filters(self) -> Filters:
        return replace(
            Filters(since_s=_since(self.span.value)), **{name: box.value for name, box in self.words.items()}
        )

    def question(self) -> Question:
        by: Group = next(group for group in GROUPS if group == self.by.value)
        return Question(self._graph, self.figure.value, by, self.filters())

    def _on_changed(self) -> None:
        self._show_clear()
        self.changed.emit()

    def _on_clear(self) -> None:
        for box in (*self.words.values(), self.span):
            box.setCurrentIndex(0)
        self._on_changed()

    def _show_clear(self) -> None:
        self.clear.setVisible(any(box.value for box in (*self.words.values(), self.span)))


def _since(span: str) -> float | None:
    """Longer spans begin with a day of UTC, since that is how sums are kept ready."""
    if not span:
        return None
    since = time.time() - float(span)
    return since - since % DAY_S if float(span) > DAY_S else since


def _told(word: str, count: int) -> str:
    return f"{word.replace('_', ' ')} ({count:,})"

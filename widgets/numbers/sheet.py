"""Figures of many runs as graphs: chosen, narrowed, zoomed, drawn over, and taken along as picture or table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from app.numbers.chart import Chart, Density
from app.numbers.question import GRAPHS, GROUPS, NAMES, TIPS, Box, Choices, Graph, Group, Picked, Question
from widgets.graphs.ink import Ink
from widgets.labels import SMALL_PX, ElidedLabel, Hairline
from widgets.numbers.filters_bar import Choice, FiltersBar
from widgets.numbers.picked_list import PickedList
from widgets.numbers.stage import Stage
from widgets.sheet import EDGE, Sheet

if TYPE_CHECKING:
    from widgets.numbers.canvas import Canvas

Source = Literal["session", "ledger"]
SOURCES: tuple[tuple[str, Source], ...] = (("This session", "session"), ("All runs ever", "ledger"))
KEPT_READY: tuple[Group, ...] = ("model", "vendor")
"""By what the ledger keeps sums ready, so that it need not go through all of its rows."""
MOST_LISTED = 500
PICTURE, LIST = 620, 380
"""How they share the height at first, of a thousand."""


class NumbersSheet(Sheet):
    """It asks, and is told: `asked` is answered by `show_chart`, `brushed` by `show_picked`."""

    asked = Signal(object)
    """A `Question`."""
    brushed = Signal(object, object)
    """The runs of that `Question` that lie in that `Box` are wanted."""
    source_chosen = Signal(str)
    opened = Signal(str, str)
    """A session's id and a run of it that is to be shown."""

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent, "Numbers", width=1600)
        self._graphs = QButtonGroup(self)
        self._tabs = [self._tab(place, graph) for place, graph in enumerate(GRAPHS)]
        self.source = Choice(self, "Which runs")
        self.source.offer([(text, value) for text, value in SOURCES])
        self.bar = FiltersBar(self)
        self.stage = Stage(self, ink)
        self.told = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.list = PickedList(self)
        self.copy_image = QPushButton("Copy as image", self)
        self.copy_table = QPushButton("Copy as CSV", self)
        self.fit = QPushButton("Show all", self)
        self.all = QPushButton("List runs in view", self)
        self._question = Question()
        self._is_crowd = False
        self._keeps_view = False
        self._arrange()
        self._connect()
        self.choose("spread")

    def _arrange(self) -> None:
        tabs = QHBoxLayout()
        tabs.setSpacing(4)
        for tab in self._tabs:
            tabs.addWidget(tab)
        tabs.addStretch(1)
        tabs.addWidget(self.source)
        self._below = QWidget(self)
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 4, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.told)
        below.addWidget(self.list, 1)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.stage)
        self._split.addWidget(self._below)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 1)
        self._below.hide()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.all, self.fit):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.copy_image, self.copy_table):
            foot.addWidget(button)
        self.column.addLayout(tabs)
        self.column.addWidget(self.bar)
        self.column.addWidget(self._split, 1)
        self.column.addWidget(Hairline(self))
        self.column.addLayout(foot)

    def _tab(self, place: int, graph: Graph) -> QToolButton:
        button = QToolButton(self)
        button.setText(NAMES[graph])
        button.setToolTip(TIPS[graph])
        button.setAccessibleName(f"{NAMES[graph]}: {TIPS[graph]}")
        button.setCheckable(True)
        button.setAutoRaise(True)
        self._graphs.addButton(button, place)
        return button

    def _connect(self) -> None:
        self._graphs.idClicked.connect(self._on_tab)
        self.source.activated.connect(self._on_source)
        self.bar.changed.connect(self.ask)
        self.stage.made.connect(self._on_made)
        self.list.opened.connect(self._on_listed_opened)
        self.fit.clicked.connect(self._on_fit)
        self.all.clicked.connect(self._on_all)
        self.copy_image.clicked.connect(self.stage.copy_image)
        self.copy_table.clicked.connect(self._on_copy_table)
        self._key("Ctrl+Tab", self._on_next)
        self._key("Ctrl+Shift+Tab", self._on_previous)

    def _key(self, keys: str, act: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def sizeHint(self) -> QSize:
        room = self.content.size()
        return QSize(room.width() - 2 * EDGE, room.height() - 2 * EDGE)

    def hasHeightForWidth(self) -> bool:
        return False

    def first_focus(self) -> QWidget:
        return self._tabs[self._graphs.checkedId()]

    def open(self, title: str | None = None) -> None:
        self.stage.load()
        super().open(title)
        self.source_chosen.emit(self.source.value)

    # What is asked

    @property
    def graph(self) -> Graph:
        return GRAPHS[self._graphs.checkedId()]

    @property
    def question(self) -> Question:
        """As it was asked last."""
        return self._question

    def choose(self, graph: Graph) -> None:
        self._graphs.button(GRAPHS.index(graph)).setChecked(True)
        self.bar.show_graph(graph)

    def ask(self) -> None:
        """All of it, anew."""
        self._keeps_view = False
        self._question = self.bar.question()
        self._drop_picked()
        self.asked.emit(self._question)

    def refresh(self) -> None:
        """The same once more, since there may be more runs: what was zoomed into stays, and what is listed."""
        self._keeps_view = self.stage.canvas is not None and self.stage.canvas.is_zoomed
        self.asked.emit(self._question)

    def _on_tab(self, place: int) -> None:
        self.choose(GRAPHS[place])
        self.ask()

    def _on_next(self) -> None:
        self._step(1)

    def _on_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        self._on_tab((self._graphs.checkedId() + by) % len(GRAPHS))
        self.first_focus().setFocus()

    def _on_source(self) -> None:
        self._drop_picked()
        self.bar.show_groups(GROUPS if self.source.value == "session" else KEPT_READY)
        self.source_chosen.emit(self.source.value)

    def _on_zoomed(self, box: Box | None) -> None:
        """A crowd is counted anew for what is in view; anything else is already as fine as it can be."""
        if self._is_crowd:
            self._keeps_view = box is not None
            self._question = replace(self._question, box=box)
            self.asked.emit(self._question)

    # What is shown

    def show_choices(self, choices: Choices) -> None:
        self.bar.show_choices(choices)

    def show_chart(self, question: Question, chart: Chart) -> None:
        if question != self._question:
            return  # the answer to what was asked before
        if question.box is None:
            self._is_crowd = any(isinstance(layer, Density) for layer in chart.layers)
        for button in (self.all, self.fit, self.copy_image, self.copy_table):
            button.setEnabled(bool(chart.layers))
        self.stage.show_chart(chart, keeps_view=self._keeps_view)

    def say(self, text: str) -> None:
        """In the place of a graph."""
        self.stage.say(text)
        for button in (self.all, self.fit, self.copy_image, self.copy_table):
            button.setEnabled(False)

    def show_picked(self, runs: tuple[Picked, ...]) -> None:
        self.list.lines.show_runs(runs)
        count = "No run lies there" if not runs else "1 run" if len(runs) == 1 else f"{len(runs):,} runs"
        if len(runs) >= MOST_LISTED:
            count = f"The newest {len(runs):,} of the runs there"
        self.told.setText(f"{count}. A double click opens a run in its session." if runs else f"{count}.")
        if self._below.isHidden():
            self._below.show()
            self._split.setSizes([PICTURE, LIST])

    def _drop_picked(self) -> None:
        if self.stage.canvas is not None:
            self.stage.canvas.clear_brush()
        self._below.hide()
        self.list.lines.show_runs(())

    def dress(self, ink: Ink) -> None:
        self.stage.dress(ink)

    # What is done with it

    def _on_made(self, canvas: "Canvas") -> None:
        canvas.brushed.connect(self._on_brushed)
        canvas.zoomed.connect(self._on_zoomed)
        canvas.opened.connect(self._on_marker_opened)

    def _on_brushed(self, box: Box) -> None:
        self.brushed.emit(replace(self._question, box=None), box)

    def _on_all(self) -> None:
        if self.stage.canvas is not None and self.stage.note is None:
            self._on_brushed(self.stage.canvas.whole())

    def _on_fit(self) -> None:
        if self.stage.canvas is not None:
            self.stage.canvas.clear_brush()
            self.stage.canvas.fit()
            self._on_zoomed(None)

    def _on_copy_table(self) -> None:
        from app.numbers.csv_of import csv_of

        if self.stage.chart is not None:
            QGuiApplication.clipboard().setText(csv_of(self.stage.chart))

    def _on_listed_opened(self, run: Picked) -> None:
        self.opened.emit(run.session, run.run)

    def _on_marker_opened(self, run: str, around: Box) -> None:
        """Of the ledger, what lies there is listed: the marker does not know in which session it is."""
        if self.source.value == "session":
            self.opened.emit("", run)
        else:
            self._on_brushed(around)

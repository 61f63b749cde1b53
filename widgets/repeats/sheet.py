"""How often, in which order and how many at once: what is asked before a prompt is repeated."""

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.repeats.plan import MOST_AT_ONCE, MOST_REPEATS, Plan
from app.statistics.quantiles import least
from widgets.connections import forms
from widgets.pick_box import CountBox, PickBox
from widgets.sheet import Sheet

ROUNDS, SINGLY, POOL = range(3)
ORDERS = ("Drawn anew in each round", "Always as the lanes stand")
TOGETHER = ("In rounds: all lanes at the same moment", "One after the other", "Several at once to each vendor")
HIGH = 28
FLOOR_NOTE = "Runs the lane in focus against itself: how large a difference must be before it means anything"


class RepeatSheet(Sheet):
    begun = Signal(object)
    """A `Plan` for all lanes."""
    floor_wished = Signal(object)
    """A `Plan` for the lane in focus against itself."""
    results_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Repeat the prompt", width=460)
        self._lanes = 0
        self.repeats = self._number(1, MOST_REPEATS, 10, "Runs per lane")
        self.warmup = self._number(0, 50, 1, "Runs to warm up")
        self.order = self._choice(ORDERS, "Order of the lanes")
        self.together = self._choice(TOGETHER, "How many at once")
        self.most = self._number(2, MOST_AT_ONCE, 4, "At most at once")
        self.warm = QCheckBox("Open connections before each start", self)
        self.warm.setToolTip("Connecting is then no part of the times. Each lane's own setting counts as well")
        self.told = forms.said(self)
        self.results = QPushButton("Results…", self)
        self.floor = QPushButton("Noise floor (A/A)", self)
        self.floor.setToolTip(FLOOR_NOTE)
        self.start = QPushButton("Repeat", self)
        self.start.setObjectName("primary")
        self._arrange()
        self._connect()

    def _number(self, low: int, high: int, value: int, name: str) -> CountBox:
        field = CountBox(self)
        field.setRange(low, high)
        field.setValue(value)
        field.setAccessibleName(name)
        return field

    def _choice(self, texts: tuple[str, ...], name: str) -> QComboBox:
        field = PickBox(self)
        field.addItems(texts)
        field.setAccessibleName(name)
        return field

    def _arrange(self) -> None:
        for field in (self.repeats, self.warmup, self.order, self.together, self.most):
            field.setMinimumHeight(HIGH)
        form = forms.form()
        forms.add(form, "Runs per lane", self.repeats)
        forms.add(form, "To warm up", self.warmup)
        forms.add(form, "Order", self.order)
        forms.add(form, "At once", self.together)
        self._most_label = forms.add(form, "At most", self.most)
        for label in self.findChildren(QLabel):
            if label.buddy() is not None:
                label.setMinimumHeight(HIGH)
        self.column.addLayout(form)
        self.column.addWidget(self.warm)
        self.told.setMinimumHeight(self.told.fontMetrics().lineSpacing() * 3)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.told)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.results)
        below.addWidget(self.floor)
        below.addStretch(1)
        below.addWidget(self.start)
        self.column.addLayout(below)
        self._tell()

    def _connect(self) -> None:
        for number in (self.repeats, self.warmup, self.most):
            number.valueChanged.connect(self._tell)
        self.together.currentIndexChanged.connect(self._tell)
        self.start.clicked.connect(self._on_start)
        self.floor.clicked.connect(self._on_floor)
        self.results.clicked.connect(self.results_wished)

    def first_focus(self) -> QWidget:
        return self.repeats

    def show_bench(self, lanes: int, *, has_results: bool) -> None:
        self._lanes = lanes
        self.results.setEnabled(has_results)
        for button in (self.start, self.floor):
            button.setEnabled(lanes > 0)
        self._tell()

    @property
    def plan(self) -> Plan:
        """As it is set; the order is drawn from a seed of its own."""
        mode = self.together.currentIndex()
        shuffled = self.order.currentIndex() == 0
        return Plan(
            repeats=self.repeats.value(),
            warmup=self.warmup.value(),
            shuffled=shuffled,
            at_once={ROUNDS: 0, SINGLY: 1}.get(mode, self.most.value()),
            seed=random.randrange(1_000_000) if shuffled else 0,
            warm=self.warm.isChecked(),
        )

    def _tell(self) -> None:
        is_pool = self.together.currentIndex() == POOL
        self.most.setVisible(is_pool)
        self._most_label.setVisible(is_pool)
        each = self.repeats.value() + self.warmup.value()
        lanes = "1 lane" if self._lanes == 1 else f"{self._lanes} lanes"
        requests = each * self._lanes
        said = f"{each} × {lanes} = {requests:,} {'request' if requests == 1 else 'requests'}, and each costs."
        if self.repeats.value() < least(0.5):
            said += f" A median needs {least(0.5)} runs for an interval, a p95 {least(0.95)}."
        elif self.repeats.value() < least(0.95):
            said += f" Medians get an interval; for one of the p95 it takes {least(0.95)} runs."
        if is_pool:
            said += " A vendor that answers 429 gets half as many at once."
        forms.say(self.told, said)

    def _on_start(self) -> None:
        self.begun.emit(self.plan)

    def _on_floor(self) -> None:
        self.floor_wished.emit(self.plan)

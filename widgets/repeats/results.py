"""What repeats have shown: a table, sentences that compare, how alike the answers are."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.repeats.of_session import Held
from app.repeats.plan import told
from app.repeats.sample import METRIC, METRICS, Metric
from app.repeats.sentences import floor_told
from app.statistics.determinism import Determinism
from widgets.connections import forms
from widgets.repeats.table import Table
from widgets.sheet import Sheet

NOTHING = "Nothing has been repeated in this session yet."
EMPTY = "No run has come to an answer yet. What comes is shown here as it comes."
LEAST_HEIGHT, MOST_HEIGHT = 240, 560
NO_FIGURE = "No run has this figure."
SINGLE = "These are too few lanes to compare; the noise floor (A/A) tells how large a difference would have to be."


class ResultsSheet(Sheet):
    based = Signal()
    """These runs are to be the baseline of their prompt."""
    repeat_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "What the repeats have shown", width=880)
        self._held: Held | None = None
        self.figure = QComboBox(self)
        self.figure.setAccessibleName("Figure")
        for each in METRICS:
            self.figure.addItem(f"{each.name}, {each.unit}" if each.unit else each.name, each.id)
        self.plan = forms.said(self)
        self.table = Table(self)
        self.said = forms.small("", self, "text")
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.alike = forms.said(self)
        self.base = QPushButton("Make them the baseline", self)
        self.base.setToolTip("Later runs of this prompt are compared with these, and drift is shown")
        self.again = QPushButton("Repeat…", self)
        self._arrange()
        self.figure.currentIndexChanged.connect(self._show)
        self.base.clicked.connect(self.based)
        self.again.clicked.connect(self.repeat_wished)

    def _arrange(self) -> None:
        inner = self._inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        for part in (self.table, self.said, self.alike, self.plan):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self._scroll.setWidget(inner)
        above = QHBoxLayout()
        above.addWidget(self.figure)
        above.addStretch(1)
        self.column.addLayout(above)
        self.column.addWidget(self._scroll, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.base)
        below.addStretch(1)
        below.addWidget(self.again)
        self.column.addLayout(below)

    def first_focus(self) -> QWidget:
        return self.figure

    @property
    def held(self) -> Held | None:
        return self._held

    def show_held(self, held: Held | None) -> None:
        self._held = held
        self._show()
        self._fit()

    def _fit(self) -> None:
        """As high as what it shows, as far as there is room; it never shrinks while it is open."""
        width = self._scroll.width() if self.isVisible() else 840
        wanted = min(MOST_HEIGHT, max(LEAST_HEIGHT, self._inner.heightForWidth(width) + 8))
        if not self.isVisible() or wanted > self._scroll.sizeHint().height():
            self._scroll.setMinimumHeight(min(wanted, max(80, self._ground.height() - 200)))
        if self.isVisible():
            self.place()

    def _metric(self) -> Metric:
        return METRIC[self.figure.currentData()]

    def _show(self) -> None:
        held, metric = self._held, self._metric()
        has_runs = held is not None and any(sample.runs for sample in held.report.samples)
        self.table.setVisible(has_runs)
        self.base.setEnabled(has_runs)
        self.plan.setText(told(held.experiment.plan) if held is not None else "")
        if held is None or not has_runs:
            self._say(self.said, NOTHING if held is None else EMPTY)
            self._say(self.alike, "")
            return
        self.table.show_held(held, metric)
        self._say(self.said, "\n".join(_sentences(held, metric)))
        self._say(self.alike, "\n".join(_alike(held)))

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _sentences(held: Held, metric: Metric) -> list[str]:
    report = held.report
    if held.is_same:
        floor = report.floor(0, 1, metric)
        return [f"{floor_told(metric, floor)}."] if floor is not None else [NO_FIGURE]
    if not any(sample.values(metric) for sample in report.samples):
        return [NO_FIGURE]
    found = [f"{each.sentence}." for each in report.comparisons(metric)]
    return found or [SINGLE]


def _alike(held: Held) -> list[str]:
    found = []
    for lane, sample in enumerate(held.report.samples):
        if (alike := held.report.determinism(lane)) is not None:
            found.append(f"{sample.label}: {_told(alike)}")
    return found


def _told(alike: Determinism) -> str:
    if alike.distinct == 1:
        return f"all {alike.n} answers are the same to the letter."
    same = f"{alike.identical:.0%} of {alike.n} answers are the same to the letter"
    return f"{same}, {alike.distinct} are different; two of them differ in {alike.distance:.0%} of their length."

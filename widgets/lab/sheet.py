"""The lab's sheet: what is swept, the curve, the sentence, and what is missing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.lab.cases import Gathered, Quality, Score
from app.lab.sweep import FEWEST, Curve, count, percent, sentence, staircase
from widgets.connections import forms
from widgets.lab.key import CurveKey, Told
from widgets.lab.pairs_page import PairsPage
from widgets.labels import one_line
from widgets.pick_box import PickBox
from widgets.sheet import Sheet

if TYPE_CHECKING:
    from widgets.lab.plot import ThresholdPlot

SCORES: tuple[tuple[str, Score], ...] = (
    ("mean token probability", "mean"),
    ("least token probability", "min"),
    ("entropy of its tokens", "entropy"),
    ("a model's grade", "grade"),
)
QUALITIES: tuple[tuple[str, Quality], ...] = (
    ("agreement with the strong model", "agreement"),
    ("your ratings", "rating"),
    ("a model's grades", "grade"),
)
EMPTY = (
    "A route answers with a cheap model first and asks a strong one when it was unsure. Where the threshold should be, "
    "prompts tell that both have answered: choose two models, and run what is missing."
)
PLOT_HEIGHT = 230
AROUND = 130
"""What is above and below a page."""


class LabSheet(Sheet):
    chosen = Signal()
    """Something else is to be swept."""
    run_asked = Signal()
    """What is missing is to be run; or, while it runs, to be stopped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Threshold lab", width=860)
        self._curve: Curve | None = None
        self._threshold: float | None = None
        self._plot: ThresholdPlot | None = None
        self.tabs = QTabBar(self)
        self.tabs.addTab("Escalation")
        self.tabs.addTab("Cache")
        self.tabs.setDrawBase(False)
        self.cheap, self.strong, self.judge = (self._box(name) for name in ("Cheap", "Strong", "Graded by"))
        self.score, self.quality = self._box("Decided by"), self._box("Quality is")
        for text, score in SCORES:
            self.score.addItem(text, score)
        for text, quality in QUALITIES:
            self.quality.addItem(text, quality)
        self.key = CurveKey(self)
        self.sentence = QLabel("", self)
        self.missing = forms.said(self)
        self.run = QPushButton("Run", self)
        self.pairs = PairsPage(self)
        self._arrange()
        for box in (self.cheap, self.strong, self.judge, self.score, self.quality):
            box.activated.connect(self._on_chosen)
        self.run.clicked.connect(self.run_asked)
        self.tabs.currentChanged.connect(self._on_tab)
        self.pairs.changed.connect(self._on_pairs_changed)

    def _box(self, name: str) -> PickBox:
        box = PickBox(self)
        box.setAccessibleName(name)
        box.setMinimumContentsLength(10)
        box.setSizeAdjustPolicy(PickBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _arrange(self) -> None:
        self.column.addWidget(self.tabs)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._escalation())
        self._pages.addWidget(self._scrolled())
        self.column.addWidget(self._pages, 1)

    def _scrolled(self) -> QScrollArea:
        """The pairs, which a low window has no room for."""
        self._area = area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        self.pairs.setAutoFillBackground(False)
        area.setWidget(self.pairs)
        return area

    def place(self) -> None:
        self._area.setMinimumHeight(min(self.pairs.wanted_height(), max(80, self.content.height() - AROUND)))
        self._pages.updateGeometry()  # a stack hears of its pages only later
        super().place()

    def _on_pairs_changed(self) -> None:
        if self.isVisible():
            self.place()

    def _escalation(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self._judge_label = forms.small("Graded by", page)
        for at, (label, box) in enumerate(
            (
                (forms.small("Cheap", page), self.cheap),
                (forms.small("Strong", page), self.strong),
                (forms.small("Decided by", page), self.score),
                (forms.small("Quality is", page), self.quality),
                (self._judge_label, self.judge),
            )
        ):
            grid.addWidget(label, at // 2, at % 2 * 2)
            grid.addWidget(box, at // 2, at % 2 * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._empty = forms.said(page)
        self._empty.setMinimumHeight(PLOT_HEIGHT)
        self._room = QVBoxLayout()
        self._room.addWidget(self._empty)
        font = QFont(self.sentence.font())
        font.setBold(True)
        self.sentence.setFont(font)
        self.sentence.setWordWrap(True)
        self.sentence.setMinimumHeight(self.sentence.fontMetrics().lineSpacing() * 2)
        below = QHBoxLayout()
        below.addWidget(self.missing, 1)
        below.addWidget(self.run)
        for part in (grid, self._room):
            column.addLayout(part)
        column.addWidget(self.key)
        column.addWidget(self.sentence)
        column.addLayout(below)
        column.addStretch(1)
        return page

    def first_focus(self) -> QWidget:
        return self.cheap

    # What is swept

    def offer(self, models: tuple[str, ...], cheap: str, strong: str, judge: str) -> None:
        """The models that can be chosen, and which are chosen unless the user did."""
        for box, first in ((self.cheap, cheap), (self.strong, strong), (self.judge, judge)):
            wanted = box.currentData() if box.currentData() in models else first
            box.clear()
            for model in models:
                box.addItem(one_line(model), model)
            box.setCurrentIndex(max(0, box.findData(wanted)))

    @property
    def asks_judge(self) -> bool:
        return "grade" in (self.score.currentData(), self.quality.currentData())

    def _on_chosen(self) -> None:
        self._threshold = None
        self.chosen.emit()

    def _on_tab(self, at: int) -> None:
        self._pages.setCurrentIndex(at)

    # What comes of it

    def show_curve(self, curve: Curve, found: Gathered) -> None:
        self._curve = curve
        for each in (self.judge, self._judge_label):
            each.setVisible(self.asks_judge)
        if not curve.is_enough:
            self._empty.setText(EMPTY)
        if curve.is_enough and self._plot is None:
            from widgets.lab.plot import ThresholdPlot

            self._plot = ThresholdPlot(self, "Quality kept and cost saved by threshold")
            self._plot.setMinimumHeight(PLOT_HEIGHT)
            self._plot.moved.connect(self._on_moved)
            self._room.addWidget(self._plot)
        self._empty.setVisible(not curve.is_enough)
        self.key.setVisible(curve.is_enough)
        if self._plot is not None:
            self._plot.setVisible(curve.is_enough)
        if curve.is_enough:
            self._draw(curve)
        self._tell(found)
        self._say()

    @property
    def plot(self) -> "ThresholdPlot | None":
        return self._plot

    def _draw(self, curve: Curve) -> None:
        from widgets.lab.plot import Line

        assert self._plot is not None
        low, high = curve.span
        if self._threshold is None or not low <= self._threshold <= high:
            self._threshold = curve.points[len(curve.points) // 2].threshold
        drawn = (
            ("quality kept", 2, [point.quality for point in curve.points]),
            ("cost saved", 0, [point.saved for point in curve.points]),
            ("time saved", 1, [point.faster for point in curve.points]),
            ("answered cheap", 5, [point.kept for point in curve.points]),
        )
        lines = [
            Line(name, color, *staircase(curve, [value * 100 for value in values if value is not None]))
            for name, color, values in drawn
            if None not in values
        ]
        self._plot.draw(lines, f"Threshold: {self.score.currentText()}", self._threshold)

    def _on_moved(self, threshold: float) -> None:
        self._threshold = threshold
        self._say()

    def _say(self) -> None:
        if self._curve is None:
            return
        threshold = self._threshold if self._threshold is not None else 0.0
        said = sentence(self._curve, threshold)
        self.sentence.setText(said[:1].upper() + said[1:] + ("" if said.endswith(".") else "."))
        point = self._curve.at(threshold)
        if point is None:
            return
        told = (
            ("quality kept", point.quality, 2),
            ("cost saved", point.saved, 0),
            ("time saved", point.faster, 1),
            ("answered cheap", point.kept, 5),
        )
        self.key.tell([Told(name, percent(value), color) for name, value, color in told if value is not None])

    def _tell(self, found: Gathered) -> None:
        lacking = [
            (len(found.no_cheap), "without a cheap answer that can be judged"),
            (len(found.no_strong), "without a strong answer"),
            (len(found.ungraded), "answers without a grade"),
        ]
        parts = [f"{number} {what}" for number, what in lacking if number]
        if found.unrated:
            parts.append(f"{count(found.unrated, 'prompt')} of which not both answers are rated")
        asked = len(found.cases) + found.missing
        nothing = "" if asked else f"The session has no prompts yet: send at least {FEWEST} to these lanes."
        forms.say(self.missing, nothing or (f"Missing: {'; '.join(parts)}." if parts else "Nothing is missing."))
        self.run.setText(f"Run what is missing ({found.missing})")
        self.run.setEnabled(bool(found.missing) and self.cheap.currentData() != self.strong.currentData())

    def show_progress(self, done: int, of: int) -> None:
        """While what is missing runs."""
        forms.say(self.missing, f"{done} of {count(of, 'run')} done.")
        self.run.setText("Stop")
        self.run.setEnabled(True)

    def say(self, text: str) -> None:
        """Trouble with what was run."""
        forms.say(self.missing, text, is_good=False)

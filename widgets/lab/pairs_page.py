"""The near-miss inspector: pairs of questions around a cache's threshold, what they come to, and what never matches."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.cache.compared import Compared
from app.cache.pair import Pair
from app.lab.pairs import Judged, Verdict, around, shares
from app.lab.questions import Questions, is_enough, pairs, sentence
from app.lab.sweep import count, percent
from widgets.connections import forms
from widgets.lab.key import CurveKey
from widgets.lab.questions_bar import QuestionsBar
from widgets.lab.saving_lines import Series, lines, series, told
from widgets.labels import one_line
from widgets.pick_box import PickBox
from widgets.theme import theme_for

if TYPE_CHECKING:
    from widgets.lab.plot import Line, ThresholdPlot

WORDS: dict[Verdict, str] = {"hit": "✓ hit", "guarded": "⊘ guard", "below": "– below", "never": "⊗ never"}
ROLES: dict[Verdict, str] = {"hit": "success", "guarded": "warning", "below": "muted", "never": "error"}
USUAL = 0.9
PLOT_HEIGHT = 140
STEPS = 60
EMPTY = (
    "Nothing was looked up yet. A cached route with similarity switched on notes here which questions it held beside "
    "each other, and why they did or did not match."
)
BEFORE = (
    "What would a cache have saved that also answers questions which mean the same? The session's own questions tell, "
    "before it is switched on: compare them."
)
NO_PAIRS = "No two of these questions are as near to each other as the lowest threshold."


class PairsPage(QWidget):
    forbidden = Signal(str, str)
    allowed = Signal(str, str)
    changed = Signal()
    """It may need more room, or less."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._noted: tuple[Pair, ...] = ()
        self._trouble = ""
        self._of = Questions()
        self._compared: Compared | None = None
        self._near: tuple[Pair, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._judged: tuple[Judged, ...] = ()
        self._plot: ThresholdPlot | None = None
        self.threshold = QDoubleSpinBox(self)
        self.threshold.setRange(0.5, 1.0)
        self.threshold.setSingleStep(0.01)
        self.threshold.setValue(USUAL)
        self.threshold.setAccessibleName("Similarity threshold")
        self.source = PickBox(self)
        self.source.setAccessibleName("Which questions")
        for name in ("that caches looked up", "of this session"):
            self.source.addItem(name)
        self.bar = QuestionsBar(self)
        self.bar.hide()
        self.key = CurveKey(self)
        self.key.hide()
        self.told = forms.said(self)
        self.list = QTreeWidget(self)
        self.one, self.other = (self._text(name) for name in ("What was asked", "What was there"))
        self.why = forms.said(self)
        self.never = QPushButton("Never match these two", self)
        self._arrange()
        self.threshold.valueChanged.connect(self._sweep)
        self.source.currentIndexChanged.connect(self._on_source)
        self.list.selectionModel().selectionChanged.connect(self._on_selected)
        self.never.clicked.connect(self._on_never)

    def _text(self, name: str) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setAccessibleName(name)
        text.setPlaceholderText(name)
        text.setFixedHeight(text.fontMetrics().lineSpacing() * 3 + 16)
        return text

    def _arrange(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(forms.small("Questions", self))
        above.addWidget(self.source)
        above.addWidget(forms.small("Threshold", self))
        above.addWidget(self.threshold)
        above.addStretch(1)
        column.addLayout(above)
        for part in (self.bar, self.told, self.key):
            column.addWidget(part)
        self.list.setHeaderLabels(["Cosine", "Comes to", "Asked", "Was there"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Pairs of questions around the threshold")
        self.list.setMinimumHeight(120)
        header = self.list.header()
        header.setStretchLastSection(False)
        for at, mode in enumerate(
            (QHeaderView.ResizeMode.ResizeToContents,) * 2 + (QHeaderView.ResizeMode.Stretch,) * 2
        ):
            header.setSectionResizeMode(at, mode)
        column.addWidget(self.list, 1)
        beside = QHBoxLayout()
        beside.addWidget(self.one)
        beside.addWidget(self.other)
        column.addLayout(beside)
        below = QHBoxLayout()
        below.addWidget(self.why, 1)
        below.addWidget(self.never)
        column.addLayout(below)

    @property
    def _is_of_session(self) -> bool:
        return self.source.currentIndex() == 1

    @property
    def _pairs(self) -> tuple[Pair, ...]:
        return self._near if self._is_of_session else self._noted

    def wanted_height(self) -> int:
        """With what is shown now."""
        self._column.activate()
        return max(self.sizeHint().height(), self._column.totalHeightForWidth(self.width()))

    def show_pairs(self, noted: tuple[Pair, ...], trouble: str) -> None:
        """What caches have noted."""
        self._noted, self._trouble = noted, trouble
        if not self._is_of_session:
            self._redraw()

    def show_compared(self, found: Compared | None, of: Questions) -> None:
        """What came of comparing the session's questions; None: nothing yet."""
        self._compared, self._of = found, of
        self._near = pairs(of.asked, found.near) if found is not None else ()
        self._series = series(found, of) if found is not None and is_enough(of) else ()
        if self._is_of_session:
            self._redraw()

    def _on_source(self, _at: int) -> None:
        self.bar.setVisible(self._is_of_session)
        self._redraw()

    def _redraw(self) -> None:
        drawn = self._lines()
        if drawn:
            self._draw(drawn)
        if self._plot is not None:
            self._plot.setVisible(bool(drawn))
        self._sweep()
        self.changed.emit()

    def _draw(self, drawn: "list[Line]") -> None:
        from widgets.lab.plot import ThresholdPlot

        if self._plot is None:
            self._plot = ThresholdPlot(self, "What would be answered from the cache, by threshold")
            self._plot.setMinimumHeight(PLOT_HEIGHT)
            self._plot.moved.connect(self.threshold.setValue)
            self._column.insertWidget(self._column.indexOf(self.key), self._plot)
        title = "Threshold: cosine"
        if not self._is_of_session:
            title += " (whole line: would be hits; dashes: kept back by the guard)"
        self._plot.draw(drawn, title, self.threshold.value())

    def _lines(self) -> "list[Line]":
        """Of too few questions none."""
        if self._is_of_session:
            return lines(self._series)
        if not self._noted:
            return []
        from widgets.lab.plot import Line

        low = min(pair.cosine for pair in self._noted)
        steps = [low + (1 - low) * step / STEPS for step in range(STEPS + 1)]
        found = shares(self._noted, steps)
        return [
            Line("would be hits", 2, steps, [each.hits * 100 for each in found]),
            Line("kept back by the guard", 1, steps, [each.guarded * 100 for each in found]),
        ]

    def _sweep(self) -> None:
        threshold = self.threshold.value()
        if self._plot is not None:
            self._plot.set_threshold(threshold)
        kept = self._current()
        self._judged = around(self._pairs, threshold)
        if self._is_of_session:
            self._tell_saving(threshold)
        else:
            self._tell_noted(threshold)
        self._fill(kept.pair if kept is not None else None)

    def _tell_noted(self, threshold: float) -> None:
        self.key.hide()
        (share,) = shares(self._noted, (threshold,))
        asked = len({pair.one for pair in self._noted})
        said = f"Of {count(asked, 'question')} with something near, {percent(share.hits)} would be hits"
        forms.say(self.told, f"{said}; the guard keeps {percent(share.guarded)} back." if self._noted else EMPTY)
        if self._trouble:
            forms.say(self.told, f"The cache's file cannot be used: {self._trouble}.", is_good=False)

    def _tell_saving(self, threshold: float) -> None:
        self.key.tell(told(self._series, threshold))
        self.key.setVisible(bool(self._series))
        if self._compared is None:
            forms.say(self.told, BEFORE)
        else:
            forms.say(self.told, sentence(self._compared, self._of, threshold) + ("" if self._near else f" {NO_PAIRS}"))

    def _fill(self, kept: Pair | None) -> None:
        self.list.clear()
        theme = theme_for(self.list.palette())
        for each in self._judged:
            pair = each.pair
            texts = (f"{pair.cosine:.3f}", WORDS[each.verdict], one_line(pair.one), one_line(pair.other))
            line = QTreeWidgetItem(list(texts))
            line.setForeground(1, theme.color(ROLES[each.verdict]))
            self.list.addTopLevelItem(line)
        pairs = [(each.pair.one, each.pair.other) for each in self._judged]
        at = pairs.index((kept.one, kept.other)) if kept is not None and (kept.one, kept.other) in pairs else 0
        if (item := self.list.topLevelItem(at)) is not None:
            self.list.setCurrentItem(item)
        self._show()

    def _current(self) -> Judged | None:
        item = self.list.currentItem()
        at = self.list.indexOfTopLevelItem(item) if item is not None else -1
        return self._judged[at] if 0 <= at < len(self._judged) else None

    def _on_selected(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self._show()

    def _show(self) -> None:
        found = self._current()
        self.one.setPlainText(found.pair.one if found else "")
        self.other.setPlainText(found.pair.other if found else "")
        why = ""
        if found is not None:
            why = found.why or "Both get the same answer"
            why = f"Cosine {found.pair.cosine:.3f}. {why[:1].upper()}{why[1:]}."
        forms.say(self.why, why)
        self.never.setEnabled(found is not None)
        self.never.setText("Allow again" if found is not None and found.pair.is_forbidden else "Never match these two")

    def _on_never(self) -> None:
        if (found := self._current()) is not None:
            signal = self.allowed if found.pair.is_forbidden else self.forbidden
            signal.emit(found.pair.one, found.pair.other)
            self._turn(found.pair)

    def _turn(self, pair: Pair) -> None:
        """What caches noted is told anew; of what was compared, only this pair's verdict is known at once."""
        both = {pair.one, pair.other}
        self._near = tuple(
            replace(each, is_forbidden=not pair.is_forbidden) if {each.one, each.other} == both else each
            for each in self._near
        )
        if self._is_of_session:
            self._sweep()

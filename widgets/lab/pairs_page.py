"""The near-miss inspector: pairs of questions around a cache's threshold, what they come to, and what never matches."""

from typing import TYPE_CHECKING

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

from app.cache.pair import Pair
from app.lab.pairs import Judged, Verdict, around, shares
from app.lab.sweep import count, percent
from widgets.connections import forms
from widgets.labels import one_line
from widgets.theme import theme_for

if TYPE_CHECKING:
    from widgets.lab.plot import ThresholdPlot

WORDS: dict[Verdict, str] = {"hit": "✓ hit", "guarded": "⊘ guard", "below": "– below", "never": "⊗ never"}
ROLES: dict[Verdict, str] = {"hit": "success", "guarded": "warning", "below": "muted", "never": "error"}
USUAL = 0.9
PLOT_HEIGHT = 140
STEPS = 60
EMPTY = (
    "Nothing was looked up yet. A cached route with similarity switched on notes here which questions it held beside "
    "each other, and why they did or did not match."
)


class PairsPage(QWidget):
    forbidden = Signal(str, str)
    allowed = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pairs: tuple[Pair, ...] = ()
        self._judged: tuple[Judged, ...] = ()
        self._plot: ThresholdPlot | None = None
        self.threshold = QDoubleSpinBox(self)
        self.threshold.setRange(0.5, 1.0)
        self.threshold.setSingleStep(0.01)
        self.threshold.setValue(USUAL)
        self.threshold.setAccessibleName("Similarity threshold")
        self.told = forms.said(self)
        self.list = QTreeWidget(self)
        self.one, self.other = (self._text(name) for name in ("What was asked", "What was there"))
        self.why = forms.said(self)
        self.never = QPushButton("Never match these two", self)
        self._arrange()
        self.threshold.valueChanged.connect(self._sweep)
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
        above.addWidget(forms.small("Threshold", self))
        above.addWidget(self.threshold)
        above.addWidget(self.told, 1)
        column.addLayout(above)
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

    def show_pairs(self, pairs: tuple[Pair, ...], trouble: str) -> None:
        self._pairs = pairs
        if pairs:
            self._draw()
        self._sweep()
        if trouble:
            forms.say(self.told, f"The cache's file cannot be used: {trouble}.", is_good=False)

    def _draw(self) -> None:
        from widgets.lab.plot import Line, ThresholdPlot

        if self._plot is None:
            self._plot = ThresholdPlot(self, "Questions that would be hits, by threshold")
            self._plot.setMinimumHeight(PLOT_HEIGHT)
            self._plot.moved.connect(self.threshold.setValue)
            self._column.insertWidget(1, self._plot)
        low = min(pair.cosine for pair in self._pairs)
        steps = [low + (1 - low) * at / STEPS for at in range(STEPS + 1)]
        found = shares(self._pairs, steps)
        lines = (
            Line("would be hits", 2, steps, [each.hits * 100 for each in found]),
            Line("kept back by the guard", 1, steps, [each.guarded * 100 for each in found]),
        )
        title = "Threshold: cosine (whole line: would be hits; dashes: kept back by the guard)"
        self._plot.draw(lines, title, self.threshold.value())

    def _sweep(self) -> None:
        if self._plot is not None:
            self._plot.set_threshold(self.threshold.value())
        threshold = self.threshold.value()
        kept = self._current()
        self._judged = around(self._pairs, threshold)
        (share,) = shares(self._pairs, (threshold,))
        asked = len({pair.one for pair in self._pairs})
        told = f"Of {count(asked, 'question')} with something near, {percent(share.hits)} would be hits"
        forms.say(self.told, f"{told}; the guard keeps {percent(share.guarded)} back." if self._pairs else EMPTY)
        self._fill(kept.pair if kept is not None else None)

    def _fill(self, kept: Pair | None) -> None:
        self.list.clear()
        theme = theme_for(self.palette())
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

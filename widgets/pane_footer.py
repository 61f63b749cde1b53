"""The foot of a pane: one line of figures, and below it marks, remarks and the way to the details."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.shown import MARK_NOTES, Ending, Mark, Segment
from widgets.buttons import IconButton
from widgets.figure_line import FigureLine
from widgets.labels import SMALL_PX, Chip, ElidedLabel, plain_tip

GAP, SIDES, MORE_PX = 4, 16, 26
MOST_KEPT = 76
"""How wide a word on drift stays, in pixels, however many marks stand beside it."""


class PaneFooter(QWidget):
    """Its height is the same in every state."""

    details_asked = Signal(bool)
    figure_asked = Signal(str)
    """How was it made? A `Topic`."""
    inspect_asked = Signal()
    judge_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = FigureLine(self)
        self._remark = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._marks: dict[Mark, Chip] = {mark: Chip(mark, self, role="success") for mark in MARK_NOTES}
        self._badge = Chip("", self, role="warning")
        self._batched = Chip("", self)
        self._more = Chip("", self)
        self._said: set[Chip] = set()
        """Chips that have something to say; those for which there is no room are summed up in one."""
        self._drift = ElidedLabel("", self, px=SMALL_PX)
        self._drift.hug()
        self._drift.hide()
        self._details = IconButton("details", "Details of this run", self)
        self._inspect = IconButton("inspect", "Inspect its exchanges (Ctrl+Shift+I)", self)
        self.judge = IconButton("star", "Judge this answer (Ctrl+Shift+U)", self)
        self.judge.setEnabled(False)
        self.judge.setFixedHeight(self.judge.sizeHint().height())  # a text beside the star would make it higher
        self.judge.clicked.connect(self.judge_asked)
        self._inspect.clicked.connect(self.inspect_asked)
        self._details.setCheckable(True)
        self._details.toggled.connect(self.details_asked)
        self.line.asked.connect(self._on_figure)
        self._arrange()
        self.clear()

    def _arrange(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(GAP)
        for mark, chip in self._marks.items():
            chip.setToolTip(MARK_NOTES[mark])
            below.addWidget(chip)
        below.addWidget(self._badge)
        below.addWidget(self._batched)
        below.addWidget(self._more)
        below.addWidget(self._drift)
        below.addWidget(self._remark, 1)
        below.addWidget(self.judge)
        below.addWidget(self._inspect)
        below.addWidget(self._details)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, SIDES - 12, 4)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addLayout(below)

    def clear(self) -> None:
        self.line.clear()
        self._remark.setText("")
        self.show_marks(())
        self._say(self._badge, is_there=False)
        self._say(self._batched, is_there=False)
        self.show_drift("", "")
        self._details.setChecked(False)
        self._details.setEnabled(False)

    def show_opinion(self, is_there: bool, text: str, note: str) -> None:
        """`is_there` tells whether there is an answer to be judged; `text` is what was thought of it, in short."""
        self.judge.setEnabled(is_there)
        self.judge.set_icon("star_on" if text else "star")
        self.judge.setText(text)
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.judge.setToolButtonStyle(beside)
        self.judge.setToolTip(plain_tip(note) if note else "Judge this answer (Ctrl+Shift+U)")
        self.judge.setAccessibleDescription(f"{text} {note}".strip())
        self._fit()

    def show_segments(self, segments: tuple[Segment, ...]) -> None:
        self.line.show_segments(segments)

    def show_ending(self, ending: Ending) -> None:
        if ending.segments or ending.state == "failed":
            self.line.settle(ending.segments)
        self._remark.setText(" · ".join(filter(None, (ending.remark, *ending.notices))))
        chips = ((self._badge, ending.badge, ending.badge_note), (self._batched, ending.batched, ending.batched_note))
        for chip, text, note in chips:
            chip.setText(text)
            chip.setToolTip(note)
            self._say(chip, is_there=bool(text))
        self._fit()
        self._details.setEnabled(bool(ending.figures))

    def show_drift(self, text: str, note: str, *, is_baseline: bool = False) -> None:
        """How the run differs from its baseline, in a word, and in full."""
        self._drift.setText(text)
        self._drift.set_role("muted" if is_baseline else "warning")
        self._drift.set_note(note)
        self._drift.setAccessibleDescription(note)
        self._drift.setMinimumWidth(min(MOST_KEPT, self._drift.sizeHint().width()))
        self._drift.setVisible(bool(text))
        self._fit()

    def show_marks(self, marks: tuple[Mark, ...]) -> None:
        for mark, chip in self._marks.items():
            self._say(chip, is_there=mark in marks)
        self._fit()

    def _say(self, chip: Chip, *, is_there: bool) -> None:
        (self._said.add if is_there else self._said.discard)(chip)

    def _fit(self) -> None:
        """Shows as many chips as there is room for beside a word on drift: first what spoils figures, then marks."""
        order = [chip for chip in (self._badge, *self._marks.values(), self._batched) if chip in self._said]
        room = (
            self.width()
            - SIDES
            - sum(each.sizeHint().width() + GAP for each in (self.judge, self._inspect, self._details))
        )
        room -= self._drift.minimumWidth() + GAP if self._drift.text() else 0
        count = _count([chip.sizeHint().width() + GAP for chip in order], room, MORE_PX + GAP)
        for chip in (self._badge, *self._marks.values(), self._batched):
            chip.setVisible(chip in order[:count])
        left = order[count:]
        self._more.setText(f"+{len(left)}")
        self._more.setToolTip("\n".join(f"{chip.text()}: {chip.toolTip()}" for chip in left))
        self._more.setVisible(bool(left))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_figure(self, topic: str) -> None:
        if self._details.isEnabled():
            self._details.setChecked(True)
            self.figure_asked.emit(topic)

    def toggle_details(self) -> None:
        if self._details.isEnabled():
            self._details.toggle()


def _count(widths: list[int], room: int, more: int) -> int:
    """How many of them fit, with `more` beside them where not all do."""
    if sum(widths) <= room:
        return len(widths)
    return next((n for n in range(len(widths) - 1, 0, -1) if sum(widths[:n]) + more <= room), 0)

"""What repeats have shown: a table, sentences that compare, how alike the answers are."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.repeats.of_session import titles
from app.repeats.plan import told
from app.repeats.sample import METRICS
from app.repeats.summary import Summary, summary
from app.session.document import Session
from widgets.connections import forms
from widgets.pick_box import PickBox
from widgets.repeats.reckoner import Reckoner
from widgets.repeats.table import Table
from widgets.sheet import Sheet

NOTHING = "Nothing has been repeated in this session yet."
EMPTY = "No run has come to an answer yet. What comes is shown here as it comes."
LEAST_HEIGHT, MOST_HEIGHT = 240, 560


class ResultsSheet(Sheet):
    based = Signal()
    """These runs are to be the baseline of their prompt."""
    repeat_wished = Signal()
    chosen = Signal(str)
    """The id of another experiment that is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "What the repeats have shown", width=880)
        self.summary: Summary | None = None
        self._session, self._experiment = Session(""), ""
        self._reckoner = Reckoner(self)
        self._reckoner.reckoned.connect(self._on_reckoned)
        self.figure = PickBox(self)
        self.figure.setAccessibleName("Figure")
        for each in METRICS:
            self.figure.addItem(f"{each.name}, {each.unit}" if each.unit else each.name, each.id)
        self.experiment = PickBox(self)
        self.experiment.setAccessibleName("Which repeats")
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
        self.figure.currentIndexChanged.connect(self._ask)
        self.experiment.activated.connect(self._on_chosen)
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
        above.addWidget(self.experiment)
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

    def show_session(self, session: Session, experiment: str) -> None:
        """What that experiment of the session has come to; it is there a moment later."""
        self._session, self._experiment = session, experiment
        self._offer()
        self._ask()

    def _offer(self) -> None:
        """Which repeats there are to be seen, where there are several."""
        found = titles(self._session)
        if [id_ for id_, _ in found] != [self.experiment.itemData(n) for n in range(self.experiment.count())]:
            self.experiment.clear()
            for id_, title in found:
                self.experiment.addItem(title, id_)
        self.experiment.setCurrentIndex(self.experiment.findData(self._experiment))
        self.experiment.setVisible(len(found) > 1)

    def _on_chosen(self) -> None:
        self.chosen.emit(self.experiment.currentData())

    def _ask(self) -> None:
        self._reckoner.ask(partial(summary, self._session, self._experiment, self.figure.currentData()))

    def _on_reckoned(self, found: Summary | None) -> None:
        self.summary = found
        self._show()
        self._fit()

    def _fit(self) -> None:
        """As high as what it shows, as far as there is room; it never shrinks while it is open."""
        width = self._scroll.width() if self.isVisible() else 840
        wanted = min(MOST_HEIGHT, max(LEAST_HEIGHT, self._inner.heightForWidth(width) + 8))
        if not self.isVisible() or wanted > self._scroll.sizeHint().height():
            self._scroll.setMinimumHeight(min(wanted, max(80, self.content.height() - 200)))
        if self.isVisible():
            self.place()

    def _show(self) -> None:
        found = self.summary
        has_runs = found is not None and found.has_runs
        self.table.setVisible(has_runs)
        self.base.setEnabled(has_runs)
        self.plan.setText(told(found.held.experiment.plan) if found is not None else "")
        if found is None or not has_runs:
            self._say(self.said, NOTHING if found is None else EMPTY)
            self._say(self.alike, "")
            return
        self.table.show_summary(found)
        self._say(self.said, "\n".join(found.sentences))
        self._say(self.alike, "\n".join(found.alike))

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

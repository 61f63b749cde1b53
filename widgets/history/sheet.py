"""Every run that was ever made, found again by whatever one remembers of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.history.entry import Entry, Hit, Page
from app.history.query import FILTERS
from app.history.wishes import DeleteRuns, HistoryFacts, HistoryFound, KeepHistory, SearchHistory
from widgets.connections import forms
from widgets.history.filters import FilterButton, with_filter
from widgets.history.hits import HIT, HitLines, Hits, facts, when
from widgets.labels import SMALL_PX, ElidedLabel, Hairline
from widgets.quiet_combo import QuietCombo
from widgets.sheet import Sheet

if TYPE_CHECKING:
    from widgets.markdown import AnswerView

TYPING_MS = 120
KEPT: tuple[tuple[str, int | None], ...] = (
    ("for ever", None),
    ("a year", 365),
    ("90 days", 90),
    ("30 days", 30),
)
EMPTY = "Nothing is here yet. Every run of every session is kept here by itself, and found by any word of it."
NOTHING = "No run holds all of that."


class HistorySheet(Sheet):
    wished = Signal(object)
    """A `HistoryWish`."""
    opened = Signal(str, str, str)
    """A session's id, its file, "" if it has none, and the run that is to be shown."""
    used = Signal(str, str)
    """A prompt and its system prompt, to be asked again."""
    retained = Signal(object)
    """How many days runs are kept from now on; None for ever."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "History", width=980)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(
            "Words, “phrases”, vendor:openai model:gpt outcome:failed after:2026-11 cost>0.01"
        )
        self.search.setAccessibleName("Search in the history")
        self.search.setToolTip(FILTERS)
        self.search.setClearButtonEnabled(True)
        self.filter = FilterButton(self)
        self.hits = Hits(self)
        self.list = QListView(self)
        self.list.setModel(self.hits)
        self.list.setItemDelegate(HitLines(self.list))
        self.list.setAccessibleName("Runs that were found, the newest first")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.head = ElidedLabel("", self)
        self.told = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.prompt = QPlainTextEdit(self)
        self.prompt.setReadOnly(True)
        self.prompt.setAccessibleName("Its prompt")
        self._answer: AnswerView | None = None
        self.open_button = QPushButton("Open", self)
        self.open_button.setObjectName("primary")
        self.use = QPushButton("Use its prompt", self)
        self.delete = QPushButton("Delete", self)
        self.said = forms.said(self)
        self.facts = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.kept = QuietCombo(self, "How long runs are kept")
        for name, _ in KEPT:
            self.kept.addItem(f"Keep {name}")
        self.shorten = QPushButton("Delete what is older", self)
        self.shorten.hide()
        self.all = QPushButton("Delete all…", self)
        self._sure: object = None
        self._kept_days: int | None = None
        """As it is set; what the list says may still be thought over."""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._reading = QVBoxLayout()
        self._reading.setSpacing(4)
        self._reading.addWidget(self.head)
        self._reading.addWidget(self.told)
        self.prompt.setFixedHeight(64)
        self._reading.addWidget(self.prompt)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        buttons.addWidget(self.use)
        buttons.addWidget(self.open_button)
        self._reading.addLayout(buttons)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.list, 5)
        both.addLayout(self._reading, 6)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.facts, 1)
        foot.addWidget(self.kept)
        foot.addWidget(self.shorten)
        foot.addWidget(self.all)
        asked = QHBoxLayout()
        asked.setSpacing(8)
        asked.addWidget(self.search, 1)
        asked.addWidget(self.filter)
        self.column.addLayout(asked)
        self.column.addLayout(both, 1)
        self.column.addWidget(self.said)
        self.column.addWidget(Hairline(self))
        self.column.addLayout(foot)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._ask)
        self.filter.chosen.connect(self._on_filter)
        self.hits.more_asked.connect(self._ask_more)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(self._on_open)
        self.open_button.clicked.connect(self._on_open)
        self.use.clicked.connect(self._on_use)
        self.delete.clicked.connect(self._on_delete)
        self.all.clicked.connect(self._on_delete_all)
        self.kept.activated.connect(self._on_kept)
        self.shorten.clicked.connect(self._on_shorten)

    def sizeHint(self) -> QSize:
        return QSize(980, 620)

    def open(self, title: str | None = None) -> None:
        self._make_answer()
        super().open(title)
        self.search.selectAll()
        self._unsure()
        self._ask()
        self.wished.emit(KeepHistory(self._kept_days))

    def dismiss(self) -> None:
        self._typing.stop()
        self.show_kept(self._kept_days)
        super().dismiss()

    def first_focus(self) -> QWidget:
        return self.search

    def _make_answer(self) -> None:
        if self._answer is None:
            from widgets.markdown import AnswerView

            self._answer = AnswerView(self)
            self._answer.setAccessibleName("Its answer")
            self._reading.insertWidget(3, self._answer, 1)

    # What is shown

    def show_kept(self, days: int | None) -> None:
        """How long runs are kept, as the settings say."""
        self._kept_days = days
        self.kept.setCurrentIndex(next((n for n, (_, each) in enumerate(KEPT) if each == days), 0))
        self.shorten.hide()

    def show_found(self, found: HistoryFound) -> None:
        if found.text != self.search.text():
            return  # the answer to what stood there before
        if found.page is None:
            forms.say(self.said, found.said, is_good=False)
            return
        self.filter.know(hit.entry for hit in found.page.hits)
        if found.before is not None:
            self.hits.add_page(found.page)
            return
        self.hits.show_page(found.page)
        forms.say(self.said, "" if found.page.hits else (NOTHING if found.text.strip() else EMPTY))
        if found.page.hits:
            self.list.setCurrentIndex(self.hits.index(0))
        else:
            self._show(None)

    def show_facts(self, told: HistoryFacts) -> None:
        runs = "1 run" if told.runs == 1 else f"{told.runs:,} runs"
        self.facts.setText(f"{runs} · {told.size_bytes / 1e6:.1f} MB on this machine, not encrypted")
        self.all.setEnabled(told.runs > 0)
        if told.said:
            forms.say(self.said, told.said, is_good=False)

    @property
    def current(self) -> Entry | None:
        hit = self.list.currentIndex().data(HIT)
        return hit.entry if isinstance(hit, Hit) else None

    def _on_current(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._unsure()
        self._show(self.current)

    def _show(self, entry: Entry | None) -> None:
        for button in (self.open_button, self.use, self.delete):
            button.setEnabled(entry is not None)
        self.head.setText(f"{entry.model}" if entry else "")
        title = entry.title if entry else ""
        parts = [entry.vendor, when(entry), title, facts(entry)] if entry else []
        self.told.setText(" · ".join(filter(None, parts)))
        self.prompt.setPlainText(entry.prompt if entry else "")
        self.prompt.setVisible(entry is not None)
        if self._answer is not None:
            self._answer.clear()
            self._answer.append(entry.answer if entry else "")
            self._answer.finish()
            self._answer.show_beginning()

    # What is wished

    def _ask(self) -> None:
        self.wished.emit(SearchHistory(self.search.text()))

    def _ask_more(self, before: int) -> None:
        self.wished.emit(SearchHistory(self.search.text(), before))

    def _on_filter(self, word: str) -> None:
        self.search.setText(with_filter(self.search.text(), word))
        self.search.setFocus()

    def _on_open(self) -> None:
        if (entry := self.current) is not None:
            self.dismiss()
            self.opened.emit(entry.session, entry.path, entry.run)

    def _on_use(self) -> None:
        if (entry := self.current) is not None:
            self.dismiss()
            self.used.emit(entry.prompt, entry.system)

    def _on_delete(self) -> None:
        """A second press is asked for: this is for good."""
        chosen = [index.data(HIT) for index in self.list.selectionModel().selectedIndexes()]
        runs = tuple(hit.entry.run for hit in chosen if isinstance(hit, Hit))
        if not runs:
            return
        if self._sure != runs:
            self._sure = runs
            count = "for good" if len(runs) == 1 else f"{len(runs)} for good"
            self.delete.setText(f"Delete {count}")
            return
        self._unsure()
        self.hits.take_out(frozenset(runs))
        self._show(self.current)
        self.wished.emit(DeleteRuns(runs))

    def _on_delete_all(self) -> None:
        if self._sure != "all":
            self._sure = "all"
            self.all.setText("Delete all for good")
            return
        self._unsure()
        self.hits.show_page(Page(()))
        self._show(None)
        self.wished.emit(DeleteRuns())

    def _unsure(self) -> None:
        self._sure = None
        self.delete.setText("Delete")
        self.all.setText("Delete all…")

    def _days(self) -> int | None:
        return KEPT[self.kept.currentIndex()][1]

    def _on_kept(self) -> None:
        """To keep runs for a shorter time deletes some: that is asked for twice."""
        days = self._days()
        is_shorter = days is not None and (self._kept_days is None or days < self._kept_days)
        self.shorten.setVisible(is_shorter)
        if is_shorter:
            forms.say(self.said, f"What is older than {days} days goes for good, now and from now on.", is_good=False)
        else:
            forms.say(self.said, "")
            self._retain(days)

    def _on_shorten(self) -> None:
        self.shorten.hide()
        forms.say(self.said, "")
        self._retain(self._days())
        self._ask()

    def _retain(self, days: int | None) -> None:
        self._kept_days = days
        self.retained.emit(days)
        self.wished.emit(KeepHistory(days))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._on_delete()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            row = self.list.currentIndex().row() + (1 if event.key() == Qt.Key.Key_Down else -1)
            if 0 <= row < self.hits.rowCount():
                self.list.setCurrentIndex(self.hits.index(row))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self._on_open()
        else:
            super().keyPressEvent(event)

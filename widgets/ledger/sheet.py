"""Where the ledger is kept and how much is in it; what a period would have cost elsewhere."""

from datetime import UTC, datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QPushButton, QRadioButton, QWidget

from app.ledger import place
from app.ledger.comparisons import AskReconcile, AskReprice, Reconciled, Repriced
from app.ledger.period import USUAL, usual
from app.ledger.questions import AskFacts, Facts, Where
from app.ledger.wishes import AskLedger, LedgerAnswered, LedgerTried, TryLedger
from widgets.connections import forms
from widgets.labels import ElidedLabel, Hairline
from widgets.ledger.compared import Compared
from widgets.pick_box import PickBox
from widgets.sheet import Sheet

FACTS, COMPARED = "ledger sheet: facts", "ledger sheet: comparison"
KEPT = (
    "Every attempt of every run is a line here, with its times, tokens and costs, and without any text. Lines are "
    "added and never changed."
)
PASSWORD = (
    "Leave the password out: the settings are a plain file. PostgreSQL takes it from ~/.pgpass, or from PGPASSWORD in "
    "the environment."
)
LEFT_OUT = "Practice models are left out."
FIXED = "ABREAST_LEDGER is set in the environment, and goes before what is chosen here."


class LedgerSheet(Sheet):
    wished = Signal(object)
    """A `LedgerWish`."""
    placed = Signal(str)
    """The address of a database that has answered, or "" for the file: there from now on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Ledger", width=900)
        self._url = ""
        self._trying: str | None = None
        self.facts = ElidedLabel("", self)
        self.file = QRadioButton("A file on this machine", self)
        self.database = QRadioButton("A team's PostgreSQL", self)
        self._group = QButtonGroup(self)
        self.url = forms.line(self, "The database's address", "postgresql://user@host/name")
        self.use = QPushButton("Test and use", self)
        self.use.setObjectName("primary")
        self.said = forms.said(self)
        self.period = PickBox(self)
        self.period.setAccessibleName("Which period")
        self.period.addItems(USUAL)
        self.prices = forms.line(self, "Prices", "vendor/model, genai-prices, or a file of prices")
        self.practice = QCheckBox("With practice models", self)
        self.practice.setToolTip("Their money is play money, and in no sum unless it is asked for")
        self._asked = Where()
        self.reprice = QPushButton("Price again", self)
        self.reconcile = QPushButton("Compare with providers", self)
        self.table = Compared(self)
        self.note = forms.said(self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        about = forms.small(KEPT, self)
        about.setWordWrap(True)
        for radio in (self.file, self.database):
            self._group.addButton(radio)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.database)
        where.addWidget(self.url, 1)
        where.addWidget(self.use)
        asked = QHBoxLayout()
        asked.setSpacing(8)
        asked.addWidget(self.period)
        asked.addWidget(self.prices, 1)
        asked.addWidget(self.practice)
        asked.addWidget(self.reprice)
        asked.addWidget(self.reconcile)
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing() * 2)
        for widget in (about, self.facts, self.file):
            self.column.addWidget(widget)
        self.column.addLayout(where)
        self.column.addWidget(self.said)
        self.column.addWidget(Hairline(self))
        self.column.addWidget(forms.small("What would it have cost? Do providers say what lists say?", self))
        self.column.addLayout(asked)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.note)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._judge)
        self.url.textEdited.connect(self._on_typed)
        self.url.returnPressed.connect(self._on_use)
        self.use.clicked.connect(self._on_use)
        self.prices.returnPressed.connect(self._on_reprice)
        self.reprice.clicked.connect(self._on_reprice)
        self.reconcile.clicked.connect(self._on_reconcile)

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    def first_focus(self) -> QWidget:
        return self.prices

    def show_place(self, url: str, *, is_fixed: bool) -> None:
        """What the settings say; `is_fixed` where the environment goes before them."""
        self._url = url
        (self.database if url else self.file).setChecked(True)
        self.url.setText(url)
        for widget in (self.file, self.database, self.url):
            widget.setEnabled(not is_fixed)
        self._judge()
        if is_fixed:
            forms.say(self.said, FIXED)
            self.use.setEnabled(False)
        self.ask_facts()

    def ask_facts(self) -> None:
        if not self.facts.text():
            self.facts.setText("It is looked into as soon as no lane is answering…")
        self.wished.emit(AskLedger(FACTS, AskFacts()))

    def show_answered(self, answered: LedgerAnswered) -> None:
        match answered.answer:
            case Facts() if answered.id == FACTS:
                self.facts.setText(in_words(answered.answer))
            case Repriced() if answered.id == COMPARED:
                self._say_found(self.table.show_repriced(answered.answer, ("model",)))
            case Reconciled() if answered.id == COMPARED:
                self._say_found(self.table.show_reconciled(answered.answer, ("vendor", "model")))
            case None if answered.id == FACTS:
                self.facts.setText(answered.said)
            case None if answered.id == COMPARED:
                self.table.empty()
                forms.say(self.note, answered.said, is_good=False)
        if answered.id == COMPARED:
            self._enable(is_asking=False)

    def _say_found(self, said: str) -> None:
        """Where nothing was found, also what was not looked at."""
        is_whole = self._asked.practice or self.table.topLevelItemCount()
        forms.say(self.note, said if is_whole else f"{said} {LEFT_OUT}")

    def show_tried(self, tried: LedgerTried) -> None:
        url, self._trying = self._trying, None
        if url is None:
            return
        if not tried.is_good:
            forms.say(self.said, tried.said, is_good=False)
            self.use.setEnabled(True)
            return
        forms.say(self.said, f"{tried.said} It is used from now on; what is elsewhere stays there.")
        self._url = url
        self.placed.emit(url)
        self.ask_facts()

    def show_lost(self) -> None:
        """Nobody answers any more what was asked."""
        why = "The engine ended before it could answer. Ask again."
        if not self.reprice.isEnabled():
            self.show_answered(LedgerAnswered(COMPARED, None, why))
        self.show_tried(LedgerTried(False, why))

    # What is done

    def _on_typed(self) -> None:
        self.database.setChecked(True)
        self._judge()

    def _wanted(self) -> str:
        return self.url.text().strip() if self.database.isChecked() else ""

    def _judge(self) -> None:
        wanted = self._wanted()
        forms.say(self.said, "")
        if place.has_password(wanted):
            forms.say(self.said, PASSWORD, is_good=False)
        is_whole = not self.database.isChecked() or bool(wanted)
        self.use.setEnabled(is_whole and wanted != self._url and not place.has_password(wanted))

    def _on_use(self) -> None:
        if self.use.isEnabled():
            self._trying = self._wanted()
            self.use.setEnabled(False)
            forms.say(self.said, "It is being tried…")
            self.wished.emit(TryLedger(self._trying))

    def _where(self) -> Where:
        return Where(*usual(self.period.currentText()), practice=self.practice.isChecked())

    def _on_reprice(self) -> None:
        self._compare(AskReprice(self.prices.text().strip(), ("model",), self._where()))

    def _on_reconcile(self) -> None:
        self._compare(AskReconcile(("vendor", "model"), self._where()))

    def _compare(self, question: AskReprice | AskReconcile) -> None:
        self._enable(is_asking=True)
        self._asked = question.where
        forms.say(self.note, "It is being computed…")
        self.wished.emit(AskLedger(COMPARED, question))

    def _enable(self, *, is_asking: bool) -> None:
        self.reprice.setEnabled(not is_asking)
        self.reconcile.setEnabled(not is_asking)


def in_words(facts: Facts) -> str:
    if not facts.rows or facts.first_us is None:
        return f"Empty so far, in {facts.place}"
    first = datetime.fromtimestamp(facts.first_us / 1e6, UTC).date().isoformat()
    attempts = f"{facts.rows:,} {'attempt' if facts.rows == 1 else 'attempts'}"
    return f"{attempts} since {first}, {_size(facts.size_bytes)}, in {facts.place}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:,.0f} kB"

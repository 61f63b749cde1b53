"""A budget in two short lines: for whom, how much, in which time; and what happens then."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.budgets.budget import Budget
from app.budgets.written import WrittenError, budget
from app.records import plain
from widgets.connections import forms
from widgets.pick_box import PickBox

WHO = (
    ("Everything I run", "user"), ("Each vendor", "vendor"), ("One vendor", "vendor:"), ("Each model", "model"),
    ("One model", "model:"), ("Each server", "endpoint"), ("One server", "endpoint:"), ("Each session", "session"),
    ("One session", "session:"),
)  # fmt: skip
HINTS = {"vendor:": "openai", "model:": "openai/gpt-5", "endpoint:": "http://gpu-box:8000", "session:": "its id"}
WINDOWS = (("an hour", "hour"), ("a day", "day"), ("a month", "month"))
THENS = (("stop streams", "stop"), ("send no more", "block"), ("only warn", "warn"))
UNPRICED = (("run uncounted", "allow"), ("do not run", "block"))


class BudgetForm(QWidget):
    set_asked = Signal(object, str)
    """A `Budget`, and the id of the one in whose place it comes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._instead_of = ""
        self.who = self._choice("For whom", WHO)
        self.name = forms.line(self, "Its name")
        self.limit = forms.line(self, "Limit", "5 USD, 200k tokens, 100 requests")
        self.window_ = self._choice("In which time", WINDOWS)
        self.then = self._choice("At the limit", THENS)
        self.warn = forms.line(self, "Warn at, in percent of the limit", "80")
        self.unpriced = self._choice("Models without a price", UNPRICED)
        self.apply = QPushButton("Set", self)
        self.apply.setObjectName("primary")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setFlat(True)
        self.said = forms.said(self)
        self._arrange()
        self._connect()
        self.clear()

    def _choice(self, name: str, choices: tuple[tuple[str, str], ...]) -> QComboBox:
        made = PickBox(self)
        made.setAccessibleName(name)
        for text, value in choices:
            made.addItem(text, value)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return made

    def _arrange(self) -> None:
        self.warn.setFixedWidth(self.warn.fontMetrics().horizontalAdvance("100 %") + 20)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(self.who)
        first.addWidget(self.name, 1)
        first.addWidget(self.limit, 1)
        first.addWidget(self.window_)
        second.addWidget(forms.small("At the limit", self))
        second.addWidget(self.then)
        second.addWidget(forms.small("warn at, %", self))
        second.addWidget(self.warn)
        second.addWidget(forms.small("unpriced models", self))
        second.addWidget(self.unpriced)
        second.addStretch(1)
        third = QHBoxLayout()
        third.setSpacing(8)
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing() * 2)
        third.addWidget(self.said, 1)
        third.addWidget(self.cancel)
        third.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        for row in (first, second, third):
            column.addLayout(row)

    def _connect(self) -> None:
        self.who.currentIndexChanged.connect(self._on_who)
        self.apply.clicked.connect(self._on_apply)
        self.cancel.clicked.connect(self.clear)
        for field in (self.name, self.limit, self.warn):
            field.returnPressed.connect(self._on_apply)
            field.textEdited.connect(self._on_edited)

    def clear(self) -> None:
        """For a new one."""
        self._instead_of = ""
        for field in (self.name, self.limit, self.warn):
            field.clear()
        self.window_.setCurrentIndex(self.window_.findData("day"))
        self.apply.setText("Set")
        self.cancel.hide()
        forms.say(self.said, "")
        self._on_who()

    def edit(self, given: Budget) -> None:
        """That one, which gives way when it is set."""
        self._instead_of = given.id
        self.who.setCurrentIndex(self.who.findData(f"{given.scope}{':' * bool(given.name)}"))
        self.name.setText(given.name)
        self.limit.setText(f"{plain(given.limit)} {given.unit}")
        self.window_.setCurrentIndex(self.window_.findData(given.window))
        self.then.setCurrentIndex(self.then.findData(given.then))
        self.warn.setText(plain(given.warn * 100))
        self.unpriced.setCurrentIndex(self.unpriced.findData(given.unpriced))
        self.apply.setText("Change")
        self.cancel.show()
        self.limit.setFocus()
        self.limit.selectAll()

    def budget(self) -> Budget:
        """What is written. Raises `WrittenError`."""
        who = str(self.who.currentData())
        if who.endswith(":") and not self.name.text().strip():
            raise WrittenError(f"{self.who.currentText().lower()}: write which, as {HINTS[who]}")
        return budget(
            who + (self.name.text().strip() if who.endswith(":") else ""),
            self.limit.text(),
            str(self.window_.currentData()),
            then=str(self.then.currentData()),
            warn=self.warn.text().strip() or "80",
            unpriced=str(self.unpriced.currentData()),
        )

    def say(self, text: str, *, is_good: bool) -> None:
        forms.say(self.said, text, is_good=is_good)

    def _on_who(self) -> None:
        who = str(self.who.currentData())
        self.name.setVisible(who.endswith(":"))
        self.name.setPlaceholderText(HINTS.get(who, ""))
        if not who.endswith(":"):
            self.name.clear()

    def _on_edited(self) -> None:
        forms.say(self.said, "")

    def _on_apply(self) -> None:
        try:
            made = self.budget()
        except WrittenError as error:
            sentence = str(error)
            self.say(f"{sentence[:1].upper()}{sentence[1:]}.", is_good=False)
            return
        instead_of = self._instead_of
        self.clear()
        self.set_asked.emit(made, instead_of)

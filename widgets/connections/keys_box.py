"""The keys of one account: which there are, which one is used, and where another one is typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.accounts import Account
from widgets.connections import forms
from widgets.labels import ElidedLabel
from widgets.theme import figures_font

DEFAULT = "default"
HINT = "Paste a key: the system's keyring will keep it"
HINT_HERE = "Paste a key: it is kept in memory"
HERE = "Keep it in memory only, until Abreast is closed"


class KeysBox(QWidget):
    stored = Signal(str, str, bool, bool)
    """A key as it was typed, its name, whether it may go unencrypted, whether it is wanted in memory alone."""
    again = Signal()
    """The keyring is to be asked once more."""
    deleted = Signal(str)
    """A key's name."""
    used = Signal(str)
    """The name of the key that is to be used."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(2, 1)
        self._radios = QButtonGroup(self)
        self._deletes = QButtonGroup(self)
        self._names: dict[QAbstractButton, str] = {}
        """Whose key each of them is for."""
        self.key = forms.line(self, "Key", HINT)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.name = forms.line(self, "Name of the key", DEFAULT, "A name, where there are several keys")
        self.name.setFixedWidth(110)
        self.store = QPushButton("Store", self)
        self.store.setObjectName("primary")
        self.bare = QCheckBox("Send it unencrypted: everyone on the way could read it", self)
        self.here = QCheckBox(HERE, self)
        self.note = forms.said(self)
        self.ask = QPushButton("Ask again", self)
        noted = QHBoxLayout()
        noted.setSpacing(8)
        noted.addWidget(self.note, 1)
        noted.addWidget(self.ask)
        typing = QHBoxLayout()
        typing.setSpacing(8)
        typing.addWidget(self.key, 1)
        typing.addWidget(self.name)
        typing.addWidget(self.store)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(noted)
        column.addLayout(self._rows)
        column.addLayout(typing)
        column.addWidget(self.here)
        column.addWidget(self.bare)
        self._radios.buttonClicked.connect(self._on_used)
        self._deletes.buttonClicked.connect(self._on_deleted)
        self.key.textChanged.connect(self._offer)
        self.bare.toggled.connect(self._offer)
        self.key.returnPressed.connect(self._on_store)
        self.name.returnPressed.connect(self._on_store)
        self.store.clicked.connect(self._on_store)
        self.ask.clicked.connect(self.again)
        self.show_keyring("", "")

    def show_keyring(self, trouble: str, absent: str) -> None:
        """Why it cannot be looked into, or why there is none; "" and "" where all is well."""
        self._troubled = bool(trouble)
        told = f"{_begun(trouble)}. Its keys are not seen meanwhile." if trouble else ""
        if absent:
            told = f"{_begun(absent)}. A key that is stored here stays in memory, until Abreast is closed."
        forms.say(self.note, told, is_good=not trouble)
        self.note.setVisible(bool(told))
        self.ask.setVisible(bool(trouble))
        self.key.setPlaceholderText(HINT_HERE if absent else HINT)
        self._show_here()

    def _show_here(self) -> None:
        self.here.setVisible(self._troubled and not self.key.isHidden())
        if self.here.isHidden():
            self.here.setChecked(False)

    def show_keys(self, accounts: tuple[Account, ...], *, used: str, is_bare: bool) -> None:
        """`used` is the name of the key that lanes take, "" for one of the environment; `is_bare` tells that the
        vendor's address is not encrypted."""
        self._empty()
        for row, account in enumerate(accounts):
            self._add(row, account, account.name == used)
        self.bare.setVisible(is_bare)
        self._offer()

    def show_typing(self, *, shown: bool) -> None:
        for part in (self.key, self.name, self.store):
            part.setVisible(shown)
        self._show_here()
        if not shown:
            self.bare.hide()

    def forget(self) -> None:
        """What was typed is for nobody else."""
        self.key.clear()
        self.name.clear()
        self.bare.setChecked(False)
        self.here.setChecked(False)

    def _add(self, row: int, account: Account, is_used: bool) -> None:
        called = account.name or account.where.partition(" ")[0]
        radio = QRadioButton(called, self)
        radio.setChecked(is_used)
        radio.setEnabled(account.is_ours)
        radio.setToolTip("Lanes take this key" if is_used else "Let lanes take this key")
        self._radios.addButton(radio)
        self._names[radio] = account.name
        tail = ElidedLabel(account.tail, self)
        tail.setFont(figures_font(tail.font()))
        tail.hug()
        self._rows.addWidget(radio, row, 0)
        self._rows.addWidget(tail, row, 1)
        where = account.where if account.is_ours else account.where.partition(" ")[2]  # its variable stands before it
        self._rows.addWidget(ElidedLabel(where, self, role="muted"), row, 2)
        if account.is_ours:
            delete = QPushButton("Delete", self)
            delete.setAccessibleName(f"Delete the key {called}")
            self._deletes.addButton(delete)
            self._names[delete] = account.name
            self._rows.addWidget(delete, row, 3)

    def _empty(self) -> None:
        for group in (self._radios, self._deletes):
            for button in group.buttons():
                group.removeButton(button)
        self._names = {}
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _on_used(self, button: QAbstractButton) -> None:
        self.used.emit(self._names[button])

    def _on_deleted(self, button: QAbstractButton) -> None:
        self.deleted.emit(self._names[button])

    def _offer(self) -> None:
        allowed = self.bare.isHidden() or self.bare.isChecked()
        self.store.setEnabled(bool(self.key.text().strip()) and allowed)

    def _on_store(self) -> None:
        if self.store.isEnabled():
            key, name = self.key.text(), self.name.text().strip() or DEFAULT
            bare, here = self.bare.isChecked(), self.here.isChecked()
            self.forget()
            self.stored.emit(key, name, bare, here)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

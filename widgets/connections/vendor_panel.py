"""One vendor: its state, its keys, and what is set for it."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.connections import Connection
from app.contacts import NO_EXTRAS, ContactError, Extras, OwnVendor
from app.keys import is_bare
from app.messages import Adjust, AskKeys, DeleteKey, RemoveOwn, SaveOwn, StoreKey, Tried, TryVendor
from providers.vendors import Vendor
from widgets.buttons import IconButton
from widgets.connections import forms
from widgets.connections.extras_fields import ExtrasFields
from widgets.connections.keys_box import KeysBox
from widgets.connections.own_fields import PROTOCOLS, OwnFields, tunnel
from widgets.labels import ElidedLabel, Hairline

if TYPE_CHECKING:
    from app.directory import Directory


ASKING = "Asking the keyring …"


class VendorPanel(QWidget):
    wished = Signal(object)
    """A `Wish`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row: Vendor | None = None
        self._own: OwnVendor | None = None
        self._connection: Connection | None = None
        self._account = self._answered = ""
        self.name = ElidedLabel("", self, bold=True)
        self.where = ElidedLabel("", self, role="muted")
        self.test = QPushButton("Test", self)
        self.model = forms.line(self, "Model to try", "a model's name")
        self.attempt = QPushButton("Try one token", self)
        self.said = forms.said(self)
        self.keys = KeysBox(self)
        self.own = OwnFields(self)
        self.more = IconButton("right", "Headers, fields, price, certificates", self, text="More settings")
        self.more.setCheckable(True)
        self.extras = ExtrasFields(self)
        self.wrong = forms.said(self)
        self.save = QPushButton("Save", self)
        self.remove = QPushButton("Remove", self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.test)
        attempt = QHBoxLayout()
        attempt.addWidget(self.model, 1)
        attempt.addWidget(self.attempt)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (self.keys, Hairline(inner), self.own, self.more, self.extras):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        below = QHBoxLayout()
        below.addWidget(self.remove)
        below.addWidget(self.wrong, 1)
        below.addWidget(self.save)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(head)
        outer.addWidget(self.where)
        outer.addWidget(self.said)
        outer.addLayout(attempt)
        outer.addWidget(Hairline(self))
        outer.addWidget(scroll, 1)
        outer.addLayout(below)

    def _connect(self) -> None:
        self.test.clicked.connect(self._on_test)
        self.attempt.clicked.connect(self._on_attempt)
        self.model.returnPressed.connect(self._on_attempt)
        self.keys.stored.connect(self._on_stored)
        self.keys.deleted.connect(self._on_deleted)
        self.keys.used.connect(self._on_used)
        self.keys.again.connect(self._on_again)
        self.more.toggled.connect(self._on_more)
        self.own.changed.connect(self._judge)
        self.extras.changed.connect(self._judge)
        self.save.clicked.connect(self._on_save)
        self.remove.clicked.connect(self._on_remove)

    # What is shown

    def show_connection(self, connection: Connection, directory: "Directory") -> None:
        """What is being typed stays, as long as it is the same vendor that is shown."""
        row = directory.find(connection.id)
        own = next((each for each in directory.contacts.own if each.id == connection.id), None)
        kept = own.extras if own is not None else directory.contacts.adjusted.get(connection.id, NO_EXTRAS)
        is_other = self._connection is None or self._connection.id != connection.id
        is_dirty = not is_other and self.save.isEnabled()
        self._connection, self._row, self._own = connection, row, own
        self._account = directory.account(row) if row is not None else connection.id
        if is_other:
            self.keys.forget()
            self.model.clear()
            self.show_trial(shown=False)
        answered = f"{connection.told[:1].upper()}{connection.told[1:]}"
        if is_other or self.said.text() == self._answered:
            self.say(answered, is_good=not connection.is_broken)
        self._answered = answered
        self._show_head(connection, row, own)
        bare = row is not None and is_bare(row.base_url)
        self.keys.show_keys(connection.accounts, used=connection.used, is_bare=bare)
        self.keys.show_typing(shown=row is not None)
        if is_dirty:
            self.extras.use_key(kept.key_name)
        else:
            self._fill(row, own, kept)

    def _show_head(self, connection: Connection, row: Vendor | None, own: OwnVendor | None) -> None:
        self.name.setText(connection.name)
        where = f"{row.base_url} · {PROTOCOLS[row.dialect]}" if row is not None else "No connection has this address."
        self.where.setText(where)
        self.where.set_note(f"In a lane: {connection.id}/model" if row is not None else "")
        self.test.setEnabled(row is not None)
        self.remove.setVisible(own is not None)
        self.own.setVisible(own is not None)
        for part in (self.more, self.save):
            part.setVisible(row is not None)
        self.extras.setVisible(row is not None and self.more.isChecked())

    def _fill(self, row: Vendor | None, own: OwnVendor | None, extras: Extras) -> None:
        with QSignalBlocker(self.own), QSignalBlocker(self.extras):
            if own is not None:
                self.own.show_vendor(own)
            self.extras.show_extras((row.kin or row.id) if row is not None else "", extras)
        forms.say(self.wrong, "")
        self.save.setEnabled(False)

    def show_trial(self, *, shown: bool) -> None:
        self.model.setVisible(shown)
        self.attempt.setVisible(shown)

    def say(self, text: str, *, is_good: bool = True) -> None:
        forms.say(self.said, text, is_good=is_good)

    def show_tested(self, tested: Tried) -> None:
        if self._connection is None or tested.vendor != self._connection.id:
            return
        tunnelled = tunnel(self._own) if self._own is not None and not tested.is_good else ""
        hint = f" By your note, it is reached with: {tunnelled}" if tunnelled else ""
        self.say(tested.said + hint, is_good=tested.is_good)
        self.show_trial(shown=tested.wants_model)

    # What is wished

    def _written(self) -> OwnVendor | Extras:
        """Raises `ContactError`."""
        extras = self.extras.extras()
        return self.own.vendor(extras) if self._own is not None else extras

    def _judge(self) -> None:
        try:
            self._written()
        except ContactError as error:
            forms.say(self.wrong, str(error), is_good=False)
            self.save.setEnabled(False)
        else:
            forms.say(self.wrong, "")
            self.save.setEnabled(True)

    def _on_save(self) -> None:
        if self._connection is None:
            return
        written = self._written()
        self.save.setEnabled(False)
        if isinstance(written, OwnVendor):
            self.wished.emit(SaveOwn(written, self._connection.id))
        else:
            self.wished.emit(Adjust(self._connection.id, written))

    def _on_remove(self) -> None:
        if self._own is not None:
            self.wished.emit(RemoveOwn(self._own.id))

    def _on_test(self) -> None:
        if self._connection is not None:
            self.say(f"Asking {self._connection.name} for its models …")
            self.wished.emit(TryVendor(self._connection.id))

    def _on_attempt(self) -> None:
        if self._connection is not None and (model := self.model.text().strip()):
            self.say(f"Asking {model} for one token …")
            self.wished.emit(TryVendor(self._connection.id, model))

    def _on_stored(self, key: str, name: str, bare: bool, here: bool) -> None:
        if self._connection is not None:
            self.say("Storing …")
            self.wished.emit(StoreKey(self._connection.id, key, name, bare, here))

    def _on_again(self) -> None:
        self.say(ASKING)
        self.wished.emit(AskKeys(anew=True))

    def end_asking(self) -> None:
        if self.said.text() == ASKING:
            self.say("")

    def _on_deleted(self, name: str) -> None:
        self.say("Deleting …")
        self.wished.emit(DeleteKey(self._account, name))

    def _on_used(self, name: str) -> None:
        """Only which key is used changes, whatever else is being typed."""
        if self._connection is None:
            return
        chosen = "" if name == "default" else name
        if self._own is not None:
            extras = msgspec.structs.replace(self._own.extras, key_name=chosen)
            self.wished.emit(SaveOwn(msgspec.structs.replace(self._own, extras=extras), self._own.id))
        else:
            kept = self.extras.kept
            self.wished.emit(Adjust(self._connection.id, msgspec.structs.replace(kept, key_name=chosen)))

    def _on_more(self, shown: bool) -> None:
        self.more.set_icon("down" if shown else "right")
        self.extras.setVisible(shown and self._row is not None)

"""One line for a server of one's own: its address is looked at, and what it is taken for can be put right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.contacts import ContactError, Extras
from app.keys import is_bare
from app.messages import ContactsTold, LookAt, LookedAt, SaveOwn, StoreKey
from widgets.connections import forms
from widgets.connections.keys_box import HINT, HINT_HERE
from widgets.connections.own_fields import OwnFields
from widgets.labels import ElidedLabel, Hairline

TELL = (
    "A server on this machine or in this room, a company's gateway, a cloud endpoint: anything that speaks OpenAI's, "
    "Anthropic's, Gemini's or Ollama's protocol."
)
LATER = "The keyring cannot be asked now: store a key afterwards"
BARE = "The address is not encrypted: store the key afterwards, where that can be allowed."


class AddPanel(QWidget):
    wished = Signal(object)
    """A `Wish`."""
    added = Signal(str)
    """The id of what is to be shown now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._asked = self._adding = ""
        title = ElidedLabel("Add a server or an endpoint", self, bold=True)
        tell = forms.small(TELL, self)
        tell.setWordWrap(True)
        self.address = forms.line(self, "Address", "gpu-box:8000, or https://llm.example.com/v1")
        self.look = QPushButton("Look", self)
        self.said = forms.said(self)
        self.own = OwnFields(self)
        self.key = forms.line(self, "Key", HINT)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.wrong = forms.said(self)
        self.add = QPushButton("Add", self)
        self.add.setObjectName("primary")
        first = QHBoxLayout()
        first.addWidget(self.address, 1)
        first.addWidget(self.look)
        forms.add(self.own.form, "Key", self.key)
        below = QHBoxLayout()
        below.addWidget(self.wrong, 1)
        below.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (title, tell):
            column.addWidget(part)
        column.addLayout(first)
        column.addWidget(self.said)
        column.addWidget(Hairline(self))
        column.addWidget(self.own)
        column.addStretch(1)
        column.addLayout(below)
        self.address.textChanged.connect(self._on_typed)
        self.address.returnPressed.connect(self._on_look)
        self.look.clicked.connect(self._on_look)
        self.own.changed.connect(self._judge)
        self.key.textChanged.connect(self._judge)
        self.add.clicked.connect(self._on_add)

    def begin(self, address: str = "") -> None:
        self._asked = self._adding = ""
        self.address.setText(address)
        self.key.clear()
        forms.say(self.said, "")
        forms.say(self.wrong, "")
        self._show_fields(shown=False)
        self._on_typed()
        self.address.setFocus()

    def forget(self) -> None:
        self.key.clear()

    def show_keyring(self, trouble: str, absent: str) -> None:
        """As `KeysBox.show_keyring`: while it is troubled, a key is stored afterwards, where that is told."""
        self.key.setPlaceholderText(HINT_HERE if absent else LATER if trouble else HINT)
        self.key.setEnabled(not trouble)

    def show_looked(self, looked: LookedAt) -> None:
        """What was found, if it is still what is asked."""
        if looked.line != self._asked:
            return
        forms.say(self.said, looked.said, is_good=looked.vendor is not None)
        self._show_fields(shown=looked.vendor is not None)
        if looked.vendor is not None:
            self.own.show_vendor(looked.vendor)
            self._judge()
            (self.key if looked.vendor.needs_key else self.add).setFocus()

    def _show_fields(self, *, shown: bool) -> None:
        for part in (self.own, self.add, self.wrong):
            part.setVisible(shown)

    def _on_typed(self) -> None:
        self.look.setEnabled(bool(self.address.text().strip()))

    def _on_look(self) -> None:
        if self.look.isEnabled():
            self._asked = self.address.text().strip()
            forms.say(self.said, "Looking …")
            self.wished.emit(LookAt(self._asked))

    def _judge(self) -> None:
        try:
            made = self.own.vendor(Extras())
        except ContactError as error:
            forms.say(self.wrong, str(error), is_good=False)
            self.add.setEnabled(False)
            return
        hinders = bool(self.key.text().strip()) and is_bare(made.base_url)
        forms.say(self.wrong, BARE if hinders else "", is_good=not hinders)
        self.add.setEnabled(not hinders)

    def _on_add(self) -> None:
        made = self.own.vendor(Extras())
        self._adding = made.id
        self.add.setEnabled(False)
        self.wished.emit(SaveOwn(made))

    def show_told(self, told: ContactsTold) -> None:
        """Whether it was added; then comes its key, which needs somebody to belong to."""
        if not self._adding:
            return
        id_ = self._adding
        if id_ not in {each.id for each in told.contacts.own}:
            if not told.is_good:
                self._adding = ""
                forms.say(self.wrong, told.said, is_good=False)
                self.add.setEnabled(True)
                self.add.setFocus()
            return
        self._adding = ""
        key = self.key.text()
        self.key.clear()
        self.added.emit(id_)
        if key.strip():
            self.wished.emit(StoreKey(id_, key, "default"))

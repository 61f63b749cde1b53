"""Keys and connections: every vendor with the state of its key, and one place to store, delete and test them."""

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.choices import ModelChoice
from app.connections import Connection, connections
from app.listing import Listing
from app.messages import KeysTold
from app.series import duration
from widgets.known_models import KnownModels
from widgets.labels import SMALL_PX, tinted
from widgets.model_list import ModelList
from widgets.sheet import Sheet

DEFAULT = "default"
HINT = "Paste a key: the system's keyring will keep it"


class Connections(Sheet):
    asked = Signal()
    """Which keys are there?"""
    stored = Signal(str, str, str)
    """A vendor's id, the key that was typed, its name."""
    deleted = Signal(str, str)
    tested = Signal(str)

    def __init__(self, parent: QWidget, known: KnownModels, vendors: tuple[str, ...]) -> None:
        super().__init__(parent, "Keys and connections", width=560)
        self._known, self._vendors = known, vendors
        self._told = KeysTold(())
        self._rows: dict[str, Connection] = {}
        self._shown = ""
        """The name of the vendor whose key may be typed."""
        self._testing = ""
        """The id of the vendor that has been asked and has not answered."""
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText("Search vendors")
        self._filter.setAccessibleName("Search vendors")
        self._list = ModelList(self)
        self._list.setAccessibleName("Vendors")
        self._name = QLabel(self)
        self._key = QLineEdit(self)
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setPlaceholderText(HINT)
        self._key.setAccessibleName("Key")
        self._store = QPushButton("Store", self)
        self._store.setObjectName("primary")
        self._test = QPushButton("Test", self)
        self._delete = QPushButton("Delete", self)
        self._said = QLabel(self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        small = self._said.font()
        small.setPixelSize(SMALL_PX)
        for label in (self._name, self._said):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._said.setFont(small)
        self._said.setMinimumHeight(self._said.fontMetrics().lineSpacing() * 2)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        typing = QHBoxLayout()
        typing.addWidget(self._key, 1)
        typing.addWidget(self._store)
        below = QHBoxLayout()
        below.addWidget(self._test)
        below.addWidget(self._delete)
        below.addStretch(1)
        self.column.addWidget(self._filter)
        self.column.addWidget(self._list, 1)
        self.column.addWidget(self._name)
        self.column.addLayout(typing)
        self.column.addLayout(below)
        self.column.addWidget(self._said)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._on_filter)
        self._list.selectionModel().currentChanged.connect(self._on_chosen)
        self._key.textChanged.connect(self._offer)
        self._key.returnPressed.connect(self._on_store)
        self._store.clicked.connect(self._on_store)
        self._test.clicked.connect(self._on_test)
        self._delete.clicked.connect(self._on_delete)
        self._known.changed.connect(self._fill)

    def open(self, title: str | None = None) -> None:
        self._key.clear()
        self._fill()
        self._say("")
        super().open(title)
        self.asked.emit()

    def dismiss(self) -> None:
        self._key.clear()
        super().dismiss()

    def first_focus(self) -> QWidget:
        return self._filter

    # What is shown

    def show_keys(self, told: KeysTold) -> None:
        self._told = told
        self._fill()
        self._say(told.said or told.trouble, is_good=told.is_good and not (told.trouble and not told.said))

    def show_test(self, listing: Listing) -> None:
        """What came back, if it is the vendor that is being tested."""
        if listing.vendor != self._testing:
            return
        self._testing = ""
        row = next(each for each in self._rows.values() if each.id == listing.vendor)
        if listing.failure is not None:
            self._say(f"{row.name}: {listing.failure.message}", is_good=False)
        else:
            took = f" in {duration(listing.took_ms)}" if listing.took_ms is not None else ""
            self._say(f"{row.name} answered{took}, with {len(listing.models):,} models.")

    def _fill(self) -> None:
        made = connections(self._vendors, self._told.accounts, self._known.listings)
        self._rows = {each.name: each for each in made}
        lines = (ModelChoice(each.name, each.state, each.tail, f"{each.name} {each.id}".lower()) for each in made)
        with QSignalBlocker(self._list.selectionModel()):
            self._list.choices.know(tuple(lines))
        self._mark()

    def _on_filter(self, text: str) -> None:
        with QSignalBlocker(self._list.selectionModel()):
            self._list.choices.narrow(text)
        self._mark()

    def _mark(self) -> None:
        """The vendor that was chosen stays so while it is in the list: what is being typed is for that one."""
        names = [each.lane for each in self._list.choices.shown]
        with QSignalBlocker(self._list.selectionModel()):
            at = names.index(self._shown) if self._shown in names else 0
            self._list.setCurrentIndex(self._list.choices.index(at))
        self._list.viewport().update()
        self._on_chosen()

    def _say(self, text: str, *, is_good: bool = True) -> None:
        self._said.setText(text)
        tinted(self._said, "muted" if is_good else "error")

    @property
    def _chosen(self) -> Connection | None:
        return self._rows.get(self._list.current)

    def _offer(self) -> None:
        chosen = self._chosen
        self._name.setText(chosen.name if chosen else "")
        self._key.setEnabled(chosen is not None)
        self._store.setEnabled(chosen is not None and bool(self._key.text().strip()))
        self._test.setEnabled(chosen is not None)
        self._delete.setEnabled(chosen is not None and any(each.is_ours for each in chosen.accounts))

    # What is wished

    def _on_chosen(self) -> None:
        if self._list.current != self._shown:
            self._shown = self._list.current
            self._key.clear()
        self._offer()

    def _on_store(self) -> None:
        chosen, key = self._chosen, self._key.text()
        if chosen is not None and key.strip():
            self._key.clear()
            self._say("Storing …")
            self.stored.emit(chosen.id, key, DEFAULT)

    def _on_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            ours = [each for each in chosen.accounts if each.is_ours]
            if ours:
                self._say("Deleting …")
                self.deleted.emit(chosen.id, ours[0].name)

    def _on_test(self) -> None:
        if (chosen := self._chosen) is not None:
            self._testing = chosen.id
            self._say(f"Asking {chosen.name} for its models …")
            self.tested.emit(chosen.id)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.center().x() - width // 2, min(room.top() + 48, room.bottom() + 1 - height))

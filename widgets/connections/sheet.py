"""The sheet: on the left every vendor with its state, on the right the one that is chosen."""

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.choices import ModelChoice
from app.connections import Connection, connections
from app.directory import Directory
from app.messages import (
    AskKeys,
    Connecting,
    ContactsTold,
    ExportContacts,
    ImportContacts,
    KeysFound,
    KeysTold,
    ListModels,
    LookedAt,
    Tried,
    Wish,
)
from widgets.connections import forms
from widgets.connections.add_panel import AddPanel
from widgets.connections.import_panel import ImportPanel
from widgets.connections.vendor_lines import VendorLines
from widgets.connections.vendor_panel import VendorPanel
from widgets.known_models import KnownModels
from widgets.model_list import ModelList
from widgets.sheet import Sheet

WIDTH, HEIGHT = 860, 600
LIST_WIDTH = 280


class Connections(Sheet):
    wished = Signal(object)
    """A `Wish`."""

    def __init__(self, parent: QWidget, known: KnownModels, directory: Directory) -> None:
        super().__init__(parent, "Keys and connections", width=WIDTH)
        self._known, self._directory = known, directory
        self._told = KeysTold(())
        self._rows: dict[str, Connection] = {}
        """By what stands in the list: names, which two vendors may share, hence with the short name then."""
        self._shown = ""
        """The id of the vendor that is chosen."""
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText("Search vendors")
        self._filter.setAccessibleName("Search vendors")
        self._list = ModelList(self)
        self._list.setAccessibleName("Vendors")
        self._lines = VendorLines(self._list)
        self._list.setItemDelegate(self._lines)
        self._add = QPushButton("Add…", self)
        self._import = QPushButton("Import keys…", self)
        self._read = QPushButton("Read file…", self)
        self._read.setToolTip("Connections that were written to a file: addresses and settings, no keys")
        self._write = QPushButton("Write file…", self)
        self._write.setToolTip("Your connections and what you have set for vendors, without any key")
        self.said = forms.said(self)
        self.vendor = VendorPanel(self)
        self.adding = AddPanel(self)
        self.importing = ImportPanel(self)
        self._pages = QStackedWidget(self)
        for page in (self.vendor, self.adding, self.importing):
            self._pages.addWidget(page)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._filter)
        left.addWidget(self._list, 1)
        for pair in ((self._add, self._import), (self._read, self._write)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in pair:
                row.addWidget(button, 1)
            left.addLayout(row)
        holder = QWidget(self)
        holder.setLayout(left)
        holder.setFixedWidth(LIST_WIDTH)
        left.setContentsMargins(0, 0, 0, 0)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(holder)
        both.addWidget(self._pages, 1)
        self.column.addLayout(both, 1)
        self.column.addWidget(self.said)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._on_filter)
        self._list.selectionModel().currentChanged.connect(self._on_chosen)
        self._list.clicked.connect(self._on_chosen)
        self._add.clicked.connect(self.add_server)
        self._import.clicked.connect(self.import_keys)
        self._read.clicked.connect(self._on_read)
        self._write.clicked.connect(self._on_write)
        self._known.changed.connect(self._fill)
        self.adding.added.connect(self._on_added)
        for page in (self.vendor, self.adding, self.importing):
            page.wished.connect(self._on_wished)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    # Opening

    def open(self, title: str | None = None) -> None:
        self._forget()
        self._fill()
        self._say("")
        self._pages.setCurrentWidget(self.vendor)
        super().open(title)
        self.wished.emit(AskKeys())
        self.wished.emit(ListModels())

    def open_at(self, vendor: str) -> None:
        """Opens with that vendor chosen, or the one that has its keys."""
        row = self._directory.find(vendor)
        self._filter.clear()
        self.open()
        self._show(vendor if row is None or row.is_own else self._directory.account(row))

    def add_server(self) -> None:
        self._pages.setCurrentWidget(self.adding)
        self.adding.begin()

    def import_keys(self) -> None:
        self._pages.setCurrentWidget(self.importing)
        self.importing.begin()

    def dismiss(self) -> None:
        self._forget()
        super().dismiss()

    def _forget(self) -> None:
        """No key that was typed stays."""
        self.vendor.keys.forget()
        self.adding.forget()

    def first_focus(self) -> QWidget:
        return self._filter

    # What is shown

    def show_told(self, told: Connecting) -> None:
        match told:
            case KeysTold():
                self._show_keys(told)
            case ContactsTold(said=said, is_good=is_good):
                self._fill()
                self._say(said, is_good=is_good)
                self.adding.show_told(told)
            case LookedAt():
                self.adding.show_looked(told)
            case KeysFound():
                self.importing.show_found(told)
            case Tried():
                self.vendor.show_tested(told)

    def _show_keys(self, told: KeysTold) -> None:
        self._told = told
        self._fill()
        self.vendor.keys.show_keyring(told.trouble, told.absent)
        self.adding.show_keyring(told.trouble, told.absent)
        self.importing.show_keyring(told.absent)
        if self._pages.currentWidget() is self.importing and told.said:
            self.importing.show_taken(told.said, is_good=told.is_good)
        elif told.said:
            self.vendor.say(told.said, is_good=told.is_good)
        else:
            self.vendor.end_asking()

    def _fill(self) -> None:
        made = connections(self._directory, self._told.accounts, self._known.listings, self._told.trouble)
        names = [each.name for each in made]
        self._rows = {each.name if names.count(each.name) == 1 else f"{each.name} ({each.id})": each for each in made}
        rows = self._rows.items()
        lines = (ModelChoice(name, each.state, each.tail, f"{name} {each.id}".lower()) for name, each in rows)
        self._lines.broken = frozenset(name for name, each in rows if each.is_broken)
        with QSignalBlocker(self._list.selectionModel()):
            self._list.choices.know(tuple(lines))
        self._mark()

    def _on_filter(self, text: str) -> None:
        with QSignalBlocker(self._list.selectionModel()):
            self._list.choices.narrow(text)
        self._mark()

    def _show(self, id_: str) -> None:
        self._shown = id_
        self._pages.setCurrentWidget(self.vendor)
        self._mark()

    def _mark(self) -> None:
        """The vendor that was chosen stays so while it is in the list: what is being typed is for that one."""
        ids = [self._rows[each.lane].id for each in self._list.choices.shown]
        with QSignalBlocker(self._list.selectionModel()):
            at = ids.index(self._shown) if self._shown in ids else 0
            self._list.setCurrentIndex(self._list.choices.index(at))
            self._list.scrollTo(self._list.currentIndex())
        self._list.viewport().update()
        self._choose()

    def _say(self, text: str, *, is_good: bool = True) -> None:
        forms.say(self.said, text, is_good=is_good)
        self.said.setVisible(bool(text))

    def _choose(self) -> None:
        chosen = self._rows.get(self._list.current)
        if chosen is not None:
            self._shown = chosen.id
            self.vendor.show_connection(chosen, self._directory)

    # What is wished

    def _on_wished(self, wish: Wish) -> None:
        self._say("")
        self.wished.emit(wish)

    def _on_added(self, id_: str) -> None:
        self._show(id_)
        self.vendor.test.setFocus()  # the button that had it is gone, and what comes next is to try it

    def _on_chosen(self) -> None:
        self._pages.setCurrentWidget(self.vendor)
        self._choose()

    def _on_read(self) -> None:
        forms.choose_file(self, "Read connections", lambda path: self.wished.emit(ImportContacts(path)))

    def _on_write(self) -> None:
        name = "abreast-connections.json"
        forms.choose_file(self, "Write connections", lambda path: self.wished.emit(ExportContacts(path)), name=name)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.center().x() - width // 2, min(room.top() + 48, room.bottom() + 1 - height))

"""Rows of values for a prompt's variables, as a table that is written in, pasted into and read from files."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.library.rows import Rows, RowsError, from_text, to_text
from widgets.connections import forms

EMPTY = "Each row holds a value for each variable. Add one, or paste a table: its first line may name the variables."
NO_NAMES = "This prompt has no variables: write a name in double braces, such as {{topic}}, and rows can fill it."
MOST_BYTES = 16 * 1024 * 1024


class Table(QTableWidget):
    pasted = Signal(str)
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class RowsTable(QWidget):
    changed = Signal()
    used = Signal(object)
    """One row: what stands for each variable."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._others: list[dict[str, str]] = []
        """Of each row, what it holds for names that the prompt does not have any more."""
        self._is_filling = False
        self._rows: Rows | None = ()
        """What the table holds, until that changes: letters of the prompt ask for it."""
        self.table = Table(self)
        self.table.setAccessibleName("Rows of values")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.said = forms.said(self)
        self.add = self._button("Add", "One more row")
        self.paste = self._button("Paste", "Add the rows of a table from the clipboard")
        self.read = self._button("Read…", "Add the rows of a CSV file")
        self.remove = self._button("Remove", "Take the marked rows out")
        self.copy = self._button("Copy", "Copy all rows as CSV")
        self.use = self._button("Use row", "Make the prompt the draft, with the values of the marked row")
        below = QHBoxLayout()
        below.setSpacing(8)
        for button in (self.add, self.paste, self.read, self.copy, self.remove):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        column.addLayout(below)
        self._connect()

    def _button(self, text: str, does: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(does)
        button.setAccessibleDescription(does)
        return button

    def _connect(self) -> None:
        self.table.itemChanged.connect(self._on_changed)
        self.table.itemSelectionChanged.connect(self._offer)
        self.table.pasted.connect(self.take)
        self.table.deleted.connect(self._on_remove)
        self.add.clicked.connect(self._on_add)
        self.paste.clicked.connect(self._on_paste)
        self.read.clicked.connect(self._on_read)
        self.copy.clicked.connect(self._on_copy)
        self.remove.clicked.connect(self._on_remove)
        self.use.clicked.connect(self._on_use)

    def show_rows(self, names: tuple[str, ...], rows: Rows) -> None:
        self._is_filling = True
        self._rows = None
        self._names = names
        self._others = [{name: value for name, value in row.items() if name not in names} for row in rows]
        self.table.setColumnCount(len(names))
        self.table.setHorizontalHeaderLabels(list(names))
        self.table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, name in enumerate(names):
                self.table.setItem(at, column, QTableWidgetItem(row.get(name, "")))
        for column in range(len(names)):
            self.table.setColumnWidth(column, 150)
        self._is_filling = False
        self._offer()

    @property
    def rows(self) -> Rows:
        """Those in which anything stands."""
        if self._rows is None:
            self._rows = without_empty(self._row(at) for at in range(self.table.rowCount()))
        return self._rows

    def _row(self, at: int) -> dict[str, str]:
        items = ((name, self.table.item(at, column)) for column, name in enumerate(self._names))
        return {**self._others[at], **{name: item.text() for name, item in items if item is not None}}

    def _offer(self) -> None:
        has_names, has_rows = bool(self._names), self.table.rowCount() > 0
        for button in (self.add, self.paste, self.read):
            button.setEnabled(has_names)
        self.copy.setEnabled(has_names and has_rows)
        chosen = self._chosen()
        self.remove.setEnabled(bool(chosen))
        self.use.setEnabled(len(chosen) == 1)
        self.table.setVisible(has_names)
        if not self.said.text() or self.said.text() in (EMPTY, NO_NAMES):
            forms.say(self.said, ("" if has_rows else EMPTY) if has_names else NO_NAMES)

    def _chosen(self) -> list[int]:
        return sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})

    def take(self, text: str) -> None:
        """Adds the rows of a table that was pasted or read."""
        try:
            more = from_text(text, self._names)
        except RowsError as error:
            forms.say(self.said, f"{error}.", is_good=False)
            return
        self.show_rows(self._names, (*self.rows, *more))
        forms.say(self.said, "1 row was added." if len(more) == 1 else f"{len(more):,} rows were added.")
        self.changed.emit()

    def _on_changed(self, _item: QTableWidgetItem) -> None:
        if not self._is_filling:
            self._rows = None
            self.changed.emit()

    def _on_add(self) -> None:
        self._is_filling = True
        at = self.table.rowCount()
        self._others.append({})
        self.table.setRowCount(at + 1)
        items = [QTableWidgetItem("") for _ in self._names]
        for column, item in enumerate(items):
            self.table.setItem(at, column, item)
        self._is_filling = False
        forms.say(self.said, "")
        self._offer()
        self.table.setCurrentCell(at, 0)
        self.table.editItem(items[0])

    def _on_paste(self) -> None:
        self.take(QGuiApplication.clipboard().text())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(to_text(self.rows, self._names))
        forms.say(self.said, "The rows were copied as CSV.")

    def _on_read(self) -> None:
        forms.choose_file(self, "Rows from a table", self.read_file)

    def read_file(self, path: str) -> None:
        try:
            with open(path, "rb") as file:
                data = file.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                forms.say(self.said, f"That file is larger than {MOST_BYTES >> 20} MiB.", is_good=False)
                return
            self.take(data.decode("utf-8-sig"))
        except OSError as error:
            forms.say(self.said, f"The file cannot be read: {error.strerror}.", is_good=False)
        except UnicodeDecodeError as error:
            forms.say(self.said, f"The file is not UTF-8 at byte {error.start:,}.", is_good=False)

    def _on_remove(self) -> None:
        gone = self._chosen()
        kept = tuple(self._row(at) for at in range(self.table.rowCount()) if at not in gone)
        if gone:
            self.show_rows(self._names, kept)
            self.changed.emit()

    def _on_use(self) -> None:
        if len(chosen := self._chosen()) == 1:
            self.used.emit(self._row(chosen[0]))


def without_empty(rows: Iterable[dict[str, str]]) -> Rows:
    """Without values that are empty, and rows that hold none."""
    made = ({name: value for name, value in row.items() if value} for row in rows)
    return tuple(row for row in made if any(map(str.strip, row.values())))

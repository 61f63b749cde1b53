"""The raw events of an attempt as rows; each is put into words only when it is looked at."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from app.exchange import Exchange
from app.meaning import meaning
from app.reading import Reading, readings
from app.series import duration
from widgets.labels import one_line

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("At", "Gap", "What we made of it", "Raw")
TIPS = (
    "From the start of the attempt to the piece that completed it",
    "Since the event before",
    "What the dialect says it means",
    "The event as it came",
)
AT, GAP, MADE, RAW = range(4)
BUDGET_S = 0.006
EXCERPT = 300
NO_PARENT = QModelIndex()


class EventsModel(QAbstractTableModel):
    """Reads an exchange bit by bit, so that a long one does not hold up the window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._started_ns = 0
        self._rows: list[Reading] = []
        self._rest: Iterator[Reading] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_on)

    @property
    def is_reading(self) -> bool:
        return self._timer.isActive()

    def show_exchange(self, exchange: Exchange | None, *, is_over: bool) -> None:
        self.beginResetModel()
        self._rows = []
        self._started_ns = exchange.started_ns if exchange else 0
        self._rest = readings(exchange, is_over=is_over) if exchange else iter(())
        self.endResetModel()
        self._timer.start()

    def _read_on(self) -> None:
        end, found = perf_counter() + BUDGET_S, []
        for reading in self._rest:
            found.append(reading)
            if perf_counter() >= end:
                break
        else:
            self._timer.stop()
        if found:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(found) - 1)
            self._rows += found
            self.endInsertRows()

    def reading(self, row: int) -> Reading:
        return self._rows[row]

    # Qt's own

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section]
            case Qt.ItemDataRole.ToolTipRole:
                return TIPS[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
        return None

    def _text(self, row: int, column: int) -> str:
        reading = self._rows[row]
        match column:
            case 0:
                return duration((reading.at_ns - self._started_ns) / 1e6)
            case 1:
                return duration((reading.at_ns - self._rows[row - 1].at_ns) / 1e6) if row else ""
            case 2:
                return one_line(meaning(reading))
            case _:
                return _raw(reading)


def _raw(reading: Reading) -> str:
    if reading.is_end:
        return "end of the stream"
    data = reading.data[:EXCERPT].decode("utf-8", "replace")
    return one_line(f"{reading.name}: {data}" if reading.name else data)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (AT, GAP) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

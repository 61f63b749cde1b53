"""The runs that were drawn over, as lines of a table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from app.numbers.question import Picked
from app.series import duration
from widgets.labels import plain_tip
from widgets.theme import figures_font

Index = QModelIndex | QPersistentModelIndex
DASH = "–"


def _when(run: Picked) -> str:
    if run.at_s != run.at_s:
        return DASH
    return datetime.fromtimestamp(run.at_s).astimezone().strftime("%d %b %Y, %H:%M:%S")


def _time(value: float | None) -> str:
    return DASH if value is None else duration(value)


def _ttft(run: Picked) -> str:
    return _time(run.ttft_ms)


def _total(run: Picked) -> str:
    return _time(run.total_ms)


def _speed(run: Picked) -> str:
    return DASH if run.tokens_per_s is None else f"{run.tokens_per_s:.1f} tok/s"


def _cost(run: Picked) -> str:
    return run.cost or DASH


def _rating(run: Picked) -> str:
    return "★" * run.rating if run.rating else DASH


def _lane(run: Picked) -> str:
    return run.lane


def _outcome(run: Picked) -> str:
    return run.outcome.replace("_", " ")


COLUMNS: tuple[tuple[str, Callable[[Picked], str], bool], ...] = (
    ("When", _when, False),
    ("Lane", _lane, False),
    ("Outcome", _outcome, False),
    ("TTFT", _ttft, True),
    ("Total", _total, True),
    ("Speed", _speed, True),
    ("Cost", _cost, True),
    ("Rating", _rating, False),
)
"""Title, text, and whether it is a figure."""


class PickedRuns(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: tuple[Picked, ...] = ()

    def show_runs(self, runs: tuple[Picked, ...]) -> None:
        self.beginResetModel()
        self.runs = runs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        _, text, is_figure = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text(self.runs[index.row()])
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(text(self.runs[index.row()]))
            case Qt.ItemDataRole.TextAlignmentRole if is_figure:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        if (
            orientation == Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.TextAlignmentRole
            and COLUMNS[section][2]
        ):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class PickedList(QTreeView):
    opened = Signal(object)
    """The `Picked` that is to be shown in its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines = PickedRuns(self)
        self.setModel(self.lines)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setFont(figures_font(self.font()))
        self.setAccessibleName("Runs that were selected, the newest first")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.header().setStretchLastSection(False)
        self.activated.connect(self._on_activated)

    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.lines.runs[index.row()])

"""The list of raw events, and below it the chosen one whole."""

from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSplitter, QTreeView, QVBoxLayout, QWidget

from app.exchange import Exchange
from app.inspection import pretty
from app.meaning import of_event
from app.reading import Reading
from widgets.inspector.code_text import CodeText
from widgets.inspector.events_model import AT, GAP, MADE, EventsModel
from widgets.labels import SMALL_PX
from widgets.theme import figures_font

NARROW = 66
"""Of the columns that hold times."""


class EventsView(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.model = EventsModel(self)
        self.list = self._made_list()
        self.detail = CodeText(self, "The chosen event", hint="Choose an event to see all of it.")
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self.list.selectionModel().selectionChanged.connect(self._on_selected)
        self.model.modelReset.connect(self._on_reset)

    def _made_list(self) -> QTreeView:
        view = QTreeView(self)
        view.setModel(self.model)
        view.setRootIsDecorated(False)
        view.setItemsExpandable(False)
        view.setUniformRowHeights(True)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAccessibleName("Raw events")
        font = figures_font(view.font())
        font.setPixelSize(SMALL_PX)
        view.setFont(font)
        header = view.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column in (AT, GAP):
            header.resizeSection(column, NARROW)
        header.resizeSection(MADE, 180)
        header.setMinimumSectionSize(48)
        header.setSectionsMovable(False)
        return view

    def show_exchange(self, exchange: Exchange | None, *, is_over: bool) -> None:
        self.model.show_exchange(exchange, is_over=is_over)

    def choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.model.index(row, AT))

    def _on_selected(self, chosen: QItemSelection, _before: QItemSelection) -> None:
        rows = {index.row() for index in chosen.indexes()}
        self.detail.show_text(_whole(self.model.reading(rows.pop())) if rows else "")

    def _on_reset(self) -> None:
        self.detail.show_text("")


def _whole(reading: Reading) -> str:
    """All of an event: what was made of it, and, behind a blank line, its data."""
    lines = [f"event: {reading.name}"] if reading.name else []
    lines += [f"→ {text}" for event in reading.made if (text := of_event(event))]
    if reading.failure is not None:
        failure = reading.failure
        facts = [failure.kind, str(failure.status or ""), failure.provider_code or ""]
        lines.append(f"→ {' · '.join(fact for fact in facts if fact)}: {failure.message}")
    if not lines:
        lines.append("→ nothing")
    return "\n".join([*lines, "", pretty(reading.data)] if reading.data else lines)

"""The lines of a comparison as a table."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from app.ledger.comparisons import Reconciled, Repriced
from app.ledger.printing import reconciled, repriced
from widgets.theme import theme_for

WIDEST = 240
"""Names longer than that are elided, and are told whole by their tips."""
EMPTY = (
    "Price again: what these attempts would have cost with another model's or another list's prices.\n"
    "Compare with providers: where a provider's own figure differs from the list's."
)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Compared(QTreeWidget):
    """Lines that are off stand out, by their colour and by a sign."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("What was compared")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def show_repriced(self, found: Repriced, by: Sequence[str]) -> str:
        """What to say of it."""
        table = repriced(by, found)
        self._fill(table.heads, table.rows, table.words, frozenset())
        return table.note if table.rows else "Nothing was run then."

    def show_reconciled(self, found: Reconciled, by: Sequence[str]) -> str:
        table = reconciled(by, found)
        off = frozenset(number for number, line in enumerate(found.lines) if line.is_off)
        self._fill(table.heads, table.rows, table.words, off)
        return table.note

    def empty(self) -> None:
        self.clear()
        self.setHeaderHidden(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty table says what it is for."""
        super().paintEvent(event)
        if not self.topLevelItemCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme_for(self.palette()).color("muted"))
            room = self.viewport().rect().adjusted(24, 0, -24, 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), EMPTY)

    def _fill(self, heads: Sequence[str], rows: Sequence[Sequence[str]], words: int, off: frozenset[int]) -> None:
        self.empty()
        self.setHeaderHidden(not rows)
        self.setColumnCount(len(heads))
        self.setHeaderLabels([head[:1].upper() + head[1:] for head in heads])
        warning = theme_for(self.palette()).color("warning")
        for number, row in enumerate(rows):
            cells = list(row)
            if number in off:
                cells[0] = f"≠ {cells[0]}"
            item = QTreeWidgetItem(self, cells)
            for column in range(len(heads)):
                item.setToolTip(column, cells[column])
                if column >= words:
                    item.setTextAlignment(column, RIGHT)
                if number in off:
                    item.setForeground(column, warning)
        head = self.headerItem()
        for column in range(len(heads)):
            self.resizeColumnToContents(column)
            if column < words:
                self.setColumnWidth(column, min(self.columnWidth(column), WIDEST))
            if head is not None:
                head.setTextAlignment(column, LEFT if column < words else RIGHT)

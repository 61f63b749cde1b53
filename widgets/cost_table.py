"""A cost as a sum that can be checked by hand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.cost_sheet import CostPart, CostRow, CostSheet
from widgets.labels import SMALL_PX, Hairline, tinted
from widgets.theme import figures_font

COLUMNS = 3
NAME, TERM, AMOUNT = range(COLUMNS)


class CostTable(QWidget):
    """For each attempt its terms, their sum, and whose prices they are. All of it can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sheet: CostSheet | None = None
        self._next = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 0, 12, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(NAME, 1)
        self.setAccessibleName("Cost")

    def show_costs(self, sheet: CostSheet) -> None:
        if sheet == self._sheet:
            return
        self._sheet = sheet
        self._empty()
        for part in sheet.parts:
            self._part(part)
        if sheet.total:
            self._line()
            self._sum("All attempts", sheet.total)
        if not sheet.parts:
            self._wide("Nothing was sent, so nothing was charged.", "muted")

    def _part(self, part: CostPart) -> None:
        if part.title:
            self._wide(part.title, "text", bold=True)
        for row in part.rows:
            self._row(row)
        if part.rows:
            self._line()
        self._sum("Cost" if part.rows else "", part.total)
        if part.source:
            self._wide(f"Source: {part.source}", "muted")
        if part.note:
            self._wide(part.note, "muted")

    def _row(self, row: CostRow) -> None:
        at = self._row_after()
        term = f"{row.count} × {row.rate}" if row.rate else row.count
        self._put(row.name, at, NAME, "muted")
        self._put(term, at, TERM, "text")
        self._put(f"= {row.amount}", at, AMOUNT, "text")

    def _sum(self, name: str, amount: str) -> None:
        at = self._row_after()
        if name:
            self._put(name, at, NAME, "text", bold=True)
            self._put(amount, at, TERM, "text", bold=True, span=2)
        else:
            self._put(amount, at, NAME, "text", bold=True, span=COLUMNS)

    def _wide(self, text: str, role: str, *, bold: bool = False) -> None:
        self._put(text, self._row_after(), NAME, role, bold=bold, span=COLUMNS).setWordWrap(True)

    def _line(self) -> None:
        self._grid.addWidget(Hairline(self), self._row_after(), NAME, 1, COLUMNS)

    def _row_after(self) -> int:
        self._next += 1
        return self._next

    def _put(self, text: str, row: int, column: int, role: str, *, bold: bool = False, span: int = 1) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = figures_font(label.font())
        font.setPixelSize(SMALL_PX)
        font.setBold(bold)
        label.setFont(font)
        tinted(label, role)
        if column != NAME:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, row, column, 1, span)
        return label

    def text(self) -> str:
        """All that it shows."""
        items = [self._grid.itemAt(at) for at in range(self._grid.count())]
        held = [item.widget() for item in items if item is not None]
        return "\n".join(each.text() for each in held if isinstance(each, QLabel))

    def _empty(self) -> None:
        self._next = 0
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

"""All budgets: how each stands, and the line in which one is set."""

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.budgets.budget import Budget
from app.budgets.overview import Row
from app.budgets.wishes import AskBudgets, BudgetsTold, RemoveBudget, SetBudget
from widgets.budgets.form import BudgetForm
from widgets.budgets.row import BudgetRow
from widgets.connections import forms
from widgets.labels import Hairline
from widgets.sheet import Sheet

AGAIN_MS = 1000
"""While the sheet is open, how they stand is asked so often."""
WHAT = (
    "What may be spent in a time: over all windows and commands on this machine, counted from when the budget is set, "
    "by its local time."
)
NONE = "There is no budget yet: nothing is limited. Set the first one below, for example 5 USD a day."


class BudgetsSheet(Sheet):
    wished = Signal(object)
    """A `BudgetWish`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Budgets", width=680)
        self._what = forms.small(WHAT, self)
        self._what.setWordWrap(True)
        self.empty = forms.small(NONE, self)
        self.empty.setWordWrap(True)
        self._area = QScrollArea(self)
        self._list = QWidget(self._area)
        self._column = QVBoxLayout(self._list)
        self.rows: list[BudgetRow] = []
        self.form = BudgetForm(self)
        self._timer = QTimer(self)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self._ask)
        self.form.set_asked.connect(self._on_set)
        self._arrange()

    def _arrange(self) -> None:
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Budgets")
        self._area.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._area.setWidget(self._list)
        self.column.addWidget(self._what)
        self.column.addWidget(self.empty)
        self.column.addWidget(self._area, 1)
        self.column.addWidget(Hairline(self))
        self.column.addWidget(self.form)
        self._fit()

    def first_focus(self) -> QWidget:
        return self.form.limit

    def show_told(self, told: BudgetsTold) -> None:
        """How they stand, and what became of a wish."""
        if told.said:
            self.form.say(told.said, is_good=told.is_good)
        if told.is_good or told.rows:
            self._show_rows(told.rows)

    def _show_rows(self, rows: tuple[Row, ...]) -> None:
        """Those that are there already stay, with the focus that they may have."""
        if [each.row.budget.id for each in self.rows] != [row.budget.id for row in rows]:
            self._make(rows)
        for shown, row in zip(self.rows, rows, strict=True):
            shown.show_row(row)

    def _make(self, rows: tuple[Row, ...]) -> None:
        for old in self.rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [BudgetRow(self._list, row) for row in rows]
        for number, made in enumerate(self.rows):
            self._column.insertWidget(number, made)
            made.edit_asked.connect(self._on_edit)
            made.remove_asked.connect(self._on_remove)
            made.show()
        self._fit()

    def _fit(self) -> None:
        self.empty.setVisible(not self.rows)
        self._area.setVisible(bool(self.rows))
        wanted = sum(row.sizeHint().height() + 4 for row in self.rows)
        self._area.setMinimumHeight(min(wanted, 220))
        self._area.setMaximumHeight(max(1, wanted + 4))
        if self.isVisible():
            self.column.activate()
            self.place()

    def _on_set(self, made: Budget, instead_of: str) -> None:
        self.wished.emit(SetBudget(made, instead_of))

    def _on_edit(self) -> None:
        self.form.edit(self._asking().row.budget)

    def _on_remove(self) -> None:
        self.wished.emit(RemoveBudget(self._asking().row.budget.id))

    def _asking(self) -> BudgetRow:
        row = self.sender()
        assert isinstance(row, BudgetRow)
        return row

    def _ask(self) -> None:
        self.wished.emit(AskBudgets())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.center().x() - width // 2, min(room.top() + 48, room.bottom() + 1 - height))

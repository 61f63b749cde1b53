"""Between the sheet of budgets, the engine, and the strip that says that one is near its limit."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, SignalInstance

from app.budgets.wishes import BudgetNear, BudgetsTold, BudgetTold, BudgetWish
from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from widgets.budgets import BudgetsSheet


class Sender(Protocol):
    """What is needed of the engine's client."""

    budget_told: SignalInstance

    def budget(self, wish: BudgetWish) -> None: ...


class Budgeting(QObject):
    def __init__(self, window: MainWindow, engine: Sender) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self._sheet: BudgetsSheet | None = None
        engine.budget_told.connect(self._on_told)
        window.add_doer("budgets", self.open)

    def open(self) -> None:
        if self._sheet is None:
            from widgets.budgets import BudgetsSheet

            self._sheet = BudgetsSheet(self._window)
            self._sheet.wished.connect(self._engine.budget)
            self._window.overlays.hold("budgets", self._sheet)
        self._sheet.open()

    def _on_told(self, told: BudgetTold) -> None:
        match told:
            case BudgetsTold() if self._sheet is not None:
                self._sheet.show_told(told)
            case BudgetNear(text=text):
                strip = self._window.add_strip(text, "warning", act="Budgets")
                strip.acted.connect(self.open)
                self._window.announce(text)
            case _:
                pass

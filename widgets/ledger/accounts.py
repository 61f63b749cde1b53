"""Between the ledger's sheet, the engine and the settings."""

import os
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, SignalInstance

from app.ledger.place import ENVIRONMENT
from app.ledger.wishes import LedgerAnswered, LedgerSaid, LedgerTold, LedgerTried, LedgerWish, UseLedger
from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from widgets.ledger.sheet import LedgerSheet


class Sender(Protocol):
    """What is needed of the engine's client."""

    ledger_told: SignalInstance
    died: SignalInstance

    def ledger(self, wish: LedgerWish) -> None: ...


class Accounts(QObject):
    def __init__(self, window: MainWindow, engine: Sender) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self._sheet: LedgerSheet | None = None
        engine.ledger_told.connect(self._on_told)
        engine.died.connect(self._on_died)

    def open(self) -> None:
        if self._sheet is None:
            from widgets.ledger.sheet import LedgerSheet  # only now: few will ever look

            self._sheet = LedgerSheet(self._window)
            self._sheet.wished.connect(self._engine.ledger)
            self._sheet.placed.connect(self._on_placed)
            self._window.overlays.hold("ledger", self._sheet)
        fixed = os.environ.get(ENVIRONMENT, "").strip()
        self._sheet.show_place("" if fixed else self._window.settings().ledger, is_fixed=bool(fixed))
        self._sheet.open()

    def _on_placed(self, url: str) -> None:
        self._window.keep(ledger=url)
        self._engine.ledger(UseLedger(url))

    def _on_told(self, told: LedgerSaid) -> None:
        if isinstance(told, LedgerTold) and told.trouble:
            self._window.add_strip(told.trouble, "warning")
        if self._sheet is None:
            return
        match told:
            case LedgerAnswered():
                self._sheet.show_answered(told)
            case LedgerTried():
                self._sheet.show_tried(told)
            case LedgerTold(new=new) if new and self._sheet.isVisible():
                self._sheet.ask_facts()

    def _on_died(self, _: str) -> None:
        """Who has asked it gets no answer any more."""
        if self._sheet is not None:
            self._sheet.show_lost()

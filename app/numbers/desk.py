"""Graphs of the ledger in the engine: counted in the ledger's thread while no run is live."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, assert_never

from app.ledger.desk import LedgerDesk
from app.numbers.wishes import (
    AskChart,
    AskChoices,
    AskPicked,
    ChartTold,
    ChoicesTold,
    NumbersRefused,
    NumbersTold,
    NumbersWish,
    PickedTold,
)

if TYPE_CHECKING:
    from app.numbers.ledger_columns import Ask


class NumbersDesk:
    def __init__(self, ledger: LedgerDesk, tell: Callable[[NumbersTold], None]) -> None:
        self._ledger, self._tell = ledger, tell

    def wish(self, wish: NumbersWish) -> None:
        """Of wishes of one kind that wait, the last one is carried out."""
        self._ledger.read(f"numbers: {type(wish).__name__}", partial(answered, wish), self._answered)

    def _answered(self, told: NumbersTold | str) -> None:
        self._tell(NumbersRefused(told) if isinstance(told, str) else told)


def answered(wish: NumbersWish, ask: "Ask") -> NumbersTold:
    """In the thread: numpy is loaded with it."""
    from app.numbers import of_ledger

    match wish:
        case AskChoices():
            return ChoicesTold(of_ledger.choices(ask))
        case AskChart(question=question):
            return ChartTold(question, of_ledger.answered(ask, question))
        case AskPicked(question=question, box=box):
            return PickedTold(question, of_ledger.picked(ask, question, box))
        case _:
            assert_never(wish)

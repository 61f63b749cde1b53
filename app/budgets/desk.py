"""Budgets in the engine: set, told, foreseen. The disk is waited for in the till's thread alone."""

import asyncio
from collections.abc import Callable

from app.budgets import words
from app.budgets.budget import Budget
from app.budgets.file import BudgetError
from app.budgets.gate import Gate
from app.budgets.overview import Row, overview
from app.budgets.seer import Seer
from app.budgets.wishes import (
    AskBudgets,
    BudgetNear,
    BudgetsTold,
    BudgetTold,
    BudgetWish,
    Foresee,
    RemoveBudget,
    SetBudget,
)
from app.home import data_folder, folder
from app.messages import Trouble, Up
from app.pricing import Prices
from app.routes import budgets as in_routes
from app.tasks import Tasks


def gate_of(prices: Prices, say: Callable[[Up], None]) -> Gate:
    """The engine's, which tells the window what is to be known."""
    loop = asyncio.get_running_loop()

    def tell(sentence: str) -> None:
        loop.call_soon_threadsafe(say, Trouble(sentence))

    def near(sentence: str) -> None:
        loop.call_soon_threadsafe(say, BudgetNear(sentence))

    return Gate(folder(), data_folder(), prices.of, tell, near)


class BudgetDesk:
    """Tells `say` what becomes of wishes. Of forecasts, only the newest that was asked for is made."""

    def __init__(
        self, gate: Gate, seer: Seer, quiet: asyncio.Event, tasks: Tasks, say: Callable[[BudgetTold], None]
    ) -> None:
        """`quiet` is set while no stream is live: forecasts wait for it."""
        self._gate, self._seer, self._quiet, self._tasks, self._say = gate, seer, quiet, tasks, say
        self._newest = 0

    def wish(self, wish: BudgetWish) -> None:
        match wish:
            case AskBudgets():
                self._tasks.start(self._tell(""), name="budgets")
            case SetBudget():
                self._tasks.start(self._set(wish), name="a budget is set")
            case RemoveBudget(id=id_):
                self._tasks.start(self._remove(id_), name="a budget is removed")
            case Foresee(id=number):
                self._newest = number
                self._tasks.start(self._foresee(wish), name="forecast")

    async def _set(self, wish: SetBudget) -> None:
        try:
            await asyncio.to_thread(self._gate.file.put, wish.budget, wish.instead_of)
        except BudgetError as error:
            await self._tell(_sentence(error), is_good=False)
        else:
            await self._tell(f"Set: {words.title(wish.budget)}.")

    async def _remove(self, id_: str) -> None:
        try:
            await asyncio.to_thread(self._gate.file.remove, id_)
        except BudgetError as error:
            await self._tell(_sentence(error), is_good=False)
        else:
            await self._tell("Removed.")

    async def _tell(self, said: str, *, is_good: bool = True) -> None:
        try:
            saved = await asyncio.to_thread(in_routes.saved, folder())
            rows = await self._rows((*self._gate.of_routes.values(), *saved))
        except BudgetError as error:
            self._say(BudgetsTold((), _sentence(error), is_good=False))
        else:
            self._say(BudgetsTold(rows, said, is_good))

    async def _foresee(self, wish: Foresee) -> None:
        await self._quiet.wait()
        if wish.id != self._newest:
            return
        try:
            rows = await self._rows(self._seer.in_routes(wish))
        except BudgetError:
            rows = ()  # told where budgets are set, and by each run
        if wish.id == self._newest and self._quiet.is_set():
            self._say(self._seer.foresee(wish, rows))

    async def _rows(self, routes: tuple[Budget, ...]) -> tuple[Row, ...]:
        """Of those that are set and of those in `routes`. Where there are no budgets, no file is looked into."""
        budgets, user = (*self._gate.file.budgets(), *{each.id: each for each in routes}.values()), self._gate.user
        if not budgets:
            return ()
        return await asyncio.wrap_future(self._gate.till.do(lambda store: overview(store, budgets, user)))


def _sentence(error: BudgetError) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."

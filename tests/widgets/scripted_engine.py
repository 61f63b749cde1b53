"""An engine whose runs do what a test says: the client's signals, the real fold, no process."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.budgets.wishes import BudgetWish
from app.cache.wishes import CacheWish
from app.history.wishes import HistoryWish
from app.ledger.wishes import LedgerWish
from app.library.wishes import LibraryWish
from app.messages import Estimate, RunOrder, Wish
from app.network import NetworkSetting
from app.numbers.wishes import NumbersWish
from app.records import Cost
from app.routes.wishes import RouteWish
from app.run import RunFold
from app.session.wishes import SessionWish
from providers.errors import Failure
from providers.events import Event, Finished, Reasoning, Started, Text
from providers.usage import TokenUsage

MS = 1_000_000


class ScriptedEngine(QObject):
    ready = Signal()
    streamed = Signal(int, object)
    ended = Signal(object)
    estimated = Signal(object)
    listed = Signal(object)
    output_estimated = Signal(int, object)
    inspected = Signal(int, object)
    servers_found = Signal(object)
    explained = Signal(object)
    told = Signal(object)
    session_told = Signal(object)
    history_told = Signal(object)
    numbers_told = Signal(object)
    budget_told = Signal(object)
    ledger_told = Signal(object)
    library_told = Signal(object)
    routes_told = Signal(object)
    pairs_told = Signal(object)
    network_told = Signal(object)
    offline_told = Signal(bool)
    trouble = Signal(str)
    died = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.orders: dict[int, RunOrder] = {}
        self.folds: dict[int, RunFold] = {}
        self.stopped: list[int] = []
        self.prices: dict[str, Any] = {}
        self.questions: list[Estimate] = []
        self.listings_asked: list[bool] = []
        self.inspections: list[int] = []
        self.searches = 0
        self.network: list[NetworkSetting] = []
        self.wishes: list[Wish] = []
        """Of connections, in order."""
        self.session_wishes: list[SessionWish] = []
        self.history_wishes: list[HistoryWish] = []
        self.numbers_wishes: list[NumbersWish] = []
        self.budget_wishes: list[BudgetWish] = []
        self.ledger_wishes: list[LedgerWish] = []
        self.library_wishes: list[LibraryWish] = []
        self.route_wishes: list[RouteWish] = []
        self.cache_wishes: list[CacheWish] = []
        self._clock: Iterator[int] = count(1_000 * MS, 10 * MS)

    def start(self, orders: tuple[RunOrder, ...]) -> None:
        for order in orders:
            self.orders[order.run] = order
            self.folds[order.run] = RunFold(
                run=order.run, lane_index=order.lane_index, repeat=order.repeat, lane=order.lane.text
            )
            self.say(order.run, Started(0, next(self._clock), "answer", "practice", "http://x", "m"))

    def stop(self, runs: tuple[int, ...]) -> None:
        self.stopped += runs
        for run in runs:
            self.end(run, failure=Failure("cancelled", "stopped"))

    def list_models(self, *, fresh: bool) -> None:
        self.listings_asked.append(fresh)

    def set_prices(self, prices: dict[str, Any]) -> None:
        self.prices = prices

    def set_network(self, setting: NetworkSetting) -> None:
        self.network.append(setting)

    def routes(self, wish: RouteWish) -> None:
        self.route_wishes.append(wish)

    def wish(self, wish: Wish) -> None:
        self.wishes.append(wish)

    def ledger(self, wish: LedgerWish) -> None:
        self.ledger_wishes.append(wish)

    def session(self, wish: SessionWish) -> None:
        self.session_wishes.append(wish)

    def history(self, wish: HistoryWish) -> None:
        self.history_wishes.append(wish)

    def budget(self, wish: BudgetWish) -> None:
        self.budget_wishes.append(wish)

    def cache(self, wish: CacheWish) -> None:
        self.cache_wishes.append(wish)

    def library(self, wish: LibraryWish) -> None:
        self.library_wishes.append(wish)

    def numbers(self, wish: NumbersWish) -> None:
        self.numbers_wishes.append(wish)

    def find_servers(self) -> None:
        self.searches += 1

    def inspect(self, run: int) -> None:
        self.inspections.append(run)

    def estimate(self, question: Estimate) -> None:
        self.questions.append(question)

    # What a test says

    def say(self, run: int, *events: Event) -> None:
        for event in events:
            self.folds[run].add(event)
        self.streamed.emit(run, tuple(events))

    def text(self, run: int, text: str) -> None:
        self.say(run, Text(0, next(self._clock), text))

    def reasoning(self, run: int, text: str) -> None:
        self.say(run, Reasoning(0, next(self._clock), text))

    def finish(self, run: int, *, output: int = 50, cost: str = "0.0021", lag_ms: float = 0.0) -> None:
        usage = TokenUsage(input=412, cache_read=300, output=output, reasoning=12)
        self.say(run, Finished(0, next(self._clock), "served-model", usage, "stop"))
        self.end(run, cost=cost, lag_ms=lag_ms)

    def end(self, run: int, *, failure: Failure | None = None, cost: str = "0", lag_ms: float = 0.0) -> None:
        price = Cost(cost, "USD", "vendor list", "2026-11-23")
        record = self.folds[run].record(failure=failure, lag_ms=lag_ms, price=lambda _: price)
        self.ended.emit(record)

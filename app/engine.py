"""The engine: a process of its own that owns the network and every run, and speaks values over a pipe.

Painting must never delay a measurement: in the window's process a repaint would hold the interpreter for as long as
several tokens take to come. The window starts it as `python -m app.engine` with a pipe on either side; when that pipe
ends, or the window's process does, the engine ends with everything it started.
"""

import asyncio
import gc
import os
import signal
import sys
from typing import Any

from app.budgets.desk import BudgetDesk, gate_of
from app.budgets.seer import Seer
from app.budgets.wishes import BudgetWish
from app.cache.comparing import Comparing
from app.cache.desk import CacheDesk
from app.cache.wishes import CacheWish
from app.catalogue import Catalogue
from app.children import die_with_parent
from app.compose import Workshop
from app.contact_desk import ContactDesk
from app.contact_file import ContactFile
from app.contacts import prices_of
from app.desk import look_round, usual_roots
from app.estimates import Estimates
from app.execute import StartLine, execute, fold_of
from app.fetch import Fetch
from app.frames import BrokenFrameError, to_engine, to_window
from app.history.deeds import deeds
from app.history.desk import HistoryDesk
from app.history.wishes import HistoryWish
from app.home import cache_folder, data_folder, folder
from app.key_desk import KeyDesk
from app.keys import Keys
from app.lag import LoopLag, keep_turns_short
from app.ledger.desk import LedgerDesk
from app.ledger.wishes import LedgerWish
from app.library.desk import LibraryDesk
from app.library.wishes import LibraryWish
from app.lists import Lists
from app.messages import (
    ContactsTold,
    ContactWish,
    CostsExplained,
    Down,
    Ended,
    Estimate,
    ExplainCosts,
    FindServers,
    Inspect,
    Inspected,
    KeyWish,
    ListModels,
    Models,
    NetworkTold,
    Quit,
    Ready,
    RunOrder,
    ServersFound,
    SetNetwork,
    SetPrices,
    StartRuns,
    StopRuns,
    Trouble,
    TryVendor,
    Up,
)
from app.network import USUAL, NetworkSetting
from app.network_plan import NetworkError, plan, system_proxies
from app.no_core import close_memory
from app.numbers.desk import NumbersDesk
from app.numbers.wishes import NumbersWish
from app.offline import Offline
from app.outbox import Outbox
from app.own_prices import read
from app.price_list import LISTED_AS, is_listed
from app.pricing import Prices
from app.records import RunRecord
from app.routes.desk import RouteDesk
from app.routes.known import Known, known
from app.routes.shelf import RouteShelf
from app.routes.wishes import KeepRoute, RouteWish
from app.safe import Safe
from app.session.desk import News, SessionDesk
from app.session.document import Run, Session
from app.session.store import SessionStore
from app.session.wishes import SessionWish
from app.shelf import Shelf
from app.tape import Tapes
from app.tasks import Tasks
from app.vault import Vault
from app.vendor_test import later, listed, one_token
from providers.vendors import VENDORS

REST_S = 0.1
"""How long after the last run it is quiet: between two rounds of repeats it is not."""
IDLE_S = 0.4
"""How long the engine waits before it uses idle time for slow imports."""


class Engine:
    """Does what the window asks and tells it what happens."""

    def __init__(self, workshop: Workshop, keys: Keys, shelf: Shelf, safe: Safe, outbox: Outbox) -> None:
        self._workshop = workshop
        self._directory = keys.directory
        self._prices = Prices(shelf.price, self._directory)
        self._set: dict[str, Any] = {}
        """The prices that the settings hold."""
        self._outbox = outbox
        self._loop = asyncio.get_running_loop()
        self._lag = LoopLag()
        self._tapes = Tapes()
        self._runs: dict[int, asyncio.Task[None]] = {}
        self._tasks = Tasks(self._report)
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._system = system_proxies()
        self._offline = Offline(self._tasks, outbox.message)
        self._estimates = Estimates(self._quiet, self._tasks, outbox.message)
        self._history = HistoryDesk(data_folder(), self._tasks, outbox.message)
        self._ledger = LedgerDesk(
            data_folder(), folder(), self._quiet, self._tasks, outbox.message, self._prices, self._directory
        )
        comparing = Comparing(workshop.embedder, self._quiet, self._prices.quote)
        self._cache = CacheDesk(workshop.cache, self._tasks, outbox.message, comparing)
        self._library = LibraryDesk(data_folder(), self._tasks, outbox.message)
        self._numbers = NumbersDesk(self._ledger, outbox.message)
        self._sessions = SessionDesk(SessionStore(data_folder()), self._tasks, outbox.message, self._kept)
        self._routes = RouteDesk(folder(), self._tasks, outbox.message)
        fetch = Fetch(workshop.client)
        self._catalogue = Catalogue(keys, fetch, shelf)
        self._lists = Lists(
            self._catalogue,
            self._quiet,
            self._tasks,
            outbox.message,
            directory=self._directory,
            priced=self._prices.models,
        )
        gate = workshop.gate = gate_of(self._prices, outbox.message)
        seer = Seer(gate, shelf, self._prices)
        self._budgets = BudgetDesk(gate, seer, self._quiet, self._tasks, outbox.message)
        file = ContactFile(folder())
        self._contacts = ContactDesk(file, self._directory, safe, fetch, self._tasks, self._contacts_told)
        self._keys = KeyDesk(safe, keys, self._tasks, outbox.message, self._contacts.key_gone)
        self.quitting = asyncio.Event()

    def handle(self, message: Down) -> None:
        match message:
            case StartRuns(orders=orders):
                self._start(orders)
            case StopRuns(runs=runs):
                # After their first step: a task that is cancelled before it tells nobody that it has ended.
                asyncio.get_running_loop().call_soon(self._stop, runs)
            case Estimate():
                self._estimates.ask(message)
            case ListModels():
                self._lists.ask(message)
            case _ if isinstance(message, KeyWish):
                self._keys.wish(message)
            case _ if isinstance(message, ContactWish):
                self._contacts.wish(message)
            case _ if isinstance(message, SessionWish):
                self._sessions.wish(message)
            case _ if isinstance(message, HistoryWish):
                self._history.wish(message)
            case _ if isinstance(message, BudgetWish):
                self._budgets.wish(message)
            case _ if isinstance(message, LedgerWish):
                self._ledger.wish(message)
            case _ if isinstance(message, CacheWish):
                self._cache.wish(message)
            case _ if isinstance(message, LibraryWish):
                self._library.wish(message)
            case _ if isinstance(message, NumbersWish):
                self._numbers.wish(message)
            case _ if isinstance(message, RouteWish):
                self._routes.wish(message)
                if isinstance(message, KeepRoute):
                    self._learn_for_routes()
            case TryVendor(vendor=vendor, model=model):
                self._tasks.start(self._test(vendor, model), name=f"test of {vendor}")
            case ExplainCosts():
                self._tasks.start(self._explain(message), name="costs explained")
            case FindServers():
                self._tasks.start(self._look_round(), name="servers on this machine")
            case SetPrices(prices=prices):
                self._set_prices(prices)
            case SetNetwork(setting=setting):
                self._set_network(setting)
            case Inspect(run=run):
                self._outbox.message(Inspected(run, self._tapes.exchanges(run)))
            case Quit():
                self.quitting.set()

    def _stop(self, runs: tuple[int, ...]) -> None:
        for run in runs:
            if run in self._runs:
                self._runs[run].cancel()

    def _set_prices(self, prices: dict[str, Any]) -> None:
        self._set = prices
        if wrong := self._price():
            names = ", ".join(wrong)
            self._outbox.message(Trouble(f"These own prices in the settings are none, and are not used: {names}."))

    def _set_network(self, setting: NetworkSetting) -> None:
        """What cannot be carried out leaves the way as it was."""
        trouble = ""
        try:
            self._workshop.client.adopt(plan(setting, self._system, self._directory))
        except NetworkError as error:
            trouble = str(error)
        self._outbox.message(NetworkTold(self._system.told, trouble))

    def _price(self) -> tuple[str, ...]:
        """Takes the user's prices anew; the names of those that are none."""
        self._prices.own, wrong = read(dict(prices_of(self._directory.contacts)) | self._set)
        return wrong

    async def _test(self, id_: str, model: str) -> None:
        if not self._quiet.is_set():
            self._outbox.message(later(id_, self._directory.name(id_), model))
        await self._quiet.wait()
        row = self._directory.find(id_)
        if row is None:
            return
        if model:
            self._outbox.message(await one_token(self._workshop.model, row, model))
            return
        tested, listing = await listed(self._catalogue, row)
        self._outbox.message(Models(listing))
        self._outbox.message(tested)

    async def _explain(self, question: ExplainCosts) -> None:
        """While no stream is live, since the price list may have to be imported for it."""
        await self._quiet.wait()
        if any(self._directory.kin(call.vendor) in LISTED_AS for call in question.calls):
            self._prices.load()
        quotes = tuple(self._prices.quote(call, call.at) for call in question.calls)
        self._outbox.message(CostsExplained(question.id, quotes))

    def _contacts_told(self, message: Up) -> None:
        self._outbox.message(message)
        if isinstance(message, ContactsTold):
            self._price()

    async def _look_round(self) -> None:
        """While no stream is live: answers of other servers would keep the measuring process from its loop."""
        await self._quiet.wait()
        self._outbox.message(ServersFound(await look_round(Fetch(self._workshop.client), usual_roots(self._directory))))

    def _start(self, orders: tuple[RunOrder, ...]) -> None:
        # The price list takes most of a second to import: before the start line, never while a stream is live.
        if not self._runs and any(is_listed(model, self._directory) for order in orders for model in order.lane.asked):
            self._prices.load()
        if any(order.lane.route is not None for order in orders):
            self._learn_for_routes()  # what is not known by now is known to the next
        line = StartLine(len(orders))
        if orders:
            self._quiet.clear()
            self._sessions.sent(orders)
        for order in orders:
            self._runs[order.run] = self._tasks.start(self._run(order, line), name=f"run {order.run}")

    async def _run(self, order: RunOrder, line: StartLine) -> None:
        fold = fold_of(order)
        self._sessions.follow(order, fold)
        try:
            record: RunRecord = await execute(
                order,
                self._workshop.model(order.lane, self._tapes.of_new(order.run), order.session),
                line=line,
                sink=self._outbox.event,
                lag=self._lag,
                price=self._prices.of,
                fold=fold,
            )
        finally:
            del self._runs[order.run]
            if not self._runs:
                self._loop.call_later(REST_S, self._rest)
        self._workshop.lately.saw(fold, record)
        self._outbox.message(Ended(record))
        self._ledger.record(order, fold, record)
        self._sessions.over(order, fold, record)
        self._estimates.ended(record)
        self._offline.ended(record)

    def _rest(self) -> None:
        if not self._runs:
            self._quiet.set()

    async def warm(self) -> None:
        """Uses idle time for what the first run would have to wait for; prices, if there is a key for anyone listed."""
        await asyncio.sleep(IDLE_S)
        await self._workshop.warm()
        if not self._runs and any(os.environ.get(name) for row in VENDORS for name in row.key_env):
            self._prices.load()
        self._ledger.drain()  # what others have left
        if await asyncio.to_thread(RouteShelf(folder()).names):
            self._learn_for_routes()

    def _learn_for_routes(self) -> None:
        """Once: afterwards, this process sees by itself."""
        if not self._workshop.lately.before:
            self._ledger.read("what routes choose by", known, self._knows)

    def _knows(self, found: dict[str, Known] | str) -> None:
        if not isinstance(found, str):  # a ledger in trouble says so by itself
            self._workshop.lately.before = found

    async def serve(self) -> None:
        """Until the window says so, or is gone."""
        self._contacts.load()
        gc.freeze()  # what was imported stays: looking through it all would hold a start line for 100 ms
        self._outbox.message(Ready(os.getpid()))
        self._tasks.start(self.warm(), name="warm")
        await self.quitting.wait()
        await self._end_runs()
        await self._sessions.aclose()
        await self._history.aclose()
        await self._library.aclose()
        await self._routes.aclose()
        await self._tasks.end()
        await self._ledger.aclose()
        await self._estimates.aclose()
        await self._workshop.aclose()

    def _kept(self, session: Session, runs: tuple[Run, ...], path: str, news: News) -> None:
        """Called in the sessions' thread."""
        made = deeds(session, runs, path, news)
        self._loop.call_soon_threadsafe(self._history.keep, lambda: made)

    async def _end_runs(self) -> None:
        """What came of them is written down as that of runs that were stopped."""
        runs = list(self._runs.values())
        self._stop(tuple(self._runs))
        await asyncio.gather(*runs, return_exceptions=True)

    def _report(self, error: BaseException) -> None:
        self._outbox.message(Trouble(f"A fault in the engine: {type(error).__name__}: {error}"))


async def run_engine(read_fd: int, write_fd: int) -> None:
    """Serves the pipe until its other end is closed."""
    loop = asyncio.get_running_loop()
    with os.fdopen(read_fd, "rb", 0) as source, os.fdopen(write_fd, "wb", 0) as sink:
        out, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, sink)
        packer = to_window()
        safe, shelf = Safe(Vault()), Shelf(cache_folder())
        keys = Keys(os.environ, vault=safe)
        workshop = Workshop(keys=keys, plan=plan(USUAL, system_proxies(), keys.directory))
        outbox = Outbox(lambda batch: out.write(packer.pack(batch)))
        engine = Engine(workshop, keys, shelf, safe, outbox)
        inlet, _ = await loop.connect_read_pipe(lambda: _Inlet(engine), source)
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, engine.quitting.set)
        await engine.serve()
        inlet.close()
        out.close()


class _Inlet(asyncio.Protocol):
    """What the window says."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._framer = to_engine()

    def data_received(self, data: bytes) -> None:
        try:
            for message in self._framer.feed(data):
                self._engine.handle(message)
        except BrokenFrameError as error:
            sys.stderr.write(f"abreast engine: the window sent something that cannot be read: {error}\n")
            self._engine.quitting.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._engine.quitting.set()


def main() -> None:
    """The process: standard input and output are the pipe, so whatever else prints goes to standard error."""
    die_with_parent()
    close_memory()
    keep_turns_short()
    read_fd, write_fd = os.dup(0), os.dup(1)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    asyncio.run(run_engine(read_fd, write_fd))


if __name__ == "__main__":
    main()

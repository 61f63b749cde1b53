"""The window's side of the engine: starts its process, sends wishes, tells what comes back as signals."""

import asyncio
import contextlib
import os
import subprocess
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO, Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from app.budgets.wishes import BudgetTold, BudgetWish
from app.cache.wishes import CacheWish, PairsTold, QuestionsCompared
from app.children import KEYRING, command, environment
from app.frames import BrokenFrameError, to_engine, to_window
from app.history.wishes import HistoryTold, HistoryWish
from app.ledger.place import VARIABLES as LEDGER
from app.ledger.wishes import LedgerSaid, LedgerWish
from app.library.wishes import LibraryTold, LibraryWish
from app.messages import (
    Connecting,
    CostsExplained,
    Down,
    Ended,
    Estimate,
    Estimated,
    FindServers,
    Inspect,
    Inspected,
    ListModels,
    Models,
    NetworkTold,
    OfflineTold,
    OutputEstimated,
    Quit,
    Ready,
    RunOrder,
    ServersFound,
    SetNetwork,
    SetPrices,
    StartRuns,
    StopRuns,
    Streamed,
    Trouble,
    Up,
    Wish,
)
from app.network import NetworkSetting
from app.network_plan import VARIABLES_OF_PROXIES
from app.numbers.wishes import NumbersTold, NumbersWish
from app.routes.wishes import RoutesTold, RouteWish
from app.session.wishes import SessionTold, SessionWish
from providers.vendors import VENDORS

READ_BYTES = 1 << 20
Wishes = SimpleQueue[bytes | None]
"""Frames for the engine; None closes its pipe, which ends it."""
FAREWELL_S = 3.0
RESTART_MS = 300
MAX_RESTARTS = 3
"""Engines that die one after the other before they were ready: then something is wrong that starting does not mend."""


class EngineClient(QObject):
    """One engine process at a time; a new one is started when it dies unasked."""

    ready = Signal()
    streamed = Signal(int, object)
    """A run's number and a tuple of its events, in order."""
    ended = Signal(object)
    """A `RunRecord`."""
    estimated = Signal(object)
    """An `Estimated`."""
    output_estimated = Signal(int, object)
    """The number of a run that has ended, and the `Count` of its answer."""
    listed = Signal(object)
    """A `Listing`."""
    explained = Signal(object)
    """A `CostsExplained`."""
    told = Signal(object)
    """A `Connecting`: what became of a wish."""
    session_told = Signal(object)
    """A `SessionTold`: what became of a wish."""
    history_told = Signal(object)
    """A `HistoryTold`."""
    numbers_told = Signal(object)
    """A `NumbersTold`."""
    budget_told = Signal(object)
    """A `BudgetTold`."""
    ledger_told = Signal(object)
    """A `LedgerSaid`: an answer, or that there are new rows."""
    pairs_told = Signal(object)
    """A `PairsTold`."""
    library_told = Signal(object)
    """A `LibraryTold`."""
    routes_told = Signal(object)
    """A `RoutesTold`."""
    network_told = Signal(object)
    """A `NetworkTold`."""
    offline_told = Signal(bool)
    servers_found = Signal(object)
    """A tuple of `DeskServer`."""
    inspected = Signal(int, object)
    """A run's number and its exchanges, or None if they are not kept."""
    trouble = Signal(str)
    died = Signal(str)
    """The engine ended unasked; runs that were open get no more events. A new one is on its way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[bytes] | None = None
        self._notifier: QSocketNotifier | None = None
        self._inbox = to_window()
        self._packer = to_engine()
        self._wishes: Wishes = SimpleQueue()
        self._failures = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(RESTART_MS)
        self._again.timeout.connect(self.launch)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def launch(self) -> None:
        """Starts the engine if it does not run."""
        if self._process is not None:
            return
        self._inbox = to_window()
        self._process = subprocess.Popen(
            command("app.engine"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(also=(*KEYRING, *LEDGER, *VARIABLES_OF_PROXIES, *_key_variables())),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._wishes = SimpleQueue()
        writing = (self._wishes, self._process.stdin)
        threading.Thread(target=_write, args=writing, name="to the engine", daemon=True).start()
        self._notifier = QSocketNotifier(self._process.stdout.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._readable)

    def start(self, orders: tuple[RunOrder, ...]) -> None:
        self._send(StartRuns(orders))

    def stop(self, runs: tuple[int, ...]) -> None:
        self._send(StopRuns(runs))

    def estimate(self, question: Estimate) -> None:
        self._send(question)

    def list_models(self, *, fresh: bool) -> None:
        """Of every vendor that can be asked."""
        self._send(ListModels(fresh=fresh))

    def wish(self, wish: Wish) -> None:
        """Of connections and prices. What becomes of it is `told`, or `explained`."""
        self._send(wish)

    def session(self, wish: SessionWish) -> None:
        """Of sessions. What becomes of it is `session_told`."""
        self._send(wish)

    def history(self, wish: HistoryWish) -> None:
        """What becomes of it is `history_told`."""
        self._send(wish)

    def numbers(self, wish: NumbersWish) -> None:
        """Of graphs of the ledger. What becomes of it is `numbers_told`."""
        self._send(wish)

    def budget(self, wish: BudgetWish) -> None:
        """What becomes of it is `budget_told`."""
        self._send(wish)

    def ledger(self, wish: LedgerWish) -> None:
        """What becomes of it is `ledger_told`."""
        self._send(wish)

    def cache(self, wish: CacheWish) -> None:
        """What becomes of it is `pairs_told`."""
        self._send(wish)

    def library(self, wish: LibraryWish) -> None:
        """What becomes of it is `library_told`."""
        self._send(wish)

    def routes(self, wish: RouteWish) -> None:
        """What becomes of it is `routes_told`."""
        self._send(wish)

    def find_servers(self) -> None:
        self._send(FindServers())

    def set_network(self, setting: NetworkSetting) -> None:
        self._send(SetNetwork(setting))

    def inspect(self, run: int) -> None:
        self._send(Inspect(run))

    def set_prices(self, prices: dict[str, Any]) -> None:
        self._send(SetPrices(prices))

    async def close(self) -> None:
        """Asks the engine to end, waits, and kills it if it does not."""
        self._again.stop()
        process = self._process
        if process is None:
            return
        self._send(Quit())
        self._wishes.put(None)
        self._forget()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, FAREWELL_S)
        _bury(process)

    def _send(self, message: Down) -> None:
        self.launch()
        self._wishes.put(self._packer.pack([message]))

    def _readable(self) -> None:
        if self._process is None:
            return
        assert self._process.stdout is not None
        data = os.read(self._process.stdout.fileno(), READ_BYTES)
        if not data:
            self._lost("The engine ended unexpectedly.")
            return
        try:
            messages = self._inbox.feed(data)
        except BrokenFrameError:
            self._lost("The engine sent something that cannot be read.")
            return
        for message in messages:
            self._tell(message)

    def _tell(self, message: Up) -> None:
        match message:
            case Streamed(run=run, events=events):
                self.streamed.emit(run, events)
            case Ended(record=record):
                self.ended.emit(record)
            case Estimated():
                self.estimated.emit(message)
            case OutputEstimated(run=run, count=count):
                self.output_estimated.emit(run, count)
            case Models(listing=listing):
                self.listed.emit(listing)
            case CostsExplained():
                self.explained.emit(message)
            case _ if isinstance(message, Connecting):
                self.told.emit(message)
            case _ if isinstance(message, SessionTold):
                self.session_told.emit(message)
            case _ if isinstance(message, HistoryTold):
                self.history_told.emit(message)
            case _ if isinstance(message, NumbersTold):
                self.numbers_told.emit(message)
            case _ if isinstance(message, BudgetTold):
                self.budget_told.emit(message)
            case _ if isinstance(message, LedgerSaid):
                self.ledger_told.emit(message)
            case PairsTold() | QuestionsCompared():
                self.pairs_told.emit(message)
            case _ if isinstance(message, LibraryTold):
                self.library_told.emit(message)
            case RoutesTold():
                self.routes_told.emit(message)
            case ServersFound(servers=servers):
                self.servers_found.emit(servers)
            case NetworkTold():
                self.network_told.emit(message)
            case OfflineTold(is_offline=is_offline):
                self.offline_told.emit(is_offline)
            case Inspected(run=run, exchanges=exchanges):
                self.inspected.emit(run, exchanges)
            case Trouble(text=text):
                self.trouble.emit(text)
            case Ready():
                self._failures = 0
                self.ready.emit()

    def _lost(self, why: str) -> None:
        process = self._process
        self._wishes.put(None)
        self._forget()
        if process is not None:
            _bury(process)
        self._failures += 1
        self.died.emit(why)
        if self._failures <= MAX_RESTARTS:
            self._again.start()
        else:
            self.trouble.emit("The engine does not start. Runs are not possible until Abreast is started again.")

    def _forget(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        self._process, self._notifier = None, None


def _key_variables() -> tuple[str, ...]:
    return tuple(name for row in VENDORS for name in row.key_env)


def _write(wishes: Wishes, pipe: IO[bytes]) -> None:
    """Writes in a thread of its own: a pipe that is full, as to an engine that hangs, must not hold up the window."""
    try:
        while (frame := wishes.get()) is not None:
            pipe.write(frame)
            pipe.flush()
    except OSError:
        pass  # the engine is gone, which its other pipe is about to tell
    with contextlib.suppress(OSError):
        pipe.close()


def _bury(process: "subprocess.Popen[bytes]") -> None:
    """Ends what may be left of a process and gives back its pipes."""
    steps: list[Callable[[], object]] = [process.kill, process.wait]
    if process.stdout is not None:
        steps.append(process.stdout.close)
    for step in steps:
        try:
            step()
        except OSError:
            continue

"""`abreast run`: the headless twin of the window."""

import asyncio
import errno
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable

from app.budgets.gate import Gate
from app.cli_options import Ask, UsageError, asked
from app.cli_session import SessionAsk
from app.cli_vendors import known_vendors, known_way
from app.compose import Workshop
from app.contacts import prices_of
from app.directory import Directory
from app.execute import StartLine, execute, fold_of
from app.home import cache_folder, data_folder, folder
from app.keys import Keys
from app.lag import LoopLag
from app.ledger.scribe import LedgerScribe
from app.messages import RunOrder
from app.own_prices import of_settings
from app.price_list import is_listed
from app.pricing import Prices
from app.printing import EventLines, Outlet, RecordLines, stdout_fd
from app.printing_text import Reader, harmless, reader
from app.records import Outcome, RunRecord
from app.run import Pricer, RunFold
from app.shelf import Shelf
from app.tasks import Tasks
from app.vault import Vault
from providers.errors import Failure
from providers.model import Model
from providers.network import Plan

DONE, NOT_DONE, USAGE, INTERRUPTED = 0, 1, 2, 130
STOPS = (signal.SIGINT, signal.SIGTERM)


class Runs:
    """All runs of one call, round by round."""

    def __init__(
        self,
        ask: Ask | SessionAsk,
        model: Callable[[RunOrder], Awaitable[Model]],
        *,
        price: Pricer,
        reader: Reader,
        ledger: LedgerScribe,
    ) -> None:
        self._ask = ask
        self._model = model
        self._price = price
        self._reader = reader
        self._ledger = ledger
        self._lag = LoopLag()
        self._live: set[asyncio.Task[None]] = set()
        self.stopped = False
        self.outcomes: list[Outcome] = []

    async def make(self) -> None:
        """Every run that was asked for ends as one record, those that were stopped before they began as well."""
        tasks = Tasks(_report)
        for orders in self._ask.rounds():
            if self.stopped:
                for order in orders:
                    self._ended(_never_begun(order))
                continue
            line = StartLine(len(orders))
            self._live = {tasks.start(self._run(order, line), name=f"run {order.run}") for order in orders}
            await asyncio.gather(*self._live)

    def stop(self) -> None:
        self.stopped = True
        loop = asyncio.get_running_loop()
        for task in self._live:
            loop.call_soon(task.cancel)  # after its first step: cancelled before it, it would leave no record

    async def _run(self, order: RunOrder, line: StartLine) -> None:
        model, fold = self._model(order), fold_of(order)
        record = await execute(
            order, model, line=line, sink=self._reader.event, lag=self._lag, price=self._price, fold=fold
        )
        self._ask.ended(order, fold, record)
        self._ledger.ended(fold, record, session=order.session, run=order.live.id if order.live else "")
        self._ended(record)

    def _ended(self, record: RunRecord) -> None:
        self.outcomes.append(record.outcome)
        self._reader.ended(record)


def _never_begun(order: RunOrder) -> RunRecord:
    fold = RunFold(run=order.run, lane_index=order.lane_index, repeat=order.repeat, lane=order.lane.text)
    return fold.record(failure=Failure("cancelled", "stopped before it began"))


def _report(error: BaseException) -> None:
    sys.stderr.write(f"abreast run: a fault in Abreast itself: {type(error).__name__}: {error}\n")


def _warn(sentence: str) -> None:
    sys.stderr.write(f"abreast run: {harmless(sentence)}\n")


def _in_the_record(_sentence: str) -> None:
    """It is one of the run's notices."""


class Interrupts:
    """The first signal asks for an end in good order, the second ends the process where it stands."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self.seen = False

    def listen(self) -> None:
        for each in STOPS:
            asyncio.get_running_loop().add_signal_handler(each, self._on_signal)

    def _on_signal(self) -> None:
        if self.seen:
            os._exit(INTERRUPTED)
        self.seen = True
        self._stop()


def main(options: Namespace) -> int:
    directory = known_vendors("run")
    try:
        ask = _asked(options, directory)
        fd = stdout_fd()
    except UsageError as error:
        sys.stderr.write(f"abreast run: {error}\n")
        return USAGE
    except OSError as error:
        sys.stderr.write(f"abreast run: {error.strerror}\n")
        return NOT_DONE
    prices = Prices(Shelf(cache_folder()).price, directory)
    prices.own, wrong = of_settings(folder(), dict(prices_of(directory.contacts)))
    if wrong:
        sys.stderr.write(f"abreast run: own prices in the settings that are none: {harmless(', '.join(wrong))}\n")
    if any(is_listed(model, directory) for lane in ask.lanes for model in lane.models):
        prices.load()
    keys = Keys(os.environ, ask.key_env, Vault(), directory)
    way = known_way("run", directory)
    code = asyncio.run(_run(ask, options, fd, prices, keys, way))
    return ask.saved(code) if isinstance(ask, SessionAsk) else code


def _asked(options: Namespace, directory: Directory) -> "Ask | SessionAsk":
    if options.session is None:
        return asked(options, directory, stdin=_stdin, environ=os.environ)
    from app.cli_session import of_session

    return of_session(options, directory, environ=os.environ)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read()


async def _run(ask: "Ask | SessionAsk", options: Namespace, fd: int, prices: Prices, keys: Keys, way: Plan) -> int:
    loop = asyncio.get_running_loop()
    outlet = Outlet(fd, on_lost=lambda: loop.call_soon_threadsafe(runs.stop))
    workshop = Workshop(keys=keys, plan=way)
    workshop.gate = Gate(folder(), data_folder(), prices.of, _warn, near=_in_the_record)
    ledger = LedgerScribe(data_folder(), folder(), prices.computed, "abreast run")
    runs = Runs(
        ask,
        lambda order: workshop.model(order.lane, session=order.session),
        price=prices.of,
        reader=_reader(ask, options, outlet),
        ledger=ledger,
    )
    interrupts = Interrupts(runs.stop)
    interrupts.listen()
    try:
        await runs.make()
    finally:
        await workshop.aclose()
        await asyncio.to_thread(outlet.close)
        await asyncio.to_thread(ledger.close)
    return _exit_code(runs, outlet, interrupted=interrupts.seen)


def _reader(ask: "Ask | SessionAsk", options: Namespace, outlet: Outlet) -> Reader:
    if options.events:
        return EventLines(outlet)
    if options.json:
        return RecordLines(outlet)
    return reader(ask.lanes, ask.repeat, outlet.put, terminal=sys.stdout.isatty())


def _exit_code(runs: Runs, outlet: Outlet, *, interrupted: bool) -> int:
    if outlet.failed and outlet.lost is not None:
        sys.stderr.write(f"abreast run: standard output cannot be written: {outlet.lost.strerror}\n")
    if interrupted:
        return INTERRUPTED
    whole = outlet.lost is None and all(outcome == "done" for outcome in runs.outcomes)
    return DONE if whole else NOT_DONE

"""`abreast run`: the headless twin of the window."""

import asyncio
import errno
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
from app.lag import LoopLag, keep_turns_short
from app.ledger.scribe import LedgerScribe
from app.messages import RunOrder
from app.own_prices import of_settings
from app.price_list import is_listed
from app.pricing import Prices
from app.printing import EventLines, Outlet, RecordLines, stdout_fd
from app.printing_text import Reader, harmless, reader
from app.records import Outcome, RunRecord
from app.repeats.course import Course, course, vendors_of
from app.repeats.pace import is_refusal, was_limited
from app.repeats.plan import Slot, shuffled
from app.repeats.sample import One
from app.routes.shared import learn
from app.run import Pricer, RunFold
from app.shelf import Shelf
from app.tasks import Tasks
from app.vault import Vault
from providers.errors import Failure
from providers.events import Event
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
        saw: Callable[[RunFold, RunRecord], None],
        tally: list[One] | None = None,
    ) -> None:
        """What ended is also put into `tally`, if there is one: answers that may be large are else let go of."""
        self._ask = ask
        self._model = model
        self._price = price
        self._reader = reader
        self._ledger, self._saw = ledger, saw
        self._lag = LoopLag()
        self._live: set[asyncio.Task[None]] = set()
        self._course: Course[RunOrder]
        self._tally = tally
        self.stopped = False
        self.outcomes: list[Outcome] = []

    async def make(self) -> None:
        """Every run that was asked for ends as one record, those that were stopped before they began as well."""
        tasks, plan, lanes = Tasks(_report), self._ask.plan, self._ask.lanes
        vendors = [vendors_of(lane) for lane in lanes]
        self._course = course(plan, shuffled(plan, self._ask.rounds()), vendors, slot_of)
        while (orders := self._course.due()) or self._live:
            line = StartLine(len(orders))
            for order in orders:
                if self.stopped:
                    self._ended(order, _never_begun(order))
                else:
                    self._live.add(tasks.start(self._run(order, line), name=f"run {order.run}"))
            if self._live:
                _, self._live = await asyncio.wait(self._live, return_when=asyncio.FIRST_COMPLETED)

    def stop(self) -> None:
        self.stopped = True
        loop = asyncio.get_running_loop()
        for task in self._live:
            loop.call_soon(task.cancel)  # after its first step: cancelled before it, it would leave no record

    async def _run(self, order: RunOrder, line: StartLine) -> None:
        model, fold = self._model(order), fold_of(order)

        def sink(run: int, event: Event) -> None:
            if is_refusal(event):
                self._course.refused(order)
            self._reader.event(run, event)

        record = await execute(order, model, line=line, sink=sink, lag=self._lag, price=self._price, fold=fold)
        self._ask.ended(order, fold, record)
        self._ledger.ended(
            fold, record, session=order.session, run=order.live.id if order.live else "", warmup=order.warmup
        )
        self._saw(fold, record)
        self._ended(order, record)

    def _ended(self, order: RunOrder, record: RunRecord) -> None:
        self._course.ended(order, limited=was_limited(record))
        self.outcomes.append(record.outcome)
        self._reader.ended(record)
        if self._tally is not None:
            self._tally.append(One(order.lane_index, order.repeat, order.warmup, record))


def slot_of(order: RunOrder) -> Slot:
    return Slot(order.lane_index, order.repeat, order.warmup)


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
    keep_turns_short()
    code = asyncio.run(_run(ask, options, fd, _means(ask, directory, "run")))
    return ask.saved(code) if isinstance(ask, SessionAsk) else code


@dataclass(frozen=True)
class Means:
    """What running takes."""

    prices: Prices
    keys: Keys
    way: Plan


def _means(ask: "Ask | SessionAsk", directory: Directory, command: str) -> Means:
    prices = Prices(Shelf(cache_folder()).price, directory)
    prices.own, wrong = of_settings(folder(), dict(prices_of(directory.contacts)))
    if wrong:
        sys.stderr.write(f"abreast {command}: own prices in the settings that are none: {harmless(', '.join(wrong))}\n")
    if any(is_listed(model, directory) for lane in ask.lanes for model in lane.asked):
        prices.load()
    return Means(prices, Keys(os.environ, ask.key_env, Vault(), directory), known_way(command, directory))


def quietly(ask: SessionAsk, directory: Directory, reader: Reader, command: str) -> int:
    """Makes the runs without printing any; what they come to is the session's to tell. 130 if it was interrupted."""
    keep_turns_short()
    return asyncio.run(_quietly(ask, reader, _means(ask, directory, command), command))


async def _quietly(ask: SessionAsk, reader: Reader, means: Means, command: str) -> int:
    workshop = _workshop(ask, means)
    ledger = LedgerScribe(data_folder(), folder(), means.prices.computed, f"abreast {command}")
    runs = Runs(ask, _made_by(workshop), price=means.prices.of, reader=reader, ledger=ledger, saw=workshop.lately.saw)
    interrupts = Interrupts(runs.stop)
    interrupts.listen()
    try:
        await runs.make()
    finally:
        await workshop.aclose()
        await asyncio.to_thread(ledger.close)
    return INTERRUPTED if interrupts.seen else DONE


def _workshop(ask: "Ask | SessionAsk", means: Means) -> Workshop:
    """One that obeys the user's budgets."""
    workshop = Workshop(keys=means.keys, plan=means.way)
    workshop.gate = Gate(folder(), data_folder(), means.prices.of, _warn, near=_in_the_record)
    learn(workshop.lately, ask.lanes, _warn)
    return workshop


def _made_by(workshop: Workshop) -> Callable[[RunOrder], Awaitable[Model]]:
    return lambda order: workshop.model(order.lane, session=order.session)


def _asked(options: Namespace, directory: Directory) -> "Ask | SessionAsk":
    if options.session is None:
        return asked(options, directory, stdin=_stdin, environ=os.environ)
    from app.cli_session import of_session

    return of_session(options, directory, environ=os.environ)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read()


async def _run(ask: "Ask | SessionAsk", options: Namespace, fd: int, means: Means) -> int:
    loop = asyncio.get_running_loop()
    outlet = Outlet(fd, on_lost=lambda: loop.call_soon_threadsafe(runs.stop))
    workshop = _workshop(ask, means)
    ledger = LedgerScribe(data_folder(), folder(), means.prices.computed, "abreast run")
    tally: list[One] | None = [] if options.stats else None
    reader = _reader(ask, options, outlet)
    runs = Runs(
        ask,
        _made_by(workshop),
        price=means.prices.of,
        reader=reader,
        ledger=ledger,
        saw=workshop.lately.saw,
        tally=tally,
    )
    interrupts = Interrupts(runs.stop)
    interrupts.listen()
    try:
        await runs.make()
        if tally is not None:
            outlet.put(await asyncio.to_thread(stats, ask, tally, as_json=options.json or options.events))
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
    return reader(ask.lanes, ask.plan.rounds, outlet.put, terminal=sys.stdout.isatty())


def stats(ask: "Ask | SessionAsk", tally: list[One], *, as_json: bool) -> bytes:
    """What the repeats have shown: for people, or as one last line."""
    from app.cli_stats import line, text  # only now: it brings numpy

    return line(ask, tally) if as_json else text(ask, tally)


def _exit_code(runs: Runs, outlet: Outlet, *, interrupted: bool) -> int:
    if outlet.failed and outlet.lost is not None:
        sys.stderr.write(f"abreast run: standard output cannot be written: {outlet.lost.strerror}\n")
    if interrupted:
        return INTERRUPTED
    whole = outlet.lost is None and all(outcome == "done" for outcome in runs.outcomes)
    return DONE if whole else NOT_DONE

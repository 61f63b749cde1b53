"""The one object that owns runs: sends them off, folds what comes back, and tells the panes once a frame."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.bench import Place
from app.budgets.wishes import BudgetWish
from app.cache.wishes import CacheWish
from app.directory import Directory
from app.feed import Feed, ending
from app.figures import sentence
from app.history.wishes import HistoryWish
from app.lanes import Lane
from app.ledger.wishes import LedgerWish
from app.library.wishes import LibraryWish
from app.marks import marks
from app.messages import RunOrder, Wish
from app.network import NetworkSetting
from app.numbers.wishes import NumbersWish
from app.records import RunRecord
from app.repeats.pace import is_refusal
from app.routes.spec import Route
from app.routes.wishes import RouteWish
from app.run import RunFold
from app.session.live import LiveRun
from app.session.making import prices_of, run_of, writable
from app.session.wishes import SessionWish
from app.shown import Ending
from app.steps import course_of
from app.tokens import Count
from providers.errors import Failure
from providers.events import Event
from providers.types import Request
from widgets.frames import Frames

TICK_S = 0.1
LOST = Failure("cut_off", "the engine ended while this answer was streaming")


class Engine(Protocol):
    """What runs need of the engine's client."""

    streamed: SignalInstance
    ended: SignalInstance
    output_estimated: SignalInstance
    listed: SignalInstance
    died: SignalInstance
    ready: SignalInstance
    trouble: SignalInstance
    inspected: SignalInstance
    servers_found: SignalInstance
    told: SignalInstance
    explained: SignalInstance
    network_told: SignalInstance
    offline_told: SignalInstance
    session_told: SignalInstance
    history_told: SignalInstance
    numbers_told: SignalInstance
    budget_told: SignalInstance
    ledger_told: SignalInstance
    library_told: SignalInstance
    routes_told: SignalInstance
    pairs_told: SignalInstance

    def start(self, orders: tuple[RunOrder, ...]) -> None: ...
    def stop(self, runs: tuple[int, ...]) -> None: ...
    def list_models(self, *, fresh: bool) -> None: ...
    def set_prices(self, prices: dict[str, Any]) -> None: ...
    def inspect(self, run: int) -> None: ...
    def find_servers(self) -> None: ...
    def set_network(self, setting: NetworkSetting) -> None: ...
    def wish(self, wish: Wish) -> None: ...
    def session(self, wish: SessionWish) -> None: ...
    def history(self, wish: HistoryWish) -> None: ...
    def budget(self, wish: BudgetWish) -> None: ...
    def ledger(self, wish: LedgerWish) -> None: ...
    def library(self, wish: LibraryWish) -> None: ...
    def routes(self, wish: RouteWish) -> None: ...
    def cache(self, wish: CacheWish) -> None: ...
    def numbers(self, wish: NumbersWish) -> None: ...


@dataclass(frozen=True)
class Job:
    """What a place is to run: with `route`, that one. With `live` it is a run of that session."""

    place: Place
    request: Request
    session: str = ""
    live: LiveRun | None = None
    index: int | None = None
    """Which lane of its race it is, where its place does not tell."""
    repeat: int = 0
    warmup: bool = False
    route: Route | None = None


class Live:
    """One run that is going on."""

    def __init__(self, place: Place, order: RunOrder) -> None:
        self.place, self.order = place, order
        fold = RunFold(run=order.run, lane_index=order.lane_index, repeat=order.repeat, lane=order.lane.text)
        self.feed = Feed(fold)
        self.began = perf_counter()


def vendor_of(place: Place, record: RunRecord) -> str:
    """The id of whoever served: of a route, who was asked last."""
    return record.attempts[-1].vendor if place.is_route and record.attempts else place.vendor


class RunController(QObject):
    """Keys of all signals are the numbers of places."""

    began = Signal(int)
    advanced = Signal(int, object)
    """An `Advance`."""
    ticked = Signal(int, float)
    """Seconds since the run was sent."""
    finished = Signal(int, object)
    """An `Ending`."""
    amended = Signal(int, object)
    """An `Ending` that tells more of the run that is shown."""
    marked = Signal(object)
    """A dict of marks, once every lane of a send has ended."""
    announced = Signal(str)
    aside_ended = Signal(object)
    """The `RunRecord` of a run that no pane shows, after it was kept."""
    live_changed = Signal(object)
    """The numbers of places that are busy, as a frozenset."""
    raced = Signal(object)
    """The places, in order, that have just been sent off together."""
    folded = Signal(int, object)
    """Lane index and `RunFold`: there is more of it."""
    recorded = Signal(int, object)
    """Lane index and `RunRecord`."""
    refused = Signal(int)
    """A server said *too many* to this run, which goes on and may try again."""
    kept = Signal(str, object, object)
    """A session, and the `Prompt` and the `Run` that are to be kept in it. Also of runs that nobody sees any more."""

    def __init__(self, parent: QObject, engine: Engine, directory: Directory) -> None:
        super().__init__(parent)
        self._engine, self._directory = engine, directory
        self._next_run = 1
        self._runs: dict[int, Live] = {}
        self._by_place: dict[int, int] = {}
        self._unseen: dict[int, Live] = {}
        """Runs of a session whose place shows something else; what becomes of them is kept all the same."""
        self._latest: dict[int, Live] = {}
        """The last run of each place, also when it is over."""
        self._asides: set[int] = set()
        self._records: dict[int, RunRecord] = {}
        self._vendors: dict[int, str] = {}
        self._orders: dict[int, int] = {}
        self._raced: tuple[Place, ...] = ()
        self._last_tick = 0.0
        self._frames = Frames(self, self._serve, self._tick)
        engine.streamed.connect(self._on_streamed)
        engine.ended.connect(self._on_ended)
        engine.output_estimated.connect(self._on_output_estimated)
        engine.died.connect(self._on_died)

    @property
    def busy(self) -> frozenset[int]:
        return frozenset(self._by_place)

    def latest(self, number: int) -> Live | None:
        """The last run of that place, whether or not it is over."""
        return self._latest.get(number)

    def record(self, number: int) -> RunRecord | None:
        """What the last run of that place came to, once it has ended."""
        return self._records.get(number)

    def recall(self, number: int, record: RunRecord | None) -> None:
        """That place shows a run of earlier, or none at all."""
        self._latest.pop(number, None)
        if record is None:
            self._records.pop(number, None)
        else:
            self._records[number] = record
            self._vendors[number] = ""

    @property
    def is_drawing(self) -> bool:
        return self._frames.is_running

    # Wishes

    def send(self, jobs: Sequence[Job]) -> None:
        """Starts a race of these places; what still runs in them is stopped first."""
        self.gather([job.place for job in jobs])
        self._start(jobs)

    def rerun(self, job: Job) -> None:
        """Runs one lane again beside the others' answers."""
        place = job.place
        self.stop([place.number])
        self._records.pop(place.number, None)
        if place.number not in self._orders:
            self._orders[place.number] = max(self._orders.values(), default=-1) + 1
            self._raced = (*self._raced, place)
            self.raced.emit(self._raced)
        self._start([job])

    def gather(self, places: Sequence[Place]) -> None:
        """A race of many rounds begins: these places take part in it. Nothing is sent yet."""
        self.stop([place.number for place in places])
        self._records = {}
        self._orders = {place.number: index for index, place in enumerate(places)}
        self._raced = tuple(places)
        self.raced.emit(self._raced)

    def again(self, jobs: Sequence[Job]) -> tuple[int, ...]:
        """More runs of the race. What still runs in their places goes on unseen; the numbers of the runs."""
        first = self._next_run
        self._start(jobs)
        return tuple(range(first, self._next_run))

    def stop_runs(self, runs: Sequence[int]) -> None:
        """Also of those that nobody sees."""
        if runs:
            self._engine.stop(tuple(runs))

    def aside(self, make: Callable[[int], RunOrder]) -> int:
        """A run that no pane shows; its number, which `make` is given. It is kept in its session, if it has one, and
        `aside_ended` tells its record."""
        order = make(self._next_run)
        self._next_run += 1
        self._asides.add(order.run)
        self._unseen[order.run] = Live(Place(0, order.lane.text), order)
        self._engine.start((order,))
        return order.run

    def stop(self, numbers: Sequence[int]) -> None:
        runs = tuple(self._by_place[number] for number in numbers if number in self._by_place)
        if runs:
            self._engine.stop(runs)

    def forget(self, number: int) -> None:
        """The place is gone: its run is stopped and nobody hears of it any more."""
        self.stop([number])
        run = self._by_place.pop(number, None)
        if run is not None:
            self._close(run)
        self._records.pop(number, None)
        self._orders.pop(number, None)
        self._latest.pop(number, None)
        self._tell_live()
        if run is not None:
            self._settle()

    def leave(self, numbers: Iterable[int]) -> None:
        """These places show something else: what runs there goes on unseen."""
        for number in numbers:
            self._abandon(number)
        self._tell_live()

    def end(self) -> None:
        """Nothing is shown any more; the window is closing."""
        for run in list(self._runs):
            self._close(run)
        self._by_place.clear()
        self._frames.end()

    def _start(self, jobs: Sequence[Job]) -> None:
        orders = []
        for job in jobs:
            place = job.place
            self._abandon(place.number)
            order = self._order(job)
            self._runs[order.run] = self._latest[place.number] = Live(place, order)
            self._by_place[place.number] = order.run
            orders.append(order)
        if orders:
            self._engine.start(tuple(orders))
        for job in jobs:  # drawing waits for sending, not the other way round
            self.began.emit(job.place.number)
        self._tell_live()

    def _order(self, job: Job) -> RunOrder:
        run, self._next_run = self._next_run, self._next_run + 1
        place = job.place
        lane = Lane(place.text, dict(place.params), place.limits, job.route, fault=place.fault, fault_at=place.fault_at)
        index = self._orders[place.number] if job.index is None else job.index
        return RunOrder(run, index, job.repeat, lane, job.request, job.session, job.live, job.warmup)

    def _abandon(self, number: int) -> None:
        """A run that has to make room ends unseen."""
        run = self._by_place.pop(number, None)
        if run is not None:
            self._close(run)

    # What the engine tells

    def _on_streamed(self, run: int, events: tuple[Event, ...]) -> None:
        if any(map(is_refusal, events)):
            self.refused.emit(run)
        if (unseen := self._unseen.get(run)) is not None:
            unseen.feed.add(events)
        live = self._runs.get(run)
        if live is None:
            return
        if live.feed.add(events):
            self._frames.now(run)
        else:
            self._frames.mark(run)

    def _on_ended(self, record: RunRecord) -> None:
        live = self._runs.get(record.run)
        run = live or self._unseen.pop(record.run, None)
        if run is not None:
            run.feed.fold.settle(record)
        self._keep(run, record)
        if record.run in self._asides:
            self._asides.discard(record.run)
            self.aside_ended.emit(record)
        if live is None:
            return
        self._frames.now(record.run)
        number = live.place.number
        self._by_place.pop(number, None)
        self._close(record.run)
        self._unseen.pop(record.run, None)
        self._records[number] = record
        self._vendors[number] = self._directory.name(vendor_of(live.place, record))
        course = course_of(live.feed.fold, prices_of(record))
        self.finished.emit(number, ending(record, vendor=self._vendors[number], course=course))
        self.recorded.emit(live.order.lane_index, record)
        self.announced.emit(sentence(record, place=live.order.lane_index + 1, label=live.place.label))
        self._tell_live()
        self._settle()

    def _on_output_estimated(self, run: int, count: Count) -> None:
        """Only what is still shown is amended: a lane that runs again has no record."""
        for number, record in self._records.items():
            if record.run == run:
                self.amended.emit(number, ending(record, vendor=self._vendors[number], estimate=count))

    def _on_died(self, _: str) -> None:
        lost = dict(self._runs)
        for run, live in lost.items():
            self._frames.now(run)
            self._by_place.pop(live.place.number, None)
            self._close(run)
        for live in self._unseen.values():
            self._keep(live, live.feed.fold.record(failure=LOST))
        self._unseen = {}
        self._asides.clear()
        for live in lost.values():
            self.finished.emit(live.place.number, Ending("lost", remark="engine lost · what came is kept"))
        self._tell_live()
        self._settle()

    def _settle(self) -> None:
        """Once nothing runs any more, the lanes that have ended are compared."""
        if not self._by_place and self._records:
            self.marked.emit(marks(self._records))

    def _close(self, run: int) -> None:
        self._frames.forget(run)
        live = self._runs.pop(run, None)
        if live is not None and live.order.live is not None:
            self._unseen[run] = live

    def _keep(self, live: Live | None, record: RunRecord) -> None:
        if live is not None and (sent := live.order.live) is not None:
            run = run_of(sent.ended(writable(record)), live.feed.fold)
            self.kept.emit(live.order.session, sent.prompt, run)

    # Frames

    def _serve(self, run: int) -> None:
        live = self._runs[run]
        self.advanced.emit(live.place.number, live.feed.advance())
        self.folded.emit(live.order.lane_index, live.feed.fold)

    def _tick(self) -> None:
        now = perf_counter()
        if now - self._last_tick < TICK_S:
            return
        self._last_tick = now
        for live in self._runs.values():
            self.ticked.emit(live.place.number, now - live.began)

    def _tell_live(self) -> None:
        self._frames.hold(bool(self._by_place))
        self.live_changed.emit(self.busy)

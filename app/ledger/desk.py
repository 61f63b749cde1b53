"""The ledger in the engine: rows are handed to the spool at once, and go into the database when no run is live.

SQLAlchemy takes a third of a second to import, so that this too waits until the engine is idle.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.directory import Directory
from app.garbage import left_alone
from app.ledger import place
from app.ledger.comparisons import AskReconcile, AskReprice, Compared, Comparison
from app.ledger.drain import drain_dead, drain_files
from app.ledger.errors import LedgerError, PricesError
from app.ledger.making import rows_of
from app.ledger.pricebook import book
from app.ledger.questions import Answer, AskFacts, Facts, Question
from app.ledger.row import Row
from app.ledger.spool import Spool, names
from app.ledger.wishes import (
    AskLedger,
    LedgerAnswered,
    LedgerSaid,
    LedgerTold,
    LedgerTried,
    LedgerWish,
    TryLedger,
    UseLedger,
)
from app.messages import RunOrder
from app.pricing import Prices
from app.records import RunRecord
from app.run import RunFold
from app.tasks import Tasks

if TYPE_CHECKING:
    from app.ledger.store import Store

SETTLE_S = 1.0
"""How long the engine is to have been idle before rows go into the database."""
T = TypeVar("T")
AGAIN_S = 30.0
"""How long to wait before a database that refused is asked again."""


class GiveWayError(Exception):
    """A run has begun."""


class LedgerDesk:
    def __init__(
        self,
        data: Path,
        settings: Path,
        quiet: asyncio.Event,
        tasks: Tasks,
        tell: Callable[[LedgerSaid], None],
        prices: Prices,
        directory: Directory,
    ) -> None:
        """`quiet` is set while no run is live. `settings` is the settings' folder."""
        self._prices, self._directory = prices, directory
        self._data, self._settings = data, settings
        self._quiet, self._tasks, self._tell = quiet, tasks, tell
        self._loop = asyncio.get_running_loop()
        self._spool = Spool(data / place.SPOOL, self._spool_trouble)
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._store: Store | None = None
        self._url: str | None = None
        self._user = ""
        self._trouble = ""
        self._draining = False
        self._came = False
        self._asked: dict[str, AskLedger] = {}
        self._reads: dict[str, Callable[[Callable[[Question], Answer]], Any]] = {}

    # What happened

    def record(
        self,
        order: RunOrder,
        fold: RunFold,
        record: RunRecord,
        *,
        reason: str | None = None,
        warmup: bool = False,
        fault: str = "",
    ) -> tuple[Row, ...]:
        """Every attempt of a run that has ended. Waits for nothing; the rows as they are kept. `reason` is why it was
        stopped, where that is known."""
        rows = rows_of(
            fold,
            record,
            user=self._whose(),
            session=order.session,
            run=order.live.id if order.live is not None else "",
            reason=reason,
            warmup=warmup or order.warmup,
            fault=fault,
            computed=self._prices.computed,
        )
        self.keep(rows)
        return rows

    def keep(self, rows: tuple[Row, ...]) -> None:
        if rows:
            self._spool.add(rows)  # its trouble is told as it comes
            self.drain()

    def _whose(self) -> str:
        if not self._user:
            self._user = place.user(self._settings)
        return self._user

    def drain(self) -> None:
        """Into the database with what waits, once the engine is idle."""
        self._came = True
        if not self._draining:
            self._draining = True
            self._tasks.start(self._drain(), name="ledger: rows into the database")

    async def _drain(self) -> None:
        try:
            while self._came:
                await asyncio.sleep(SETTLE_S)
                await self._quiet.wait()
                self._came = False
                closed = await asyncio.wrap_future(self._spool.rotate())
                is_whole = await self._in_thread(partial(self._drained, closed))
                if not is_whole:
                    self._came = True
                    await asyncio.sleep(AGAIN_S if self._trouble else 0)
        finally:
            self._draining = False

    def _spool_trouble(self, trouble: str) -> None:
        said = f"What runs cost and how long they took cannot be written down: {trouble}." if trouble else ""
        self._loop.call_soon_threadsafe(self._tell, LedgerTold(trouble=said))

    # What the window wishes

    def wish(self, wish: LedgerWish) -> None:
        match wish:
            case AskLedger():
                self._ask(wish)
            case UseLedger(url=url):
                self._tasks.start(self._use(url), name="ledger: another place")
            case TryLedger(url=url):
                self._tasks.start(self._try(url), name="ledger: a place is tried")

    def _ask(self, wish: AskLedger) -> None:
        is_waiting = wish.id in self._asked
        self._asked[wish.id] = wish
        if not is_waiting:
            self._tasks.start(self._answer(wish.id), name=f"ledger: {wish.id}")

    async def _answer(self, id_: str) -> None:
        await self._quiet.wait()
        question = self._asked.pop(id_).question
        self._tell(await self._in_thread(lambda: self._answered(id_, question)))

    def read(
        self, name: str, what: "Callable[[Callable[[Question], Answer]], T]", tell: Callable[[T | str], None]
    ) -> None:
        """What `what` makes of answers, in the thread and while no run is live; a sentence if there are none. Of those
        that wait under one name, the last one is done. A run that begins meanwhile has the processor: what is not done
        by its next question is begun anew when the run is over."""
        is_waiting = name in self._reads
        self._reads[name] = what
        if not is_waiting:
            self._tasks.start(self._read(name, tell), name=f"ledger: {name}")

    async def _read(self, name: str, tell: Callable[[Any], None]) -> None:
        while True:
            await self._quiet.wait()
            what = self._reads[name]
            try:
                found = await self._in_thread(partial(self._counted, what))
            except GiveWayError:
                continue
            except (LedgerError, OSError) as error:
                found = f"The ledger cannot be read: {error}."
            except BaseException:
                del self._reads[name]
                raise
            tell(found)
            if self._reads[name] is what:
                del self._reads[name]
                return

    def _counted(self, what: Callable[[Callable[[Question], Answer]], T]) -> T:
        with left_alone():  # nobody can interrupt the collector
            return what(self._asked_while_quiet)

    def _asked_while_quiet(self, question: Question) -> Answer:
        if not self._quiet.is_set():
            raise GiveWayError
        return self._opened().answer(question)

    async def _use(self, url: str) -> None:
        await self._quiet.wait()
        await self._in_thread(lambda: self._moved(url))
        self.drain()

    async def _try(self, url: str) -> None:
        await self._quiet.wait()
        self._tell(await self._in_thread(lambda: self._tried(url)))

    async def aclose(self) -> None:
        """When its tasks have ended. What was handed in is on the disk; whoever comes next takes it into the
        database."""
        await self._in_thread(self._close)
        self._thread.shutdown()

    async def _in_thread(self, what: Callable[[], T]) -> T:
        return await self._loop.run_in_executor(self._thread, what)

    # In the thread

    def _opened(self) -> "Store":
        if self._store is None:
            from app.ledger.store import Store  # only now: the engine is idle

            self._store = Store(self._data, place.address(self._settings) if self._url is None else self._url)
        self._tell_of(self._store)
        return self._store

    def _tell_of(self, store: "Store") -> None:
        if store.said:
            self._say(LedgerTold(trouble=store.said))
            store.said = ""
            self._loop.call_soon_threadsafe(self.drain)  # what could be read of a damaged one waits in the spool

    def _drained(self, closed: tuple[Path, ...]) -> bool:
        """Whether everything is in the database that nobody is writing any more."""
        if not closed and not any(name != self._spool.name for name in names(self._data / place.SPOOL)):
            return True  # the database is not opened for nothing
        try:
            keep = self._opened().keep
            own = drain_files(closed, keep, self._quiet.is_set)
            others = drain_dead(self._data / place.SPOOL, self._spool.name, keep, self._quiet.is_set)
        except (LedgerError, OSError) as error:
            self._troubled(f"The ledger cannot be written: {error}. What it should hold waits on this machine.")
            return False
        self._opened()  # and tells what became of a file that was damaged
        self._trouble = ""
        if new := own.new + others.new:
            self._say(LedgerTold(new))
        return own.is_whole and others.is_whole

    def _troubled(self, said: str) -> None:
        if said != self._trouble:
            self._trouble = said
            self._say(LedgerTold(trouble=said))

    def _say(self, told: LedgerTold) -> None:
        self._loop.call_soon_threadsafe(self._tell, told)

    def _answered(self, id_: str, question: Question | Comparison) -> LedgerAnswered:
        try:
            return LedgerAnswered(id_, self._answer_to(question))
        except PricesError as error:
            return LedgerAnswered(id_, None, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except (LedgerError, OSError) as error:
            return LedgerAnswered(id_, None, f"The ledger cannot be read: {error}.")

    def _answer_to(self, question: Question | Comparison) -> Answer | Compared:
        store = self._opened()
        match question:
            case AskReprice(prices=prices):
                return store.reprice(question, book(prices, self._prices, self._directory), self._whose())
            case AskReconcile():
                return store.reconcile(question)
            case _:
                return store.answer(question)

    def _moved(self, url: str) -> None:
        self._let_go()
        self._url = os.environ.get(place.ENVIRONMENT, "").strip() or url

    def _tried(self, url: str) -> LedgerTried:
        from app.ledger.store import Store

        try:
            store = Store(self._data, url)
            facts = store.answer(AskFacts())
            store.close()
        except (LedgerError, OSError) as error:
            return LedgerTried(False, f"It cannot be used: {error}.")
        rows = facts.rows if isinstance(facts, Facts) else 0
        return LedgerTried(True, f"It answers, and holds {rows:,} {'attempt' if rows == 1 else 'attempts'}.")

    def _let_go(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _close(self) -> None:
        self._spool.close()
        self._let_go()

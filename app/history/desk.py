"""The history in the engine, in a thread of its own that may wait for the disk."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.history.deeds import Deed, without, write
from app.history.query import QueryError, query
from app.history.store import History, HistoryError
from app.history.wishes import (
    DeleteRuns,
    HistoryFacts,
    HistoryFound,
    HistoryTold,
    HistoryWish,
    KeepHistory,
    SearchHistory,
)
from app.tasks import Tasks

AGAIN_S = 5.0
"""How long to wait before what could not be kept is tried again."""
MOST_PENDING = 1000


class HistoryDesk:
    def __init__(self, folder: Path, tasks: Tasks, tell: Callable[[HistoryTold], None]) -> None:
        self._folder, self._tasks, self._tell = folder, tasks, tell
        self._thread = ThreadPoolExecutor(1, "history")
        self._history: History | None = None
        self._trouble = ""
        self._pending: list[Deed] = []
        """What could not be kept yet, the newest `MOST_PENDING` of it."""
        self._is_waiting = False

    def wish(self, wish: HistoryWish) -> None:
        match wish:
            case SearchHistory():
                self._do(lambda: self._search(wish), "search")
            case DeleteRuns(runs=runs):
                self._do(lambda: self._delete(runs), "deleting")
            case KeepHistory(days=days):
                self._do(lambda: self._retain(days), "retention")

    def keep(self, make: Callable[[], tuple[Deed, ...]]) -> None:
        """What `make` makes, in the thread, is done. Trouble is told once."""
        self._do(lambda: self._keep(make()), "keeping")

    async def aclose(self) -> None:
        """What was handed in is still done."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _do(self, what: Callable[[], HistoryTold | None], name: str) -> None:
        """Handed in at once, so that what comes later is done later."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, what)
        self._tasks.start(self._done(done), name=f"history: {name}")

    async def _done(self, done: "asyncio.Future[HistoryTold | None]") -> None:
        try:
            told = await done
        except (HistoryError, OSError, sqlite3.Error) as error:
            told = self._troubled(f"The history cannot be written: {error}.")
            if self._pending and not self._is_waiting:
                self._tasks.start(self._try_again(), name="history: trying again")
        if told is not None:
            self._tell(told)

    async def _try_again(self) -> None:
        self._is_waiting = True
        await asyncio.sleep(AGAIN_S)
        self._is_waiting = False
        self._do(lambda: self._keep(()), "keeping")

    def _troubled(self, said: str) -> HistoryTold | None:
        if said == self._trouble:
            return None
        self._trouble = said
        return HistoryFacts(0, 0, said)

    # In the thread

    def _opened(self) -> History:
        if self._history is None:
            self._history = History(self._folder)
        return self._history

    def _facts(self) -> HistoryFacts:
        history = self._opened()
        said, history.said = history.said, ""
        return HistoryFacts(history.count, history.size_bytes, said)

    def _keep(self, deeds: tuple[Deed, ...]) -> HistoryTold | None:
        self._pending = [*self._pending, *deeds][-MOST_PENDING:]
        if not self._pending:
            return None
        history = self._opened()
        write(history, self._pending)
        self._pending = []
        had_trouble, self._trouble = self._trouble, ""
        return self._facts() if history.said or had_trouble else None

    def _search(self, wish: SearchHistory) -> HistoryTold:
        try:
            page = self._opened().find(query(wish.text), before=wish.before)
        except QueryError as error:
            return HistoryFound(wish.text, wish.before, None, f"{error}.")
        except (HistoryError, OSError, sqlite3.Error) as error:
            return HistoryFound(wish.text, wish.before, None, f"The history cannot be read: {error}.")
        return HistoryFound(wish.text, wish.before, page)

    def _delete(self, runs: tuple[str, ...]) -> HistoryTold:
        self._pending = without(self._pending, runs)
        history = self._opened()
        if runs:
            history.delete(runs)
        else:
            history.delete_all()
        return self._facts()

    def _retain(self, days: int | None) -> HistoryTold:
        if days is not None:
            self._opened().delete_before((datetime.now(UTC) - timedelta(days=days)).isoformat())
        return self._facts()

    def _close(self) -> None:
        with contextlib.suppress(HistoryError, OSError, sqlite3.Error):
            self._keep(())
        if self._history is not None:
            self._history.close()

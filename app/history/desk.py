"""The history in the engine, in a thread of its own that may wait for the disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.history.entry import Entry
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


class HistoryDesk:
    def __init__(self, folder: Path, tasks: Tasks, tell: Callable[[HistoryTold], None]) -> None:
        self._folder, self._tasks, self._tell = folder, tasks, tell
        self._thread = ThreadPoolExecutor(1, "history")
        self._history: History | None = None
        self._trouble = ""

    def wish(self, wish: HistoryWish) -> None:
        match wish:
            case SearchHistory():
                self._do(lambda: self._search(wish), "search")
            case DeleteRuns(runs=runs):
                self._do(lambda: self._delete(runs), "deleting")
            case KeepHistory(days=days):
                self._do(lambda: self._retain(days), "retention")

    def keep(self, make: Callable[[], tuple[Entry, ...]]) -> None:
        """What `make` makes, in the thread, is kept. Trouble is told once."""
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
        if told is not None:
            self._tell(told)

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

    def _keep(self, entries: tuple[Entry, ...]) -> HistoryTold | None:
        if not entries:
            return None
        history = self._opened()
        history.keep(entries)
        self._trouble = ""
        return self._facts() if history.said else None

    def _search(self, wish: SearchHistory) -> HistoryTold:
        try:
            page = self._opened().search(query(wish.text), before=wish.before)
        except QueryError as error:
            return HistoryFound(wish.text, wish.before, None, f"{error}.")
        except (HistoryError, OSError, sqlite3.Error) as error:
            return HistoryFound(wish.text, wish.before, None, f"The history cannot be read: {error}.")
        return HistoryFound(wish.text, wish.before, page)

    def _delete(self, runs: tuple[str, ...]) -> HistoryTold:
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
        if self._history is not None:
            self._history.close()

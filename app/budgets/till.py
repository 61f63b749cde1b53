"""The one thread of a process that takes from budgets. What several lanes ask for in the same moment is one
transaction, so that they are answered together and start side by side."""

import decimal
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from app.budgets.file import BudgetError

if TYPE_CHECKING:
    from app.budgets.store import Store

T = TypeVar("T")
DIGITS = 60
"""Sums of any money there is stay exact."""
_Job = tuple["Callable[[Store], Any]", "Future[Any]"]


class Till:
    """The file is opened when it is first needed, and the thread is started then."""

    def __init__(self, folder: Path, said: Callable[[str], None]) -> None:
        """`said` is told, in the thread, what the user should know of the file."""
        self._folder, self._said = folder, said
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._store: Store | None = None

    def do(self, job: "Callable[[Store], T]") -> "Future[T]":
        """Done in the order of asking. The future raises `BudgetError`."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="budgets", daemon=True)
            self._thread.start()
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()
        self._jobs.put((job, done))
        return done

    def warm(self) -> None:
        """Opens the file ahead of the first question."""
        self.do(lambda _store: None)

    def close(self) -> None:
        """What was handed in is still done."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        decimal.getcontext().prec = DIGITS
        is_open = True
        while is_open:
            batch = [self._jobs.get()]
            while True:
                try:
                    batch.append(self._jobs.get_nowait())
                except Empty:
                    break
            is_open = None not in batch
            self._do_all([job for job in batch if job is not None])
        if self._store is not None:
            self._store.close()
            self._store = None

    def _do_all(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        try:
            store = self._opened()
            with store.transaction():
                results = [job(store) for job, _ in jobs]
        except BudgetError as error:
            self._fail(jobs, error)
        except sqlite3.Error as error:
            self._fail(jobs, BudgetError(f"what was spent cannot be counted: {error}"))
        except Exception as error:
            self._fail(jobs, error)
        else:
            for (_, done), result in zip(jobs, results, strict=True):
                done.set_result(result)

    def _fail(self, jobs: list[_Job], error: Exception) -> None:
        for _, done in jobs:
            done.set_exception(error)

    def _opened(self) -> "Store":
        if self._store is None:
            from app.budgets.store import Store  # its locks take 50 ms to import, and most users have no budget

            self._store = Store(self._folder)
            if self._store.said:
                self._said(self._store.said)
        return self._store

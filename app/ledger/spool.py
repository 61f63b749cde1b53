"""Where rows wait for the database: files that only grow, a line of JSON a row, one set of files to a process.

A row is *acknowledged* when it is on the disk here, which a thread sees to: rows that come while it waits for the disk
share the next wait. The database takes them later, when nobody is being measured, from whoever is there: rows have ids,
so that one that is delivered twice is kept once.
"""

import contextlib
import os
import queue
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from app import whole_file
from app.ledger.row import Row

AGAIN_S = 5.0
"""How long to wait before what could not be written is tried again."""
FILE_BYTES = 4 * 1024 * 1024
"""A file that has grown to this is closed and another begun: closed ones are for anybody to take."""
Paths = tuple[Path, ...]


class _Rows(msgspec.Struct, frozen=True):
    data: bytes
    done: "Future[None]"


class _Rotate(msgspec.Struct, frozen=True):
    done: "Future[Paths]"


class _End(msgspec.Struct, frozen=True):
    done: "Future[None]"


def nobody(_: str) -> None:
    """Whoever waits for the rows is told by their futures."""


class Spool:
    """This process's own. `trouble` is told, from the thread, why rows cannot be written; "" when they can again."""

    def __init__(self, folder: Path, trouble: Callable[[str], None] = nobody) -> None:
        self.name = uuid.uuid4().hex
        self._folder, self._told = folder, trouble
        self._came: queue.SimpleQueue[_Rows | _Rotate | _End] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._trouble = ""
        self._number = 0
        self._file: int | None = None
        self._lock: Any = None

    def add(self, rows: Iterable[Row]) -> "Future[None]":
        """Done when they are on the disk. Costs the caller some microseconds."""
        done: Future[None] = Future()
        data = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        if not data:
            done.set_result(None)
            return done
        self._hand_in(_Rows(data, done))
        return done

    def rotate(self) -> "Future[Paths]":
        """The files that hold what has come so far, and will not be written any more."""
        done: Future[Paths] = Future()
        self._hand_in(_Rotate(done))
        return done

    def close(self) -> None:
        """What was handed in is written; if it cannot be, its futures say why."""
        if self._thread is None:
            return
        done: Future[None] = Future()
        self._came.put(_End(done))
        done.result()
        self._thread.join()
        self._thread = None

    def _hand_in(self, item: "_Rows | _Rotate") -> None:
        self._came.put(item)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="ledger spool", daemon=True)
            self._thread.start()

    # In the thread

    def _work(self) -> None:
        waiting: list[_Rows] = []
        while True:
            items = self._taken(AGAIN_S if waiting else None)
            waiting += [each for each in items if isinstance(each, _Rows)]
            waiting = self._written(waiting)
            for each in items:
                if isinstance(each, _Rotate):
                    each.done.set_result(self._rotated())
                elif isinstance(each, _End):
                    self._end(waiting)
                    each.done.set_result(None)
                    return

    def _taken(self, wait_s: float | None) -> list[_Rows | _Rotate | _End]:
        """All that has come, once something has."""
        items: list[_Rows | _Rotate | _End] = []
        with contextlib.suppress(queue.Empty):
            items.append(self._came.get(timeout=wait_s))
            while True:
                items.append(self._came.get_nowait())
        return items

    def _written(self, waiting: list[_Rows]) -> list[_Rows]:
        """Those that could not be. They are written to a new file when there is room again: what became of the old one
        nobody knows, and a row that stands twice is one row."""
        if not waiting:
            return []
        try:
            self._write(b"".join(each.data for each in waiting))
        except OSError as error:
            self._close_file()
            self._say(error.strerror or str(error))
            return waiting
        self._say("")
        for each in waiting:
            each.done.set_result(None)
        return []

    def _write(self, data: bytes) -> None:
        if self._file is None:
            self._file = self._opened()
        left = memoryview(data)
        while left:
            left = left[os.write(self._file, left) :]
        os.fsync(self._file)
        if os.fstat(self._file).st_size >= FILE_BYTES:
            self._close_file()

    def _opened(self) -> int:
        whole_file.private_folder(self._folder)
        if self._lock is None:
            self._lock = lock_of(self._folder, self.name)
            self._lock.acquire(timeout=0)
        self._number += 1
        path = self._folder / f"{self.name}-{self._number:06d}.jsonl"
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        whole_file.sync_folder(self._folder)
        return file

    def _rotated(self) -> Paths:
        self._close_file()
        return files_of(self._folder, self.name)

    def _close_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None

    def _end(self, waiting: list[_Rows]) -> None:
        self._close_file()
        for each in waiting:
            each.done.set_exception(OSError(self._trouble))
        if self._lock is not None:
            release(self._lock, self._folder, self.name)

    def _say(self, trouble: str) -> None:
        """Once, and its end."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._told(trouble)


def lock_of(folder: Path, name: str) -> Any:
    """Held by the process whose spool it is for as long as it lives; the system lets go of a dead one's."""
    from filelock import FileLock  # only now: it takes some milliseconds to import

    return FileLock(folder / f"{name}.lock", mode=0o600)


def release(lock: Any, folder: Path, name: str) -> None:
    """Lets go of it. Where no file waits any more, nothing is left."""
    with contextlib.suppress(OSError):
        if not files_of(folder, name):
            (folder / f"{name}.lock").unlink(missing_ok=True)
        lock.release()


def files_of(folder: Path, name: str) -> Paths:
    return tuple(sorted(folder.glob(f"{name}-*.jsonl")))


def names(folder: Path) -> tuple[str, ...]:
    """Whose spools there are."""
    return tuple(sorted({path.name.partition("-")[0] for path in folder.glob("*-*.jsonl")}))


_decoder = msgspec.json.Decoder(Row)


def read(path: Path) -> tuple[list[Row], int]:
    """The rows in a file, and how many lines of it are none. The last line may be one that is being written, or was
    when its process died: nobody was told that it is kept, and it is passed over."""
    *lines, _ = path.read_bytes().split(b"\n")
    rows, bad = [], 0
    for line in lines:
        try:
            rows.append(_decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            bad += 1
    return rows, bad

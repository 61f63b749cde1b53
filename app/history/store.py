"""The history's file: SQLite with full-text search. It is used from one thread; other windows use it at the same time.

What is committed is on the disk (WAL, `synchronous=FULL`), and what is deleted is gone from it (`secure_delete`, in the
index as well, and the log is emptied).
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from app import whole_file
from app.history.before_migrating import copies, drop_proved, keep_copy
from app.history.entry import Entry, Page, Query
from app.history.salvage import FAULTS, entry_of, readable, salvaged
from app.history.schema import NAMES, VERSION, migrate
from app.history.search import page
from app.sqlite_file import connected

T = TypeVar("T")
FILE = "history.sqlite3"
BUSY_S = 10.0
_COLUMNS = ", ".join(f"run.{name}" for name in NAMES)
_SLOTS = ", ".join("?" * len(NAMES))
_REST = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])
_ANEW = ", ".join(f"{name} = ?" for name in NAMES[1:])
MAPPED_BYTES = 1 << 30

DAMAGE = ("malformed", "corrupt", "no such table", "no such column", "already exists", "vtable")
"""What SQLite says where its own records, or the tables that we have made, are not what they were."""


class HistoryError(Exception):
    """The history cannot be used. The message says why, and what became of it."""


class History:
    def __init__(self, folder: Path) -> None:
        """Opens it; makes it if there is none. A damaged one is set aside, and what can be read of it taken over.
        Raises `HistoryError`."""
        self._path = folder / FILE
        self.said = ""
        """What the user should know: a damaged history was set aside."""
        whole_file.private_folder(folder)
        try:
            self._db = self._opened()
        except FAULTS as error:
            if not _is_damage(error):
                raise HistoryError(f"the history cannot be opened: {error}") from None
            self._begin_anew()

    def _opened(self) -> sqlite3.Connection:
        db = connected(self._path, BUSY_S)
        db.text_factory = readable
        try:
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")
            db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise HistoryError(f"the history was written by a newer Abreast (format {version}); it is left alone")
            if version < 0:
                raise sqlite3.DatabaseError("its version is damaged")
            if version < VERSION:
                self._copied(db, version)
                migrate(db)
            drop_proved(self._path)
        except BaseException:
            db.close()
            raise
        return db

    def _copied(self, db: sqlite3.Connection, version: int) -> None:
        try:
            keep_copy(db, self._path, version)
        except OSError as error:
            self._not_copied(error.strerror or str(error))
        except sqlite3.OperationalError as error:
            if _is_damage(error):
                raise
            self._not_copied(str(error))

    def _not_copied(self, why: str) -> None:
        raise HistoryError(
            f"no copy could be made of the history before its format changes, so it is left alone: {why}"
        )

    def _begin_anew(self) -> None:
        """The damaged file is kept, with its log, which may hold what it lacks. Raises `HistoryError`."""
        aside = whole_file.set_aside(self._path)
        if aside is None:
            raise HistoryError("the history is damaged, and cannot be set aside")
        for end in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                os.replace(f"{self._path}{end}", f"{aside}{end}")
        try:
            self._db = self._opened()
            self.keep(salvaged(aside))
        except sqlite3.Error as error:
            raise HistoryError(f"the history was damaged and is kept as {aside.name}; no new one: {error}") from None
        count = self.count
        runs = f"{count:,} {'run' if count == 1 else 'runs'} of it could be taken over"
        self.said = f"The history was damaged and is kept as {aside.name}; {runs if count else 'a new one was begun'}."

    def _mending(self, what: Callable[[], T]) -> T:
        """Does it; once more with a new file, if this one turns out to be damaged."""
        try:
            return what()
        except FAULTS as error:
            if not _is_damage(error):
                raise
        self._db.close()
        self._begin_anew()
        return what()

    def close(self) -> None:
        self._db.close()

    # Keeping

    def keep(self, entries: Iterable[Entry]) -> None:
        """On return they are on the disk. One of the same run gives way. Raises `sqlite3.Error`, `HistoryError`."""
        entries = tuple(entries)
        self._mending(lambda: self._keep(entries))

    def _keep(self, entries: tuple[Entry, ...]) -> None:
        with self._transaction():
            self._db.executemany(
                f"INSERT INTO run ({', '.join(NAMES)}) VALUES ({_SLOTS}) ON CONFLICT (run) DO UPDATE SET {_REST}",
                ([getattr(entry, name) for name in NAMES] for entry in entries),
            )

    def change(self, entries: Iterable[Entry]) -> None:
        """On return they are on the disk. Those whose runs are not there are left out. Raises `sqlite3.Error`,
        `HistoryError`."""
        entries = tuple(entries)
        self._mending(lambda: self._change(entries))

    def _change(self, entries: tuple[Entry, ...]) -> None:
        with self._transaction():
            self._db.executemany(
                f"UPDATE run SET {_ANEW} WHERE run = ?",
                ([*(getattr(entry, name) for name in NAMES[1:]), entry.run] for entry in entries),
            )

    def name(self, session: str, title: str, path: str, runs: Iterable[str]) -> None:
        """All runs of that session tell its title; its file those of `runs`, which it holds, and those that named one
        before. Raises `sqlite3.Error`, `HistoryError`."""
        held = json.dumps(list(runs))
        self._mending(lambda: self._name(session, title, path, held))

    def _name(self, session: str, title: str, path: str, held: str) -> None:
        holds = "(path <> '' OR run IN (SELECT value FROM json_each(:held)))"
        with self._transaction():  # at once, and only what is not right yet: each row goes into the indexes anew
            self._db.execute(
                f"UPDATE run SET title = :title, path = CASE WHEN {holds} THEN :path ELSE path END"
                f" WHERE session = :session AND (title <> :title OR (path <> :path AND {holds}))",
                {"title": title, "path": path, "session": session, "held": held},
            )

    # Finding

    def search(self, query: Query, limit: int = 50, before: int | None = None) -> Page:
        """The newest first. `before` is the `next` of the page before. A page is there soon: where much has to be
        looked at, it may be empty though there is a next one. Raises `sqlite3.Error`, `HistoryError`."""
        return self._mending(lambda: page(self._db, query, limit, before))

    def find(self, query: Query, limit: int = 50, before: int | None = None) -> Page:
        """As `search`, however long it takes: an empty page is the last one."""
        found = self.search(query, limit, before)
        while not found.hits and found.next is not None:
            found = self.search(query, limit, found.next)
        return found

    def entry(self, run: str) -> Entry | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM run WHERE run = ?", [run]).fetchone()
        return entry_of(row) if row else None

    @property
    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM run").fetchone()[0])

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._path.parent.glob(f"{FILE}*"))

    # Deleting

    def delete(self, runs: Iterable[str]) -> int:
        """How many there were."""
        return self._delete("run IN (SELECT value FROM json_each(?))", [json.dumps(list(runs))])

    def delete_session(self, session: str) -> int:
        return self._delete("session = ?", [session])

    def delete_before(self, at: str) -> int:
        """Everything older than that time, which is ISO 8601 in UTC, or its beginning."""
        return self._delete("at < ?", [at])

    def delete_all(self) -> int:
        """Also what was set aside as damaged."""
        count = self._delete("TRUE", [])
        for aside in self._path.parent.glob(f"{self._path.stem}.damaged*"):
            aside.unlink(missing_ok=True)
        return count

    def _delete(self, where: str, values: list[object]) -> int:
        return self._mending(lambda: self._deleted(where, values))

    def _deleted(self, where: str, values: list[object]) -> int:
        with self._transaction():
            count = self._db.execute(f"DELETE FROM run WHERE {where}", values).rowcount
            if count:  # the index keeps what was deleted until its pieces are merged
                for index in ("words", "pieces"):
                    self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        if count:
            for copy in copies(self._path):  # of an older format: it holds what was deleted
                copy.unlink(missing_ok=True)
        with contextlib.suppress(sqlite3.OperationalError):  # another window is reading; its end empties the log
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        try:
            self._db.execute("COMMIT")
        except BaseException:  # it did not reach the disk: nothing of it may come there later
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # of some errors SQLite has rolled back by itself
            self._db.execute("ROLLBACK")


def _is_damage(error: Exception) -> bool:
    """Rather than a lock, a full disk or a folder that may not be written to."""
    return not isinstance(error, sqlite3.OperationalError) or any(words in str(error) for words in DAMAGE)

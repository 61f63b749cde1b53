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
from app.history.entry import Entry, Hit, Page, Query
from app.history.salvage import FAULTS, entry_of, readable, salvaged
from app.history.schema import NAMES, VERSION, migrate
from app.history.words import finding, marked

T = TypeVar("T")
FILE = "history.sqlite3"
BUSY_S = 10.0
_COLUMNS = ", ".join(f"run.{name}" for name in NAMES)
_SLOTS = ", ".join("?" * len(NAMES))
_REST = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])
TEXTS = ("prompt", "answer", "reasoning", "note", "title")
ESCAPE = "^"
MAPPED_BYTES = 1 << 30
OF_SESSION = """run.session IN (
    WITH RECURSIVE known (id) AS (
        SELECT min(session) FROM run
        UNION ALL SELECT (SELECT min(session) FROM run WHERE session > known.id) FROM known WHERE known.id IS NOT NULL
    )
    SELECT id FROM known WHERE instr(
        lower((SELECT title FROM run WHERE session = known.id ORDER BY number DESC LIMIT 1)), lower(?)
    ) OR id = ?
)"""
"""By a part of its title, the latest, or by its id: from session to session, which are fewer than runs."""
SCANNED = 20_000
"""As many of the newest runs are looked through, letter by letter, for what is no word: parts of words, code, signs."""

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
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
        db = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
        db.text_factory = readable
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")
            db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise HistoryError(f"the history was written by a newer Abreast (format {version}); it is left alone")
            if version < 0:
                raise sqlite3.DatabaseError("its version is damaged")
            migrate(db, version)
        except BaseException:
            db.close()
            raise
        return db

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

    # Finding

    def search(self, query: Query, limit: int = 50, before: int | None = None) -> Page:
        """The newest first. `before` is the `next` of the page before. Raises `sqlite3.Error`, `HistoryError`."""
        return self._mending(lambda: self._page(query, limit, before))

    def _page(self, query: Query, limit: int, before: int | None) -> Page:
        hits = self._found(query, limit + 1, before, *_matching(query))
        if not hits and query.words and before is None:
            hits = self._found(query, limit + 1, before, *_holding(query, self._newest()))
        return Page(tuple(hits[:limit]), hits[limit - 1].number if len(hits) > limit else None)

    def _found(self, query: Query, limit: int, before: int | None, source: str, values: list[object]) -> list[Hit]:
        clauses, more = _filters(query, source)
        if before is not None:
            clauses.append(f"{_order(source)} < ?")
            more.append(before)
        where = " AND ".join(clauses) or "TRUE"
        rows = self._db.execute(
            f"SELECT run.number, {_COLUMNS} FROM {source} AND {where} ORDER BY {_order(source)} DESC LIMIT {limit}",
            [*values, *more],
        )
        return [_hit(row[0], entry_of(row[1:]), query.words) for row in rows]

    def _newest(self) -> int:
        """The number behind which runs are not looked through any more."""
        last = self._db.execute("SELECT max(number) FROM run").fetchone()[0] or 0
        return int(last) - SCANNED

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
                self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
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


def _order(source: str) -> str:
    """The newest first, as each table can tell without sorting."""
    return "words.rowid" if source.startswith("words") else "run.number"


def _matching(query: Query) -> tuple[str, list[object]]:
    """Where runs come from whose words match, as SQL after FROM, and its values."""
    if not query.words:
        return "run WHERE TRUE", []
    return "words JOIN run ON run.number = words.rowid WHERE words MATCH ?", [finding(query.words)]


def _holding(query: Query, after: int) -> tuple[str, list[object]]:
    """Where runs come from that hold the text anywhere."""
    each = f"({' OR '.join(f'{name} LIKE ? ESCAPE ' + repr(ESCAPE) for name in TEXTS)})"
    values: list[object] = [after]
    for word in query.words:
        escaped = "".join(f"{ESCAPE}{sign}" if sign in f"{ESCAPE}%_" else sign for sign in word)
        values += [f"%{escaped}%"] * len(TEXTS)
    return f"run WHERE run.number > ? AND {' AND '.join([each] * len(query.words))}", values


def _filters(query: Query, source: str) -> tuple[list[str], list[object]]:
    asked: tuple[tuple[str, object], ...] = (
        ("run.vendor = ? COLLATE NOCASE", query.vendor or None),
        ("instr(lower(run.model), lower(?))", query.model or None),
        ("run.outcome = ?" if query.outcome == "done" else _rare("run.outcome = ?", source), query.outcome or None),
        ("run.at >= ?", query.after or None),
        ("run.at < ?", query.before or None),
        ("run.cost >= ?", query.least_cost),
        ("run.cost <= ?", query.most_cost),
        (_rare("run.rating >= ?", source), query.least_rating),
    )
    clauses = [clause for clause, value in asked if value is not None]
    values = [value for _, value in asked if value is not None]
    if query.session:
        clauses.append(_rare(OF_SESSION, source))
        values += [query.session, query.session]
    return clauses, values


def _rare(clause: str, source: str) -> str:
    """What few runs are is gathered before words are looked for: else each run with the words would be read."""
    if not source.startswith("words"):
        return clause
    return f"+words.rowid IN (SELECT number FROM run WHERE {clause})"


def _hit(number: int, entry: Entry, words: tuple[str, ...]) -> Hit:
    snippet, marks = marked((entry.prompt, entry.answer, entry.note, entry.reasoning, entry.title), words)
    return Hit(number, entry, snippet, marks)

"""The history's file: SQLite with full-text search. It is used from one thread; other windows use it at the same time.

What is committed is on the disk (WAL, `synchronous=FULL`), and what is deleted is gone from it (`secure_delete`, in the
index as well, and the log is emptied).
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from app import whole_file
from app.history.entry import Entry, Hit, Page, Query
from app.history.schema import NAMES, VERSION, migrate
from app.history.words import finding, marked

FILE = "history.sqlite3"
BUSY_S = 10.0
_COLUMNS = ", ".join(f"run.{name}" for name in NAMES)
_SLOTS = ", ".join("?" * len(NAMES))
_REST = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])
TEXTS = ("prompt", "answer", "reasoning", "note", "title")
ESCAPE = "^"
MAPPED_BYTES = 1 << 30
SCANNED = 20_000
"""As many of the newest runs are looked through, letter by letter, for what is no word: parts of words, code, signs."""


class HistoryError(Exception):
    """The history cannot be used. The message says why, and what became of it."""


class History:
    def __init__(self, folder: Path) -> None:
        """Opens it; makes it if there is none. A damaged one is set aside. Raises `HistoryError`."""
        self._path = folder / FILE
        self.said = ""
        """What the user should know: a damaged history was set aside."""
        whole_file.private_folder(folder)
        try:
            self._db = self._opened()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise HistoryError(f"the history cannot be opened: {error}") from None
            self._set_aside()
            self._db = self._opened()

    def _opened(self) -> sqlite3.Connection:
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
        db = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")
            db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise HistoryError(f"the history was written by a newer Abreast (format {version}); it is left alone")
            migrate(db, version)
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self) -> None:
        aside = whole_file.set_aside(self._path)
        for end in ("-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        kept = f" and kept as {aside.name}" if aside is not None else ""
        self.said = f"The history was damaged{kept}; a new one was begun."

    def close(self) -> None:
        self._db.close()

    # Keeping

    def keep(self, entries: Iterable[Entry]) -> None:
        """On return they are on the disk. One of the same run gives way. Raises `sqlite3.Error`."""
        with self._transaction():
            self._db.executemany(
                f"INSERT INTO run ({', '.join(NAMES)}) VALUES ({_SLOTS}) ON CONFLICT (run) DO UPDATE SET {_REST}",
                ([getattr(entry, name) for name in NAMES] for entry in entries),
            )

    # Finding

    def search(self, query: Query, limit: int = 50, before: int | None = None) -> Page:
        """The newest first. `before` is the `next` of the page before."""
        hits = self._found(query, limit + 1, before, *_matching(query))
        if not hits and query.words and before is None:
            hits = self._found(query, limit + 1, before, *_holding(query, self._newest()))
        return Page(tuple(hits[:limit]), hits[limit - 1].number if len(hits) > limit else None)

    def _found(self, query: Query, limit: int, before: int | None, source: str, values: list[object]) -> list[Hit]:
        clauses, more = _filters(query)
        if before is not None:
            clauses.append(f"{_order(source)} < ?")
            more.append(before)
        where = " AND ".join(clauses) or "TRUE"
        rows = self._db.execute(
            f"SELECT run.number, {_COLUMNS} FROM {source} AND {where} ORDER BY {_order(source)} DESC LIMIT {limit}",
            [*values, *more],
        )
        return [_hit(row[0], Entry(*row[1:]), query.words) for row in rows]

    def _newest(self) -> int:
        """The number behind which runs are not looked through any more."""
        last = self._db.execute("SELECT max(number) FROM run").fetchone()[0] or 0
        return int(last) - SCANNED

    def entry(self, run: str) -> Entry | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM run WHERE run = ?", [run]).fetchone()
        return Entry(*row) if row else None

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
        return self._delete("TRUE", [])

    def _delete(self, where: str, values: list[object]) -> int:
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
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


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


def _filters(query: Query) -> tuple[list[str], list[object]]:
    asked: tuple[tuple[str, object], ...] = (
        ("run.vendor = ? COLLATE NOCASE", query.vendor or None),
        ("instr(lower(run.model), lower(?))", query.model or None),
        ("run.outcome = ?", query.outcome or None),
        ("run.at >= ?", query.after or None),
        ("run.at < ?", query.before or None),
        ("run.cost >= ?", query.least_cost),
        ("run.cost <= ?", query.most_cost),
        ("run.rating >= ?", query.least_rating),
    )
    clauses = [clause for clause, value in asked if value is not None]
    values = [value for _, value in asked if value is not None]
    if query.session:
        clauses.append("(instr(lower(run.title), lower(?)) OR run.session = ?)")
        values += [query.session, query.session]
    return clauses, values


def _hit(number: int, entry: Entry, words: tuple[str, ...]) -> Hit:
    snippet, marks = marked((entry.prompt, entry.answer, entry.note, entry.reasoning, entry.title), words)
    return Hit(number, entry, snippet, marks)

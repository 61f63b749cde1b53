"""The cache's file: SQLite, used from one thread, by several processes at the same time.

What cannot be read or written is a miss: a cache that is in trouble never stands in the way of an answer.
"""

import contextlib
import sqlite3
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from app import whole_file
from app.cache.pair import Pair
from app.sqlite_file import connected
from providers.routes.cached import Entry
from providers.routes.similarity import Near

FILE = "cache.sqlite3"
VERSION = 2
"""Since 2, entries have row ids: else each step of a search by key would read a whole answer."""
BUSY_S = 2.0
NOTED = 2_000
"""So many pairs near the threshold are remembered."""
NEAREST = 5
"""So many of what is held are looked at for a question."""
_TABLES = """
CREATE TABLE entry (
    key TEXT PRIMARY KEY, cache TEXT NOT NULL, rest TEXT NOT NULL, at REAL NOT NULL, question TEXT NOT NULL,
    body BLOB NOT NULL, vector BLOB NOT NULL, hits INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX entry_age ON entry (cache, at);
CREATE INDEX entry_rest ON entry (rest, at);
CREATE TABLE never (one TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE looked (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, cache TEXT NOT NULL, one TEXT NOT NULL, other TEXT NOT NULL,
    cosine REAL NOT NULL, why TEXT NOT NULL, is_hit INTEGER NOT NULL
);
"""


class CacheFile:
    """Raises `sqlite3.Error`, `OSError`; `clock` gives seconds since the epoch."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / FILE
        self._clock = clock
        whole_file.private_folder(folder)
        self._db = self._opened()
        self._look = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)

    def _opened(self) -> sqlite3.Connection:
        db = connected(self._path, BUSY_S, check_same_thread=False)
        try:
            db.execute("PRAGMA synchronous = NORMAL")  # what is lost with the power is asked again
            db.execute("PRAGMA secure_delete = ON")
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                for table in ("entry", "never", "looked"):
                    db.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in filter(str.strip, _TABLES.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        self._look.close()
        self._db.close()

    def may_hold(self, key: str) -> bool:
        """Whether it is worth asking for that key. From any one thread, beside those who write: a look at the index,
        which takes some 20 µs where handing it to another thread and back takes several times that."""
        try:
            return self._look.execute("SELECT 1 FROM entry WHERE key = ?", [key]).fetchone() is not None
        except sqlite3.Error:
            return True

    def exact(self, key: str, ttl_s: float) -> Entry | None:
        row = self._db.execute(
            "SELECT body FROM entry WHERE key = ? AND at > ?", [key, self._clock() - ttl_s]
        ).fetchone()
        return self._hit(key, row[0]) if row else None

    def _hit(self, key: str, body: bytes) -> Entry | None:
        try:
            entry = msgspec.msgpack.decode(body, type=Entry)
        except msgspec.DecodeError:
            self._db.execute("DELETE FROM entry WHERE key = ?", [key])
            return None
        self._db.execute("UPDATE entry SET hits = hits + 1 WHERE key = ?", [key])
        return entry

    def keep(self, cache: str, key: str, rest: str, entry: Entry, vector: Sequence[float], most: int) -> None:
        """The oldest of this cache make room."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(
                "INSERT OR REPLACE INTO entry (key, cache, rest, at, question, body, vector)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    *(key, cache, rest, self._clock(), entry.question),
                    *(msgspec.msgpack.encode(entry), array("f", vector).tobytes()),
                ],
            )
            if (over := self._count(cache) - most) > 0:
                self._db.execute(
                    "DELETE FROM entry WHERE key IN (SELECT key FROM entry WHERE cache = ? ORDER BY at LIMIT ?)",
                    [cache, over],
                )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _count(self, cache: str) -> int:
        return int(self._db.execute("SELECT count(*) FROM entry WHERE cache = ?", [cache]).fetchone()[0])

    def near(self, rest: str, vector: Sequence[float], ttl_s: float, limit: int = NEAREST) -> list[Near]:
        """The nearest first, by the cosine of vectors of length 1."""
        rows = self._db.execute(
            "SELECT key, vector FROM entry WHERE rest = ? AND at > ? AND length(vector) = ?",
            [rest, self._clock() - ttl_s, 4 * len(vector)],
        ).fetchall()
        best = sorted(zip(cosines(vector, [row[1] for row in rows]), rows, strict=True), reverse=True)[:limit]
        found = []
        for cosine, (key, _) in best:
            body = self._db.execute("SELECT body FROM entry WHERE key = ?", [key]).fetchone()
            with contextlib.suppress(msgspec.DecodeError):
                found.append(Near(msgspec.msgpack.decode(body[0], type=Entry), cosine))
        return found

    # Pairs

    def forbid(self, one: str, other: str) -> None:
        """These two are never to match, whichever is asked first."""
        self._db.execute("INSERT OR IGNORE INTO never (one, other) VALUES (?, ?)", sorted((one, other)))

    def allow(self, one: str, other: str) -> None:
        self._db.execute("DELETE FROM never WHERE one = ? AND other = ?", sorted((one, other)))

    def is_forbidden(self, one: str, other: str) -> bool:
        values = sorted((one, other))
        return self._db.execute("SELECT 1 FROM never WHERE one = ? AND other = ?", values).fetchone() is not None

    def forbidden(self) -> frozenset[tuple[str, str]]:
        """All pairs that are never to match."""
        return frozenset((one, other) for one, other in self._db.execute("SELECT one, other FROM never"))

    def looked(self, cache: str, one: str, other: str, cosine: float, why: str, *, is_hit: bool) -> None:
        cursor = self._db.execute(
            "INSERT INTO looked (at, cache, one, other, cosine, why, is_hit) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [self._clock(), cache, one, other, cosine, why, is_hit],
        )
        self._db.execute("DELETE FROM looked WHERE number <= ?", [(cursor.lastrowid or 0) - NOTED])

    def pairs(self, cache: str | None = None, limit: int = 200) -> tuple[Pair, ...]:
        """The newest first."""
        rows = self._db.execute(
            "SELECT at, one, other, cosine, why, is_hit FROM looked WHERE ? IS NULL OR cache = ?"
            " ORDER BY number DESC LIMIT ?",
            [cache, cache, limit],
        ).fetchall()
        return tuple(
            Pair(at, one, other, cosine, why, bool(is_hit), self.is_forbidden(one, other))
            for at, one, other, cosine, why, is_hit in rows
        )

    def clear(self, cache: str | None = None) -> int:
        """How many entries were taken out, for good."""
        count = self._db.execute("DELETE FROM entry WHERE ? IS NULL OR cache = ?", [cache, cache]).rowcount
        self._db.execute("DELETE FROM looked WHERE ? IS NULL OR cache = ?", [cache, cache])
        with contextlib.suppress(sqlite3.OperationalError):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count


def cosines(vector: Sequence[float], others: Sequence[bytes]) -> list[float]:
    """Of vectors of the same length, those of `others` as arrays of four-byte floats."""
    if not others:
        return []
    try:
        import numpy as np  # where there are many, a hundred times as fast; the window's graphs bring it along
    except ImportError:
        return [sum(map(float.__mul__, vector, array("f", other))) for other in others]
    table = np.frombuffer(b"".join(others), dtype=np.float32).reshape(len(others), len(vector))
    found: list[float] = (table @ np.asarray(vector, dtype=np.float32)).tolist()
    return found

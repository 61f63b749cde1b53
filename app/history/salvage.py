"""What can still be read of a damaged history."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from app.history.entry import Entry
from app.history.schema import NAMES

FAULTS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""How damage shows: the second where SQLite's own message cites it."""


def salvaged(path: Path) -> Iterator[Entry]:
    """The runs that can be read, the oldest first: each is looked up by itself, so that one that cannot does not take
    others with it. The file is not changed."""
    with contextlib.suppress(*FAULTS, OSError):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        db.text_factory = readable
        with contextlib.closing(db):
            db.execute("PRAGMA writable_schema = ON")  # a table that cannot be understood does not hide the others
            for number in range(1, _last(db) + 1):
                if (entry := _entry(db, number)) is not None:
                    yield entry


def readable(data: bytes) -> str:
    """A text whose bytes are damaged is told as far as it is one."""
    return data.decode("utf-8", "replace")


def entry_of(row: Sequence[object]) -> Entry:
    """Of its columns, in their order. Raises `sqlite3.DatabaseError` where one is not what it can be."""
    try:
        return msgspec.convert(dict(zip(NAMES, row, strict=True)), Entry)
    except msgspec.ValidationError as error:
        raise sqlite3.DatabaseError(f"a row is damaged: {error}") from None


def _last(db: sqlite3.Connection) -> int:
    for table, name in (("run", "number"), ("sqlite_sequence", "seq")):
        with contextlib.suppress(*FAULTS, TypeError):
            return int(db.execute(f"SELECT max({name}) FROM {table}").fetchone()[0])
    return 0


def _entry(db: sqlite3.Connection, number: int) -> Entry | None:
    try:
        row = db.execute(f"SELECT {', '.join(NAMES)} FROM run WHERE number = ?", [number]).fetchone()
        return entry_of(row) if row else None
    except FAULTS:
        return None

"""What can still be read of a damaged ledger."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.ledger.row import Row
from app.ledger.schema import to_row

FAULTS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""How damage shows: the second where SQLite's own message cites it."""
BLOCK = 1_000
ROWS_A_PAGE = 20
"""More than there is ever room for."""
Values = dict[str, Any]


def salvaged(path: Path) -> Iterator[Row]:
    """The rows that can be read, the oldest first. One that cannot does not take others with it. The file stays."""
    for values in tables(path, "attempt"):
        with contextlib.suppress(KeyError, TypeError, ValueError, msgspec.MsgspecError):
            yield msgspec.convert(msgspec.to_builtins(to_row(values)), Row, strict=False)  # SQLite's truth is a number


def tables(path: Path, name: str) -> Iterator[Values]:
    """The rows of that table, as far as they can be read."""
    with contextlib.suppress(*FAULTS, OSError):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        db.text_factory = _readable
        with contextlib.closing(db):
            db.execute("PRAGMA writable_schema = ON")  # a table that cannot be understood does not hide the others
            for start in range(0, _last(db, name) + 1, BLOCK):
                yield from _block(db, name, start, start + BLOCK - 1)


def _readable(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _last(db: sqlite3.Connection, name: str) -> int:
    with contextlib.suppress(*FAULTS, TypeError):
        return int(db.execute(f"SELECT max(rowid) FROM {name}").fetchone()[0])
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    return int(pages) * ROWS_A_PAGE


def _block(db: sqlite3.Connection, name: str, first: int, last: int) -> list[Values]:
    """By halves down to the single row that cannot be read."""
    try:
        found = db.execute(f"SELECT * FROM {name} NOT INDEXED WHERE rowid BETWEEN ? AND ?", (first, last))
        return [dict(zip((column[0] for column in found.description), each, strict=True)) for each in found]
    except FAULTS:
        if first == last:
            return []
    middle = (first + last) // 2
    return [*_block(db, name, first, middle), *_block(db, name, middle + 1, last)]

"""A copy of the history as it was before its format changed: it is there until that has proved itself for a while, or
until something is deleted, which must be gone for good."""

import contextlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path

from app import whole_file

PROVED_S = 14 * 86_400.0


def keep_copy(db: sqlite3.Connection, path: Path, version: int) -> None:
    """Of the history at `path`, which is opened as `db` and of that version. Nothing is kept of an empty one, or if
    somebody else has changed the format meanwhile: they have kept one. Raises `OSError`, `sqlite3.Error`."""
    if not version:
        return
    copy = path.with_name(f"{path.stem}.format-{version}{path.suffix}")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=whole_file.UNFINISHED)
    os.close(handle)
    new = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(new)) as other:
            db.backup(other)
            is_old = other.execute("PRAGMA user_version").fetchone()[0] == version
            other.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if is_old:
            whole_file.put_in_place(new, copy)
    finally:
        for each in path.parent.glob(f"{new.name}*"):
            each.unlink(missing_ok=True)


def drop_proved(path: Path) -> None:
    """Where the new format has been in use for long enough."""
    for copy in copies(path):
        with contextlib.suppress(OSError):
            if time.time() - copy.stat().st_mtime > PROVED_S:
                copy.unlink()


def copies(path: Path) -> tuple[Path, ...]:
    return tuple(path.parent.glob(f"{path.stem}.format-*{path.suffix}"))

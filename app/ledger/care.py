"""Care for the ledger's file: it is looked through after a crash, set aside where it is damaged, and copied before its
tables change."""

import contextlib
import os
import sqlite3
import sys
from pathlib import Path

from app import whole_file

LOGS = ("-wal", "-shm")
PAGES = 4096
"""Copied at once; between them others may write."""


class Presence:
    """Tells, for as long as it is open, that somebody uses the file. `was_alone`: nobody else did when we came."""

    def __init__(self, path: Path) -> None:
        self.was_alone = True
        self._handle: int | None = None
        if sys.platform == "win32":
            return
        import fcntl

        with contextlib.suppress(OSError):  # where the system holds no locks, a file is looked through too often
            self._handle = os.open(path.with_name(f"{path.name}.open"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.was_alone = False
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def was_left_open(path: Path) -> bool:
    """Whether whoever used it last did not come to close it: SQLite's log, which the last to close takes away, is still
    there. To be asked while nobody uses it."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def is_whole(path: Path) -> bool:
    """Reads every page once; SQLite's own words are no matter. Raises `sqlite3.OperationalError` where it cannot."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                return False
            raise


def is_damage(error: BaseException | None) -> bool:
    """Rather than a lock, a full disk, a row that it refuses or a folder that may not be written to."""
    if isinstance(error, sqlite3.OperationalError):
        return any(words in str(error) for words in ("malformed", "corrupt", "no such table", "no such column"))
    refused = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, refused)


def set_aside(path: Path) -> Path | None:
    """Its new name, with its log, which may hold what it lacks; None if that failed."""
    aside = whole_file.set_aside(path)
    for end in LOGS:
        with contextlib.suppress(OSError):
            if aside is not None:
                os.replace(f"{path}{end}", f"{aside}{end}")
    return aside


def copied(path: Path) -> Path:
    """A copy that stands on its own, beside it, and is on the disk on return. Raises `OSError`, `sqlite3.Error`."""
    names = (path.with_name(f"{path.stem}.before-{number}{path.suffix}") for number in range(1, 1000))
    copy = next(name for name in names if not name.exists())
    new = copy.with_name(f".{copy.name}{whole_file.UNFINISHED}")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(path)) as db, contextlib.closing(sqlite3.connect(new)) as other:
            db.backup(other, pages=PAGES)
            other.execute("PRAGMA journal_mode = DELETE")  # no log beside it
        handle = os.open(new, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(new, copy)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    whole_file.sync_folder(path.parent)
    return copy

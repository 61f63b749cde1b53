"""A SQLite file that several processes use at the same time: for its user alone, and with its log written ahead."""

import os
import sqlite3
import time
from pathlib import Path

AGAIN_S = 0.002


def connected(path: Path, wait_s: float, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Makes the file if there is none; transactions begin where they are said to. Whoever finds it locked waits for up
    to `wait_s`. Raises `sqlite3.Error`, `OSError`."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    db = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=check_same_thread)
    try:
        log_ahead(db, wait_s)
    except BaseException:
        db.close()
        raise
    return db


def log_ahead(db: sqlite3.Connection, wait_s: float) -> None:
    """Turns on the log (WAL). SQLite itself does not wait for this: of two that open a new file at the same moment, one
    would be told that it is locked. Raises `sqlite3.Error`."""
    when_free(db, "PRAGMA journal_mode = WAL", wait_s, AGAIN_S)


def when_free(db: sqlite3.Connection, statement: str, wait_s: float, again_s: float) -> None:
    """Tries every `again_s`, for up to `wait_s`, while others keep the file: where SQLite's own waiting does not serve.
    Raises `sqlite3.Error`."""
    until = time.monotonic() + wait_s
    while True:
        try:
            db.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > until:
                raise
            time.sleep(again_s)
        else:
            return

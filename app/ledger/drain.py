"""Rows on their way from the spools into the database."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from app import whole_file
from app.ledger import spool
from app.ledger.row import Row

AT_ONCE = 500
"""Rows to a transaction: it lasts some milliseconds, after which a stream may have begun."""

Keep = Callable[[list[Row]], int]
"""Puts rows into the database; how many of them are new. They are on its disk when it returns."""


def always() -> bool:
    return True


class Drained(msgspec.Struct, frozen=True):
    new: int = 0
    bad: int = 0
    """Lines that are no rows; their file is kept beside, under another name."""
    is_whole: bool = True
    """Nothing is left, but what others are writing."""


def drain_files(paths: spool.Paths, keep: Keep, go_on: Callable[[], bool] = always) -> Drained:
    """Files that nobody writes any more: once their rows are in the database, they go. Stops early where `go_on` says
    so; what is left is drained another time."""
    new = bad = 0
    for path in paths:
        rows, none = spool.read(path)
        for start in range(0, len(rows), AT_ONCE):
            if not go_on():
                return Drained(new, bad, is_whole=False)
            new += keep(rows[start : start + AT_ONCE])
        bad += none
        if none:
            whole_file.set_aside(path)
        path.unlink(missing_ok=True)
    return Drained(new, bad)


def drain_dead(folder: Path, own: str, keep: Keep, go_on: Callable[[], bool] = always) -> Drained:
    """The spools of processes that are no more. Of two who come at the same time, one gets each."""
    drained = Drained()
    for name in spool.names(folder):
        if name == own or not drained.is_whole:
            continue
        lock = spool.lock_of(folder, name)
        try:
            lock.acquire(timeout=0)
        except TimeoutError:
            continue
        try:
            drained = _sum(drained, drain_files(spool.files_of(folder, name), keep, go_on))
        finally:
            spool.release(lock, folder, name)
    return drained


def copy_living(folder: Path, own: str, keep: Keep) -> Drained:
    """What others are still writing: they keep their files, and what they will deliver again is known then."""
    new = 0
    for name in spool.names(folder):
        for path in spool.files_of(folder, name) if name != own else ():
            try:
                rows, _ = spool.read(path)
            except FileNotFoundError:
                continue  # its process has drained it meanwhile
            for start in range(0, len(rows), AT_ONCE):
                new += keep(rows[start : start + AT_ONCE])
    return Drained(new)


def _sum(a: Drained, b: Drained) -> Drained:
    return Drained(a.new + b.new, a.bad + b.bad, is_whole=a.is_whole and b.is_whole)

"""Rows on their way from the spools into the database."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from app import whole_file
from app.ledger import spool
from app.ledger.errors import RowsError
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
    """Lines that are no rows, or none that the database can hold; their file is kept beside, under another name."""
    is_whole: bool = True
    """Nothing is left, but what others are writing."""


def drain_files(paths: spool.Paths, keep: Keep, go_on: Callable[[], bool] = always) -> Drained:
    """Files that nobody writes any more: once their rows are in the database, they go. Stops early where `go_on` says
    so; what is left is drained another time."""
    new = bad = 0
    for path in paths:
        try:
            rows, none = spool.read(path)
        except FileNotFoundError:
            continue  # another was faster
        for start in range(0, len(rows), AT_ONCE):
            if not go_on():
                return Drained(new, bad, is_whole=False)
            kept, refused = _kept(rows[start : start + AT_ONCE], keep)
            new, none = new + kept, none + refused
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


def drain_living(folder: Path, own: str, keep: Keep) -> Drained:
    """Of others that live: the files that they have closed go; of the one that each is writing the rows are copied, and
    are known when they are delivered again."""
    drained = Drained()
    for name in spool.names(folder):
        if name != own:
            *closed, open_ = spool.files_of(folder, name) or (Path(),)
            drained = _sum(drained, drain_files(tuple(closed), keep))
            drained = _sum(drained, Drained(_copied(open_, keep)))
    return drained


def _copied(path: Path, keep: Keep) -> int:
    try:
        rows, _ = spool.read(path)
    except (FileNotFoundError, IsADirectoryError):
        return 0  # its process has drained it meanwhile
    return sum(_kept(rows[start : start + AT_ONCE], keep)[0] for start in range(0, len(rows), AT_ONCE))


def _kept(rows: list[Row], keep: Keep) -> tuple[int, int]:
    """How many are new, and how many the database refuses: one that it cannot hold must not keep the others out."""
    try:
        return keep(rows), 0
    except RowsError:
        if len(rows) == 1:
            return 0, 1
    half = len(rows) // 2
    (new, refused), (more, others) = _kept(rows[:half], keep), _kept(rows[half:], keep)
    return new + more, refused + others


def _sum(a: Drained, b: Drained) -> Drained:
    return Drained(a.new + b.new, a.bad + b.bad, is_whole=a.is_whole and b.is_whole)

"""Files that are there as they were or as they shall be, and never in between."""

import contextlib
import glob
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_S = 10.0
"""Longer than any of us holds a lock: then someone hangs, and `filelock.Timeout`, an `OSError`, is raised."""
UNFINISHED = ".abreast-new"
"""How the names of files end that are being written."""
FORGOTTEN_S = 3600.0
"""Whoever has not finished one by then never will."""


def write(path: Path, data: bytes) -> None:
    """Temporary file (0600), fsync, replace, fsync of the folder: a crash leaves the old file or the new one.

    Raises `OSError`.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    sync_folder(path.parent)
    _sweep(path)


def put_in_place(new: Path, path: Path) -> None:
    """A finished file beside it takes the place of `path`: a crash leaves the one or the other. Raises `OSError`."""
    handle = os.open(new, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(new, path)
    sync_folder(path.parent)


def _sweep(path: Path) -> None:
    """Takes away what a crash in mid-writing has left of this file, some time ago."""
    for left in path.parent.glob(f".{glob.escape(path.stem)}-*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > FORGOTTEN_S:
                left.unlink()


def private_folder(where: Path) -> None:
    """Makes the folder and those above it, for the user alone. Those that are there stay as they are."""
    if not where.is_dir():
        private_folder(where.parent)
        where.mkdir(mode=0o700, exist_ok=True)
        sync_folder(where.parent)


def sync_folder(where: Path) -> None:
    """On return the names of its files are on the disk."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(where, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Between reading the file and writing it, nobody else who asks here does either. Raises `OSError`."""
    from filelock import FileLock  # only now: settings are read before the first paint, and written long after

    private_folder(path.parent)
    with FileLock(path.with_name(f".{path.name}.lock"), mode=0o600, timeout=LOCK_S):
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """As `locked`, over all that is in a folder of the user's, and without leaving a file there. Where the system
    cannot hold a folder, or somebody else does not let go of it, this goes on without: it is a second wall."""
    if sys.platform == "win32":  # a folder cannot be opened there
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        _hold(handle)
        yield
    finally:
        os.close(handle)


def _hold(handle: int) -> None:
    import fcntl  # not on Windows

    deadline = time.monotonic() + LOCK_S
    while time.monotonic() < deadline:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:
            return
        else:
            return


def set_aside(path: Path) -> Path | None:
    """Renames a damaged file, so that it is neither read again nor lost; its new name, or None if that failed."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in range(1, 1000))
    aside = next((name for name in names if not name.exists()), path.with_name(f"{path.stem}.damaged{path.suffix}"))
    try:
        os.replace(path, aside)
    except OSError:
        return None
    return aside

"""Files that are there as they were or as they shall be, and never in between."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_S = 10.0
"""Longer than any of us holds a lock: then someone hangs, and `filelock.Timeout`, an `OSError`, is raised."""


def write(path: Path, data: bytes) -> None:
    """Temporary file (0600), fsync, replace, fsync of the folder: a crash leaves the old file or the new one.

    Raises `OSError`.
    """
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    sync_folder(path.parent)


def private_folder(where: Path) -> None:
    """Makes the folder and those above it, for the user alone. Those that are there stay as they are."""
    if not where.is_dir():
        private_folder(where.parent)
        where.mkdir(mode=0o700, exist_ok=True)


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


def set_aside(path: Path) -> Path | None:
    """Renames a damaged file, so that it is neither read again nor lost; its new name, or None if that failed."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in range(1, 1000))
    aside = next((name for name in names if not name.exists()), path.with_name(f"{path.stem}.damaged{path.suffix}"))
    try:
        os.replace(path, aside)
    except OSError:
        return None
    return aside

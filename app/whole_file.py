"""Files that are there as they were or as they shall be, and never in between. Only the standard library is used."""

import os
import tempfile
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Temporary file (0600), fsync, replace, fsync of the folder: a crash leaves the old file or the new one.

    Raises `OSError`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    _sync_folder(path.parent)


def _sync_folder(where: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(where, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def set_aside(path: Path) -> Path | None:
    """Renames a damaged file, so that it is neither read again nor lost; its new name, or None if that failed."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in range(1, 1000))
    aside = next((name for name in names if not name.exists()), path.with_name(f"{path.stem}.damaged{path.suffix}"))
    try:
        os.replace(path, aside)
    except OSError:
        return None
    return aside

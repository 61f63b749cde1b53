"""Who holds a reservation, and whether they still live: each process holds the lock of a file of its own, which the
system gives back when the process ends, however it ends."""

import contextlib
import os
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from app import whole_file


class Owner:
    """This process, as an owner; `name` is written beside what it holds."""

    def __init__(self, folder: Path) -> None:
        """Raises `OSError`."""
        whole_file.private_folder(folder)
        self._folder = folder
        while not self._has_begun():
            self._lock.release()

    def _has_begun(self) -> bool:
        """Whether the lock is held and its file is there: another process may have taken the new file for one that a
        dead owner has left, and may have cleared it away just before it was locked."""
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._lock = FileLock(_path(self._folder, self.name), mode=0o600, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return _path(self._folder, self.name).exists()

    def lives(self, other: str) -> bool:
        """Whether that owner's process still runs. What a dead one has left of its lock is cleared away."""
        if other == self.name:
            return True
        path = _path(self._folder, other)
        if not path.exists():
            return False
        lock = FileLock(path, thread_local=False)
        try:
            with lock.acquire(timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
        except OSError:
            return True  # nothing is taken from an owner of whom nothing is known
        return False

    def clear_away(self) -> None:
        """What is left of the locks of the dead."""
        for path in self._folder.glob("*.lock"):
            self.lives(path.stem)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            _path(self._folder, self.name).unlink(missing_ok=True)
        self._lock.release()


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"

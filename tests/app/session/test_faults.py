"""A disk that fails, is full, or loses its power: nothing that was acknowledged is missing, nothing is half there."""

import errno
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from app.history.store import History
from tests.app.history.test_history import an_entry
from tests.app.session.trouble import Work, busy

# Calls that fail now and then


class Unlucky:
    """Fails a share of the calls, as a full or broken disk does: at once, or having done some of it."""

    def __init__(self, share: float, seed: int) -> None:
        self._share, self._rng = share, random.Random(seed)
        self.failed = 0

    def __call__(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **named: Any) -> Any:
            self.maybe()
            return real(*args, **named)

        return called

    def maybe(self) -> None:
        if self._rng.random() < self._share:
            self.failed += 1
            number = self._rng.choice((errno.ENOSPC, errno.EIO))
            raise OSError(number, os.strerror(number))

    def file(self, real: Callable[..., IO[bytes]]) -> Callable[..., Any]:
        return lambda *args, **named: Torn(real(*args, **named), self)

    def some(self, data: bytes) -> bytes:
        """Of what is to be written."""
        if self._rng.random() < self._share:
            self.failed += 1
            return data[: self._rng.randrange(len(data) + 1)]
        return data


class Torn:
    """A file of which a write may come to the disk in part, and say so."""

    def __init__(self, real: IO[bytes], luck: Unlucky) -> None:
        self._real, self._luck = real, luck

    def write(self, data: bytes) -> int:
        self._luck.maybe()
        return self._real.write(self._luck.some(data))

    def __enter__(self) -> "Torn":
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def unlucky(folder: Path, monkeypatch: pytest.MonkeyPatch, share: float, seed: int, actions: int) -> int:
    luck, work, real_open = Unlucky(share, seed), Work(folder / "data", folder / "mine.abreast"), Path.open

    def opened(path: Path, *args: Any, **named: Any) -> Any:
        file = real_open(path, *args, **named)
        return Torn(file, luck) if path.suffix == ".journal" else file  # type: ignore[arg-type]

    with monkeypatch.context() as here:
        here.setattr("os.fsync", luck(os.fsync))
        here.setattr("os.replace", luck(os.replace))
        here.setattr("tempfile.mkstemp", luck(tempfile.mkstemp))
        here.setattr("pathlib.Path.open", opened)
        work.begin()
        busy(work, actions, seed)
        work.crash()
    work.check()
    assert work.in_file
    assert not list(folder.rglob("*.abreast-new")), "nothing half-written stays"
    assert work.failures
    return luck.failed


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_calls_that_fail_damage_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    assert unlucky(tmp_path, monkeypatch, share, 1, 60)


@pytest.mark.long
@pytest.mark.parametrize("share", [0.05, 0.2])
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_actions_with_calls_that_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, seed: int
) -> None:
    assert unlucky(tmp_path, monkeypatch, share, seed, 100)


FIU = """
import sys
from pathlib import Path
import fcntl, os
from tests.app.session.trouble import Work, busy
from tests.app.session import trouble
trouble.MOST_TRIES = 10_000
import ctypes
work = Work(Path(sys.argv[1]) / "data", Path(sys.argv[1]) / "mine.abreast")
fiu = ctypes.CDLL("libfiu.so.0")
fiu.fiu_init(0)
for name in (b"posix/io/rw/write", b"posix/io/rw/pwrite", b"posix/io/sync/fsync", b"posix/io/dir/rename"):
    number = 5 if b"sync" in name else 28
    fiu.fiu_enable_random(name, 1, ctypes.c_void_p(number), 0, ctypes.c_float(float(sys.argv[2])))
work.begin()
busy(work, 100, int(sys.argv[3]))
for name in (b"posix/io/rw/write", b"posix/io/rw/pwrite", b"posix/io/sync/fsync", b"posix/io/dir/rename"):
    fiu.fiu_disable(name)
work.crash()
work.check()
assert work.in_file
print(work.failures)
"""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("fiu-run") is None, reason="libfiu (fiu-utils) is not installed")
@pytest.mark.parametrize("share", ["0.05", "0.2"])
@pytest.mark.parametrize("seed", range(5))
def test_the_system_calls_themselves_fail(tmp_path: Path, share: str, seed: int) -> None:
    program = ["fiu-run", "-x", sys.executable, "-c", FIU, str(tmp_path), share, str(seed)]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 0


# A full disk


@contextmanager
def mounted(folder: Path, *command: str, **wait: Any) -> Iterator[Path]:
    """Something mounted there. Skips the test where that is not allowed."""
    folder.mkdir()
    try:
        ran = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"nothing can be mounted here: {error}")
    if ran.returncode:
        pytest.skip(f"nothing can be mounted here: {ran.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, free: int) -> Path:
    filler = disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(disk).free - free)))
    return filler


@pytest.mark.parametrize("level", [pytest.param(n, marks=() if n % 7 == 2 else pytest.mark.long) for n in range(20)])
def test_a_full_disk_damages_nothing_and_all_is_written_once_there_is_room(tmp_path: Path, level: int) -> None:
    with mounted(tmp_path / "disk", "mount", "-t", "tmpfs", "-o", "size=2m", "none") as disk:
        work = Work(disk / "data", disk / "mine.abreast")
        work.begin()
        assert work.save()
        history = History(disk / "history")
        history.keep([an_entry(0)])
        filler, kept = fill(disk, level * 8192), 0
        for number in range(1, 31):
            work_on(work)
            work.save()
            kept = max(kept, keep(history, number))
        assert work.failures, "the disk was full"
        assert work.saved() is not None
        filler.unlink()
        work.store.retry(work.session.id)
        work.on_disk = work.number
        assert work.save()
        history.keep([an_entry(100)])
        assert history.count >= kept + 2
        history.close()
        work.crash()
        work.check()
        assert not list(disk.rglob("*.abreast-new"))


def work_on(work: Work) -> None:
    try:
        work.change()
    except OSError:
        work.failures += 1


def keep(history: History, number: int) -> int:
    try:
        history.keep([an_entry(number, answer="word " * 1_000)])
    except Exception as error:
        assert "full" in str(error)  # noqa: PT017
        return 0
    return history.count - 1

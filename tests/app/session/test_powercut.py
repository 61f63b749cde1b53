"""The power goes while a session is changed and saved, on a file system that forgets what was not synced: it is there
as it was or as it was to be, and never without what had been acknowledged. `-m long` cuts it a hundred times each."""

import contextlib
import importlib.util
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.history import test_kills as history_kills
from tests.app.session.test_kills import kill_and_look

TOOL = Path(os.environ.get("ABREAST_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "tools/powercut_fs.py"
MODES = ("A", "B")
EXCLUSIVE = """
import sqlite3
real = sqlite3.connect
def connect(*args, **named):
    db = real(*args, **named)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")  # this file system has no shared memory
    return db
sqlite3.connect = sqlite3.dbapi2.connect = connect
"""
LEDGER = """
import sys
from pathlib import Path
from app.ledger.spool import Spool
from app.ledger.store import Store
from tests.app.ledger.made import a_row
store = Store(Path(sys.argv[1]))
spool = Spool(Path(sys.argv[1]) / "spool")
print("opening", flush=True)
for n in range(1, 100_000):
    spool.add((a_row(2 * n),)).result()
    store.keep([a_row(2 * n + 1)])
    print(n, flush=True)
"""
"""Every other row goes to the spool, where it is acknowledged; the others into the database."""
LOOK = """
import sys
from pathlib import Path
from app.ledger.drain import drain_dead
from app.ledger.questions import AskFacts
from app.ledger.store import Store
store = Store(Path(sys.argv[1]))
drained = drain_dead(Path(sys.argv[1]) / "spool", "", store.keep)
print(store.answer(AskFacts()).rows, drained.bad, store.said)
store.close()
"""


class Disk:
    def __init__(self, mount: Path) -> None:
        self.mount = mount

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            (self.mount / ".powercut").touch()


@pytest.fixture(scope="module", params=MODES)
def disk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    if not TOOL.exists():
        pytest.skip(f"the file system that forgets is not here ({TOOL.name}; ABREAST_SHARED names where)")
    if importlib.util.find_spec("fuse") is None or not os.access("/dev/fuse", os.W_OK):
        pytest.skip("fusepy is not installed, or /dev/fuse may not be used")
    mount = tmp_path_factory.mktemp("mount")
    words = [sys.executable, "-W", "ignore", str(TOOL), str(mount), "--mode", request.param]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        try:
            while not mount.is_mount() and process.poll() is None:
                time.sleep(0.05)
            if process.poll() is not None:
                pytest.skip(f"it cannot be mounted: {process.stderr and process.stderr.read()!r}")
            yield Disk(mount)
        finally:
            subprocess.run(["umount", "-l", str(mount)], check=False)
            process.kill()


def cut_and_look(disk: Disk, seed: int) -> None:
    folder = disk.mount / f"s{seed}"
    folder.mkdir()
    kill_and_look(folder, seed, disk.cut)


def cut_and_look_at_history(disk: Disk, seed: int) -> None:
    folder = disk.mount / f"h{seed}"
    after_s = random.Random(seed).uniform(0.0, 0.3)
    said = history_kills.killed(EXCLUSIVE + history_kills.KEEPING, folder, after_s, disk.cut)
    look = "from app.history.store import History\nfrom pathlib import Path\nimport sys\n"
    look += "history = History(Path(sys.argv[1]))\nprint(history.count, history.said)\nhistory.close()\n"
    program = [sys.executable, "-c", EXCLUSIVE + look, str(folder)]
    found = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split(maxsplit=1)
    assert len(found) == 1, found
    assert int(found[0]) >= (int(said[-1]) if said else 0)


def cut_and_look_at_ledger(disk: Disk, seed: int) -> None:
    folder = disk.mount / f"l{seed}"
    after_s = random.Random(seed).uniform(0.0, 0.3)
    said = history_kills.killed(EXCLUSIVE + LEDGER, folder, after_s, disk.cut)
    program = [sys.executable, "-c", EXCLUSIVE + LOOK, str(folder)]
    found = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split(maxsplit=2)
    assert len(found) == 2, found
    assert int(found[0]) >= 2 * (int(said[-1]) if said else 0)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_when_the_power_goes(disk: Disk, seed: int) -> None:
    cut_and_look(disk, seed)


def test_nor_of_the_history(disk: Disk) -> None:
    cut_and_look_at_history(disk, 0)


def test_nor_of_the_ledger_and_its_spool(disk: Disk) -> None:
    cut_and_look_at_ledger(disk, 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 102))
def test_a_hundred_power_cuts(disk: Disk, seed: int) -> None:
    cut_and_look(disk, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 31))
def test_thirty_power_cuts_of_the_history(disk: Disk, seed: int) -> None:
    cut_and_look_at_history(disk, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 31))
def test_thirty_power_cuts_of_the_ledger(disk: Disk, seed: int) -> None:
    cut_and_look_at_ledger(disk, seed)

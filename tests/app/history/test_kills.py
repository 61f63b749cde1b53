"""The history's process is killed while it keeps runs and while it makes a new format of an old one: nothing that it
had said was kept is missing. The long form: `pytest -m long tests/app/history`."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.history.entry import Query
from app.history.schema import NAMES, STEPS, VERSION
from app.history.store import FILE, History
from tests.app.history.test_history import an_entry
from tests.app.session.test_kills import nothing

OLD_RUNS = 3_000
OPENING = """
import sys
from pathlib import Path
from app.history.store import History
print("opening", flush=True)
History(Path(sys.argv[1])).close()
print("opened", flush=True)
"""
KEEPING = """
import sys
from pathlib import Path
from app.history.store import History
from tests.app.history.test_history import an_entry
history = History(Path(sys.argv[1]))
print("opening", flush=True)
for n in range(1, 100_000):
    history.keep([an_entry(n, answer="word " * 100)])
    print(n, flush=True)
"""


def killed(program: str, folder: Path, after_s: float, cut: Callable[[], None] = nothing) -> list[str]:
    """What it had said when it was stopped, and `cut` took its power."""
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "opening\n"
        time.sleep(after_s)
        process.send_signal(signal.SIGSTOP)
        cut()
        process.kill()
        said = process.stdout.read()
        return said[: said.rfind("\n") + 1].split()


def sound(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        db.execute("INSERT INTO words (words) VALUES ('integrity-check')")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A history of the first format, and how long it takes to make the present one of it."""
    folder = tmp_path_factory.mktemp("old")
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        for statement in STEPS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        entries = (an_entry(n, answer=f"answer {n} " * 100) for n in range(OLD_RUNS))
        db.executemany(
            f"INSERT INTO run ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})",
            ([getattr(entry, name) for name in NAMES] for entry in entries),
        )
    copy = tmp_path_factory.mktemp("copy")
    shutil.copy(folder / FILE, copy / FILE)
    began = time.perf_counter()
    History(copy).close()
    return folder / FILE, time.perf_counter() - began


def migrate_and_look(folder: Path, old: tuple[Path, float], seed: int) -> None:
    path, took_s = old
    shutil.copy(path, folder / FILE)
    killed(OPENING, folder, random.Random(seed).uniform(0, took_s))
    began = time.perf_counter()
    history = History(folder)
    assert time.perf_counter() - began < 3 + took_s
    assert history.said == ""
    assert history.count == OLD_RUNS
    for n in random.Random(seed).sample(range(OLD_RUNS), 5):
        assert [hit.entry.run for hit in history.search(Query(words=(f"answer {n}",))).hits][-1:] == [f"r{n}"]
    history.close()
    sound(folder)
    with closing(sqlite3.connect(folder / FILE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)


def keep_and_look(folder: Path, seed: int) -> None:
    said = killed(KEEPING, folder, random.Random(seed).uniform(0, 0.3))
    history = History(folder)
    assert history.count >= (int(said[-1]) if said else 0)
    history.close()
    sound(folder)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_when_it_is_killed_in_mid_migration(tmp_path: Path, old: tuple[Path, float], seed: int) -> None:
    migrate_and_look(tmp_path, old, seed)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_kept_is_there_when_it_is_killed(tmp_path: Path, seed: int) -> None:
    keep_and_look(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 32))
def test_thirty_kills_in_mid_migration(tmp_path: Path, old: tuple[Path, float], seed: int) -> None:
    migrate_and_look(tmp_path, old, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 52))
def test_fifty_kills_while_it_keeps(tmp_path: Path, seed: int) -> None:
    keep_and_look(tmp_path, seed)

"""Several processes open the same file at the same moment."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.budgets.store import Store as Budgets
from app.cache.store import CacheFile
from app.history.store import History
from app.ledger.store import Store as Ledger
from app.sqlite_file import connected

AT_ONCE, TIMES = 3, 12


@pytest.mark.parametrize("open_", [History, CacheFile, Budgets, lambda folder: Ledger(folder, "")])
def test_all_who_open_a_new_one_at_once_get_it(tmp_path: Path, open_: Callable[[Path], Any]) -> None:
    for time in range(TIMES):
        start, opened = threading.Barrier(AT_ONCE), []

        def work(folder: Path, start: threading.Barrier = start, opened: list[None] = opened) -> None:
            start.wait()
            open_(folder).close()
            opened.append(None)

        threads = [threading.Thread(target=work, args=(tmp_path / str(time),)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == AT_ONCE


def test_who_finds_it_locked_for_longer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite3"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connected(path, 0.05)
    other.execute("ROLLBACK")
    connected(path, 0.05).close()
    other.close()


def test_it_is_its_users_alone(tmp_path: Path) -> None:
    db = connected(tmp_path / "file.sqlite3", 1.0)
    db.execute("CREATE TABLE one (n)")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    db.close()

"""The history in the engine: what a full disk kept it from writing is written later."""

import asyncio
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.history.desk import HistoryDesk
from app.history.entry import Entry
from app.history.store import History
from app.history.wishes import HistoryFacts, HistoryTold
from app.tasks import Tasks
from tests.app.history.test_history import an_entry


def raised(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("ends_early", [False, True])
def test_runs_of_while_the_disk_was_full_are_kept_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_early: bool
) -> None:
    is_full, told, real = True, list[HistoryTold](), History.keep

    def keep(self: History, entries: Iterable[Entry]) -> None:
        if is_full:
            raise sqlite3.OperationalError("database or disk is full")
        real(self, entries)

    monkeypatch.setattr(History, "keep", keep)
    monkeypatch.setattr("app.history.desk.AGAIN_S", 0.05)

    async def work() -> None:
        nonlocal is_full
        tasks = Tasks(raised)
        desk = HistoryDesk(tmp_path, tasks, told.append)
        for n in range(5):
            desk.keep(lambda n=n: (an_entry(n),))  # type: ignore[misc]
        await asyncio.sleep(0.12)
        is_full = False
        if not ends_early:
            await asyncio.sleep(0.15)
        await desk.aclose()
        await tasks.end()

    asyncio.run(work())
    history = History(tmp_path)
    assert history.count == 5
    history.close()
    facts = [each for each in told if isinstance(each, HistoryFacts)]
    assert facts[0].said == "The history cannot be written: database or disk is full."
    assert [each.said for each in facts[1:]] == ([] if ends_early else [""])

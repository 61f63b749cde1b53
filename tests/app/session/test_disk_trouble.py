"""Sessions in the engine: trouble with the disk is told once, and mended once it can be."""

import asyncio
import os
from pathlib import Path

import pytest

from app.session.change import between
from app.session.desk import SessionDesk
from app.session.document import Draft
from app.session.edits import drafted
from app.session.journal import read
from app.session.store import SessionStore
from app.session.wishes import (
    AskSessions,
    BeginSession,
    ChangeSession,
    LeaveSession,
    SaveSession,
    SessionKept,
    SessionSaved,
    SessionsLeft,
    SessionTold,
)
from app.tasks import Tasks
from tests.app.session.samples import a_session
from tests.app.session.test_store import Failing


class CountingStore(SessionStore):
    retries = 0

    def retry(self, id_: str) -> None:
        self.retries += 1
        super().retry(id_)


def raised(error: BaseException) -> None:
    raise error


def test_a_full_disk_is_told_once_and_what_was_done_meanwhile_is_written_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, told = Failing(), list[SessionTold]()
    monkeypatch.setattr(os, "fsync", disk)
    monkeypatch.setattr("app.session.desk.AGAIN_S", 0.05)

    async def work() -> None:
        store = CountingStore(tmp_path)
        tasks, session = Tasks(raised), a_session()
        desk = SessionDesk(store, tasks, told.append)
        desk.wish(BeginSession(session))
        await asyncio.sleep(0.05)
        disk.is_full = True
        for number in range(1, 41):
            after = drafted(session, Draft(f"draft {number}"))
            desk.wish(ChangeSession(session.id, number, between(session, after)))
            session = after
        desk.wish(SaveSession(session.id, str(tmp_path / "mine.abreast")))
        await asyncio.sleep(0.23)
        assert store.retries <= 5, "one try at a time, not one for each change"
        desk.wish(LeaveSession(session.id))
        await asyncio.sleep(0.05)
        disk.is_full = False
        await asyncio.sleep(0.15)
        desk.wish(AskSessions())
        await asyncio.sleep(0.05)
        await desk.aclose()
        await tasks.end()

    asyncio.run(work())
    kept = [each for each in told if isinstance(each, SessionKept)]
    troubles = [each.trouble for each in kept]
    assert troubles.count("there is no space left on the disk") == 1
    assert troubles[-1] == ""
    (saved,) = (each for each in told if isinstance(each, SessionSaved))
    assert saved.trouble == "mine.abreast could not be saved: there is no space left on the disk"
    assert isinstance(told[-1], SessionsLeft)
    assert [each.id for each in told[-1].sessions] == [a_session().id]
    left = read(tmp_path / "recovery" / f"{a_session().id}.journal").session
    assert left is not None
    assert left.draft.text == "draft 40"


def test_what_is_acknowledged_is_on_the_disk_also_when_much_comes_at_once(tmp_path: Path) -> None:
    path, wrong = tmp_path / "recovery" / f"{a_session().id}.journal", list[str]()

    def told(what: SessionTold) -> None:
        if isinstance(what, SessionKept) and what.number:
            found = read(path).session
            if found is None or int(found.draft.text.split()[1]) < what.number:
                wrong.append(f"{what.number}: {found and found.draft.text}")

    async def work() -> None:
        tasks, session = Tasks(raised), a_session()
        desk = SessionDesk(SessionStore(tmp_path), tasks, told)
        desk.wish(BeginSession(session))
        for number in range(1, 21):
            after = drafted(session, Draft(f"draft {number}"))
            desk.wish(ChangeSession(session.id, number, between(session, after)))
            session = after
        await asyncio.sleep(0.3)
        await desk.aclose()
        await tasks.end()

    asyncio.run(work())
    assert wrong == []

"""Sessions in the engine: what was cut off by a crash is told to the history too."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.session.desk import News, SessionDesk
from app.session.document import Run, Session
from app.session.live import LiveRun
from app.session.store import SessionStore
from app.session.wishes import ResumeSession, SessionOpened, SessionRefused, SessionTold
from app.tasks import Tasks
from tests.app.session.samples import a_session


async def resumed(folder: Path, id_: str) -> tuple[list[SessionTold], list[Run]]:
    told, kept = list[SessionTold](), list[Run]()

    def keep(_session: Session, runs: tuple[Run, ...], _path: str, news: News) -> None:
        kept.extend(runs if news == "new" else ())

    tasks = Tasks(lambda error: pytest.fail(str(error)))
    desk = SessionDesk(SessionStore(folder), tasks, told.append, keep)
    desk.wish(ResumeSession(id_))
    while len(tasks):
        await asyncio.sleep(0.005)
    await desk.aclose()
    return told, kept


def test_answers_that_were_cut_off_come_into_the_history(tmp_path: Path) -> None:
    session = a_session()
    before = session.runs[0]
    prompt = session.prompt(before.prompt)
    assert prompt is not None
    store = SessionStore(tmp_path)
    store.begin(replace(session, id="killed"))
    live = LiveRun("half", prompt, before.lane, None, before.at, before.spec, before.made)
    store.running("killed", [live])
    store._open["killed"].journal.close()  # as when the process is killed
    store._open["killed"].lock.release()
    told, kept = asyncio.run(resumed(tmp_path, "killed"))
    (opened,) = [each for each in told if isinstance(each, SessionOpened)]
    assert opened.opened.cut_off == ("half",)
    assert [(run.id, run.record.outcome) for run in kept] == [("half", "cut_off")]


def test_a_session_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    (told,), _ = asyncio.run(resumed(tmp_path, "gone"))
    assert told == SessionRefused("The session cannot be opened: it is not there any more.")

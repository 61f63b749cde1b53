"""The history in the engine: what a full disk kept it from writing is written later."""

import asyncio
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.history.deeds import Deed, deeds
from app.history.desk import HistoryDesk
from app.history.entry import Entry
from app.history.query import query
from app.history.store import History
from app.history.wishes import DeleteRuns, HistoryFacts, HistoryTold
from app.session.change import between
from app.session.codec import to_bytes
from app.session.desk import News, SessionDesk
from app.session.document import Opinion, Run, Session
from app.session.edits import thought, titled
from app.session.store import SessionStore
from app.session.wishes import BeginSession, ChangeSession, OpenSession, SaveSession
from app.tasks import Tasks
from tests.app.history.test_history import an_entry, found
from tests.app.session.samples import a_session


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


class Desks:
    """The session's and the history's, as the engine joins them."""

    def __init__(self, folder: Path) -> None:
        self._tasks = Tasks(raised)
        self.history = HistoryDesk(folder, self._tasks, lambda told: None)
        self.sessions = SessionDesk(SessionStore(folder), self._tasks, lambda told: None, self._kept)
        self._loop = asyncio.get_running_loop()

    def _kept(self, session: Session, runs: tuple[Run, ...], path: str, news: News) -> None:
        made: tuple[Deed, ...] = deeds(session, runs, path, news)
        self._loop.call_soon_threadsafe(self.history.keep, lambda: made)

    async def settled(self) -> None:
        while len(self._tasks):
            await asyncio.sleep(0.005)

    async def aclose(self) -> None:
        await self.settled()
        await self.sessions.aclose()
        await self.history.aclose()


def changed(number: int, before: Session, after: Session) -> ChangeSession:
    return ChangeSession(before.id, number, between(before, after))


def kept(folder: Path, session: Session) -> None:
    history = History(folder)
    history.keep(Entry.of(session, run) for run in session.runs)
    history.close()


def test_what_the_user_deleted_is_not_written_back_by_rating_it(tmp_path: Path) -> None:
    session = a_session()
    kept(tmp_path, session)
    rated = thought(session, "r1", Opinion(2, note="rated anew"))
    more = thought(rated, "r3", Opinion(1, note="deleted before"))

    async def work() -> None:
        desks = Desks(tmp_path)
        desks.sessions.wish(BeginSession(session))
        desks.sessions.wish(changed(1, session, rated))
        await desks.settled()
        desks.history.wish(DeleteRuns(("r3",)))
        await desks.settled()
        desks.sessions.wish(changed(2, rated, more))
        await desks.aclose()

    asyncio.run(work())
    history = History(tmp_path)
    assert found(history, "rated anew") == ["r1"], "what is there is changed"
    assert history.count == 3
    assert found(history, "deleted before") == []
    history.close()


def test_a_session_is_found_by_its_new_name_and_opened_from_its_new_file(tmp_path: Path) -> None:
    session, files = a_session(), [tmp_path / "one.abreast", tmp_path / "two.abreast"]
    kept(tmp_path, session)
    kept(tmp_path, replace(session, runs=(replace(session.runs[0], id="elsewhere"),)))  # of the command line, not saved

    async def work() -> None:
        desks = Desks(tmp_path)
        desks.sessions.wish(BeginSession(session))
        desks.sessions.wish(changed(1, session, titled(session, "Quokkas")))
        for file in files:
            desks.sessions.wish(SaveSession(session.id, str(file)))
        await desks.aclose()

    asyncio.run(work())
    history = History(tmp_path)
    assert len(found(history, "session:quokkas")) == 5
    assert len(found(history, "quokkas")) == 5, "the index of words knows it too"
    assert found(history, "session:cats") == found(history, "dogs") == []
    paths = {hit.entry.run: hit.entry.path for hit in history.find(query("")).hits}
    assert paths == {"elsewhere": "", **{run.id: str(files[1]) for run in session.runs}}
    history.close()


def test_a_file_that_was_moved_is_known_once_it_is_opened(tmp_path: Path) -> None:
    session, moved = a_session(), tmp_path / "moved.abreast"
    moved.write_bytes(to_bytes(session))
    history = History(tmp_path)
    history.keep(Entry.of(session, run, "/gone/cats.abreast") for run in session.runs)

    async def work() -> None:
        desks = Desks(tmp_path)
        desks.sessions.wish(OpenSession(str(moved)))
        await desks.aclose()

    asyncio.run(work())
    assert {hit.entry.path for hit in history.find(query("")).hits} == {str(moved)}
    history.close()


def test_what_could_not_be_kept_yet_is_not_kept_once_all_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_full, real = True, History.keep

    def keep(self: History, entries: Iterable[Entry]) -> None:
        if is_full:
            raise sqlite3.OperationalError("database or disk is full")
        real(self, entries)

    monkeypatch.setattr(History, "keep", keep)
    monkeypatch.setattr("app.history.desk.AGAIN_S", 0.01)

    async def work() -> None:
        nonlocal is_full
        tasks = Tasks(raised)
        desk = HistoryDesk(tmp_path, tasks, lambda told: None)
        desk.keep(lambda: (an_entry(1), an_entry(2)))
        desk.wish(DeleteRuns(("r1",)))
        await asyncio.sleep(0.05)
        is_full = False
        await desk.aclose()
        await tasks.end()

    asyncio.run(work())
    history = History(tmp_path)
    assert [hit.entry.run for hit in history.find(query("")).hits] == ["r2"]
    history.close()

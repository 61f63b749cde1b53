"""The ledger in the engine: recorded at once, in the database when no run is live, answered then."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.directory import Directory
from app.ledger import desk as desks
from app.ledger.comparisons import AskReconcile, AskReprice, Reconciled
from app.ledger.desk import LedgerDesk
from app.ledger.place import SPOOL
from app.ledger.questions import AskFacts, AskTotals, Facts, Totals
from app.ledger.wishes import AskLedger, LedgerAnswered, LedgerSaid, LedgerTold, LedgerTried, TryLedger, UseLedger
from app.pricing import Prices
from app.tasks import Tasks
from tests.app.ledger.made import a_row

Scene = Callable[["Desk"], Awaitable[None]]


class Desk:
    """A desk with what it told."""

    def __init__(self, folder: Path) -> None:
        self.quiet, self.faults = asyncio.Event(), []  # type: tuple[asyncio.Event, list[BaseException]]
        self.said: list[LedgerSaid] = []
        self.tasks = Tasks(self.faults.append)
        self._came = asyncio.Event()
        self.desk = LedgerDesk(folder / "data", folder, self.quiet, self.tasks, self._tell, Prices(), Directory())

    def _tell(self, said: LedgerSaid) -> None:
        self.said.append(said)
        self._came.set()

    async def next(self) -> LedgerSaid:
        async with asyncio.timeout(10):
            while not self.said:
                self._came.clear()
                await self._came.wait()
        return self.said.pop(0)


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scene], None]:
    monkeypatch.setattr(desks, "SETTLE_S", 0.02)
    monkeypatch.delenv("ABREAST_LEDGER", raising=False)

    async def played(scene: Scene) -> None:
        desk = Desk(tmp_path)
        await scene(desk)
        await desk.tasks.end()
        await desk.desk.aclose()
        assert desk.faults == []

    return lambda scene: asyncio.run(played(scene))


def test_rows_go_into_the_database_once_no_run_is_live(play: Callable[[Scene], None], tmp_path: Path) -> None:
    async def scene(desk: Desk) -> None:
        desk.desk.keep((a_row(0), a_row(1)))
        desk.desk.wish(AskLedger("a", AskTotals(())))
        await asyncio.sleep(0.2)
        assert desk.said == []
        assert not (tmp_path / "data" / "ledger.sqlite3").exists()
        desk.quiet.set()
        said = [await desk.next(), await desk.next()]
        assert LedgerTold(2) in said
        desk.desk.wish(AskLedger("b", AskTotals(())))
        answered = await desk.next()
        assert isinstance(answered, LedgerAnswered)
        assert isinstance(answered.answer, Totals)
        assert (answered.id, answered.answer.lines[0].attempts) == ("b", 2)

    play(scene)
    assert list((tmp_path / "data" / SPOOL).iterdir()) == []


def test_what_was_not_drained_waits_for_the_next_engine(play: Callable[[Scene], None], tmp_path: Path) -> None:
    async def first(desk: Desk) -> None:
        desk.desk.keep((a_row(0),))

    async def second(desk: Desk) -> None:
        desk.quiet.set()
        desk.desk.drain()
        assert await desk.next() == LedgerTold(1)

    play(first)
    play(second)


def test_an_idle_engine_with_nothing_to_keep_opens_no_database(play: Callable[[Scene], None], tmp_path: Path) -> None:
    async def scene(desk: Desk) -> None:
        desk.quiet.set()
        desk.desk.drain()
        await asyncio.sleep(0.2)

    play(scene)
    assert not (tmp_path / "data").exists()


def test_of_questions_that_wait_with_one_id_the_last_is_answered(play: Callable[[Scene], None]) -> None:
    async def scene(desk: Desk) -> None:
        desk.desk.wish(AskLedger("a", AskTotals(())))
        desk.desk.wish(AskLedger("a", AskFacts()))
        desk.desk.wish(AskLedger("b", AskReconcile()))
        desk.quiet.set()
        kinds = {
            type(said.answer) for said in (await desk.next(), await desk.next()) if isinstance(said, LedgerAnswered)
        }
        assert kinds == {Facts, Reconciled}
        await asyncio.sleep(0.05)
        assert desk.said == []

    play(scene)


def test_trouble_is_told_once_and_rows_wait(
    play: Callable[[Scene], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "AGAIN_S", 0.02)

    async def scene(desk: Desk) -> None:
        desk.quiet.set()
        desk.desk.wish(UseLedger("postgresql://ann:secret@127.0.0.1:1/x"))
        desk.desk.keep((a_row(0),))
        told = await desk.next()
        assert isinstance(told, LedgerTold)
        assert "127.0.0.1" in told.trouble
        assert "secret" not in told.trouble
        assert "waits on this machine" in told.trouble
        await asyncio.sleep(0.2)
        assert desk.said == []
        desk.desk.wish(AskLedger("a", AskFacts()))
        answered = await desk.next()
        assert isinstance(answered, LedgerAnswered)
        assert answered.answer is None
        assert "cannot be read" in answered.said
        desk.desk.wish(UseLedger(""))
        assert await desk.next() == LedgerTold(1)

    play(scene)


def test_a_question_that_makes_no_sense_is_answered_in_words(play: Callable[[Scene], None]) -> None:
    async def scene(desk: Desk) -> None:
        desk.quiet.set()
        desk.desk.wish(AskLedger("a", AskReprice("nobody/x")))
        answered = await desk.next()
        assert isinstance(answered, LedgerAnswered)
        assert "'nobody/x' is no vendor/model" in answered.said

    play(scene)


def test_a_place_is_tried_before_it_is_taken(play: Callable[[Scene], None], postgresql: str) -> None:
    async def scene(desk: Desk) -> None:
        desk.quiet.set()
        desk.desk.wish(TryLedger("mysql://x/y"))
        tried = await desk.next()
        assert isinstance(tried, LedgerTried)
        assert not tried.is_good
        desk.desk.wish(TryLedger(postgresql))
        assert await desk.next() == LedgerTried(True, "It answers, and holds 0 attempts.")
        desk.desk.wish(UseLedger(postgresql))
        desk.desk.keep((a_row(0),))
        assert await desk.next() == LedgerTold(1)

    play(scene)


def test_the_measuring_loop_never_waits_for_the_disk(
    play: Callable[[Scene], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    monkeypatch.setattr("os.fsync", lambda _: held.wait(5))

    async def scene(desk: Desk) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(200):
            desk.desk.keep((a_row(number),))
        assert loop.time() - began < 0.5
        held.set()

    play(scene)

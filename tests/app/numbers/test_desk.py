"""Graphs of the ledger in the engine: in its thread, while no run is live, and told in words if it cannot be read."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.directory import Directory
from app.ledger.desk import LedgerDesk
from app.ledger.place import FILE
from app.ledger.questions import AskFacts
from app.ledger.store import Store
from app.numbers.desk import NumbersDesk
from app.numbers.question import Question
from app.numbers.wishes import AskChart, AskChoices, ChartTold, ChoicesTold, NumbersRefused, NumbersTold
from app.pricing import Prices
from app.tasks import Tasks
from tests.app.ledger.made import a_row


def failed(what: object) -> None:
    raise AssertionError(what)


async def told_of(folder: Path, *wishes: AskChart | AskChoices, busy_s: float = 0.0) -> list[NumbersTold]:
    """What is told of wishes that come at once, the first of them while a run is live for so long."""
    quiet, tasks, told = asyncio.Event(), Tasks(failed), list[NumbersTold]()  # type: ignore[arg-type]
    ledger = LedgerDesk(folder, folder, quiet, tasks, failed, Prices(), Directory())
    desk = NumbersDesk(ledger, told.append)
    for wish in wishes:
        desk.wish(wish)
    await asyncio.sleep(busy_s)
    assert told == []
    quiet.set()
    for _ in range(500):
        if len(told) >= len({type(wish) for wish in wishes}):
            break
        await asyncio.sleep(0.01)
    await tasks.end()
    await ledger.aclose()
    return told


def test_a_question_waits_for_live_runs_and_only_the_last_of_a_kind_is_answered(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep([a_row(n) for n in range(9)])
    store.close()
    first, last = AskChart(Question("spread", "ttft", "model")), AskChart(Question("cost", "sum", "model"))
    told = asyncio.run(told_of(tmp_path, first, AskChoices(), last, busy_s=0.05))
    charts = [each for each in told if isinstance(each, ChartTold)]
    assert [each.question for each in charts] == [last.question]
    assert charts[0].chart.note == "In sum $0.0360."
    assert [each.choices.runs for each in told if isinstance(each, ChoicesTold)] == [9]


def test_a_ledger_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (told,) = asyncio.run(told_of(tmp_path, AskChart(Question())))
    assert isinstance(told, NumbersRefused)
    assert told.said.startswith("The ledger cannot be read: ")


def test_the_engine_starts_without_what_graphs_need() -> None:
    check = "import sys, app.engine; sys.exit(bool({'numpy', 'sqlalchemy', 'pyqtgraph'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], cwd=os.getcwd(), check=False).returncode == 0


def test_a_run_that_begins_has_the_processor(tmp_path: Path) -> None:
    """What is counted is begun anew when the run is over, and told once."""

    async def go() -> None:
        quiet, tasks, told = asyncio.Event(), Tasks(failed), list[object]()  # type: ignore[arg-type]
        ledger = LedgerDesk(tmp_path, tmp_path, quiet, tasks, failed, Prices(), Directory())
        asked: list[str] = []

        def what(ask: Callable[[AskFacts], object]) -> object:
            asked.append("first")
            ask(AskFacts())
            if len(asked) == 1:
                quiet.clear()  # a run begins
            ask(AskFacts())
            asked.append("second")
            return "done"

        ledger.read("x", what, told.append)  # type: ignore[arg-type]
        quiet.set()
        while quiet.is_set():
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.1)
        assert (asked, told) == (["first"], [])
        quiet.set()
        while not told:
            await asyncio.sleep(0.005)
        assert (asked, told) == (["first", "first", "second"], ["done"])
        await tasks.end()
        await ledger.aclose()

    asyncio.run(go())

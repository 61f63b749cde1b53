"""The threshold lab: what is missing is run, the curve and its sentence follow, and pairs of a cache are looked at."""

import pytest
from msgspec.structs import replace

from app.cache.pair import Pair
from app.cache.wishes import AllowPair, AskPairs, ForbidPair, PairsTold
from app.session.document import Draft, Prompt
from providers.errors import Failure
from providers.events import LogProbs
from tests.widgets.conftest import Bench
from widgets.lab.lab import AT_ONCE
from widgets.lab.sheet import LabSheet

PROMPTS = 6


@pytest.fixture
def sheet(bench: Bench) -> LabSheet:
    prompts = tuple(Prompt(f"p{n}", "2026-11-24T10:00:00.000Z", Draft(f"Question {n}")) for n in range(PROMPTS))
    bench.conductor.home.happened(lambda session: replace(session, prompts=prompts))
    bench.window.do("lab")
    return bench.conductor.lab.sheet


def answered(bench: Bench, run: int) -> None:
    """The cheap lane's answers are the surer, the later they come."""
    order = bench.engine.orders[run]
    if order.lane.params.get("logprobs"):
        bench.engine.say(run, LogProbs(0, 5, ({"token": "x", "logprob": -1.0 / (run + 1)},)))
    bench.engine.text(run, "It is so.")
    bench.engine.finish(run, cost="0.001" if "swift" in order.lane.text else "0.010")


def all_run(bench: Bench) -> list[int]:
    done: list[int] = []
    while going := [run for run in bench.engine.orders if run not in done]:
        assert len(going) <= AT_ONCE
        answered(bench, going[0])
        done.append(going[0])
    return done


def test_an_empty_session_says_what_the_lab_is_for(bench: Bench) -> None:
    bench.window.do("lab")
    sheet = bench.conductor.lab.sheet
    assert "The session has no prompts yet" in sheet.missing.text()
    assert "Not enough data" in sheet.sentence.text()
    assert not sheet.run.isEnabled()
    assert sheet.plot is None, "pyqtgraph is not loaded for nothing"


def test_what_is_missing_is_run_a_few_at_a_time_and_then_told(bench: Bench, sheet: LabSheet) -> None:
    assert sheet.run.text() == f"Run what is missing ({2 * PROMPTS})"
    sheet.run.click()
    assert len(bench.engine.orders) == AT_ONCE
    assert sheet.run.text() == "Stop"
    assert len(all_run(bench)) == 2 * PROMPTS
    assert "Nothing is missing." in sheet.missing.text()
    assert "over 6 prompts" in sheet.sentence.text()
    assert sheet.plot is not None
    session = bench.conductor.home.session
    assert len(session.runs) == 2 * PROMPTS
    assert all(lane.head is None for lane in session.lanes), "no pane's conversation moved"


def test_the_line_is_moved_and_the_sentence_follows(bench: Bench, sheet: LabSheet) -> None:
    sheet.run.click()
    all_run(bench)
    assert sheet.plot is not None
    sheet.plot._mark.setValue(0.0)
    assert "At 0.00: 100 % answered cheap, 90 % of the cost saved" in sheet.sentence.text()
    sheet.plot._mark.setValue(1.0)
    assert "At 1.00: 0 % answered cheap, 10 % of the cost added" in sheet.sentence.text()


def test_stopping_leaves_what_came(bench: Bench, sheet: LabSheet) -> None:
    sheet.run.click()
    answered(bench, next(iter(bench.engine.orders)))
    sheet.run.click()
    assert len(bench.engine.stopped) == AT_ONCE
    assert len(bench.engine.orders) == AT_ONCE + 1, "nothing new was begun"
    assert "did not come to an end" in sheet.missing.text()
    assert sheet.run.text() == f"Run what is missing ({2 * PROMPTS - 1})"


def test_why_runs_failed_is_said(bench: Bench, sheet: LabSheet) -> None:
    sheet.run.click()
    done: list[int] = []
    while going := [run for run in bench.engine.orders if run not in done]:
        bench.engine.end(going[0], failure=Failure("rate", "Too many requests."))
        done.append(going[0])
    assert sheet.missing.text() == "12 of 12 did not come to an end: Too many requests."


def test_answers_are_graded_after_they_have_come(bench: Bench, sheet: LabSheet) -> None:
    sheet.score.setCurrentIndex(sheet.score.findData("grade"))
    sheet.score.activated.emit(0)
    assert not sheet.judge.isHidden()
    sheet.run.click()
    done: list[int] = []
    while going := [run for run in bench.engine.orders if run not in done]:
        order = bench.engine.orders[going[0]]
        said = "7" if "Answer to grade" in order.request.messages[0].text else "It is so."
        bench.engine.text(going[0], said)
        bench.engine.finish(going[0], cost="0.001")
        done.append(going[0])
    assert len(done) == 3 * PROMPTS
    assert "over 6 prompts" in sheet.sentence.text()
    assert len(bench.conductor.home.session.runs) == 2 * PROMPTS, "grades are no runs of the session"


PAIRS = (
    Pair(1.0, "Is it 5 miles?", "Is it 50 miles?", 0.95, "", False),
    Pair(2.0, "Sort it", "Sort them", 0.85, "", False),
    Pair(3.0, "Is it safe?", "Is it good?", 0.92, "", False, True),
)


def test_pairs_are_shown_side_by_side_and_forbidden(bench: Bench, sheet: LabSheet) -> None:
    assert bench.engine.cache_wishes == [AskPairs()]
    sheet.tabs.setCurrentIndex(1)
    bench.engine.pairs_told.emit(PairsTold(PAIRS))
    page = sheet.pairs
    verdicts = [page.list.topLevelItem(at).text(1) for at in range(3)]  # type: ignore[union-attr]
    assert verdicts == ["⊘ guard", "⊗ never", "– below"]
    assert (page.one.toPlainText(), page.other.toPlainText()) == ("Is it 5 miles?", "Is it 50 miles?")
    assert page.why.text() == "Cosine 0.950. Guard: numbers differ."
    page.never.click()
    assert bench.engine.cache_wishes[1:] == [ForbidPair("Is it 5 miles?", "Is it 50 miles?")]
    page.list.setCurrentItem(page.list.topLevelItem(1))  # type: ignore[arg-type]
    assert page.never.text() == "Allow again"
    page.never.click()
    assert bench.engine.cache_wishes[-1] == AllowPair("Is it safe?", "Is it good?")


def test_another_threshold_judges_pairs_anew(bench: Bench, sheet: LabSheet) -> None:
    bench.engine.pairs_told.emit(PairsTold(PAIRS))
    sheet.pairs.threshold.setValue(0.8)
    assert sheet.pairs.list.topLevelItem(2).text(1) != "– below"  # type: ignore[union-attr]
    assert "Of 3 questions" in sheet.pairs.told.text()


def test_a_cache_in_trouble_says_so(bench: Bench, sheet: LabSheet) -> None:
    bench.engine.pairs_told.emit(PairsTold((), "disk I/O error"))
    assert sheet.pairs.told.text() == "The cache's file cannot be used: disk I/O error."

"""A baseline in the window: made, compared with, shown beside the run, dropped, undone."""

from pathlib import Path

from PySide6.QtWidgets import QLabel

from app.watch.drift import drift as compared
from tests.app.watch.test_drift import _runs
from tests.widgets.conftest import Bench
from tests.widgets.repeats.test_repeating import answer
from widgets.repeats.drift_sheet import DriftSheet


def sent(bench: Bench, *texts: str) -> None:
    before = max(bench.engine.orders, default=0)
    bench.window.composer.show_draft("Why?", "")
    bench.conductor.send()
    for run, text in enumerate(texts, before + 1):
        answer(bench, run, text=text)


def drift(bench: Bench, pane: int = 0) -> str:
    """What the pane says once nothing is reckoned any more."""
    watching = bench.conductor.watching
    bench.qtbot.waitUntil(lambda: not watching._remarks._is_at_work)
    bench.qtbot.wait(1)
    label = bench.panes[pane].footer._drift
    return str(label.text()) if label.isVisible() else ""


def test_an_answer_becomes_the_baseline_and_the_next_is_compared(bench: Bench) -> None:
    sent(bench, "Ships float.", "x", "x")
    assert drift(bench) == ""
    bench.window.do("focus_1")
    bench.window.do("baseline")
    assert bench.conductor.home.session.baselines[0].runs == (bench.conductor.home.session.runs[0].id,)
    assert drift(bench) == "baseline"
    sent(bench, "Ships float.", "y", "y")
    assert drift(bench) == ""
    sent(bench, "{[(0123456789)]}?", "y", "y")
    assert drift(bench).startswith("drift: text ")
    assert drift(bench, 1) == ""  # which has no baseline


def test_the_sheet_compares_all_later_runs_and_drops_the_baseline(bench: Bench) -> None:
    sent(bench, "Ships float.", "x", "x")
    bench.window.do("focus_1")
    bench.window.do("baseline")
    sent(bench, "Ships float.", "x", "x")
    sent(bench, "Ships sink.", "x", "x")
    bench.window.do("focus_1")
    with bench.qtbot.waitSignal(bench.conductor.watching._sheets.reckoned):
        bench.window.do("drift")
    sheet = bench.conductor.watching.sheet
    assert sheet is not None
    assert sheet.isVisible()
    assert sheet.head.text() == "practice/swift: 2 later runs against 1 run of the baseline."
    assert "Answers are 79% like the nearest one of the baseline" in sheet.said.text()
    sheet.drop.click()
    assert bench.conductor.home.session.baselines == ()
    assert drift(bench) == ""
    assert not sheet.isVisible()
    bench.window.do("undo")
    assert len(bench.conductor.home.session.baselines) == 1


def test_a_change_has_the_sign_of_the_medians_beside_it(bench: Bench) -> None:
    """The middle of these ratios is above 1; of so few runs it says nothing yet."""
    sheet = DriftSheet(bench.window)
    sheet.show_drift("m", compared(_runs([100.0, 300.0, 300.0]), _runs([290.0, 290.0, 1000.0])))
    said = [part.text() for part in sheet._parts if isinstance(part, QLabel)]
    row = said.index("TTFT, ms")
    assert said[row : row + 4] == ["TTFT, ms", "300", "290", "-3.3 %; 4 runs of each are needed for an interval"]


def test_answers_are_held_to_a_schema_from_a_file(bench: Bench, tmp_path: Path) -> None:
    sent(bench, '{"city": "Bern"}', "x", "x")
    bench.window.do("focus_1")
    bench.window.do("baseline")
    sent(bench, '{"town": "Bern"}', "x", "x")
    watching = bench.conductor.watching
    bench.window.do("focus_1")
    with bench.qtbot.waitSignal(watching._sheets.reckoned):
        bench.window.do("drift")
    sheet = watching.sheet
    assert sheet is not None
    assert sheet.fit.text() == "Answers must fit a JSON schema…"
    (tmp_path / "bad.json").write_text("{")
    sheet.schema_chosen.emit(str(tmp_path / "bad.json"))
    assert "bad.json is no JSON schema: it is not JSON" in bench.window.statusBar().currentMessage()
    (tmp_path / "city.json").write_text('{"required": ["city"]}')
    with bench.qtbot.waitSignal(watching._sheets.reckoned):
        sheet.schema_chosen.emit(str(tmp_path / "city.json"))
    assert "0% of the answers fit the JSON schema, and 100% did" in sheet.said.text()
    assert drift(bench).startswith("drift: does not fit its JSON schema")
    assert sheet.fit.text() == "Drop the schema"
    with bench.qtbot.waitSignal(watching._sheets.reckoned):
        sheet.fit.click()
    assert bench.conductor.home.session.baselines[0].json_schema == {}
    assert sheet.fit.text() == "Answers must fit a JSON schema…"


def test_repeats_become_the_baseline_together(bench: Bench) -> None:
    from app.repeats.plan import Plan
    from tests.widgets.repeats.test_repeating import begin, reckoned, step

    bench.window.composer.show_draft("Why?", "")
    runs = begin(bench, Plan(2, 1, seed=1))
    while runs:
        runs = step(bench, *runs)
    results = bench.conductor.repeating.results
    assert results is not None
    reckoned(bench)
    results.base.click()
    session = bench.conductor.home.session
    assert len(session.baselines[0].runs) == 6  # those that warmed up are none of it
    assert drift(bench, 2) == "baseline"


def test_without_a_baseline_it_is_said(bench: Bench) -> None:
    bench.window.do("baseline")
    assert "no answer here" in bench.window.statusBar().currentMessage()
    sent(bench, "yes", "x", "x")
    with bench.qtbot.waitSignal(bench.conductor.watching._sheets.reckoned):
        bench.window.do("drift")
    assert "no baseline" in bench.window.statusBar().currentMessage()

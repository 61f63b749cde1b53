"""The session in the window: what is done in it is kept, can be undone, is opened again and found again."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.history.entry import Hit, Page
from app.history.wishes import DeleteRuns, HistoryFacts, HistoryFound, KeepHistory, SearchHistory
from app.session.document import NO_OPINION, Draft, Opinion
from app.session.wishes import (
    AskSessions,
    BeginSession,
    ChangeSession,
    ExportSession,
    LeaveSession,
    Left,
    Opened,
    OpenSession,
    ResumeSession,
    SaveSession,
    SessionKept,
    SessionOpened,
    SessionRefused,
    SessionSaved,
    SessionsLeft,
)
from tests.app.history.test_history import an_entry
from tests.app.session.samples import a_session
from tests.widgets.conftest import Bench
from tests.widgets.scripted_engine import ScriptedEngine
from widgets.conductor import Conductor
from widgets.main_window import MainWindow
from widgets.sessions.door import _file_name
from widgets.strip import Strip


def answered(bench: Bench, *texts: str) -> None:
    """Sends the draft; the lanes answer in their order."""
    before = max(bench.engine.orders, default=0)
    bench.conductor.send()
    for run, text in enumerate(texts, before + 1):
        bench.engine.text(run, text)
        bench.engine.finish(run)


def wishes(bench: Bench, kind: type) -> list:  # type: ignore[type-arg]
    return [wish for wish in bench.engine.session_wishes if isinstance(wish, kind)]


def opened(bench: Bench, path: str = "/x/cats.abreast", **parts: object) -> None:
    bench.engine.session_told.emit(SessionOpened(replace(Opened(a_session(), path), **parts)))


def test_each_answer_is_kept_with_what_was_asked(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    session = bench.conductor.home.session
    assert [run.record.text for run in session.runs] == ["one", "two", "three"]
    assert len(session.prompts) == 1
    assert [lane.head for lane in session.lanes] == [run.id for run in session.runs]
    orders = list(bench.engine.orders.values())
    assert all(order.session == session.id and order.live is not None for order in orders)
    assert [order.live.id for order in orders] == [run.id for run in session.runs]  # type: ignore[union-attr]
    assert session.runs[0].chunks.characters == (3,)


def test_the_engine_knows_of_the_session_before_its_runs(bench: Bench) -> None:
    answered(bench, "one")
    assert isinstance(bench.engine.session_wishes[0], BeginSession)


def test_a_conversation_goes_on_from_what_is_shown(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    composer = bench.window.composer
    composer.set_continuing(True)
    composer.prompt.setPlainText("Go on")
    answered(bench, "one more", "two more", "three more")
    order = bench.engine.orders[4]
    assert [message.role for message in order.request.messages] == ["user", "assistant", "user"]
    assert order.request.messages[1].text == "one"
    assert order.request.messages[2].text == "Go on"
    assert composer.prompt.toPlainText() == "", "the next turn is written anew"
    pane = bench.panes[0]
    assert pane.turns.turns.text == "Turn 2 of 2"
    pane.turns.turns._on_back()
    assert pane.body.text() == "one"
    assert pane.turns.turns.text == "Turn 1 of 2"
    composer.prompt.setPlainText("Another way")
    answered(bench, "branched")
    session = bench.conductor.home.session
    branch = next(run for run in session.runs if run.record.text == "branched")
    assert [run.record.text for run in session.conversation(branch.id)] == ["one", "branched"]
    assert pane.turns.versions.text == "Version 2 of 2"


def test_a_new_prompt_is_no_turn_of_the_old_one(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    answered(bench, "again", "b", "c")
    assert len(bench.engine.orders[4].request.messages) == 1
    assert bench.panes[0].turns.versions.text == "Version 2 of 2"
    bench.window.composer.prompt.setPlainText("Something else")
    answered(bench, "else", "b", "c")
    assert bench.panes[0].turns.isHidden()


def test_editing_an_earlier_turn_branches_off(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.window.composer.set_continuing(True)
    bench.window.composer.prompt.setPlainText("Go on")
    answered(bench, "a", "b", "c")
    bench.panes[0].turns._edit.click()
    assert bench.window.composer.prompt.toPlainText() == "Go on"
    assert [pane.body.text() for pane in bench.panes] == ["one", "two", "three"]
    bench.window.composer.prompt.setPlainText("Go on, shorter")
    answered(bench, "a2", "b2", "c2")
    assert [message.text for message in bench.engine.orders[9].request.messages[1:]] == ["three", "Go on, shorter"]


def test_running_again_is_another_version(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.conductor.rerun(bench.panes[1].place.number)
    bench.engine.text(4, "two again")
    bench.engine.finish(4)
    versions = bench.panes[1].turns.versions
    assert versions.text == "Version 2 of 2"
    versions._on_back()
    assert bench.panes[1].body.text() == "two"
    assert bench.panes[0].turns.isHidden()


def test_everything_that_was_done_can_be_undone_and_done_again(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    window, home = bench.window, bench.conductor.home
    window.desk.go_to(1)
    window.do("remove_lane")
    assert window.commands.actions["undo"].text() == "Undo removing a lane"
    window.do("undo")
    assert [pane.place.text for pane in bench.panes] == ["practice/swift", "practice/steady", "practice/deep"]
    assert bench.panes[1].body.text() == "two", "with its answer"
    window.do("redo")
    assert len(bench.panes) == 2
    window.do("undo")
    window.desk.go_to(0)
    window.do("lane_right")
    window.do("undo")
    assert [pane.body.text() for pane in bench.panes] == ["one", "two", "three"]
    before = window.composer.prompt.toPlainText()
    window.composer.prompt.setPlainText("x")
    window.composer.prompt.setPlainText("xy")
    assert home.undo_name == "typing"
    window.do("undo")
    assert window.composer.prompt.toPlainText() == before, "typing is one step"
    window.desk.go_to(0)
    window.do("remove_run")
    assert bench.panes[0].state == "empty"
    assert len(home.session.runs) == 2
    window.do("undo")
    assert bench.panes[0].body.text() == "one"


def test_a_window_begins_with_nothing_to_undo(bench: Bench) -> None:
    assert bench.conductor.home.undo_name == ""
    before = bench.window.composer.prompt.toPlainText()
    bench.window.composer.prompt.setPlainText("Changed")
    bench.window.do("undo")
    assert bench.window.composer.prompt.toPlainText() == before
    assert len(bench.panes) == 3


def test_what_is_typed_after_a_pause_is_undone_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    write = bench.window.composer.prompt.setPlainText
    write("One")
    write("One two")
    monkeypatch.setattr("widgets.sessions.home.PAUSE_S", -1.0)
    write("One two three")
    bench.window.do("undo")
    assert bench.window.composer.prompt.toPlainText() == "One two"


def test_a_letter_of_the_draft_asks_no_pane_for_its_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(bench, "one", "two", "three")
    asked: list[object] = []
    monkeypatch.setattr("widgets.sessions.binder.turn_of", lambda *of: asked.append(of))
    for text in ("a", "ab", "abc"):
        bench.window.composer.prompt.setPlainText(text)
    assert asked == []


def test_undoing_takes_no_answer_away(bench: Bench) -> None:
    bench.window.composer.prompt.setPlainText("Changed")
    answered(bench, "one", "two", "three")
    bench.window.do("undo")
    assert len(bench.conductor.home.session.runs) == 3
    assert bench.panes[0].body.text() == "one"


def test_changes_go_to_the_engine_in_a_moment(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.window.composer.prompt.setPlainText("Changed")
    bench.qtbot.waitUntil(lambda: bool(wishes(bench, ChangeSession)), timeout=2000)
    change = wishes(bench, ChangeSession)[-1].change
    assert change.head.draft.text == "Changed"
    assert change.runs == (), "the engine has the runs already"


def test_an_opened_session_stands_as_it_was(bench: Bench) -> None:
    opened(bench)
    assert [pane.place.text for pane in bench.panes] == ["practice/swift", "openai/gpt-5"]
    assert bench.panes[0].place.params == {"temperature": 0.5}
    assert bench.panes[0].state == "done"
    assert bench.panes[1].state == "empty", "that lane shows no run"
    assert bench.window.composer.prompt.toPlainText() == "And now?\n"
    assert bench.window.top.session.text_shown == "Cats & dogs"
    assert bench.panes[0].turns.turns.text == "Turn 2 of 2"
    assert bench.conductor.home.is_saved


def test_what_cannot_be_opened_is_said_and_leaves_what_is_there(bench: Bench) -> None:
    answered(bench, "one")
    bench.engine.session_told.emit(SessionRefused("cats.abreast is no JSON: it ends in the middle."))
    assert bench.panes[0].body.text() == "one"
    assert any("cats.abreast" in strip.text for strip in strips(bench))


def strips(bench: Bench) -> list:  # type: ignore[type-arg]
    bench.qtbot.wait(1)  # a new child of what is visible is shown by the event loop
    return [strip for strip in bench.window.findChildren(Strip) if not strip.isHidden()]


def test_the_first_start_begins_and_a_later_one_goes_on(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert len(wishes(bench, AskSessions)) == 1
    bench.engine.session_told.emit(SessionsLeft((Left("5e55", "Cats", "", 4, 0.0, True, 2),)))
    assert wishes(bench, ResumeSession) == [ResumeSession("5e55")]
    opened(bench, path="", is_dirty=True, cut_off=("r3", "r4"))
    assert any("2 answers were streaming" in strip.text for strip in strips(bench))
    bench.engine.died.emit("The engine ended unexpectedly.")
    bench.engine.ready.emit()
    assert wishes(bench, BeginSession)[-1].session.id == "5e55", "a new engine is told what there is"


def test_another_window_begins_empty_with_the_same_lanes(window: MainWindow, qtbot: QtBot) -> None:
    engine = ScriptedEngine(window)
    conductor = Conductor(window, engine, file="--new")
    engine.ready.emit()
    assert window.composer.prompt.toPlainText() == ""
    assert len(window.grid.panes) == 3
    begun = [wish for wish in engine.session_wishes if isinstance(wish, BeginSession)]
    assert begun[-1].session.id == conductor.home.session.id
    assert begun[-1].session.draft == Draft()
    assert conductor.home.undo_name == ""
    conductor.end()


def test_after_a_crash_what_other_windows_had_is_offered(bench: Bench) -> None:
    bench.engine.ready.emit()
    left = (
        Left("a", "Cats", "", 4, 2.0, True, 1),
        Left("b", "", "/x/dogs.abreast", 4, 1.0, True, 2),
        Left("c", "", "", 1, 0.0, True, 0),
    )
    bench.engine.session_told.emit(SessionsLeft(left))
    (strip,) = [strip for strip in strips(bench) if "other windows" in strip.text]
    assert "“dogs” was open" in strip.text
    assert strip.action is not None
    strip.action.click()
    assert len(wishes(bench, AskSessions)) == 2


def test_whoever_has_begun_is_not_taken_somewhere_else(bench: Bench) -> None:
    answered(bench, "one")
    bench.engine.ready.emit()
    bench.engine.session_told.emit(SessionsLeft((Left("5e55", "Cats", "", 4, 0.0, True, 0),)))
    assert wishes(bench, ResumeSession) == []


def test_saving_names_the_session_and_marks_what_is_not_saved(bench: Bench, tmp_path: Path) -> None:
    answered(bench, "one", "two", "three")
    path = str(tmp_path / "mine.abreast")
    home = bench.conductor.home
    home.save(path)
    assert wishes(bench, SaveSession) == [SaveSession(home.session.id, path)]
    assert not home.is_saved
    bench.engine.session_told.emit(SessionSaved(home.session.id, path, 1))
    assert home.is_saved
    assert bench.window.top.session.text_shown == "mine"
    bench.window.composer.prompt.setPlainText("changed")
    assert bench.window.top.session.text_shown == "mine •"
    bench.window.do("save_session")
    assert wishes(bench, SaveSession)[-1].path == path
    bench.engine.session_told.emit(SessionSaved(home.session.id, path, 2, "changed", is_elsewhere=True))
    strip = next(strip for strip in strips(bench) if "changed by someone else" in strip.text)
    strip.action.click()
    assert wishes(bench, SaveSession)[-1].anyway
    bench.engine.session_told.emit(SessionSaved(home.session.id, path, 2))
    assert not any("changed by someone else" in strip.text for strip in strips(bench))
    bench.engine.session_told.emit(SessionSaved(home.session.id, path, 3, "mine.abreast could not be saved: no space"))
    assert any("kept in the recovery copy" in strip.text for strip in strips(bench))


def test_a_disk_that_is_full_is_told_once_and_its_end_too(bench: Bench) -> None:
    answered(bench, "one")
    id_ = bench.conductor.home.session.id
    for _ in range(3):
        bench.engine.session_told.emit(SessionKept(id_, 1, "there is no space left on the disk"))
    assert len([strip for strip in strips(bench) if "no space left" in strip.text]) == 1
    bench.engine.session_told.emit(SessionKept(id_, 2))
    assert not [strip for strip in strips(bench) if "no space left" in strip.text]


def test_a_new_session_keeps_the_lanes_and_lets_the_old_one_go(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    old = bench.conductor.home.session.id
    bench.window.do("new_session")
    assert [pane.state for pane in bench.panes] == ["empty"] * 3
    assert wishes(bench, LeaveSession) == [LeaveSession(old)]
    assert bench.conductor.home.session.draft == Draft()
    answered_now = bench.conductor.home.session.runs
    assert answered_now == ()


def test_other_sessions_are_listed_and_opened(bench: Bench) -> None:
    bench.engine.ready.emit()
    bench.engine.session_told.emit(SessionsLeft(()))
    bench.window.do("sessions")
    left = (
        Left("a", "", "", 3, 1.0, True, 0),
        Left("b", "", "", 2, 0.5, True, 0),
        Left("c", "", "/x/d.abreast", 0, 0.0, False, 0),
    )
    bench.engine.session_told.emit(SessionsLeft(left))
    sheet = bench.window.overlays._sheets["sessions"]
    assert [choice.lane for choice in sheet.list.choices.shown] == ["Untitled", "Untitled (2)", "d"]  # type: ignore[attr-defined]
    sheet.discard.click()  # type: ignore[attr-defined]
    assert sheet.discard.text() == "Delete for good"  # type: ignore[attr-defined]
    sheet._on_open()  # type: ignore[attr-defined]
    assert wishes(bench, ResumeSession) == [ResumeSession("a")]


def test_exporting_asks_for_the_format_of_the_name(bench: Bench) -> None:
    bench.conductor.door._on_export_chosen("/x/a.html")
    assert wishes(bench, ExportSession)[-1].format == "html"


@pytest.mark.parametrize("name", ["a/../../b", "..", "", "con\0", "x" * 300, "Cats & dogs: 3"])
def test_a_title_never_names_a_place(name: str) -> None:
    made = _file_name(name)
    assert made
    assert "/" not in made
    assert "\0" not in made
    assert len(made) <= 80
    assert not made.startswith(".")


# The history


def history(bench: Bench):  # type: ignore[no-untyped-def]
    bench.window.do("history")
    bench.qtbot.wait(1)
    return bench.window.overlays._sheets["history"]


def page(*numbers: int, next_: int | None = None) -> Page:
    return Page(tuple(Hit(n, an_entry(n), "a snippet with words", ((2, 9),)) for n in numbers), next_)


def test_the_history_is_searched_as_one_types(bench: Bench) -> None:
    sheet = history(bench)
    assert bench.engine.history_wishes == [SearchHistory(""), KeepHistory(None)]
    sheet.search.setText("words")
    bench.qtbot.waitUntil(lambda: SearchHistory("words") in bench.engine.history_wishes, timeout=2000)
    bench.engine.history_told.emit(HistoryFound("", None, page(9)))
    assert sheet.hits.rowCount() == 0, "the answer to another question"
    bench.engine.history_told.emit(HistoryFound("words", None, page(5, 4, next_=4)))
    assert sheet.current.run == "r5"
    assert sheet.prompt.toPlainText().startswith("Say {{what}}")
    sheet.hits.fetchMore(sheet.list.rootIndex())
    assert bench.engine.history_wishes[-1] == SearchHistory("words", 4)
    bench.engine.history_told.emit(HistoryFound("words", 4, page(3)))
    assert sheet.hits.rowCount() == 3
    bench.engine.history_told.emit(HistoryFound("words", None, None, "cost: much is not a number."))
    assert sheet.said.text() == "cost: much is not a number."
    sheet.dismiss()


def test_deleting_from_the_history_asks_twice(bench: Bench) -> None:
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(5, 4)))
    bench.engine.history_told.emit(HistoryFacts(2, 1_200_000))
    assert sheet.facts.text() == "2 runs · 1.2 MB on this machine, not encrypted"
    sheet.delete.click()
    assert not [wish for wish in bench.engine.history_wishes if isinstance(wish, DeleteRuns)]
    sheet.delete.click()
    assert bench.engine.history_wishes[-1] == DeleteRuns(("r5",))
    assert [hit.entry.run for hit in sheet.hits.hits] == ["r4"]
    sheet.all.click()
    sheet.all.click()
    assert bench.engine.history_wishes[-1] == DeleteRuns()
    sheet.dismiss()


def test_a_hit_is_opened_in_its_place(bench: Bench) -> None:
    opened(bench)
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(1)))
    sheet._on_open()
    assert bench.panes[0].turns.turns.text == "Turn 1 of 2", "of the session that is shown"
    bench.window.do("new_session")
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(1)))
    sheet._on_open()
    assert wishes(bench, OpenSession) == [OpenSession("/x/cats.abreast")]
    opened(bench)
    assert bench.panes[0].turns.turns.text == "Turn 1 of 2"


def test_a_hit_whose_session_does_not_hold_it_any_more_is_told(bench: Bench) -> None:
    opened(bench)
    for is_shown in (True, False):
        if not is_shown:
            bench.window.do("new_session")
        bench.window.announce("")
        sheet = history(bench)
        bench.engine.history_told.emit(HistoryFound("", None, page(99)))
        sheet._on_open()
        if not is_shown:
            assert bench.window.statusBar().currentMessage() == ""
            opened(bench)
        said = bench.window.statusBar().currentMessage()
        assert said == "This session does not hold that run any more; the history still has its texts."


def test_a_hit_whose_session_cannot_be_opened_is_not_waited_for(bench: Bench) -> None:
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(99)))
    sheet._on_open()
    bench.engine.session_told.emit(SessionRefused("The session cannot be opened: it is not there any more."))
    bench.window.announce("")
    opened(bench)
    assert bench.window.statusBar().currentMessage() == "", "this was opened for itself"


def test_how_long_runs_are_kept_is_remembered(bench: Bench) -> None:
    sheet = history(bench)
    sheet.kept.setCurrentIndex(2)
    sheet._on_kept()
    assert KeepHistory(90) not in bench.engine.history_wishes, "that would delete runs"
    assert "older than 90 days goes for good" in sheet.said.text()
    sheet.dismiss()
    sheet = history(bench)
    assert sheet.kept.currentIndex() == 0, "thought better of"
    assert bench.window.settings().history_days is None
    sheet.kept.setCurrentIndex(2)
    sheet._on_kept()
    sheet.shorten.click()
    assert KeepHistory(90) in bench.engine.history_wishes
    assert bench.window.settings().history_days == 90
    sheet.kept.setCurrentIndex(1)
    sheet._on_kept()
    assert bench.engine.history_wishes[-1] == KeepHistory(365), "longer takes nothing away"
    sheet.dismiss()


def test_the_wheel_changes_no_choice_on_its_way(bench: Bench) -> None:
    sheet = history(bench)
    before = sheet.kept.currentIndex()
    point = QPointF(5, 5)
    turn = QWheelEvent(
        point, sheet.kept.mapToGlobal(point), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(sheet.kept, turn)
    assert sheet.kept.currentIndex() == before
    sheet.dismiss()


# Judging


def test_an_answer_is_judged_and_that_is_kept_and_undone(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.window.desk.go_to(1)
    bench.window.do("judge")
    sheet = bench.window.overlays._sheets["judge"]
    sheet.stars[3].click()  # type: ignore[attr-defined]
    bench.qtbot.keyClicks(sheet, "+")
    sheet.note.setPlainText("Long")  # type: ignore[attr-defined]
    assert [button.text() for button in sheet.rivals] == ["swift", "deep"]  # type: ignore[attr-defined]
    sheet.rivals[1].click()  # type: ignore[attr-defined]
    session = bench.conductor.home.session
    assert session.runs[1].opinion == Opinion(4, "up", "Long")
    assert [(each.better, each.worse) for each in session.better] == [(session.runs[1].id, session.runs[2].id)]
    assert bench.panes[1].footer.judge.text() == "4 ▲"
    assert "Better than practice/deep" in bench.panes[1].footer.judge.toolTip()
    bench.qtbot.keyClicks(sheet, "4+")
    assert bench.conductor.home.session.runs[1].opinion == Opinion(note="Long"), "the same again takes it back"
    sheet.dismiss()
    for _ in range(3):
        bench.window.do("undo")
    assert bench.conductor.home.session.runs[1].opinion == NO_OPINION
    assert bench.panes[1].footer.judge.text() == ""
    bench.window.do("rate_2")
    assert bench.conductor.home.session.runs[1].opinion.rating == 2


def test_an_answer_that_was_run_again_still_has_its_rivals(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.conductor.rerun(bench.panes[1].place.number)
    bench.engine.text(4, "two again")
    bench.engine.finish(4)
    bench.window.desk.go_to(1)
    bench.window.do("judge")
    sheet = bench.window.overlays._sheets["judge"]
    assert [button.text() for button in sheet.rivals] == ["swift", "deep"]  # type: ignore[attr-defined]
    sheet.dismiss()


def test_there_is_nothing_to_judge_before_an_answer(bench: Bench) -> None:
    bench.window.do("judge")
    assert "no answer" in bench.window.statusBar().currentMessage()
    assert not bench.panes[0].footer.judge.isEnabled()


# Replay


def test_a_replay_shows_what_came_when_it_came_and_ends_as_it_was(bench: Bench) -> None:
    opened(bench)
    bench.conductor.binder.go_to(bench.panes[0].place.number, "r1")
    bench.window.do("replay")
    player, bar = bench.conductor.replaying.player, bench.conductor.replaying.bar
    assert bar is not None
    assert player.is_playing
    player.pause()
    pane = bench.panes[0]
    player.seek(0.01)
    assert pane.state == "waiting"
    player.seek(0.03)
    assert (pane.state, pane.body.text()) == ("streaming", "One line.\n")
    assert "TTFT 25 ms" in pane.footer.line.text()
    player.seek(0.826)
    assert pane.body.text() == "One line.\nAnother ✓ line.\n"
    player.seek(0.03)
    assert pane.body.text() == "One line.\n", "backwards"
    bench.qtbot.keyClick(bar.scrubber, Qt.Key.Key_End)
    bench.qtbot.waitUntil(lambda: pane.state == "done", timeout=1000)
    assert "48 tok/s" in pane.footer.line.text()
    bar.speed.setCurrentIndex(5)
    bar._on_speed()
    with bench.qtbot.waitSignal(player.played, check_params_cb=lambda is_playing: not is_playing, timeout=3000):
        player.play()
    assert pane.state == "done"
    bench.window.do("stop")
    assert bench.conductor.replaying.bar is None
    assert not bench.engine.orders, "it costs nothing"


def test_a_hand_that_moves_quickly_costs_one_picture(bench: Bench) -> None:
    opened(bench)
    bench.conductor.binder.go_to(bench.panes[0].place.number, "r1")
    bench.window.do("replay")
    player, bar = bench.conductor.replaying.player, bench.conductor.replaying.bar
    assert bar is not None
    player.pause()
    shown: list[int] = []
    player.advanced.connect(lambda lane, _advance: shown.append(lane))
    for step in range(40):
        bar.scrubber.sought.emit(0.02 + step / 1000)
    assert shown == []
    bench.qtbot.waitUntil(lambda: bool(shown), timeout=1000)
    assert len(shown) == 1
    assert player.at_s == pytest.approx(0.059)
    bench.window.do("stop")


def test_sending_ends_a_replay(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.window.do("replay")
    bench.conductor.send()
    assert bench.conductor.replaying.bar is None
    assert [pane.state for pane in bench.panes] == ["waiting"] * 3


def test_without_answers_there_is_nothing_to_play(bench: Bench) -> None:
    bench.window.do("replay")
    assert bench.conductor.replaying.bar is None
    assert "nothing to play" in bench.window.statusBar().currentMessage()


def test_a_recovery_copy_that_cannot_be_read_is_told_once(bench: Bench) -> None:
    said = "What was not saved of a session cannot be read: it holds no session. What there is of it is kept as /x."
    for _ in range(2):
        bench.engine.session_told.emit(SessionsLeft((), (said,)))
    assert [strip.text for strip in bench.window.findChildren(Strip) if "cannot be read" in strip.text] == [said]

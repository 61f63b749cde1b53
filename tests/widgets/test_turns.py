"""Turns of a conversation in the window: which prompt runs again, and with what is attached to it."""

import pytest

from providers.errors import Failure
from providers.types import File
from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered, opened

NOTE = File("text/plain", "note.txt", b"hello")


def conversation(bench: Bench) -> None:
    """Two turns in each lane, the first of them with a file."""
    composer = bench.window.composer
    composer.prompt.setPlainText("First")
    composer.attached.add("note.txt", NOTE)
    composer.set_continuing(True)
    answered(bench, "one", "two", "three")
    composer.prompt.setPlainText("Second")
    answered(bench, "one b", "two b", "three b")


def asked(bench: Bench, run: int) -> list[str]:
    return [message.text for message in bench.engine.orders[run].request.messages]


def files(bench: Bench, run: int) -> list[bytes]:
    return [file.data for file in bench.engine.orders[run].request.messages[-1].attachments]


def test_running_a_turn_again_asks_what_it_asked(bench: Bench) -> None:
    conversation(bench)
    assert bench.window.composer.prompt.toPlainText() == ""
    bench.window.desk.go_to(0)
    bench.window.do("rerun")
    assert bench.window.composer.message == ""
    assert asked(bench, 7) == ["First", "one", "Second"]
    bench.engine.text(7, "one c")
    bench.engine.finish(7)
    assert bench.panes[0].turns.versions.text == "Version 2 of 2"


def test_a_prompt_that_is_being_written_is_no_version_of_the_turn_before(bench: Bench) -> None:
    conversation(bench)
    composer = bench.window.composer
    composer.prompt.setPlainText("Third, half")
    composer.attached.add("other.txt", File("text/plain", "other.txt", b"other"))
    bench.panes[0].turns.turns._on_back()
    bench.conductor.rerun(bench.panes[0].place.number)
    assert asked(bench, 7) == ["First"]
    assert files(bench, 7) == [b"hello"], "the turn's own, not the composer's"
    bench.conductor.rerun(bench.panes[1].place.number)
    assert asked(bench, 8) == ["First", "two", "Second"]
    assert files(bench, 8) == []
    assert composer.prompt.toPlainText() == "Third, half"
    assert len(composer.attached.files) == 1


def test_a_failed_turn_is_tried_again_as_it_was_asked(bench: Bench) -> None:
    conversation(bench)
    bench.window.composer.prompt.setPlainText("Third")
    bench.conductor.send()
    for run in (7, 8, 9):
        bench.engine.end(run, failure=Failure("network", "no route"))
    bench.window.composer.prompt.setPlainText("Fourth, half")
    bench.panes[1].body._problem._retry.click()
    assert asked(bench, 10) == ["First", "two", "Second", "two b", "Third"]


def test_a_lane_that_still_answers_runs_the_same_turn_again(bench: Bench) -> None:
    conversation(bench)
    bench.window.composer.prompt.setPlainText("Third")
    bench.conductor.send()
    bench.conductor.rerun(bench.panes[0].place.number)
    assert asked(bench, 10) == asked(bench, 7) == ["First", "one", "Second", "one b", "Third"]


def test_the_first_turns_prompt_is_changed_and_run_in_one_lane(bench: Bench) -> None:
    composer = bench.window.composer
    composer.prompt.setPlainText("First")
    answered(bench, "one", "two", "three")
    composer.prompt.setPlainText("First, shorter")
    bench.conductor.rerun(bench.panes[0].place.number)
    assert asked(bench, 4) == ["First, shorter"]
    bench.engine.text(4, "one b")
    bench.engine.finish(4)
    composer.prompt.clear()
    bench.conductor.rerun(bench.panes[1].place.number)
    assert asked(bench, 5) == ["First"], "where nothing is written, what was asked"
    bench.engine.finish(5)
    composer.prompt.setPlainText("Another")
    first = bench.conductor.home.session.runs[0]
    bench.conductor.binder.go_to(bench.panes[0].place.number, first.id)
    bench.conductor.rerun(bench.panes[0].place.number)
    assert asked(bench, 6) == ["First"], "one of earlier, as it was"


def test_a_file_that_was_too_large_to_keep_is_asked_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.making.KEPT_BYTES", 3)
    conversation(bench)
    bench.panes[0].turns.turns._on_back()
    bench.conductor.rerun(bench.panes[0].place.number)
    assert "note.txt went with this prompt and was too large" in bench.window.composer.message
    assert len(bench.engine.orders) == 6
    bench.window.composer.attached.add("note.txt", NOTE)
    bench.conductor.rerun(bench.panes[0].place.number)
    assert files(bench, 7) == [b"hello"], "the composer holds it"


def test_a_session_that_was_opened_runs_its_turn_again(bench: Bench) -> None:
    opened(bench)
    bench.conductor.rerun(bench.panes[0].place.number)
    shown = bench.conductor.home.session.run("r3")
    assert shown is not None
    assert asked(bench, 1)[-1] == bench.conductor.home.session.prompt(shown.prompt).text  # type: ignore[union-attr]


def test_a_turn_that_is_edited_has_its_files_again(bench: Bench) -> None:
    conversation(bench)
    composer = bench.window.composer
    composer.attached.add("other.txt", File("text/plain", "other.txt", b"other"))
    bench.panes[0].turns.turns._on_back()
    bench.conductor.edit_turn(bench.panes[0].place.number)
    assert composer.prompt.toPlainText() == "First"
    assert [name for name, _ in composer.attached.named] == ["note.txt"]
    composer.prompt.setPlainText("First, shorter")
    bench.conductor.send()
    assert asked(bench, 7) == ["First, shorter"]
    assert files(bench, 7) == [b"hello"]


def test_a_file_that_is_missing_from_an_edited_turn_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.making.KEPT_BYTES", 3)
    conversation(bench)
    bench.panes[0].turns.turns._on_back()
    bench.conductor.edit_turn(bench.panes[0].place.number)
    assert bench.window.composer.attached.files == ()
    assert "too large to be kept. Attach it again" in bench.window.composer.message

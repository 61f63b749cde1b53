"""Quitting: what is on no disk is told first, and the window stays; what is on a disk is never asked about."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.session.wishes import ChangeSession, SaveSession, SessionKept, SessionSaved
from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered, wishes
from widgets.frame import Frame
from widgets.sessions.leaving import Leaving, UnsavedSheet

FULL = "there is no space left on the disk"


class Closing:
    """A frame whose window is a bench's."""

    def __init__(self, bench: Bench, qtbot: QtBot) -> None:
        self.bench, self.home = bench, bench.conductor.home
        self.frame = Frame("", "light")
        qtbot.addWidget(self.frame)
        self.asked: list[bool] = []
        self.frame.close_asked.connect(self._on_closed)
        self.leaving = Leaving(self.frame, bench.window, self.home, bench.conductor.door)

    def _on_closed(self) -> None:
        self.asked.append(True)

    def kept(self, trouble: str = "", id_: str = "") -> None:
        """The engine's word of the last change."""
        changes = [0, *(wish.number for wish in wishes(self.bench, ChangeSession))]
        self.bench.engine.session_told.emit(SessionKept(id_ or self.home.session.id, max(changes), trouble))

    @property
    def sheet(self) -> UnsavedSheet | None:
        found = self.bench.window.findChildren(UnsavedSheet)
        return found[0] if found and found[0].isVisible() else None


@pytest.fixture
def closing(bench: Bench, qtbot: QtBot) -> Closing:
    return Closing(bench, qtbot)


def test_nobody_is_asked_when_nothing_would_be_lost(closing: Closing) -> None:
    closing.bench.window.composer.prompt.setPlainText("")
    closing.frame.close()
    assert closing.asked == [True]


def test_what_the_engine_has_kept_needs_no_question(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.home.flush()
    closing.kept()
    closing.frame.close()
    assert closing.asked == [True]
    assert closing.sheet is None


def test_what_was_typed_last_is_written_before_the_window_goes(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.bench.window.composer.prompt.setPlainText("And now?")
    closing.frame.close()
    assert closing.asked == []
    closing.kept()
    assert closing.asked == [True]


def test_trouble_that_shows_only_then_is_asked_about(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.frame.close()
    closing.kept(FULL)
    assert closing.asked == []
    assert closing.sheet is not None
    assert FULL in closing.sheet.what.text()
    assert "“Untitled”" in closing.sheet.what.text()
    closing.sheet.stay.click()
    assert closing.sheet is None
    assert closing.asked == []


def test_quitting_anyway(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.kept(FULL)
    closing.frame.close()
    assert closing.sheet is not None
    closing.sheet.quit.click()
    assert closing.asked == [True]


def test_the_window_closes_once_it_is_saved_elsewhere(closing: Closing, tmp_path: Path) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.kept(FULL)
    closing.frame.close()
    closing.home.save(str(tmp_path / "x.abreast"))  # as the dialog does
    (wish,) = wishes(closing.bench, SaveSession)
    closing.bench.engine.session_told.emit(SessionSaved(wish.id, wish.path, 1, "x.abreast could not be saved: no"))
    assert closing.sheet is not None
    assert closing.sheet.said.text().startswith("x.abreast could not be saved")
    assert closing.asked == []
    closing.home.save(str(tmp_path / "x.abreast"))
    closing.bench.engine.session_told.emit(SessionSaved(wish.id, wish.path, 1))
    assert closing.asked == [True]


def test_the_question_goes_when_there_is_room_again(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.home.flush()
    closing.kept(FULL)
    closing.frame.close()
    assert closing.sheet is not None
    closing.kept()
    assert closing.sheet is None
    assert closing.asked == [], "nobody said that it should close now"


def test_one_that_was_let_go_of_unsaved_counts_too(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.home.flush()
    closing.kept(FULL)
    first = closing.home.session.id
    closing.bench.conductor.door.new()
    closing.kept()
    closing.frame.close()
    assert closing.sheet is not None
    assert closing.sheet.save.isHidden(), "the one that is shown holds nothing"
    closing.sheet.stay.click()
    closing.kept(id_=first)
    closing.frame.close()
    assert closing.asked == [True]


def test_a_silent_engine_does_not_keep_the_window(closing: Closing, qtbot: QtBot) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.leaving._waiting.setInterval(20)
    with qtbot.waitSignal(closing.frame.close_asked, timeout=1000):
        closing.frame.close()


def test_the_system_is_not_held_up(closing: Closing) -> None:
    answered(closing.bench, "one", "two", "three")
    closing.kept(FULL)
    closing.frame.leave()
    assert closing.asked == [True]

"""A replay ends as soon as the panes are to show something else, and paints nothing over it."""

import pytest

from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered, opened
from widgets.replay.player import Player


@pytest.fixture
def played(bench: Bench) -> Bench:
    """Two turns in each lane; the replay of the second stands at its beginning and goes on."""
    answered(bench, "one", "two", "three")
    bench.window.composer.set_continuing(True)
    bench.window.composer.prompt.setPlainText("Go on")
    answered(bench, "one b", "two b", "three b")
    bench.window.do("replay")
    assert player(bench).is_playing
    assert [pane.state for pane in bench.panes] == ["waiting"] * 3
    return bench


def player(bench: Bench) -> Player:
    return bench.conductor.replaying.player


def texts(bench: Bench) -> list[str]:
    return [pane.body.text() for pane in bench.panes]


def is_over(bench: Bench, *states: str) -> bool:
    """Also after the moment at which its frames would have come."""
    bench.qtbot.wait(60)
    shown = [pane.state for pane in bench.panes]
    return bench.conductor.replaying.bar is None and not player(bench).is_playing and shown == list(states)


def test_a_new_session_shows_nothing_of_it(played: Bench) -> None:
    played.window.do("new_session")
    assert is_over(played, "empty", "empty", "empty")
    assert texts(played) == [""] * 3
    played.window.do("stop")
    assert [pane.state for pane in played.panes] == ["empty"] * 3, "there is nothing left to be closed"


def test_a_session_that_is_opened_stands_as_it_was(played: Bench) -> None:
    opened(played)
    assert is_over(played, "done", "empty")


def test_undoing_leaves_the_answers_as_they_ended(played: Bench) -> None:
    played.window.do("undo")
    assert is_over(played, "done", "done", "done")
    assert texts(played) == ["one b", "two b", "three b"]


def test_another_turn_is_shown_and_the_other_lanes_are_whole(played: Bench) -> None:
    first = played.conductor.home.session.runs[0]
    played.panes[0].run_asked.emit(played.panes[0].place.number, first.id)
    assert is_over(played, "done", "done", "done")
    assert texts(played) == ["one", "two b", "three b"]


def test_the_lanes_that_are_left_are_whole(played: Bench) -> None:
    played.window.desk.go_to(1)
    played.window.do("remove_lane")
    assert is_over(played, "done", "done")
    assert texts(played) == ["one b", "three b"]


def test_an_answer_that_is_removed_is_not_played_on(played: Bench) -> None:
    played.window.desk.go_to(0)
    played.window.do("remove_run")
    assert is_over(played, "done", "done", "done")
    assert texts(played) == ["one", "two b", "three b"]


def test_a_lane_that_runs_again_has_its_pane_for_itself(played: Bench) -> None:
    played.conductor.rerun(played.panes[0].place.number)
    played.engine.text(7, "one c")
    assert played.conductor.replaying.bar is None
    assert [pane.state for pane in played.panes[1:]] == ["done", "done"]
    played.engine.finish(7)
    assert is_over(played, "done", "done", "done")
    assert texts(played) == ["one c", "two b", "three b"]


def test_a_hand_on_the_scrubber_paints_nothing_afterwards(played: Bench) -> None:
    player(played).pause()
    player(played).scrub(0.01)
    played.window.do("new_session")
    assert is_over(played, "empty", "empty", "empty")

"""Another session is shown while lanes are answering: the answers go on, unseen, and are kept where they belong."""

import pytest

from app.session.document import Session
from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered, opened


@pytest.fixture
def live(bench: Bench) -> Bench:
    """A turn that has ended, and one that has begun to come."""
    answered(bench, "one", "two", "three")
    bench.conductor.send()
    for run in (4, 5, 6):
        bench.engine.text(run, "so far")
    assert [pane.state for pane in bench.panes] == ["streaming"] * 3
    return bench


def ends(bench: Bench) -> list[tuple[str, str]]:
    """What still comes, and what is kept of it and where."""
    kept: list[tuple[str, str]] = []
    bench.conductor.runs.kept.connect(lambda session, _prompt, run: kept.append((session, run.record.text)))
    for run in (4, 5, 6):
        bench.engine.text(run, " and more")
        bench.engine.finish(run)
    bench.qtbot.wait(60)
    return kept


def test_a_new_session_is_empty_and_stays_so(live: Bench) -> None:
    old = live.conductor.home.session.id
    live.window.do("new_session")
    assert [pane.state for pane in live.panes] == ["empty"] * 3
    assert not live.conductor.runs.busy
    assert not live.engine.stopped, "nobody has asked for that"
    assert ends(live) == [(old, "so far and more")] * 3
    assert [pane.state for pane in live.panes] == ["empty"] * 3
    assert [pane.body.text() for pane in live.panes] == [""] * 3
    assert live.conductor.home.session.runs == ()
    assert not any(live.conductor.runs.record(pane.place.number) for pane in live.panes)


def test_it_can_be_asked_at_once(live: Bench) -> None:
    live.window.do("new_session")
    live.window.composer.prompt.setPlainText("Something new")
    live.conductor.send()
    assert live.window.composer.message == ""
    assert [message.text for message in live.engine.orders[7].request.messages] == ["Something new"]
    live.engine.text(7, "new")
    ends(live)
    live.engine.finish(7)
    assert live.panes[0].body.text() == "new"
    assert [run.record.text for run in live.conductor.home.session.runs] == ["new"]


def test_a_session_that_is_opened_shows_its_own_answers(live: Bench) -> None:
    old = live.conductor.home.session.id
    opened(live)
    assert [pane.state for pane in live.panes] == ["done", "empty"]
    shown = [pane.body.text() for pane in live.panes]
    assert ends(live) == [(old, "so far and more")] * 3, "also of the lane that has no place there"
    assert [pane.body.text() for pane in live.panes] == shown


def test_a_copy_shows_what_it_holds(live: Bench) -> None:
    before: Session = live.conductor.home.session
    live.window.do("duplicate_session")
    assert [pane.body.text() for pane in live.panes] == ["one", "two", "three"]
    assert ends(live) == [(before.id, "so far and more")] * 3
    assert [pane.body.text() for pane in live.panes] == ["one", "two", "three"]
    assert live.conductor.home.session.runs == before.runs


def test_undoing_leaves_what_is_answering_where_it_is(live: Bench) -> None:
    live.window.composer.prompt.setPlainText("Changed")
    live.window.do("undo")
    assert [pane.state for pane in live.panes] == ["streaming"] * 3
    ends(live)
    assert [pane.body.text() for pane in live.panes] == ["so far and more"] * 3

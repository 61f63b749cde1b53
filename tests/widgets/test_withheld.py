"""A session that would send keys on to elsewhere sends nothing before the user has allowed it, and loses nothing."""

import pytest
from msgspec.structs import replace

from app.session.document import LaneSpec
from app.session.onward import of_session
from app.session.wishes import Opened, SessionOpened
from tests.app.session.samples import a_session
from tests.widgets.conftest import Bench
from widgets.strip import Strip

PARAMS = {"extra_headers": {"X-Portkey-Custom-Host": "https://elsewhere.example"}, "temperature": 0.5}


@pytest.fixture
def strange(bench: Bench) -> Bench:
    session = a_session()
    lanes = (replace(session.lanes[0], spec=LaneSpec("practice/swift", PARAMS)), *session.lanes[1:])
    session = replace(session, lanes=lanes)
    bench.engine.session_told.emit(SessionOpened(Opened(session, "/x/cats.abreast", onward=of_session(session))))
    return bench


def strips(bench: Bench) -> list[Strip]:
    found = bench.window.findChildren(Strip)
    return [each for each in found if not each.isHidden() and each.action is not None and each.action.text() == "Allow"]


def test_it_is_told_by_name_and_nothing_is_sent(strange: Bench) -> None:
    (strip,) = strips(strange)
    assert "sent on to https://elsewhere.example (by the header X-Portkey-Custom-Host of practice/swift)" in strip.text
    strange.window.composer.prompt.setPlainText("Hello")
    for send in (strange.conductor.send, strange.conductor.stop_and_send):
        send()
    first = strange.window.desk.bench.places[0].number
    strange.conductor.rerun(first)
    strange.conductor.continue_lane(first)
    assert strange.engine.orders == {}
    assert strange.conductor.home.session.lanes[0].spec.params == PARAMS, "saving it again keeps it"


def test_closing_the_line_allows_nothing_and_the_next_send_tells_it_again(strange: Bench) -> None:
    strips(strange)[0]._on_close()
    strange.window.composer.prompt.setPlainText("Hello")
    strange.conductor.send()
    assert strange.engine.orders == {}
    strange.qtbot.waitUntil(lambda: len(strips(strange)) == 1, timeout=1000)


def test_a_lane_without_it_may_be_sent(strange: Bench) -> None:
    strange.window.composer.prompt.setPlainText("Hello")
    strange.conductor.continue_lane(strange.window.desk.bench.places[1].number)
    assert len(strange.engine.orders) == 1


def test_what_was_allowed_is_sent_as_it_is(strange: Bench) -> None:
    strip = strips(strange)[0]
    assert strip.action is not None
    strip.action.click()
    strange.window.composer.prompt.setPlainText("Hello")
    strange.conductor.send()
    assert next(iter(strange.engine.orders.values())).lane.params == PARAMS


def test_a_new_session_with_the_same_lanes_is_held_back_too(strange: Bench) -> None:
    strange.conductor.door.new()
    strange.window.composer.prompt.setPlainText("Hello")
    strange.conductor.send()
    assert strange.engine.orders == {}


def test_a_route_of_that_session_is_held_back_as_a_lane_is(bench: Bench) -> None:
    route = "ask: {lane: practice/swift, params: {extra_headers: {X-Portkey-Custom-Host: 'https://elsewhere.example'}}}"
    lane = replace(a_session().lanes[0], spec=LaneSpec("route:theirs"))
    session = replace(a_session(), lanes=(lane,), routes={"theirs": route})
    bench.engine.session_told.emit(SessionOpened(Opened(session, "/x/cats.abreast", onward=of_session(session))))
    bench.qtbot.waitUntil(lambda: len(strips(bench)) == 1, timeout=1000)
    (strip,) = strips(bench)
    bench.window.composer.prompt.setPlainText("Hello")
    bench.conductor.stop_and_send()
    assert bench.engine.orders == {}
    bench.qtbot.waitUntil(lambda: len(strips(bench)) == 1, timeout=1000)
    (again,) = strips(bench)
    assert again is not strip
    assert again.action is not None
    again.action.click()
    bench.conductor.stop_and_send()
    assert len(bench.engine.orders) == 1

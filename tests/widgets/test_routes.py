"""Routes in the window: as lanes, as a decision timeline in their pane, and in the editor in which they are built."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.limits import USUAL
from app.routes import spec
from app.routes.templates import TEMPLATES
from app.routes.text import from_text, to_text
from app.routes.wishes import KeepRoute, ListRoutes, RemoveRoute, RoutesTold, ShelvedRoute
from tests.widgets.conftest import Bench
from widgets.routes.editor import RouteEditor

CHEAP = TEMPLATES[0]


@pytest.fixture
def editor(bench: Bench) -> RouteEditor:
    bench.window.do("routes")
    return bench.conductor.routes.editor


def begun(editor: RouteEditor, name: str = "Cheap first") -> None:
    editor.start.list.taken.emit(name)


def lane_field(editor: RouteEditor) -> QLineEdit:
    field = editor.form.field("lane")
    assert isinstance(field, QLineEdit)
    return field


def click(qtbot: QtBot, editor: RouteEditor, place: str) -> None:
    qtbot.mouseClick(
        editor.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(editor.tree.rect_of(place).center())
    )


def places(editor: RouteEditor) -> list[tuple[str, str]]:
    return [(card.place, card.title) for card in editor.tree.cards]


# As lanes


def test_a_route_on_the_bench_brings_its_tree_along(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    assert bench.conductor.home.session.routes == {"Cheap first": to_text(CHEAP.root)}
    bench.conductor.send()
    order = bench.engine.orders[max(bench.engine.orders)]
    assert order.lane.text == "route:Cheap first"
    assert order.lane.route == spec.Route("Cheap first", CHEAP.root)
    place = bench.panes[-1].place
    assert (place.label, place.vendor) == ("Cheap first", "route")


def test_putting_a_route_on_the_bench_can_be_undone_as_one_step(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    bench.window.do("undo")
    assert bench.conductor.home.session.routes == {}
    assert len(bench.panes) == 3
    bench.window.do("redo")
    assert "Cheap first" in bench.conductor.home.session.routes


def test_what_the_session_means_by_a_name_goes_before_the_shelf(bench: Bench) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/deep\n"),)))
    assert bench.conductor.routes.known.route("route:mine") == spec.Route("mine", "practice/swift")


def test_a_lane_that_was_there_before_its_route_was_known_gets_it(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.conductor.send()
    assert "no route 'mine'" in bench.window.composer._message.text()
    assert not bench.engine.orders
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    assert bench.conductor.home.session.routes == {"mine": "practice/swift\n"}
    bench.conductor.send()
    assert len(bench.engine.orders) == 4


def test_a_route_that_cannot_be_read_is_said_before_anything_is_sent(bench: Bench) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "escalate: 3\n", "escalate: no"),)))
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.conductor.send()
    assert "The route 'mine' cannot be read" in bench.window.composer._message.text()
    assert not bench.engine.orders


def test_the_picker_lists_routes_first_and_takes_one(bench: Bench, qtbot: QtBot) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    lines = {each.lane: each.facts for each in picker._models.choices.shown}
    assert lines["route:mine"] == "route"
    assert lines["route:Never down"].startswith("route, a template: ")
    picker._text.setText("route:nobody")
    assert not picker._accept.isEnabled()
    picker._text.setText("route:mine")
    qtbot.keyClick(picker._text, Qt.Key.Key_Return)
    assert bench.window.desk.bench.places[-1].text == "route:mine"


def test_the_engine_is_asked_for_routes_when_it_is_ready(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert ListRoutes() in bench.engine.route_wishes

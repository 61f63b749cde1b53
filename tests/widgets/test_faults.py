"""Faults are switched on in the window: for one lane, until they are off or the program ends, and seen at each pane."""

import pytest

from app.limits import USUAL
from app.routes.wishes import RoutesTold, ShelvedRoute
from providers.events import Notice
from tests.widgets.conftest import Bench
from widgets.faults.panel import FaultPanel


@pytest.fixture
def panel(bench: Bench) -> FaultPanel:
    bench.window.do("focus_2")
    bench.window.do("faults")
    (made,) = bench.window.findChildren(FaultPanel)
    return made


def faults(bench: Bench) -> list[str]:
    return [place.fault for place in bench.window.desk.bench.places]


def badges(bench: Bench) -> list[bool]:
    return [pane.header.tells_fault for pane in bench.panes]


def test_a_preset_strikes_the_lane_in_focus_at_one_click(bench: Bench, panel: FaultPanel) -> None:
    panel.presets["500"].click()
    assert faults(bench) == ["", "500", ""]
    assert badges(bench) == [False, True, False]
    assert "Injected from the next run on: 500." in panel.said.text()
    bench.window.composer.prompt.setPlainText("x")
    bench.window.do("send")
    assert [order.lane.fault for order in bench.engine.orders.values()] == ["", "500", ""]
    for run in bench.engine.orders:
        bench.engine.finish(run)
    panel.presets["500"].click()
    assert faults(bench) == ["", "", ""], "a second click takes it back"


def test_nothing_of_it_is_remembered(bench: Bench, panel: FaultPanel) -> None:
    before = bench.window.settings().lanes
    panel.presets["dns"].click()
    assert bench.window.settings().lanes == before
    assert all(lane.spec.params == {} for lane in bench.conductor.home.session.lanes)


def test_a_spec_of_ones_own_is_judged_while_it_is_written(bench: Bench, panel: FaultPanel) -> None:
    panel.spec.setText("429:after=2")
    panel.spec.textEdited.emit("")
    assert panel.said.text() == "The fault 429 has no 'after'."
    assert not panel.inject.isEnabled()
    panel.spec.setText("slow_first:s=1+stall:after=3,s=2")
    panel.spec.textEdited.emit("")
    panel.inject.click()
    assert faults(bench)[1] == "slow_first:s=1+stall:after=3,s=2"


def test_undoing_keeps_faults_and_off_for_all_takes_them_away(bench: Bench, panel: FaultPanel) -> None:
    panel.presets["500"].click()
    bench.window.do("duplicate_lane")
    bench.window.do("undo")
    assert faults(bench) == ["", "500", ""]
    panel.off_all.click()
    assert faults(bench) == ["", "", ""]
    assert badges(bench) == [False, False, False]


def test_a_run_with_a_fault_keeps_its_badge_and_wins_no_mark(bench: Bench, panel: FaultPanel) -> None:
    panel.presets["slow_first:s=5"].click()
    bench.window.composer.prompt.setPlainText("x")
    bench.window.do("send")
    first, second, third = bench.engine.orders
    bench.engine.say(second, Notice(0, 5, "fault", "Fault injected: slow_first:s=5"))
    for run, output in ((first, 50), (second, 1), (third, 60)):
        bench.engine.text(run, "Because.")
        bench.engine.finish(run, output=output)
    bench.frames_end()
    bench.window.do("faults_off")
    assert badges(bench) == [False, True, False], "what is shown was made to go wrong"
    shortest = [pane.footer._marks["shortest"].isHidden() for pane in bench.panes]
    assert shortest == [False, True, True]


def test_a_route_is_struck_at_one_of_its_models(bench: Bench) -> None:
    bench.conductor.faults._models = lambda text: (text, "practice/other")
    bench.window.do("faults")
    (panel,) = bench.window.findChildren(FaultPanel)
    panel.where.setCurrentIndex(panel.where.findData("practice/other"))
    panel.presets["tls"].click()
    place = bench.window.desk.bench.places[0]
    assert (place.fault, place.fault_at) == ("tls", "practice/other")
    assert panel.where.currentData() == "practice/other"


def test_in_a_route_one_of_its_models_can_be_struck(bench: Bench) -> None:
    bench.engine.routes_told.emit(
        RoutesTold((ShelvedRoute("two", "fallback:\n  of: [practice/deep, practice/steady]\n"),))
    )
    bench.window.desk.choose(None, "route:two", {}, USUAL)
    bench.window.do("focus_4")
    bench.window.do("faults")
    (panel,) = bench.window.findChildren(FaultPanel)
    places = [panel.where.itemText(n) for n in range(panel.where.count())]
    assert places == ["every model that it asks", "only practice/deep", "only practice/steady"]
    assert panel.where.isVisible()
    panel.where.setCurrentIndex(1)
    panel.presets["500"].click()
    place = bench.window.desk.bench.places[3]
    assert (place.fault, place.fault_at) == ("500", "practice/deep")


def test_a_lane_of_one_model_is_struck_as_a_whole(panel: FaultPanel) -> None:
    assert not panel.where.isVisible()

"""Repeats in the window: a plan is asked for, carried out, cancelled, and shown."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from app.limits import USUAL, Limits
from app.repeats.course import Pool
from app.repeats.plan import Plan
from app.routes import spec
from app.routes.templates import TEMPLATES
from app.session.codec import from_bytes, to_bytes
from providers.errors import Failure
from providers.events import Failed
from tests.widgets.conftest import Bench
from widgets.repeats.repeating import Repeating
from widgets.repeats.sheet import POOL, SINGLY

ROUNDS = Plan(2, 1, seed=1)


@pytest.fixture
def repeating(bench: Bench) -> Repeating:
    bench.window.composer.show_draft("Why?", "")
    return bench.conductor.repeating


def begin(bench: Bench, plan: Plan) -> list[int]:
    """The runs that were sent at once."""
    bench.conductor.repeating.begin(plan, bench.window.desk.bench.places)
    return live(bench)


def live(bench: Bench) -> list[int]:
    going = bench.conductor.repeating.going
    return sorted(number for number, _ in going.live.values()) if going is not None else []


def answer(bench: Bench, *runs: int, text: str = "yes") -> None:
    for run in runs:
        bench.engine.text(run, text)
        bench.engine.finish(run)


def step(bench: Bench, *runs: int, text: str = "yes") -> list[int]:
    """These are answered; what is sent then."""
    going = bench.conductor.repeating.going
    answer(bench, *runs, text=text)
    assert going is not None
    bench.qtbot.waitUntil(lambda: not bench.conductor.repeating._next.isActive())
    return live(bench)


def reckoned(bench: Bench) -> None:
    """Waits until the results show what there is."""
    results = bench.conductor.repeating.results
    assert results is not None
    made = len(bench.conductor.home.session.runs)
    bench.qtbot.waitUntil(lambda: results.summary is not None and results.summary.held.made == made)


def test_rounds_follow_each_other_until_all_are_made(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, ROUNDS)
    assert len(runs) == 3
    assert repeating.bar is not None
    assert repeating.bar.told == "0 of 9 runs · 3 at once"
    second = step(bench, *runs)
    assert len(second) == 3
    assert not set(second) & set(runs)
    assert repeating.bar.told == "3 of 9 runs · 3 at once"
    third = step(bench, *second)
    assert step(bench, *third) == []
    assert repeating.going is None
    assert repeating.bar is None
    session = bench.conductor.home.session
    assert [run.record.repeat for run in session.runs] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert [run.warmup for run in session.runs] == [True] * 3 + [False] * 6
    assert {run.experiment for run in session.runs} == {session.experiments[0].id}
    assert session.experiments[0].plan == ROUNDS
    assert len(session.prompts) == 1
    assert [lane.head for lane in session.lanes] == [
        next(run.id for run in reversed(session.runs) if run.lane == lane.id) for lane in session.lanes
    ]
    orders = bench.engine.orders
    assert [orders[run].warmup for run in (*runs, *second)] == [True] * 3 + [False] * 3


def test_results_open_when_the_repeats_have_ended(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, Plan(1, seed=1))
    step(bench, *runs)
    assert repeating.results is not None
    assert repeating.results.isVisible()
    reckoned(bench)
    assert "too few to compare" in repeating.results.said.text()
    bench.window.overlays.dismiss()


def test_one_after_the_other_leaves_the_other_lanes_alone(bench: Bench, repeating: Repeating) -> None:
    [first] = begin(bench, Plan(1, at_once=1, shuffled=False))
    [second] = step(bench, first)
    assert bench.engine.orders[first].lane_index == 0
    assert bench.engine.orders[second].lane_index == 1
    assert repeating.bar is not None
    assert repeating.bar.told == "1 of 3 runs"
    repeating.cancel()


def test_a_refusal_slows_a_pool_while_its_run_still_tries(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, Plan(6, at_once=6, shuffled=False))
    assert len(runs) == 6
    busy = Failure("rate", "too many", status=429)
    for run in runs[:2]:
        bench.engine.say(run, Failed(0, 1, busy))
    assert repeating.going is not None
    course = repeating.going.course
    assert isinstance(course, Pool)
    assert course.paces["practice"].limit == 3
    assert len(step(bench, *runs[2:])) == 3, "two that try again, and one more"
    repeating.cancel()


def test_a_pool_runs_several_of_a_lane_at_once_and_all_are_kept(bench: Bench, repeating: Repeating) -> None:
    """Only the last of a lane is seen; the vendor of all three lanes is one."""
    runs = begin(bench, Plan(2, at_once=5, shuffled=False))
    assert len(runs) == 5
    last = step(bench, *runs)
    assert len(last) == 1
    step(bench, *last, text="the last")
    session = bench.conductor.home.session
    assert len(session.runs) == 6
    assert repeating.going is None
    bench.frames_end()


def test_cancelling_stops_what_runs_and_keeps_what_came(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, ROUNDS)
    second = step(bench, *runs)
    assert repeating.bar is not None
    repeating.bar.cancel.click()
    assert sorted(bench.engine.stopped) == second
    assert repeating.going is None
    assert not bench.window.bars
    assert [run.record.outcome for run in bench.conductor.home.session.runs] == ["done"] * 3 + ["stopped"] * 3
    assert len(bench.engine.orders) == 6  # and nothing more is sent


@pytest.mark.parametrize("how", ["stop_all", "escape", "engine", "send", "new_session"])
def test_whatever_else_the_user_does_ends_it(bench: Bench, repeating: Repeating, how: str) -> None:
    begin(bench, Plan(50, seed=1))
    if how == "engine":
        bench.engine.died.emit("The engine has ended.")
    elif how == "escape":
        bench.qtbot.keyClick(bench.window, Qt.Key.Key_Escape)
        bench.window.do("stop")
    elif how == "send":
        bench.conductor.stop_and_send()
    else:
        bench.window.do(how)
    bench.qtbot.waitUntil(lambda: repeating.going is None)
    bench.conductor.runs.stop([pane.place.number for pane in bench.panes])
    assert len(bench.engine.orders) <= 6


def test_while_lanes_answer_nothing_is_repeated(bench: Bench, repeating: Repeating) -> None:
    bench.conductor.send()
    assert begin(bench, ROUNDS) == []
    assert repeating.going is None
    assert "still answering" in bench.window.composer.message
    bench.window.do("stop_all")


def test_an_empty_prompt_is_not_repeated(bench: Bench, repeating: Repeating) -> None:
    bench.window.composer.show_draft("", "")
    assert begin(bench, ROUNDS) == []
    assert "nothing to send" in bench.window.composer.message


def test_the_noise_floor_runs_the_lane_in_focus_against_itself(bench: Bench, repeating: Repeating) -> None:
    repeating.open()
    assert repeating.sheet is not None
    repeating.sheet.repeats.setValue(4)
    repeating.sheet.warmup.setValue(0)
    repeating.sheet.floor.click()
    runs = live(bench)
    while runs:
        runs = step(bench, *runs)
    session = bench.conductor.home.session
    assert len(session.runs) == 8
    assert {run.lane for run in session.runs} == {1}
    assert repeating.results is not None
    reckoned(bench)
    said = repeating.results.said.text()
    assert said.startswith("TTFT: with 4 runs each, a difference under")
    assert "is noise" in said
    bench.window.overlays.dismiss()


def test_the_panel_says_what_it_costs_and_makes_a_plan(bench: Bench, repeating: Repeating) -> None:
    bench.qtbot.mouseClick(bench.window.composer._repeat, Qt.MouseButton.LeftButton)
    sheet = repeating.sheet
    assert sheet is not None
    assert sheet.isVisible()
    assert not sheet.results.isEnabled()
    sheet.repeats.setValue(5)
    sheet.warmup.setValue(2)
    assert sheet.told.text().startswith("7 × 3 lanes = 21 requests, and each costs. A median needs 6 runs")
    assert not sheet.most.isVisible()
    sheet.together.setCurrentIndex(POOL)
    assert sheet.most.isVisible()
    assert "429" in sheet.told.text()
    sheet.most.setValue(8)
    sheet.warm.setChecked(True)
    sheet.order.setCurrentIndex(1)
    assert sheet.plan == Plan(5, 2, shuffled=False, at_once=8, warm=True)
    sheet.together.setCurrentIndex(SINGLY)
    assert sheet.plan.at_once == 1
    sheet.dismiss()


def test_a_route_is_repeated_as_the_route_it_is(bench: Bench, repeating: Repeating) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    route = spec.Route("Cheap first", TEMPLATES[0].root)
    runs = begin(bench, Plan(1, 1, seed=1))
    second = step(bench, *runs)
    asked = [bench.engine.orders[run] for run in (*runs, *second)]
    assert [each.lane.route for each in asked if each.lane.text == "route:Cheap first"] == [route] * 2
    assert [each.lane.route for each in asked if each.lane.text != "route:Cheap first"] == [None] * 6
    repeating.cancel()


def test_a_route_is_held_to_the_limit_of_the_vendors_that_it_asks(bench: Bench, repeating: Repeating) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    assert len(begin(bench, Plan(6, at_once=6, shuffled=False))) == 6
    assert repeating.going is not None
    course = repeating.going.course
    assert isinstance(course, Pool)
    assert "route" not in course.paces
    assert course.paces["practice"].live == 6
    repeating.cancel()


def test_the_noise_floor_of_a_route_runs_the_route(bench: Bench, repeating: Repeating) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    place = bench.window.desk.bench.places[-1]
    repeating.begin(Plan(1, seed=1), (place, place))
    orders = [bench.engine.orders[run] for run in live(bench)]
    assert [order.lane.route for order in orders] == [spec.Route("Cheap first", TEMPLATES[0].root)] * 2
    assert sorted(order.lane_index for order in orders) == [0, 1]
    repeating.cancel()


def test_pre_warming_is_asked_of_every_lane(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, Plan(1, warm=True))
    assert all(bench.engine.orders[run].lane.limits.warm for run in runs)
    assert not any(place.limits.warm for place in bench.window.desk.bench.places)
    repeating.cancel()


@pytest.mark.parametrize(
    ("warm", "said"), [(3, "before the start"), (1, "before the start in some lanes"), (0, "part of the times")]
)
def test_lanes_that_connect_before_in_any_case_are_told_of(
    bench: Bench, repeating: Repeating, warm: int, said: str
) -> None:
    for place in bench.window.desk.bench.places[:warm]:
        bench.window.desk.choose(place.number, place.text, {}, Limits(warm=True))
    runs = begin(bench, Plan(1, seed=1))
    assert [bench.engine.orders[run].lane.limits.warm for run in runs].count(True) == warm
    [experiment] = bench.conductor.home.session.experiments
    assert (experiment.plan.warm, experiment.plan.warm_in_part) == (warm == 3, warm == 1)
    step(bench, *runs)
    reckoned(bench)
    assert repeating.results is not None
    assert repeating.results.plan.text().partition("seed 1) · ")[2].partition(", in the")[0].endswith(said)
    bench.window.overlays.dismiss()


def test_results_are_there_again_when_the_session_is_opened_again(bench: Bench, repeating: Repeating) -> None:
    runs = begin(bench, Plan(2, seed=1))
    step(bench, *step(bench, *runs))
    bench.window.overlays.dismiss()
    again = from_bytes(to_bytes(replace(bench.conductor.home.session, id="again")))
    bench.conductor.home.begin(again)
    bench.window.do("results")
    assert repeating.results is not None
    reckoned(bench)
    assert repeating.results.summary is not None
    held = repeating.results.summary.held
    assert held.made == 6
    assert len(held.report.samples) == 3
    bench.window.overlays.dismiss()


def test_earlier_repeats_can_be_seen_again(bench: Bench, repeating: Repeating) -> None:
    step(bench, *begin(bench, Plan(1, seed=1)))
    bench.window.overlays.dismiss()
    step(bench, *begin(bench, Plan(1, 0, seed=2, at_once=7)))
    results = repeating.results
    assert results is not None
    assert [results.experiment.itemText(n).partition(": ")[2] for n in (0, 1)] == ["1 run per lane"] * 2
    assert results.experiment.isVisible()
    results.experiment.setCurrentIndex(1)
    with bench.qtbot.waitSignal(results._reckoner.reckoned):
        results.experiment.activated.emit(1)
    bench.qtbot.waitUntil(lambda: "seed 1" in results.plan.text())
    bench.window.overlays.dismiss()

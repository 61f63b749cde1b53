"""What the panes show of runs, state by state, from events to pixels' text."""

from dataclasses import replace
from time import perf_counter_ns

import pytest
from PySide6.QtCore import Qt

from app.settings import Settings
from app.tokens import Count
from providers.errors import Failure
from providers.events import Discarded, Notice, Started, Text, ToolCall
from tests.widgets.conftest import Bench

MS = 1_000_000


def test_the_first_screen_has_three_practice_lanes_and_a_prompt(bench: Bench) -> None:
    assert [pane.place.text for pane in bench.panes] == ["practice/swift", "practice/steady", "practice/deep"]
    assert [pane.state for pane in bench.panes] == ["empty"] * 3
    assert bench.window.composer.prompt.toPlainText()
    assert "play prices" in bench.window.welcome.strip.text  # type: ignore[union-attr]


def test_ctrl_enter_sends_to_every_lane_behind_one_start(bench: Bench) -> None:
    bench.qtbot.keyClick(bench.window.composer.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [order.lane.text for order in bench.engine.orders.values()] == [
        "practice/swift", "practice/steady", "practice/deep",
    ]  # fmt: skip
    assert [pane.state for pane in bench.panes] == ["waiting"] * 3


def test_a_run_waits_reasons_streams_and_is_done(bench: Bench) -> None:
    bench.conductor.send()
    pane, run = bench.panes[0], 1
    bench.qtbot.waitUntil(lambda: "waiting 0." in pane.header.state_text, timeout=2000)
    bench.engine.reasoning(run, "let me think")
    assert pane.state == "reasoning"
    bench.engine.text(run, "**Hello** there")
    assert pane.state == "streaming"
    assert "≈ 2 chunks" in pane.footer.line.text()
    bench.engine.finish(run)
    assert pane.state == "done"
    assert pane.body.text() == "**Hello** there"
    assert "412 (300 cached) → 50 (12 reasoning) tok · $0.0021" in pane.footer.line.text()
    assert "TTFT 30 ms" in pane.footer.line.text()
    assert "– tok/s" in pane.footer.line.text(), "under 200 ms, a rate would mislead"


def test_pieces_between_frames_are_all_shown_and_the_last_is_not_lost(bench: Bench) -> None:
    bench.conductor.send()
    for number in range(200):
        bench.engine.text(1, f"{number} ")
    bench.engine.finish(1)
    assert bench.panes[0].body.text() == "".join(f"{number} " for number in range(200))


def test_text_is_shown_by_the_frame_without_an_end(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "one ")
    bench.engine.text(1, "two")
    bench.qtbot.waitUntil(lambda: bench.panes[0].body.text() == "one two", timeout=2000)


def test_a_void_attempt_takes_its_text_back(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "wrong")
    again = Started(1, 5_000 * MS, "answer", "practice", "http://x", "m")
    bench.engine.say(1, Discarded(0, 4_900 * MS, "weak"), again, Text(1, 5_100 * MS, "right"))
    bench.qtbot.waitUntil(lambda: bench.panes[0].body.text() == "right", timeout=2000)


def test_stop_keeps_what_came(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "half of")
    bench.panes[0].stop_asked.emit(bench.panes[0].place.number)
    assert bench.engine.stopped == [1]
    assert bench.panes[0].state == "stopped"
    assert bench.panes[0].body.text() == "half of"
    assert bench.panes[0].footer._remark.text() == "stopped · 1 chunks kept"
    assert [pane.state for pane in bench.panes[1:]] == ["waiting"] * 2


def test_esc_stops_the_lane_in_focus_and_ctrl_dot_all(bench: Bench) -> None:
    bench.conductor.send()
    bench.window.desk.go_to(1)
    bench.window.do("stop")
    assert [pane.state for pane in bench.panes] == ["waiting", "stopped", "waiting"]
    bench.window.do("stop_all")
    assert [pane.state for pane in bench.panes] == ["stopped"] * 3


@pytest.mark.parametrize(
    ("failure", "state", "said"),
    [
        (Failure("rate", "slow down", status=429, retry_after_s=7), "failed", "Wait 7 s"),
        (Failure("authentication", "bad key", status=401), "failed", "does not accept the key"),
        (Failure("cut_off", "the stream ended"), "cut_off", "without the sign that it is complete"),
        (Failure("bad_request", "<b>no</b>" * 400, status=400), "failed", "rejected the request"),
    ],
)  # fmt: skip
def test_a_failure_says_what_happened_and_what_to_do(bench: Bench, failure: Failure, state: str, said: str) -> None:
    bench.conductor.send()
    bench.engine.text(1, "some text")
    bench.engine.end(1, failure=failure)
    pane = bench.panes[0]
    assert pane.state == state
    assert said in pane.body._problem.text()
    assert failure.message in pane.body._problem.text()
    assert pane.body.text() == "some text"
    assert pane.body._problem.isVisible()


def test_a_pause_before_the_next_try_is_counted_down(bench: Bench) -> None:
    bench.conductor.send()
    until_ns = perf_counter_ns() + 1_400 * MS
    bench.engine.say(1, Notice(0, 2_000 * MS, "retry", "Try 2 of 3 after 1.4 s: slow down", until_ns))
    pane = bench.panes[0]
    bench.qtbot.waitUntil(lambda: "Trying again in 2 s" in pane.body._hint.text(), timeout=2000)
    assert pane.state == "retrying"
    assert "slow down" in pane.body._hint.text()
    bench.qtbot.waitUntil(lambda: "Trying again in 1 s" in pane.body._hint.text(), timeout=2000)
    bench.engine.say(1, Started(1, 5_000 * MS, "answer", "practice", "http://x", "m"))
    bench.qtbot.waitUntil(lambda: pane.state == "waiting", timeout=2000)
    assert "Trying again" not in pane.body._hint.text()


def test_a_pause_can_be_stopped(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.say(1, Notice(0, 2_000 * MS, "retry", "Try 2 of 3", perf_counter_ns() + 60_000 * MS))
    bench.panes[0].stop_asked.emit(bench.panes[0].place.number)
    assert bench.panes[0].state == "stopped"


def test_retry_runs_that_lane_alone(bench: Bench) -> None:
    bench.conductor.send()
    for run in (1, 2, 3):
        bench.engine.end(run, failure=Failure("network", "no route"))
    bench.panes[1].body._problem._retry.click()
    assert list(bench.engine.orders) == [1, 2, 3, 4]
    assert [pane.state for pane in bench.panes] == ["failed", "waiting", "failed"]


def test_sending_while_lanes_answer_says_so_and_loses_nothing(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "keep me")
    bench.conductor.send()
    assert "3 lanes are still answering" in bench.window.composer.message
    assert len(bench.engine.orders) == 3
    bench.conductor.stop_and_send()
    assert len(bench.engine.orders) == 6
    assert [pane.state for pane in bench.panes] == ["waiting"] * 3


def test_half_a_character_never_reaches_the_engine(bench: Bench) -> None:
    bench.window.composer.prompt.setPlainText("half \ud83d a character")
    bench.conductor.send()
    for order in bench.engine.orders.values():
        order.request.messages[0].text.encode()


@pytest.mark.parametrize("prompt", ["", "  \n "])
def test_a_prompt_that_cannot_be_sent_stays_and_is_explained(bench: Bench, prompt: str) -> None:
    bench.window.composer.prompt.setPlainText(prompt)
    bench.conductor.send()
    assert bench.window.composer.message
    assert not bench.engine.orders
    assert bench.window.composer.prompt.toPlainText() == prompt


def test_the_engines_death_keeps_the_text_and_a_rerun_works(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "what came")
    bench.engine.died.emit("The engine ended unexpectedly.")
    assert [pane.state for pane in bench.panes] == ["lost"] * 3
    assert bench.panes[0].body.text() == "what came"
    assert not bench.conductor.runs.busy
    bench.engine.ready.emit()
    bench.conductor.rerun(bench.panes[0].place.number)
    bench.engine.text(4, "again")
    bench.engine.finish(4)
    assert bench.panes[0].state == "done"
    assert bench.panes[0].body.text() == "again"


def test_marks_come_when_all_have_ended(bench: Bench) -> None:
    bench.conductor.send()
    for run, cost in ((1, "0.1"), (2, "0.2"), (3, "0.3")):
        bench.engine.text(run, "x")
        bench.engine.finish(run, output=40 + run, cost=cost)
        shown = [chip.text() for chip in bench.panes[0].footer._marks.values() if chip.isVisible()]
        assert bool(shown) == (run == 3)
    assert "cheapest" in shown
    assert "shortest" in shown


def test_an_output_that_nobody_counted_is_amended_with_an_estimate(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "x")
    bench.engine.end(1)
    footer = bench.panes[0].footer
    assert "– tok" in footer.line.text()
    footer.toggle_details()
    bench.engine.output_estimated.emit(1, Count(388, "o200k_base", True))
    assert "– → ≈ 388 tok" in footer.line.text()
    assert bench.panes[0]._details is not None
    assert "≈ 388 tok" in [figure.value for figure in bench.panes[0]._figures]
    bench.conductor.rerun(bench.panes[0].place.number)
    bench.engine.output_estimated.emit(1, Count(7, "o200k_base", True))
    assert "7" not in footer.line.text(), "another run is shown by now"


def test_own_prices_go_to_every_new_engine(bench: Bench) -> None:
    prices = {"qwen/qwen-plus": {"input": "0.4", "output": "1.2"}}
    bench.window.show_settings(replace(Settings(), own_prices=prices))
    bench.engine.ready.emit()
    assert bench.engine.prices == prices


def test_figures_that_the_machine_spoiled_say_so(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "x")
    bench.engine.finish(1, lag_ms=23.4)
    assert bench.panes[0].footer._badge.isVisible()
    assert bench.panes[0].footer._badge.text() == "lag 23 ms"


def test_details_are_reached_by_keyboard_and_say_their_definitions(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "x")
    bench.engine.finish(1)
    bench.window.desk.go_to(0)
    bench.window.do("details")
    details = bench.panes[0]._details
    assert details is not None
    assert details.isVisible()
    bench.window.do("details")
    assert not details.isVisible()


def test_tool_calls_are_shown(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.say(1, ToolCall(0, 2_000 * MS, 0, "call_1", "weather", '{"city": "Oslo"}'))
    bench.engine.finish(1)
    calls = bench.panes[0].body._calls
    assert calls is not None
    assert calls.isVisible()
    assert "weather" in calls._body.toPlainText()
    assert '"city": "Oslo"' in calls._body.toPlainText()


def test_a_lane_that_is_removed_stops_and_nothing_of_it_is_heard(bench: Bench) -> None:
    bench.conductor.send()
    bench.window.desk.remove_place(bench.panes[0].place.number)
    assert bench.engine.stopped == [1]
    assert len(bench.panes) == 2
    assert len(bench.conductor.runs.busy) == 2


def test_frames_rest_when_nothing_is_live(bench: Bench) -> None:
    bench.conductor.send()
    assert bench.conductor.runs.is_drawing
    for run in (1, 2, 3):
        bench.engine.finish(run)
    bench.qtbot.waitUntil(lambda: not bench.conductor.runs.is_drawing, timeout=2000)


def test_the_end_is_announced_as_a_sentence(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(2, "x")
    bench.engine.finish(2, output=388)
    assert bench.window.statusBar().currentMessage().startswith("Lane 2, steady: done, 388 tokens, 0.")


def test_the_heights_of_head_and_foot_are_the_same_in_every_state(bench: Bench) -> None:
    pane = bench.panes[0]
    seen = {(pane.header.height(), pane.footer.height())}
    bench.conductor.send()
    seen.add((pane.header.height(), pane.footer.height()))
    bench.engine.text(1, "x")
    bench.engine.finish(1, lag_ms=50)
    bench.qtbot.wait(20)
    seen.add((pane.header.height(), pane.footer.height()))
    assert len(seen) == 1

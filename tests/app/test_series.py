import csv
import io

import pytest

from app.run import RunFold
from app.series import Race, Span, duration, inert, output_csv, output_title, spans_csv
from providers.errors import Failure
from providers.events import Discarded, Event, Finished, Reasoning, Started, Text, ToolCallDelta
from providers.usage import TokenUsage

MS = 1_000_000


def fold_of(*events: Event, run: int = 1, lane: int = 0) -> RunFold:
    fold = RunFold(run=run, lane_index=lane, repeat=0, lane="a/b")
    for event in events:
        fold.add(event)
    return fold


def started(at_ms: int, attempt: int = 0) -> Started:
    return Started(attempt, at_ms * MS, role="answer", vendor="v", endpoint="e", model="m")


def text(at_ms: int, attempt: int = 0) -> Text:
    return Text(attempt, at_ms * MS, "x")


def finished(at_ms: int, output: int | None = None, reasoning: int | None = None) -> Finished:
    return Finished(0, at_ms * MS, model="m", usage=TokenUsage(output=output, reasoning=reasoning), stop="stop")


def test_lanes_stand_on_one_clock_whose_zero_is_the_earliest_start() -> None:
    race = Race(2)
    race.follow(0, fold_of(started(1000), text(1500)))
    race.follow(1, fold_of(started(1200), text(1300)))
    race.take()
    assert [list(lane.at_s) for lane in race.lanes] == [[0.5], [pytest.approx(0.3)]]
    assert race.lanes[1].start_s == pytest.approx(0.2)


def test_an_earlier_start_that_is_heard_of_later_moves_everyone() -> None:
    race = Race(2)
    first = fold_of(started(1000), text(1500))
    race.follow(0, first)
    race.take()
    race.follow(1, fold_of(started(900), text(950)))
    race.take()
    assert list(race.lanes[0].at_s) == [pytest.approx(0.6)]
    assert race.lanes[0].start_s == pytest.approx(0.1)
    assert list(race.lanes[1].at_s) == [pytest.approx(0.05)]


def test_only_what_is_new_is_copied_and_nothing_is_lost() -> None:
    race, fold = Race(1), fold_of(started(0), text(10))
    race.follow(0, fold)
    race.take()
    kept = race.lanes[0].at_s
    fold.add(text(20))
    fold.add(text(30))
    race.take()
    assert race.lanes[0].at_s is kept
    assert list(kept) == [pytest.approx(t) for t in (0.01, 0.02, 0.03)]


def test_an_answer_that_is_set_aside_leaves_the_lane_to_the_next() -> None:
    race, fold = Race(1), fold_of(started(0), text(10), text(20))
    race.follow(0, fold)
    race.take()
    for event in (Discarded(0, 30 * MS, why="weak"), started(40, attempt=1), text(50, attempt=1)):
        fold.add(event)
    race.take()
    assert list(race.lanes[0].at_s) == [pytest.approx(0.05)]
    assert race.lanes[0].span == Span(50.0, 50.0, "streaming")


def test_another_run_in_a_lane_starts_the_lane_afresh() -> None:
    race = Race(1)
    first = fold_of(started(0), text(10), finished(20, output=1))
    race.follow(0, first)
    race.ended(0, first.record())
    race.follow(0, first)
    assert race.lanes[0].output == 1, "a late frame of the run that ended changes nothing"
    race.follow(0, fold_of(started(100), run=2))
    race.take()
    assert race.lanes[0].output == 0
    assert race.lanes[0].span.state == "waiting"


def test_a_lane_that_runs_again_alone_has_a_clock_of_its_own() -> None:
    race = Race(2)
    for lane, start in ((0, 1000), (1, 1200)):
        fold = fold_of(started(start), text(start + 100), finished(start + 200, output=1), run=lane)
        race.follow(lane, fold)
        race.ended(lane, fold.record())
    race.follow(1, fold_of(started(200_000), text(200_300), run=3))
    race.take()
    assert [list(lane.at_s) for lane in race.lanes] == [[0.1], [pytest.approx(0.3)]]


def test_before_usage_is_final_output_is_counted_in_chunks() -> None:
    race, fold = Race(1), fold_of(started(0), text(10), text(20))
    race.follow(0, fold)
    race.take()
    assert (race.lanes[0].output, list(race.units)) == (2, ["chunks"])
    fold.add(finished(30, output=7))
    race.take()
    assert race.lanes[0].unit == "chunks", "the run has not ended for us yet"
    race.ended(0, fold.record())
    assert (race.lanes[0].output, list(race.units)) == (7, ["tokens"])


@pytest.mark.parametrize(
    ("events", "usage", "tokens"),
    [
        ((text(10),), {"output": 9}, 9),
        ((text(10),), {}, None),
        ((text(10),), {"output": 9, "reasoning": 4}, 5),
        ((Reasoning(0, 5 * MS, "hm"), text(10)), {"output": 9, "reasoning": 4}, 9),
        ((text(10), ToolCallDelta(0, 20 * MS, 0, "c", "f", "{}")), {"output": 9}, None),
    ],
)
def test_tokens_are_those_of_streamed_text(events: tuple[Event, ...], usage: dict[str, int], tokens: int) -> None:
    race, fold = Race(1), fold_of(started(0), *events, finished(30, **usage))
    race.follow(0, fold)
    race.ended(0, fold.record())
    assert race.lanes[0].tokens == tokens


def test_spans_go_from_idle_over_waiting_and_streaming_to_the_outcome() -> None:
    race, fold = Race(1), fold_of()
    states = [race.lanes[0].span]
    for event in (started(0), text(10), text(25), finished(30)):
        fold.add(event)
        race.follow(0, fold)
        race.take()
        states.append(race.lanes[0].span)
    race.ended(0, fold.record())
    assert states == [
        Span(None, None, "idle"),
        Span(None, None, "waiting"),
        Span(10.0, 10.0, "streaming"),
        Span(10.0, 25.0, "streaming"),
        Span(10.0, 25.0, "streaming"),
    ]
    assert race.lanes[0].span == Span(10.0, 30.0, "done")


def test_a_run_that_was_cut_off_ends_at_its_last_chunk() -> None:
    race, fold = Race(1), fold_of(started(0), text(10), text(25))
    race.follow(0, fold)
    race.ended(0, fold.record())
    assert race.lanes[0].span == Span(10.0, 25.0, "cut_off")
    assert race.is_over


def test_a_record_without_stamps_has_a_span_and_no_line() -> None:
    race = Race(1)
    race.ended(0, fold_of(started(0), text(10), text(20), finished(30)).record())
    assert race.lanes[0].span == Span(10.0, 30.0, "done")
    assert not race.has_lines


def test_one_chunk_is_no_line() -> None:
    race, fold = Race(1), fold_of(started(0), text(10))
    race.follow(0, fold)
    race.take()
    assert not race.has_lines
    fold.add(text(20))
    race.take()
    assert race.has_lines


def test_the_axis_says_what_is_counted() -> None:
    assert output_title(frozenset()) == "Output, chunks (≈ tokens)"
    assert output_title(frozenset({"chunks"})) == "Output, chunks (≈ tokens)"
    assert output_title(frozenset({"tokens"})) == "Output, tokens"
    assert output_title(frozenset({"tokens", "chunks"})) == "Output, tokens or chunks"


@pytest.mark.parametrize(
    ("value_ms", "said"),
    [
        (0.0, "0.00 ms"),
        (0.84, "0.84 ms"),
        (9.96, "10 ms"),
        (182.4, "182 ms"),
        (999.6, "1.00 s"),
        (1240.0, "1.24 s"),
        (59_994.0, "59.99 s"),
        (59_996.0, "1 min 00 s"),
        (125_000.0, "2 min 05 s"),
    ],
)
def test_durations_carry_their_unit(value_ms: float, said: str) -> None:
    assert duration(value_ms) == said


def test_csv_holds_every_chunk_and_leaves_unknown_tokens_empty() -> None:
    race = Race(2)
    known, unknown = fold_of(started(0), text(10), text(20), finished(30, output=3)), fold_of(started(0), text(15))
    race.follow(0, known)
    race.follow(1, unknown)
    race.ended(0, known.record())
    rows = list(csv.reader(io.StringIO(output_csv(["=cmd|x", 'b, "c"\nd'], race))))
    assert rows == [
        ["lane_index", "lane", "at_s", "chunks", "tokens"],
        ["0", "'=cmd|x", "0.010000", "1", "1.5"],
        ["0", "'=cmd|x", "0.020000", "2", "3.0"],
        ["1", 'b, "c"\nd', "0.015000", "1", ""],
    ]
    spans = list(csv.reader(io.StringIO(spans_csv(["a", "b"], race))))
    assert spans[1:] == [["0", "a", "10.0", "30.0", "done"], ["1", "b", "15.0", "15.0", "streaming"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_label_is_a_formula(text: str) -> None:
    assert inert(text) == "'" + text
    assert inert("a" + text) == "a" + text
    assert inert("") == ""


def test_stopped_runs_say_so() -> None:
    race, fold = Race(1), fold_of(started(0), text(10))
    race.follow(0, fold)
    race.ended(0, fold.record(failure=Failure(kind="cancelled", message="stopped by you")))
    assert race.lanes[0].span == Span(10.0, 10.0, "stopped")

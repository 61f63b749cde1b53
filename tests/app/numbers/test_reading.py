"""What is read off a chart: what lies where, what was drawn over, and the table of it."""

import csv
import io
import math

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from app.numbers.answering import answer
from app.numbers.brushing import brushed
from app.numbers.chart import Axis, Chart
from app.numbers.columns import Columns
from app.numbers.csv_of import csv_of
from app.numbers.narrowing import choices, picked_runs, seconds
from app.numbers.nearest import NOTHING_NEAR, Scale, nearest
from app.numbers.of_session import of_session
from app.numbers.placing import at, extent, meant
from app.numbers.question import FIGURES, GRAPHS, Box, Question
from app.numbers.telling import told
from app.records import NoticeRecord
from tests.app.numbers.samples import generated
from tests.widgets.numbers_samples import a_session

ONE = Scale(1.0, 1.0)


def rows(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(chart))))


def whole(columns: Columns, question: Question, box: Box) -> set[str]:
    return {each.run for each in brushed(columns, question, answer(columns, question), box)}


def test_a_rectangle_over_time_picks_the_runs_in_it() -> None:
    columns = generated(400)
    box = Box(float(columns.at_s[50]), float(columns.at_s[99]), 100.0, 200.0)
    wanted = {columns.run[n] for n in range(50, 100) if 100.0 <= columns.ttft[n] <= 200.0}
    assert wanted
    assert whole(columns, Question("latency", "ttft", "model"), box) == wanted


def test_a_rectangle_over_a_crowd_picks_from_all_of_it_the_newest_first() -> None:
    columns = generated(20_000)
    question = Question("latency", "total")
    picked = brushed(columns, question, answer(columns, question), Box(0, 1e12, 0, 1e12))
    assert len(picked) == 500
    assert picked[0].run == columns.run[-1]
    assert [each.at_s for each in picked] == sorted((each.at_s for each in picked), reverse=True)


def test_a_rectangle_over_names_picks_those_columns_by_height() -> None:
    columns = generated(300)
    chart = answer(columns, Question("spread", "ttft", "model"))
    name = chart.x.names[1]
    found = whole(columns, Question("spread", "ttft", "model"), Box(0.8, 1.2, 0.0, 250.0))
    assert found == {columns.run[n] for n in range(300) if columns.model.at(n) == name and columns.ttft[n] <= 250.0}


def test_a_bar_stands_for_all_of_its_runs() -> None:
    columns = generated(200)
    question = Question("cost", "sum", "model")
    chart = answer(columns, question)
    found = whole(columns, question, Box(-0.2, 0.2, 0.0, 0.001))
    assert found == {columns.run[n] for n in range(200) if columns.model.at(n) == chart.x.names[0]}
    day = Question("tokens", "day", "model")
    assert len(whole(columns, day, Box(float(columns.at_s[0]) - 1e5, float(columns.at_s[-1]) + 1e5, 0, 1))) == 200


def test_a_mark_of_worth_stands_for_the_runs_of_its_model() -> None:
    columns = generated(200)
    question = Question("worth", "rating/cost", "model")
    chart = answer(columns, question)
    mark = next(layer for layer in chart.layers if getattr(layer, "mark", "") == "mean")
    x, y = np.frombuffer(mark.x)[0], np.frombuffer(mark.y)[0]
    found = whole(columns, question, Box(x * 0.99, x * 1.01, y * 0.99, y * 1.01))
    name = chart.series[mark.series].name
    assert found == {columns.run[n] for n in range(200) if columns.model.at(n) == name}


def test_others_are_picked_together() -> None:
    columns = generated(2000, models=30)
    question = Question("cost", "sum", "model")
    chart = answer(columns, question)
    place = len(chart.x.names) - 1
    assert chart.x.names[place].endswith("others")
    found = brushed(columns, question, chart, Box(place - 0.1, place + 0.1, 0, 1))
    assert found
    assert not {each.model for each in found} & set(chart.x.names)


def test_a_picked_run_tells_its_figures_and_unknown_ones_are_none() -> None:
    columns = of_session(a_session(3))
    (run,) = picked_runs(columns, frozenset({"run2"}))
    assert (run.session, run.lane, run.outcome) == ("samples", "practice/deep", "done")
    assert run.cost.startswith("$0.000")
    assert run.rating in (1, 2, 3, 4, 5)
    (unrated,) = picked_runs(of_session(a_session(1, rated=False)), frozenset({"run0"}))
    assert unrated.rating is None


def test_hovering_tells_the_nearest_and_nothing_far_away() -> None:
    columns = generated(5)
    chart = answer(columns, Question("latency", "ttft", "model"))
    x, y = float(columns.at_s[2]), float(columns.ttft[2])
    near = nearest(chart, x + 1, at(chart.y, y), ONE)
    assert near.run == "run2"
    assert told(chart.y, y) in near.said
    assert columns.model.at(2) in near.said
    assert nearest(chart, x + 9999, y, ONE) == NOTHING_NEAR


def test_hovering_over_bars_and_crowds_tells_what_they_hold() -> None:
    columns = generated(5000)
    chart = answer(columns, Question("cost", "sum", "model"))
    assert nearest(chart, 0.1, 0.01, Scale(100, 100)).said.startswith(f"{chart.x.names[0]} · $")
    crowd = answer(columns, Question("spread", "ttft", "model"))
    high = float(np.median(columns.ttft[columns.model.where(crowd.x.names[0])]))
    said = nearest(crowd, -0.15, at(crowd.y, high * 1.3), Scale(1000, 1000)).said
    assert " runs · " in said


def test_the_table_holds_what_is_drawn() -> None:
    columns = generated(40)
    chart = answer(columns, Question("spread", "ttft", "model"))
    points = [row for row in rows(chart) if row["what"] == "point"]
    assert sorted(row["run"] for row in points) == sorted(columns.run)
    by_run = {row["run"]: float(row["TTFT, ms"]) for row in points}
    assert all(by_run[run] == columns.ttft[n] for n, run in enumerate(columns.run))
    medians = [row for row in rows(chart) if row["what"] == "median"]
    assert [row["series"] for row in medians] == list(chart.x.names)


def test_the_table_is_in_the_units_of_the_titles_and_no_formula() -> None:
    columns = generated(10)
    chart = answer(columns, Question("spread", "total", "model"))
    assert "Total time, s" in chart.y.title
    points = [row for row in rows(chart) if row["what"] == "point"]
    assert max(float(row[chart.y.title]) for row in points) == pytest.approx(columns.total.max() / 1000)
    evil = msgspec.structs.replace(chart, series=tuple(msgspec.structs.replace(s, name="=1+1") for s in chart.series))
    assert "\n=1+1" not in csv_of(evil)


def test_a_crowd_as_a_table_is_its_cells() -> None:
    chart = answer(generated(9000), Question("latency", "ttft"))
    cells = [row for row in rows(chart) if row["what"] == "cell"]
    assert sum(int(row["told"].split()[0]) for row in cells) == 9000


def test_a_session_as_columns() -> None:
    session = a_session(30)
    columns = of_session(session)
    assert len(columns) == 30
    assert columns.lane.names == ("practice/swift", "practice/steady", "practice/deep")
    assert columns.colors["lane"] == {"practice/swift": 0, "practice/steady": 1, "practice/deep": 2}
    assert columns.at_s[0] == seconds(session.runs[0].at)
    assert math.isnan(columns.cache_write[0])
    assert choices(columns).words["lane"] == tuple((name, 10) for name in sorted(columns.lane.names))
    assert len(of_session(a_session(0))) == 0


def test_warm_ups_faults_and_what_was_not_done_are_in_no_statistics_of_time() -> None:
    """As in the ledger."""
    session = a_session(5)
    done = [replace(run, record=replace(run.record, outcome="done")) for run in session.runs]
    fault = (NoticeRecord("fault", "Fault injected: cut_off"),)
    attempt = replace(done[0].record.attempts[0], endpoint="http://127.0.0.1:9/fault/slow/v1")
    runs = (
        done[0],
        replace(done[1], warmup=True),
        replace(done[2], record=replace(done[2].record, notices=fault)),
        replace(done[3], record=replace(done[3].record, outcome="cut_off")),
        replace(done[4], record=replace(done[4].record, attempts=(attempt,))),
    )
    session = replace(session, runs=runs)
    assert of_session(session).is_measured.tolist() == [True, False, False, False, False]
    assert of_session(session, undone=True).is_measured.tolist() == [True, False, False, True, False]
    chart = answer(of_session(session), Question("spread", "ttft", "model"))
    assert [row["run"] for row in rows(chart) if row["what"] == "point"] == ["run0"]


def test_logarithmic_axes_are_read_back() -> None:
    axis = Axis("TTFT, ms", "ms", log=True)
    assert meant(axis, at(axis, 250.0)) == pytest.approx(250.0)
    whole = extent(answer(generated(900), Question("spread", "ttft", "model")))
    assert whole.left == -0.5
    assert whole.right == 2.5


def test_a_chart_crosses_a_pipe() -> None:
    chart = answer(generated(500), Question("latency", "ttft"))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(chart), type=Chart) == chart


def test_a_run_of_unknown_time_is_left_out_where_time_counts() -> None:
    session = a_session(4)
    broken = msgspec.structs.replace(session.runs[0], at="yesterday")
    columns = of_session(msgspec.structs.replace(session, runs=(broken, *session.runs[1:])))
    assert math.isnan(columns.at_s[0])
    for graph in GRAPHS:
        for figure, _ in FIGURES[graph]:
            answer(columns, Question(graph, figure))
    assert answer(columns, Question("latency", "ttft")).runs == 3
    assert answer(columns, Question("cost", "day")).runs == 3
    assert answer(columns, Question("cost", "sum")).runs == 4
    nobody = columns.only(np.array([True, False, False, False]))
    for graph, figure in (("cost", "day"), ("cost", "cumulated"), ("tokens", "day"), ("latency", "ttft")):
        assert answer(nobody, Question(graph, figure)).layers == ()  # type: ignore[arg-type]

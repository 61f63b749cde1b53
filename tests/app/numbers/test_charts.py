"""What charts tell, against counting by hand and by numpy."""

from dataclasses import replace as changed
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from msgspec.structs import replace

from app.numbers.answering import answer
from app.numbers.chart import OTHERS, Bars, Chart, Density, Intervals, Line, Points, Series, unpacked
from app.numbers.columns import Columns, objects, summed, words
from app.numbers.cost import cumulated
from app.numbers.crowd import MOST_POINTS, scattered
from app.numbers.grouping import apart
from app.numbers.latency import NEEDED
from app.numbers.of_session import of_session
from app.numbers.periods import HOUR, MINUTE, periods
from app.numbers.question import FIGURES, GRAPHS, Box, Filters, Question
from app.numbers.spread import EXACT, median_interval
from app.numbers.stacking import stacked
from app.numbers.telling import told
from app.numbers.token_classes import classes
from app.numbers.worth import Standing, frontier, unbeaten
from app.session.document import Better, LaneSpec, Opinion
from app.statistics.quantiles import quantile
from tests.app.numbers.samples import NOON, generated
from tests.widgets.numbers_samples import a_session

EVERY = [(graph, figure) for graph in GRAPHS for figure, _ in FIGURES[graph]]


def layers(chart: Chart, kind: type) -> list:  # type: ignore[type-arg]
    return [layer for layer in chart.layers if isinstance(layer, kind)]


def hand_made(count: int = 2, **columns: object) -> Columns:
    return changed(generated(count), **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize(("graph", "figure"), EVERY)
def test_without_runs_a_chart_says_so_and_draws_nothing(graph: str, figure: str) -> None:
    chart = answer(generated(0), Question(graph, figure))  # type: ignore[arg-type]
    assert chart.layers == ()
    assert chart.note.startswith("Not enough data")
    assert chart.y.title


@pytest.mark.parametrize(("graph", "figure"), EVERY)
def test_a_chart_is_no_larger_than_its_picture(graph: str, figure: str) -> None:
    chart = answer(generated(30_000), Question(graph, figure, "model"))  # type: ignore[arg-type]
    assert sum(len(layer.x) // 8 for layer in chart.layers if not isinstance(layer, Density)) <= 3 * MOST_POINTS
    assert chart.runs > 20_000


def test_each_repeat_is_a_point_and_the_median_is_that_of_numpy() -> None:
    columns = generated(900)
    chart = answer(columns, Question("spread", "ttft", "model"))
    assert sum(len(layer.runs) for layer in layers(chart, Points)) == 900
    for place, name in enumerate(chart.x.names):
        sample = columns.ttft[columns.model.where(name)]
        middle = layers(chart, Intervals)[place]
        assert unpacked(middle.middle)[0] == np.median(sample)
        low, high = unpacked(middle.low)[0], unpacked(middle.high)[0]
        assert low < np.median(sample) < high
        assert (low, high) == quantile(sample.tolist(), 0.5).interval


def test_of_thousands_it_is_told_without_sorting_and_is_the_same_to_a_fraction() -> None:
    sample = np.random.default_rng(3).lognormal(0, 1, EXACT + 1)
    assert median_interval(sample) == pytest.approx(quantile(sample.tolist(), 0.5).interval, rel=0.01)


def test_the_interval_of_a_median_holds_it_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(1000):
        low, high = median_interval(rng.lognormal(0, 1, 25)) or (np.nan, np.nan)
        held += low <= 1.0 <= high
    assert 930 <= held <= 985


def test_below_six_runs_there_is_no_interval_and_that_is_said() -> None:
    assert median_interval(np.arange(5.0)) is None
    chart = answer(generated(5), Question("spread", "ttft", "vendor"))
    assert all(np.isnan(unpacked(layer.low)[0]) for layer in layers(chart, Intervals))
    assert "An interval needs 6 runs" in chart.note


def test_a_warm_up_counts_in_no_time_but_costs_as_much() -> None:
    columns = generated(10)
    spoiled = changed(columns, is_measured=np.arange(10) > 3)
    assert answer(spoiled, Question("spread", "ttft")).runs == 6
    assert answer(spoiled, Question("cost", "sum")).note == answer(columns, Question("cost", "sum")).note


def test_many_points_become_a_crowd_that_counts_every_one() -> None:
    columns = generated(50_000)
    for graph in ("latency", "spread"):
        chart = answer(columns, Question(graph, "ttft", "model"))  # type: ignore[arg-type]
        (crowd,) = layers(chart, Density)
        counts = np.frombuffer(crowd.counts, dtype="<u4")
        assert counts.sum() == 50_000 * (3 if graph == "spread" else 1)
        assert not layers(chart, Points)


def test_where_few_are_in_view_each_is_a_point_again() -> None:
    columns = generated(50_000)
    box = Box(float(columns.at_s[100]), float(columns.at_s[199]), 1.0, 1e9)
    chart = answer(columns, Question("latency", "ttft", "model", box=box))
    assert sorted(run for layer in layers(chart, Points) for run in layer.runs) == sorted(columns.run[100:200])


def test_lines_over_time_are_the_percentiles_of_each_period() -> None:
    columns = generated(20_000, models=1)
    chart = answer(columns, Question("latency", "ttft", "model"))
    times = periods(columns.at_s)
    p50, p95 = layers(chart, Line)
    assert (p50.name, p95.name) == (f"p50 by {times.name}", f"p95 by {times.name}")
    first = columns.ttft[times.places == 0]
    assert unpacked(p50.y)[0] == np.quantile(first, 0.5)
    assert unpacked(p95.y)[0] == np.quantile(first, 0.95)


def test_periods_are_long_enough_to_hold_something() -> None:
    assert periods(NOON + np.arange(6000.0)).step_s == MINUTE
    assert periods(NOON + np.linspace(0, 2 * 86400, 600)).step_s == HOUR
    assert periods(np.array([NOON])).step_s == MINUTE


def test_sums_of_cost_are_right_to_the_last_digit() -> None:
    columns = generated(3000)
    chart = answer(columns, Question("cost", "sum", "model"))
    assert len(layers(chart, Bars)) == 3
    whole = summed(columns.cost)
    assert chart.note == f"In sum ${whole:.4f}."
    tiny = hand_made(3, cost=objects([Decimal("0.1"), Decimal("0.2"), Decimal("0.00000000000000000000003")]))
    assert summed(tiny.cost) == Decimal("0.30000000000000000000003")


def test_unknown_cost_is_in_no_sum_and_is_told() -> None:
    columns = hand_made(
        3,
        cost=objects([Decimal("0.5"), None, Decimal(7)]),
        currency=words(["USD", "", "EUR"]),
        lane=words(["a", "a", "a"]),
    )
    chart = answer(changed(columns, currency=words(["USD", "", "USD"])), Question("cost", "sum"))
    assert chart.note == "In sum $7.5000. 1 run of unknown cost not counted."
    costs, currencies = objects([Decimal("0.5"), Decimal(1), Decimal(7)]), words(["USD", "USD", "EUR"])
    mixed = answer(hand_made(3, cost=costs, currency=currencies), Question("cost", "sum"))
    assert mixed.note == "In sum $1.5000. 1 run in other currencies not counted."
    assert mixed.y.title == "Cost, USD"


def test_cumulated_cost_ends_at_the_sum_and_never_falls() -> None:
    columns = generated(5000)
    chart = answer(columns, Question("cost", "cumulated", "model"))
    for line in layers(chart, Line):
        heights = np.frombuffer(line.y)
        assert (np.diff(heights) >= 0).all()
        mine = columns.cost[columns.model.where(chart.series[line.series].name)]
        assert heights[-1] == pytest.approx(float(summed(mine)), rel=1e-15)
    assert cumulated([Decimal("0.1"), None, Decimal("0.2")]) == [Decimal("0.1"), Decimal("0.3")]


def test_bars_of_days_add_up_to_the_sum() -> None:
    columns = generated(2000)
    chart = answer(columns, Question("cost", "day", "vendor"))
    heights = sum(top - base for layer in layers(chart, Bars)
                  for base, top in zip(unpacked(layer.base), unpacked(layer.top), strict=True))  # fmt: skip
    assert heights == pytest.approx(float(summed(columns.cost)))
    assert chart.x.kind == "day"


def test_bars_of_a_year_are_weeks_that_begin_on_mondays() -> None:
    columns = generated(4000, days=300.0)
    chart = answer(columns, Question("cost", "day", "model"))
    assert (chart.x.title, chart.x.scale) == ("Week", 7.0)
    bars = layers(chart, Bars)
    assert all(len(layer.x) // 8 <= 45 for layer in bars)
    monday = datetime.fromtimestamp(unpacked(bars[0].x)[3] - 3.5 * 86400).astimezone()
    assert (monday + timedelta(hours=2)).weekday() == 0  # summer time may lie between
    assert told(chart.x, unpacked(bars[0].x)[3]) == f"7 days from {monday:%d %b %Y}"
    longer = answer(generated(400, days=900.0), Question("tokens", "day"))
    assert longer.x.title == "Four weeks"


def test_bars_are_stacked_without_gap_and_nothing_is_drawn_of_nothing() -> None:
    first, second = stacked([[1, 0], [2, 5]], [0, 1], str)
    assert (list(unpacked(first.base)), list(unpacked(first.top))) == ([0.0], [1.0])
    assert (list(unpacked(second.base)), list(unpacked(second.top))) == ([1.0, 0.0], [3.0, 5.0])
    assert second.told == ("2", "5")


def test_each_token_stands_in_one_class() -> None:
    columns = hand_made(
        input=np.array([100.0, np.nan]), cache_read=np.array([30.0, np.nan]), cache_write=np.array([20.0, np.nan]),
        output=np.array([50.0, 8.0]), reasoning=np.array([10.0, np.nan]),
    )  # fmt: skip
    assert [column.tolist() for column in classes(columns)] == [[50, 0], [30, 0], [20, 0], [40, 8], [10, 0]]
    assert answer(columns, Question("tokens", "sum", "vendor")).note == "In sum 158 tokens."


def test_the_frontier_is_what_nothing_beats() -> None:
    cheap, good, dear, worse, alike = (
        Standing(place, quality, price, 100.0 * (place + 1), 9)
        for place, (quality, price) in enumerate([(2.0, 1.0), (4.0, 3.0), (4.0, 5.0), (1.0, 2.0), (2.0, 1.0)])
    )
    assert frontier([dear, good, worse, cheap, alike]) == [cheap, good]
    assert frontier([]) == []
    quick = Standing(7, 1.0, 9.0, 1.0, 3)
    assert unbeaten([cheap, good, dear, worse, quick]) == [cheap, good, quick]
    unknown = Standing(8, 2.0, 1.0, float("nan"), 3)
    assert unbeaten([cheap, unknown]) == [cheap]


def test_worth_draws_each_model_once_and_hollow_where_it_is_beaten() -> None:
    chart = answer(generated(600), Question("worth", "rating/cost", "model"))
    marks = layers(chart, Points)
    assert len(marks) == 3
    assert "efficient frontier" in [series.name for series in chart.series]
    beaten = hand_made(
        model=words(["good", "bad"]), rating=np.array([5.0, 2.0]), cost=objects([Decimal(1), Decimal(2)]),
        total=np.array([100.0, 900.0]),
    )  # fmt: skip
    chart = answer(beaten, Question("worth", "rating/cost", "model"))
    hollow = {chart.series[layer.series].name: layer.is_hollow for layer in layers(chart, Points)}
    assert hollow == {"good": False, "bad": True}


def test_a_percentile_is_drawn_only_where_there_are_runs_enough() -> None:
    columns = generated(NEEDED["p95"], models=1)
    chart = answer(columns, Question("percentiles", "total", "model"))
    assert [layer.mark for layer in layers(chart, Points)] == ["p50", "p90", "p95"]
    assert chart.note == "Where it is missing: p99 needs 100 runs."
    chart = answer(generated(5000), Question("percentiles", "total", "model"))
    p99 = [layer for layer in layers(chart, Points) if layer.mark == "p99"]
    sample = generated(5000).total[generated(5000).model.where(chart.series[0].name)]
    assert unpacked(p99[0].y)[0] == np.quantile(sample, 0.99)


def test_filters_leave_out_what_they_say() -> None:
    columns = generated(1000)
    failed = answer(columns, Question("spread", "ttft", filters=Filters(outcome="failed")))
    assert failed.runs == int(columns.outcome.where("failed").sum())
    late = answer(columns, Question("spread", "ttft", filters=Filters(since_s=float(columns.at_s[900]))))
    assert late.runs == 100
    early = answer(columns, Question("spread", "ttft", filters=Filters(until_s=float(columns.at_s[900]))))
    assert early.runs == 900
    assert answer(columns, Question("cost", "sum", filters=Filters(model="none"))).layers == ()


def test_more_models_than_colours_are_others() -> None:
    chart = answer(generated(4000, models=20), Question("latency", "ttft", "model"))
    names = [series.name for series in chart.series]
    assert names[7] == "13 others"
    assert names[-1] == "all of them"
    chart = answer(generated(4000, models=30), Question("spread", "ttft", "model"))
    assert len(chart.x.names) == 24
    assert "of rarer ones are not shown" in chart.note


def test_no_two_of_eight_look_alike_and_the_first_keeps_its_colour() -> None:
    series = apart([Series("a", 2), Series("b", 10), Series("c", 1), Series("rest", OTHERS)])
    assert [each.color for each in series] == [2, 0, 1, OTHERS]
    chart = answer(generated(4000, models=30), Question("cost", "cumulated", "model"))
    colors = [each.color % 8 for each in chart.series if each.color >= 0]
    assert len(set(colors)) == len(colors) == 7
    assert len(apart([Series(str(n), 3) for n in range(20)])) == 20


def test_points_of_a_name_stand_beside_each_other_around_its_middle() -> None:
    x = scattered(np.array([1, 0, 1, 0, 1]))
    assert (x[0], x[1]) == (1.0, 0.0)
    assert len(set(x)) == 5
    assert (np.abs(x - np.rint(x)) <= 0.25).all()
    assert x[2] - x[0] == pytest.approx(x[3] - x[1])


def test_worth_tells_the_share_of_thumbs_up_and_of_comparisons_won() -> None:
    session = a_session(6)
    thumbs = ("up", "down", None, "up", "up", None)
    runs = tuple(
        replace(
            run, opinion=Opinion(thumb=thumb), spec=LaneSpec("practice/swift"), record=replace(run.record, model="m")
        )
        for run, thumb in zip(session.runs, thumbs, strict=True)
    )
    pairs = ((0, 1), (2, 1), (3, 1), (1, 4), (0, 5))
    better = tuple(Better(runs[one].id, runs[other].id) for one, other in pairs)
    columns = of_session(replace(session, runs=runs, better=better))
    up, won = (answer(columns, Question("worth", f"{name}/total", "model")) for name in ("thumb", "won"))
    assert [unpacked(mark.y)[0] for mark in layers(up, Points)] == [0.75]
    assert [unpacked(mark.y)[0] for mark in layers(won, Points)] == [0.5], "within one model each has a loser"
    assert (up.y.title, up.y.scale) == ("Thumbs up, % of thumbs", 0.01)
    assert "75 %" in layers(up, Points)[0].told[0]
    rivals = replace(session, runs=(runs[0], replace(runs[1], record=replace(runs[1].record, model="n"))))
    two = answer(of_session(replace(rivals, better=better[:1])), Question("worth", "won/total", "model"))
    assert {two.series[mark.series].name: unpacked(mark.y)[0] for mark in layers(two, Points)} == {"m": 1.0, "n": 0.0}


def test_a_run_that_was_compared_more_often_weighs_more() -> None:
    columns = hand_made(2, won=np.array([1.0, 0.25]), compared=np.array([1.0, 4.0]), model=words(["m", "m"]))
    (mark,) = layers(answer(columns, Question("worth", "won/total", "model")), Points)
    assert unpacked(mark.y)[0] == pytest.approx(2 / 5)

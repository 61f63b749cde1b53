"""Graphs out of a real ledger: few rows are drawn one by one, many from the newest and from what is kept ready."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from app.ledger.row import Row
from app.ledger.store import Store
from app.numbers import of_ledger
from app.numbers.chart import Bars, Chart, Intervals, Line, Points, unpacked
from app.numbers.desk import answered as wished
from app.numbers.figure import OPINIONS
from app.numbers.question import FIGURES, GRAPHS, Box, Filters, Question
from app.numbers.wishes import AskChart, AskChoices, AskPicked, ChartTold, ChoicesTold, PickedTold
from app.records import Cost
from tests.app.ledger.made import NOON, a_row, many

FEW = 100
"""As many rows are drawn one by one in these tests."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return many(600)


@pytest.fixture(scope="module")
def store(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("ledger"))
    store.keep(rows)
    yield store
    store.close()


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_ledger, "MOST_ROWS", FEW)
    monkeypatch.setattr("app.numbers.ledger_columns.MOST_ROWS", FEW)


def drawn(chart: Chart, kind: type) -> list:  # type: ignore[type-arg]
    return [layer for layer in chart.layers if isinstance(layer, kind)]


def in_dollars(rows: list[Row], model: str = "") -> Decimal:
    costs = [row.cost for row in rows if row.cost and row.cost.currency == "USD" and model in ("", row.model)]
    return sum((Decimal(cost.amount) for cost in costs), Decimal(0))


@pytest.mark.parametrize("crowd", [False, True])
@pytest.mark.parametrize("graph", GRAPHS)
def test_every_graph_is_drawn_of_few_rows_and_of_many(
    store: Store, graph: str, crowd: bool, request: pytest.FixtureRequest
) -> None:
    if crowd:
        request.getfixturevalue("crowded")
    for figure, _ in FIGURES[graph]:  # type: ignore[index]
        if figure == "speed/cost":
            continue  # these rows are all of one speed
        for by in ("model", "vendor", "lane"):
            chart = of_ledger.answered(store.answer, Question(graph, figure, by))  # type: ignore[arg-type]
            if figure.partition("/")[0] in OPINIONS:
                assert "Opinions are kept in sessions" in chart.note
            else:
                assert chart.layers, (figure, by, chart.note)


@pytest.mark.parametrize("by", ["model", "lane"])
@pytest.mark.parametrize("figure", ["sum", "day", "cumulated"])
def test_money_is_the_same_to_the_last_digit_from_rows_and_from_sums(
    store: Store, rows: list[Row], figure: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question("cost", figure, by)  # type: ignore[arg-type]
    by_rows = of_ledger.answered(store.answer, question)
    monkeypatch.setattr(of_ledger, "MOST_ROWS", FEW)
    by_sums = of_ledger.answered(store.answer, question)
    whole = f"In sum ${in_dollars(rows):.4f}."
    assert by_rows.note.startswith(whole)
    assert by_sums.note.startswith(whole)
    assert by_sums.y.currency == "USD"
    assert "of unknown cost not counted" in by_sums.note
    if figure == "sum" and by == "model":
        told = {
            chart_name: bar.told[0] for bar in drawn(by_sums, Bars) for chart_name in [by_sums.series[bar.series].name]
        }
        assert told == {model: f"${in_dollars(rows, model):.4f}" for model in ("gpt-4o", "claude-x", "v4")} | (
            {"m": "$0.0000"} if "m" in told else {}
        )


@pytest.mark.usefixtures("crowded")
def test_percentiles_of_many_rows_are_right_to_half_a_percent(store: Store, rows: list[Row]) -> None:
    chart = of_ledger.answered(store.answer, Question("percentiles", "ttft", "model"))
    for layer in drawn(chart, Points):
        model = chart.series[layer.series].name
        sample = [row.ttft_ms for row in rows
                  if row.model == model and row.outcome == "done" and row.role in ("answer", "hedge")]  # fmt: skip
        share = int(layer.mark[1:]) / 100
        low, high = (float(np.quantile(sample, share, method=way)) for way in ("lower", "higher"))  # type: ignore[call-overload]
        assert low * 0.99 <= unpacked(layer.y)[0] <= high * 1.01


@pytest.mark.usefixtures("crowded")
def test_of_many_rows_it_is_said_which_are_drawn(store: Store) -> None:
    chart = of_ledger.answered(store.answer, Question("spread", "ttft", "model"))
    assert f"Drawn from the newest {FEW:,} of them." in chart.note
    assert drawn(chart, Intervals)
    assert chart.runs <= FEW


@pytest.mark.usefixtures("crowded")
def test_lines_over_time_tell_of_all_rows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    day = 86_400_000_000
    rows = [a_row(n, at_us=NOON - (n % 4) * day, ttft_ms=100.0 + n % 4, model="m") for n in range(400)]
    store.keep(rows)
    chart = of_ledger.answered(store.answer, Question("latency", "ttft", "model"))
    p50 = next(line for line in drawn(chart, Line) if line.name == "p50 by day")
    assert list(unpacked(p50.y)) == pytest.approx([103, 102, 101, 100], rel=0.005)
    store.close()


def test_choices_count_every_row(store: Store, rows: list[Row]) -> None:
    told = of_ledger.choices(store.answer)
    assert told.runs == len(rows)
    assert dict(told.words["model"])["v4"] == sum(row.model == "v4" for row in rows)
    assert {name for name, _ in told.words["session"]} == {f"s{n}" for n in range(20)}


def test_filters_reach_the_ledger(store: Store, rows: list[Row]) -> None:
    question = Question("cost", "sum", "model", Filters(vendor="deepseek"))
    chart = of_ledger.answered(store.answer, question)
    assert chart.x.names == ("v4",)
    assert chart.note.startswith(f"In sum ${in_dollars(rows, 'v4'):.4f}.")
    none = of_ledger.answered(store.answer, Question("cost", "sum", "model", Filters(vendor="nobody")))
    assert none.note.startswith("Not enough data")


def test_a_model_keeps_its_colour_whatever_is_filtered(store: Store) -> None:
    everything = of_ledger.answered(store.answer, Question("latency", "ttft", "model"))
    one = of_ledger.answered(store.answer, Question("cost", "sum", "model", Filters(vendor="deepseek")))
    colors = {series.name: series.color for series in everything.series}
    assert one.series[0].color == colors["v4"]
    assert sorted(colors[name] for name in ("claude-x", "gpt-4o", "m", "v4")) == [0, 1, 2, 3]


def test_play_money_is_in_no_sum_unless_it_is_asked_for(tmp_path: Path) -> None:
    store = Store(tmp_path)
    play = Cost("5", "USD", "practice", None)
    store.keep([a_row(1), a_row(2, vendor="practice", lane="practice/swift", model="swift", cost=play)])
    said = of_ledger.answered(store.answer, Question("cost", "sum", "model")).note
    assert said == "In sum $0.0040. Practice models are left out, unless chosen as the vendor."
    elsewhere = Question("cost", "sum", "model", Filters(vendor="nobody"))
    assert "Practice" not in of_ledger.answered(store.answer, elsewhere).note
    asked = Question("cost", "sum", "model", Filters(vendor="practice"))
    assert of_ledger.answered(store.answer, asked).note == "In sum $5.0000."
    assert of_ledger.answered(store.answer, Question("spread", "ttft", "model")).runs == 2
    store.close()


def test_an_empty_ledger_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for graph in GRAPHS:
        for figure, _ in FIGURES[graph]:
            chart = of_ledger.answered(store.answer, Question(graph, figure, "model"))
            assert chart.layers == ()
            assert chart.note
    assert of_ledger.choices(store.answer).runs == 0
    store.close()


@pytest.mark.parametrize("crowd", [False, True])
def test_a_rectangle_picks_rows_also_older_ones_than_are_drawn(
    store: Store, rows: list[Row], crowd: bool, request: pytest.FixtureRequest
) -> None:
    if crowd:
        request.getfixturevalue("crowded")
    oldest = sorted(rows, key=lambda row: row.at_us)[:40]
    box = Box(oldest[0].at_us / 1e6, oldest[-1].at_us / 1e6, 0.0, 1e9)
    found = of_ledger.picked(store.answer, Question("latency", "ttft", "model"), box)
    wanted = {row.run for row in oldest if row.outcome == "done" and row.role in ("answer", "hedge")}
    assert {each.run for each in found} == wanted
    assert all(each.session.startswith("s") for each in found)


def test_wishes_are_answered_with_what_was_asked(store: Store) -> None:
    question = Question("latency", "ttft", "model")
    assert isinstance(wished(AskChoices(), store.answer), ChoicesTold)
    told = wished(AskChart(question), store.answer)
    assert isinstance(told, ChartTold)
    assert told.question == question
    assert isinstance(wished(AskPicked(question, Box(0, 1, 0, 1)), store.answer), PickedTold)

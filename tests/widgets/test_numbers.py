"""The numbers' place in the real window, with the real pyqtgraph."""

import csv
import io
import os
import subprocess
import sys
import time
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.history.wishes import SearchHistory
from app.ledger.wishes import LedgerTold
from app.numbers.answering import answer
from app.numbers.chart import Axis, Density, Points, unpacked
from app.numbers.question import FIGURES, GRAPHS, NAMES, Box, Choices, Picked, Question
from app.numbers.wishes import AskChart, AskChoices, AskPicked, ChartTold, ChoicesTold, NumbersRefused, PickedTold
from app.session.document import Session
from tests.app.numbers.samples import generated
from tests.widgets.conftest import Bench
from tests.widgets.numbers_samples import a_session
from widgets.flow import Flow
from widgets.graphs.ink import ink_of
from widgets.numbers.canvas import Canvas
from widgets.numbers.filters_bar import FiltersBar
from widgets.numbers.legend import entries
from widgets.numbers.marks import PATTERNS, SYMBOLS
from widgets.numbers.scale_axis import ScaleAxis, number
from widgets.numbers.sheet import NumbersSheet
from widgets.theme import DARK, LIGHT

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")  # Qt's offscreen platform says so


def opened(bench: Bench, session: Session) -> tuple[NumbersSheet, Canvas]:
    bench.conductor.home.begin(session)
    bench.window.do("numbers")
    sheet = bench.conductor.numbers.sheet
    assert sheet is not None
    bench.qtbot.waitUntil(lambda: sheet.stage.canvas is not None, timeout=20_000)
    assert sheet.stage.canvas is not None
    return sheet, sheet.stage.canvas


def chosen(sheet: NumbersSheet, graph: Any, figure: str = "") -> None:
    sheet.choose(graph)
    if figure:
        sheet.bar.figure.choose(figure)
    sheet.ask()


def test_importing_the_place_loads_no_numpy_and_no_pyqtgraph() -> None:
    late = "{'numpy', 'pyqtgraph', 'widgets.numbers.sheet'}"
    check = f"import sys, widgets.conductor; sys.exit(bool({late} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], cwd=os.getcwd(), check=False).returncode == 0


def test_there_is_a_graph_for_every_tab_and_without_runs_it_says_so(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(0))
    for graph in GRAPHS:
        chosen(sheet, graph)
        assert sheet.stage.note is not None
        assert sheet.stage.note.startswith("Not enough data"), NAMES[graph]
        assert not sheet.copy_table.isEnabled()
        assert not sheet.fit.isEnabled()


@pytest.mark.parametrize("runs", [1, 60])
def test_every_graph_draws_one_run_and_many(bench: Bench, runs: int) -> None:
    sheet, canvas = opened(bench, a_session(runs))
    for graph in GRAPHS:
        for figure, _ in FIGURES[graph]:
            chosen(sheet, graph, figure)
            if runs == 1 and (graph == "percentiles" or figure.startswith("won/")):
                assert sheet.stage.note is not None
                continue
            assert sheet.stage.note is None, (graph, figure)
            assert canvas.chart is not None
            assert canvas.grab().toImage().pixelColor(4, 4) == LIGHT.color("surface")


def test_a_run_that_comes_while_it_is_open_is_drawn(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(6))
    assert sheet.stage.chart is not None
    assert sheet.stage.chart.runs == 6
    more = a_session(9)
    bench.conductor.home.happened(lambda session: replace(session, runs=more.runs))
    assert sheet.stage.chart.runs == 9


def test_of_the_session_the_same_runs_count_as_of_the_ledger(bench: Bench) -> None:
    """Warm-ups never; what was not done, where it is asked for."""
    session = a_session(60)
    runs = tuple(replace(run, warmup=number < 6) for number, run in enumerate(session.runs))
    sheet, _ = opened(bench, replace(session, runs=runs))
    counting = [run for run in runs if not run.warmup]
    done = sum(run.record.outcome == "done" for run in counting)
    assert 0 < done < len(counting)
    assert sheet.stage.chart is not None
    assert sheet.stage.chart.runs == done
    for outcome, count in (("failed", len(counting) - done), ("", done)):
        sheet.bar.words["outcome"].choose(outcome)
        sheet.ask()
        assert sheet.stage.chart.runs == count


def test_what_was_zoomed_into_and_what_is_listed_stay_when_a_run_comes(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(6))
    chosen(sheet, "latency", "ttft")
    sheet.all.click()
    more = a_session(9)
    bench.conductor.home.happened(lambda session: replace(session, runs=more.runs[:8]))
    assert not canvas.is_zoomed  # what has come is in view
    left, right, _, _ = canvas.shown
    canvas._room.setRange(xRange=(left, (left + right) / 2), padding=0)
    assert canvas.is_zoomed
    before = canvas.shown
    bench.conductor.home.happened(lambda session: replace(session, runs=more.runs))
    assert canvas.shown == before
    assert sheet.list.isVisible()


def test_filters_offer_what_there_is_and_narrow(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(60))
    lanes = sheet.bar.words["lane"]
    assert lanes.itemText(0) == "All lanes"
    assert lanes.count() == 4
    assert not sheet.bar.words["vendor"].isVisible()  # there is only one
    assert sheet.bar.clear.isHidden()
    lanes.choose("practice/deep")
    lanes.activated.emit(lanes.currentIndex())
    assert sheet.stage.chart is not None
    assert sheet.stage.chart.x.names == ("practice/deep",)
    sheet.bar.clear.click()
    assert len(sheet.stage.chart.x.names) == 3
    sheet.bar.span.choose("3600")
    sheet.bar.span.activated.emit(1)
    assert sheet.stage.note is not None  # the samples are older than an hour


def test_drawing_over_runs_lists_them_and_a_double_click_opens_one(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(60))
    chosen(sheet, "latency", "ttft")
    left, right, bottom, top = canvas.shown
    canvas._room.drawn_over.emit(QRectF(QPointF(left, bottom), QPointF((left + right) / 2, top)))
    listed = sheet.list.lines.runs
    assert 20 <= len(listed) <= 40
    assert sheet.told.text().startswith(f"{len(listed)} runs")
    assert [run.at_s for run in listed] == sorted((run.at_s for run in listed), reverse=True)
    sheet.list.activated.emit(sheet.list.lines.index(0, 0))
    assert not sheet.isVisible()
    assert bench.conductor.binder.shown(bench.panes[0].place.number) is not None


def test_the_mouse_draws_the_rectangle(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(30))
    chosen(sheet, "latency", "ttft")
    view = canvas._view.viewport()
    bench.qtbot.wait(50)
    middle = view.rect().center()
    bench.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(90, 20))
    for step in (QPoint(200, 100), middle, view.rect().bottomRight() - QPoint(30, 60)):
        bench.qtbot.mouseMove(view, step)
        bench.qtbot.wait(20)
    bench.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().bottomRight() - QPoint(30, 60))
    assert sheet.list.lines.rowCount() > 10
    assert sheet.list.isVisible()
    chosen(sheet, "cost")
    assert not sheet.list.isVisible()


def test_without_a_mouse_what_is_in_view_is_listed(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(30))
    sheet.all.click()
    assert len(sheet.list.lines.runs) == 30
    texts = [sheet.list.lines.index(0, column).data() for column in range(8)]
    assert texts[1].startswith("practice/")
    assert texts[6].startswith("$")


def test_a_run_of_another_session_is_looked_for_in_the_history(bench: Bench) -> None:
    opened(bench, a_session(3))
    bench.conductor.past.show("another", "run1")
    bench.qtbot.waitUntil(lambda: SearchHistory("session:another") in bench.engine.history_wishes, timeout=2000)


def test_pointing_at_something_tells_it(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(30))
    chart = sheet.stage.chart
    assert chart is not None
    layer = next(layer for layer in chart.layers if isinstance(layer, Points))
    bench.qtbot.wait(20)
    at = canvas._room.mapViewToScene(QPointF(unpacked(layer.x)[0], unpacked(layer.y)[0]))
    near = canvas.near(at)
    assert near.run == layer.runs[0]
    canvas._view.scene().sigMouseMoved.emit(at)
    assert sheet.stage.said == near.said
    assert chart.series[layer.series].name in near.said
    for act in (bench.qtbot.mousePress, bench.qtbot.mouseRelease, bench.qtbot.mouseDClick, bench.qtbot.mouseRelease):
        act(canvas._view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    bench.qtbot.waitUntil(lambda: not sheet.isVisible(), timeout=2000)  # the run is shown in its pane


def test_zooming_into_a_crowd_counts_it_anew_and_all_of_it_comes_back(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(3000))
    chosen(sheet, "latency", "ttft")
    assert sheet.stage.chart is not None
    assert any(isinstance(layer, Density) for layer in sheet.stage.chart.layers)
    left, right, bottom, top = canvas.shown
    canvas._room.setRange(xRange=(left, left + (right - left) / 20), padding=0)
    canvas._room.sigRangeChangedManually.emit([True, True])
    bench.qtbot.waitUntil(lambda: sheet.question.box is not None, timeout=2000)
    assert any(isinstance(layer, Points) and layer.runs for layer in sheet.stage.chart.layers)
    assert canvas.shown[1] == pytest.approx(left + (right - left) / 20)
    sheet.fit.click()
    assert sheet.question.box is None
    assert canvas.shown == pytest.approx((left, right, bottom, top))


def test_it_is_taken_along_as_picture_and_as_table(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(30))
    sheet.copy_table.click()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert len([row for row in rows if row["what"] == "point"]) == 30
    sheet.copy_image.click()
    assert QGuiApplication.clipboard().image().width() >= sheet.stage.width()


def test_it_wears_the_theme(bench: Bench) -> None:
    sheet, canvas = opened(bench, a_session(30))
    bench.window.themed.emit(DARK)
    assert canvas.grab().toImage().pixelColor(4, 4) == DARK.color("surface")
    sheet.dress(ink_of(LIGHT))
    assert canvas.grab().toImage().pixelColor(4, 4) == LIGHT.color("surface")


def test_colour_is_never_alone() -> None:
    assert len(set(SYMBOLS)) == len(set(PATTERNS)) == len(LIGHT.lanes)


def test_lanes_keep_the_colours_of_their_panes_and_stand_in_the_legend(bench: Bench) -> None:
    sheet, _ = opened(bench, a_session(30))
    chosen(sheet, "latency")
    assert sheet.stage.chart is not None
    colors = {series.name: series.color for series in sheet.stage.chart.series}
    assert [colors[f"practice/{name}"] for name in ("swift", "steady", "deep")] == [0, 1, 2]
    assert sheet.stage._legend is not None
    assert sheet.stage._legend.names[:3] == ["practice/swift", "practice/steady", "practice/deep"]


def test_the_keyboard_goes_from_graph_to_graph(bench: Bench, qtbot: QtBot) -> None:
    sheet, _ = opened(bench, a_session(30))
    assert sheet.graph == "spread"
    sheet._on_next()
    assert sheet.graph == "latency"
    sheet._on_previous()
    sheet._on_previous()
    assert sheet.graph == GRAPHS[-1]
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_it_fits_a_small_window(bench: Bench) -> None:
    bench.window.resize(900, 600)
    sheet, canvas = opened(bench, a_session(30))
    bench.qtbot.wait(20)
    assert bench.window.rect().contains(sheet.geometry())
    assert canvas.height() > 200
    assert sheet.copy_table.visibleRegion().boundingRect().width() == sheet.copy_table.width()


# All runs ever


def asked_of_the_ledger(bench: Bench) -> tuple[NumbersSheet, AskChart]:
    sheet, _ = opened(bench, a_session(3))
    sheet.source.choose("ledger")
    sheet.source.activated.emit(1)
    wish = bench.engine.numbers_wishes[-1]
    assert isinstance(wish, AskChart)
    return sheet, wish


def test_the_ledger_is_asked_and_its_answer_is_drawn(bench: Bench) -> None:
    sheet, wish = asked_of_the_ledger(bench)
    assert bench.engine.numbers_wishes == [AskChoices(), wish]
    assert wish.question.by == "model"
    assert sheet.stage.note is not None
    assert sheet.stage.note.startswith("Asking the ledger")
    bench.engine.numbers_told.emit(ChoicesTold(Choices({"model": (("swift", 9), ("tiny", 2))}, 11)))
    assert sheet.bar.words["model"].count() == 3
    bench.engine.numbers_told.emit(ChartTold(wish.question, answer(generated(50), wish.question)))
    assert sheet.stage.note is None
    assert sheet.stage.chart is not None
    assert sheet.stage.chart.runs == 50


def test_the_answer_to_what_was_asked_before_is_not_drawn(bench: Bench) -> None:
    sheet, wish = asked_of_the_ledger(bench)
    chosen(sheet, "cost", "sum")
    bench.engine.numbers_told.emit(ChartTold(wish.question, answer(generated(50), wish.question)))
    assert sheet.stage.note is not None


def test_drawing_over_the_ledgers_crowd_asks_for_its_runs(bench: Bench) -> None:
    sheet, _ = asked_of_the_ledger(bench)
    chosen(sheet, "latency", "ttft")
    question = sheet.question
    chart = answer(generated(5000), question)
    bench.engine.numbers_told.emit(ChartTold(question, chart))
    sheet.all.click()
    asked = bench.engine.numbers_wishes[-1]
    assert isinstance(asked, AskPicked)
    assert asked.question == question
    runs = (Picked("r1", "elsewhere", 1e9, "openai/gpt", "gpt", "done"), Picked("r2", "", 1e9, "x", "x", "failed"))
    bench.engine.numbers_told.emit(PickedTold(question, runs))
    assert sheet.told.text().startswith("2 runs")
    sheet.list.activated.emit(sheet.list.lines.index(1, 0))
    assert "outside of a session" in sheet.told.text()
    sheet.list.activated.emit(sheet.list.lines.index(0, 0))
    bench.qtbot.waitUntil(lambda: SearchHistory("session:elsewhere") in bench.engine.history_wishes, timeout=2000)


def test_rows_that_come_into_the_ledger_are_asked_for(bench: Bench) -> None:
    sheet, wish = asked_of_the_ledger(bench)
    bench.engine.ledger_told.emit(LedgerTold(new=2))
    assert bench.engine.numbers_wishes[-2:] == [AskChoices(), wish]
    bench.engine.numbers_wishes.clear()
    sheet.dismiss()
    bench.engine.ledger_told.emit(LedgerTold(new=2))
    assert bench.engine.numbers_wishes == []


def test_another_engine_is_asked_again(bench: Bench) -> None:
    sheet, wish = asked_of_the_ledger(bench)
    bench.engine.numbers_wishes.clear()
    bench.engine.ready.emit()
    assert bench.engine.numbers_wishes == [AskChoices(), wish]
    assert sheet.stage.note is not None


def test_a_marker_of_the_ledger_is_listed(bench: Bench) -> None:
    sheet, wish = asked_of_the_ledger(bench)
    bench.engine.numbers_told.emit(ChartTold(wish.question, answer(generated(5), wish.question)))
    assert sheet.stage.canvas is not None
    sheet.stage.canvas.opened.emit("run1", Box(0, 1, 2, 3))
    assert bench.engine.numbers_wishes[-1] == AskPicked(wish.question, Box(0, 1, 2, 3))


def test_a_ledger_that_cannot_be_read_is_told(bench: Bench) -> None:
    sheet, _ = asked_of_the_ledger(bench)
    bench.engine.numbers_told.emit(NumbersRefused("The ledger cannot be read: disk I/O error."))
    assert sheet.stage.note == "The ledger cannot be read: disk I/O error."
    sheet.source.choose("session")
    sheet.source.activated.emit(0)
    assert sheet.stage.note is None
    bench.engine.numbers_told.emit(NumbersRefused("too late"))
    assert sheet.stage.note is None


def test_longer_spans_begin_with_a_day() -> None:
    bar = FiltersBar(None)  # type: ignore[arg-type]
    bar.show_graph("cost")
    for span in ("604800", "2592000"):
        bar.span.choose(span)
        since = bar.filters().since_s
        assert since is not None
        assert since % 86400 == 0
    bar.span.choose("3600")
    assert time.time() - (bar.filters().since_s or 0) == pytest.approx(3600, abs=5)
    bar.deleteLater()


# Parts


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.00002, "0.00002"), (2.5, "2.5"), (1250, "1,250"), (60_000, "60,000"), (2.5e6, "2.5 M")],
)
def test_numbers_on_an_axis_are_plain(value: float, told: str) -> None:
    assert number(value) == told


def test_axes_tick_where_people_expect_it(bench: Bench) -> None:
    axis = ScaleAxis("bottom")
    axis.read(Axis("TTFT", "ms", log=True))
    values = [10**value for _, level in axis.tickValues(1.0, 3.0, 600) for value in level]
    assert sorted(map(round, values)) == [10, 20, 50, 100, 200, 500, 1000]
    axis.read(Axis("Lane", "names", names=("a", "b", "c")))
    assert [value for _, level in axis.tickValues(-0.5, 2.5, 600) for value in level] == [0, 1, 2]
    axis.read(Axis("Time", "time"))
    ((step, times),) = axis.tickValues(1_795_867_200.0, 1_795_867_200.0 + 7200, 600)
    assert step == 1200 or step == 900 or step == 3600
    assert all(time_s % step == 0 for time_s in times)
    axis.read(Axis("Day", "day"))
    ((_, noons),) = axis.tickValues(1_795_867_200.0 - 5 * 86400, 1_795_867_200.0 + 3600, 900)
    assert all(datetime.fromtimestamp(noon).hour in (11, 12, 13) for noon in noons)
    assert len(noons) >= 5


def test_what_does_not_fit_a_line_flows_into_the_next(bench: Bench) -> None:
    row = QWidget(bench.window)
    flow = Flow(row, gap=4)
    for _ in range(5):
        button = QPushButton("x", row)
        button.setFixedSize(100, 20)
        flow.addWidget(button)
    assert flow.heightForWidth(1000) == 20
    assert flow.heightForWidth(210) == 3 * 20 + 2 * 4
    row.resize(210, 100)
    row.show()
    flow.setGeometry(row.rect())
    places = [flow.itemAt(n).geometry().topLeft() for n in range(5)]  # type: ignore[union-attr]
    assert places == [QPoint(0, 0), QPoint(104, 0), QPoint(0, 24), QPoint(104, 24), QPoint(0, 48)]
    row.deleteLater()


def test_the_legend_says_what_percentiles_look_like() -> None:
    chart = answer(generated(500), Question("percentiles", "ttft", "model"))
    assert [entry.name for entry in entries(chart)] == ["p50", "p90", "p95", "p99"]
    assert entries(answer(generated(50), Question("cost", "sum", "model"))) == []  # the axis names them

"""What the sheet of results and its drawings show: nothing, one point, many, long names, narrow."""

import subprocess
import sys

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.repeats.of_session import held
from app.repeats.plan import Plan
from app.repeats.sample import METRIC
from app.session.document import Experiment, Lane, LaneSpec, Run, Session
from app.statistics.quantiles import quantile
from tests.app.repeats.samples import record
from widgets.main_window import MainWindow
from widgets.repeats.dots import Dots, Drawn
from widgets.repeats.results import EMPTY, NOTHING, ResultsSheet
from widgets.repeats.table import TOO_FEW
from widgets.theme import theme_for

LONG = "openai_chat:a-model-with-a-very-long-name-that-nobody-could-want-2026-preview@http://127.0.0.1:9/v1"


def a_session(n: int, *models: str) -> Session:
    chance = np.random.default_rng(1)
    lanes = tuple(Lane(i, LaneSpec(model), i) for i, model in enumerate(models))
    runs = tuple(
        Run(
            f"{lane.id}-{repeat}",
            *("p", lane.id, None, "", lane.spec),
            replace(record(float(chance.lognormal(6 + lane.id / 8, 0.2))), repeat=repeat, lane_index=lane.id),
            experiment="e",
        )
        for repeat in range(n)
        for lane in lanes
    )
    return Session("s", lanes=lanes, runs=runs, experiments=(Experiment("e", "", Plan(n)),))


def shown(window: MainWindow, qtbot: QtBot, session: Session) -> ResultsSheet:
    sheet = ResultsSheet(window)
    show(sheet, qtbot, session)
    sheet.open()
    return sheet


def show(sheet: ResultsSheet, qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(sheet._reckoner.reckoned):
        sheet.show_session(session, "e")


def choose(sheet: ResultsSheet, qtbot: QtBot, figure: str) -> None:
    with qtbot.waitSignal(sheet._reckoner.reckoned):
        sheet.figure.setCurrentIndex(sheet.figure.findData(figure))


def words(sheet: ResultsSheet) -> list[str]:
    return [label.text() for label in sheet.table._parts if hasattr(label, "text")]


def test_nothing_and_no_answer_yet(window: MainWindow, qtbot: QtBot) -> None:
    sheet = shown(window, qtbot, Session("s"))
    assert sheet.said.text() == NOTHING
    assert not sheet.base.isEnabled()
    show(sheet, qtbot, a_session(0, "v/m"))
    assert sheet.said.text() == EMPTY
    assert not sheet.table.isVisible()


def test_one_point_says_that_it_is_too_few(window: MainWindow, qtbot: QtBot) -> None:
    sheet = shown(window, qtbot, a_session(1, "v/a", "v/b"))
    assert sheet.said.text() == "TTFT: 1 round is too few to compare a and b; 6 are needed."
    found = sheet.table.findChildren(type(sheet.table._label("")))
    assert [label.text() for label in found].count(TOO_FEW) == 6


def test_many_runs_of_many_lanes_with_long_names_fit_a_narrow_window(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 600)
    sheet = shown(window, qtbot, a_session(100, LONG, LONG, *(f"v/m{n}" for n in range(14))))
    qtbot.wait(10)
    assert sheet.width() <= 900 - 32
    assert sheet.height() <= 600
    assert sheet.table.width() <= sheet.width()
    assert len(sheet.said.text().splitlines()) == 15
    runs = [label for label in sheet.table._parts if getattr(label, "text", str)() == "100"]
    dots = sheet.table.findChildren(Dots)
    assert len(runs) == len(dots) == 16
    assert all(label.geometry().right() < dot.geometry().left() for label, dot in zip(runs, dots, strict=True))


def test_another_figure_is_shown_of_the_same_runs(window: MainWindow, qtbot: QtBot) -> None:
    sheet = shown(window, qtbot, a_session(10, "v/a", "v/b"))
    assert " faster than " in sheet.said.text() or "no difference" in sheet.said.text()
    choose(sheet, qtbot, "itl")
    assert sheet.said.text() == "No run has this figure."
    choose(sheet, qtbot, "tokens_per_s")
    assert "output rate" in sheet.said.text()


@pytest.mark.parametrize("n", [0, 1, 20, 5000])
def test_points_are_drawn_in_the_colour_of_their_lane(window: MainWindow, n: int) -> None:
    values = tuple(float(value) for value in np.random.default_rng(2).lognormal(0, 0.3, n))
    dots = Dots(window)
    dots.resize(300, 34)
    median = quantile(values, 0.5) if values else None
    dots.show_values(Drawn(values, median, quantile(values, 0.95) if values else None, 2), (0.3, 3.0))
    image = dots.grab().toImage()
    if median is None:
        return
    x = round(dots.place_of(median.value) * image.devicePixelRatio())
    at = QColor(image.pixel(x, image.height() // 2))
    assert at == theme_for(dots.palette()).lane(2)


def test_the_scale_is_common_to_all_lanes(window: MainWindow, qtbot: QtBot) -> None:
    session = a_session(8, "v/a", "v/b")
    sheet = shown(window, qtbot, session)
    dots = sheet.table.findChildren(Dots)
    assert dots[0]._span == dots[1]._span
    report = held(session, "e")
    assert report is not None
    values = [v for lane in (0, 1) for v in report.report.row(lane, METRIC["ttft"]).values]
    assert dots[0]._span == (min(values), max(values))


def test_a_window_starts_without_what_reckons() -> None:
    heavy = "{'numpy', 'rapidfuzz', 'app.statistics.compare', 'widgets.repeats.results', 'widgets.repeats.sheet'}"
    check = f"import sys, widgets.conductor; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.stderr == ""

"""The dock with real folds, real frames and the real pyqtgraph."""

import os
import subprocess
import sys
import threading
from array import array
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from app.run import RunFold
from providers.events import Event, Finished, Started, Text
from providers.usage import TokenUsage
from widgets.graphs import GraphDock, LaneLabel
from widgets.graphs.columns import columns_for
from widgets.graphs.head import View
from widgets.graphs.ink import Ink
from widgets.graphs.lane import dashes
from widgets.graphs.loading import Loading
from widgets.graphs.outline import staircase
from widgets.graphs.pace import Pace
from widgets.graphs.panel import IDLE, TOO_LITTLE
from widgets.graphs.scale import grown, ticks

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")  # Qt's offscreen platform says so

MS = 1_000_000


def ink(base: str, text: str, muted: str, line: str, *lanes: str) -> Ink:
    return Ink(QColor(base), QColor(text), QColor(muted), QColor(line), tuple(map(QColor, lanes)))


LIGHT = ink("#fff", "#111", "#666", "#999", "#0072b2", "#d55e00")
DARK = ink("#111", "#eee", "#aaa", "#777", "#56b4e9", "#e69f00")
LANES = (LaneLabel("swift", 0), LaneLabel("<b>tiny</b>", 1))


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QMainWindow]:
    """A window of which nothing may be left: no timer that runs, no widget without a parent."""
    before = set(QApplication.topLevelWidgets())
    window = QMainWindow()
    window.resize(1200, 500)
    yield window
    window.close()
    assert not [t for t in window.findChildren(QTimer) if t.isActive()]
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [type(w).__name__ for w in set(QApplication.topLevelWidgets()) - before] == []


@pytest.fixture
def dock(window: QMainWindow) -> GraphDock:
    dock = GraphDock(window, LIGHT)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    return dock


def fold_of(*events: Event, run: int = 1, lane: int = 0) -> RunFold:
    fold = RunFold(run=run, lane_index=lane, repeat=0, lane="a/b")
    for event in (Started(0, 0, role="answer", vendor="v", endpoint="e", model="m"), *events):
        fold.add(event)
    return fold


def texts(count: int) -> list[Event]:
    return [Text(0, (100 + 10 * n) * MS, "x") for n in range(count)]


def finished(at_ms: int, output: int | None = None) -> Finished:
    return Finished(0, at_ms * MS, model="m", usage=TokenUsage(output=output), stop="stop")


def drawn(dock: GraphDock, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dock.panel.plot is not None and not dock.is_drawing, timeout=20_000)


def test_importing_the_package_loads_no_numpy_and_no_pyqtgraph() -> None:
    check = "import sys, widgets.graphs; sys.exit(bool({'numpy', 'pyqtgraph'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], cwd=os.getcwd(), check=False).returncode == 0


def test_pyqtgraph_makes_no_object_on_the_thread_that_imports_it() -> None:
    check = (
        "import gc, sys, threading\n"
        "from PySide6.QtCore import QObject, QThread\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "hooks = sys.excepthook, threading.excepthook\n"
        "loading = threading.Thread(target=__import__, args=('pyqtgraph',))\n"
        "loading.start(); loading.join()\n"
        "found = [o for o in gc.get_objects() if issubclass(type(o), QObject) and o.thread() is not app.thread()]\n"
        "sys.exit(bool(found) or hooks != (sys.excepthook, threading.excepthook))\n"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_before_anything_runs_it_says_what_it_is_for(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    assert dock.panel.note == IDLE
    assert dock.panel.plot is None
    qtbot.waitUntil(lambda: not dock.is_drawing)


def test_lines_appear_and_the_timer_rests_again(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    fold = fold_of(*texts(50))
    dock.advance(0, fold)
    assert dock.is_drawing
    drawn(dock, qtbot)
    assert dock.panel.plot is not None
    assert dock.panel.note is None
    x, y = dock.panel.plot.line(0)
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, pytest.approx(0.59), 50)
    assert dock.panel.plot.line(1)[1].max() == 0
    fold.add(finished(700, output=100))
    dock.ended(0, fold.record())
    drawn(dock, qtbot)
    assert dock.panel.plot.line(0)[1].max() == 100
    assert dock.panel.plot.title == "Output, tokens"
    assert dock.panel.sentences() == ["swift: 100 tok, 100 ms · 700 ms", "<b>tiny</b>: 0 chunks, "]


def test_one_chunk_is_not_drawn_as_a_line(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(1)))
    drawn(dock, qtbot)
    assert dock.panel.note == TOO_LITTLE
    dock.clear()
    assert dock.panel.note == IDLE


def test_nothing_is_drawn_unseen_and_everything_after(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.hide()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(10)))
    qtbot.waitUntil(lambda: dock.panel.plot is not None, timeout=20_000)
    assert not dock.is_drawing
    dock.advance(1, fold_of(*texts(20)))
    assert not dock.is_drawing
    dock.show()
    drawn(dock, qtbot)
    assert dock.panel.plot is not None
    assert dock.panel.plot.line(1)[1].max() == 20


def test_a_fold_can_go_on_growing_after_it_was_drawn(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    fold = fold_of(*texts(3000))
    dock.advance(0, fold)
    drawn(dock, qtbot)
    fold.add(Text(0, 40_000 * MS, "x"))
    dock.advance(0, fold)
    drawn(dock, qtbot)
    assert dock.panel.plot is not None
    assert dock.panel.plot.line(0)[1].max() == 3001


def test_a_new_race_forgets_the_old_one(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(10)))
    drawn(dock, qtbot)
    dock.reset(LANES[:1])
    dock.advance(0, fold_of(*texts(3), run=2))
    drawn(dock, qtbot)
    assert dock.panel.plot is not None
    assert dock.panel.plot.line(0)[1].max() == 3
    assert len(dock.panel.sentences()) == 1


def test_pointing_reads_every_lane_at_that_moment(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(50)))
    dock.advance(1, fold_of(*texts(20), lane=1))
    drawn(dock, qtbot)
    assert dock.panel.plot is not None
    dock.panel.plot.hovered.emit(0.195)
    assert [s.split(",")[0] for s in dock.panel.sentences()] == ["swift: 10 chunks", "<b>tiny</b>: 10 chunks"]
    QApplication.sendEvent(dock.panel.plot, QEvent(QEvent.Type.Leave))
    assert [s.split(",")[0] for s in dock.panel.sentences()] == ["swift: 50 chunks", "<b>tiny</b>: 20 chunks"]


def test_what_is_copied_is_what_is_seen(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(2)))
    drawn(dock, qtbot)
    clipboard = QGuiApplication.clipboard()
    copy = {action.text(): action.trigger for action in dock.panel.actions()}
    copy["Copy output over time as CSV"]()
    assert clipboard.text() == "lane_index,lane,at_s,chunks,tokens\n0,swift,0.100000,1,\n0,swift,0.110000,2,\n"
    copy["Copy TTFT and totals as CSV"]()
    assert clipboard.text().splitlines()[1:] == ["0,swift,100.0,110.0,streaming", "1,<b>tiny</b>,,,idle"]
    copy["Copy as image"]()
    assert clipboard.image().width() >= 1000


def test_short_of_room_one_graph_is_shown_at_a_time(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.resize(640, 400)
    window.show()
    shown = [dock.panel.view]
    window.resize(1200, 400)
    shown.append(dock.panel.view)
    dock.choose(View.TIMES)
    shown.append(dock.panel.view)
    window.resize(640, 400)
    shown.append(dock.panel.view)
    assert shown == [View.OUTPUT, View.BOTH, View.TIMES, View.TIMES]
    qtbot.waitUntil(lambda: not dock.is_drawing)


def test_another_theme_repaints_lines_and_rows(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.reset(LANES)
    dock.advance(0, fold_of(*texts(50)))
    drawn(dock, qtbot)
    dock.set_theme(DARK)
    image = dock.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(40, image.height())}
    assert {"#111111", "#56b4e9"} <= seen
    assert "#ffffff" not in seen


def test_warming_loads_without_data_and_only_once(window: QMainWindow, dock: GraphDock, qtbot: QtBot) -> None:
    window.show()
    dock.warm()
    dock.warm()
    drawn(dock, qtbot)
    assert dock.panel.note == IDLE
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("import ")]


def test_a_library_that_is_missing_is_told_in_its_own_words(qtbot: QtBot, window: QMainWindow) -> None:
    loading = Loading("no_such_module_here", window)
    with qtbot.waitSignal(loading.failed) as told:
        loading.start()
    assert told.args == ["ModuleNotFoundError: No module named 'no_such_module_here'"]


def test_a_dock_that_dies_while_loading_is_no_fault(qtbot: QtBot, window: QMainWindow) -> None:
    loading = Loading("pyqtgraph", window)
    loading.start()
    loading.deleteLater()
    qtbot.wait(50)
    assert not window.findChildren(Loading)


def test_pace_draws_once_for_many_marks(qtbot: QtBot, window: QMainWindow) -> None:
    pace, seen = Pace(window), []
    pace.due.connect(lambda: seen.append(1))
    for _ in range(100):
        pace.mark()
    assert not pace.is_running, "asleep"
    pace.wake(True)
    qtbot.waitUntil(lambda: not pace.is_running)
    assert seen == [1]


def stairs(stamps: list[float], columns: int = 10, left: float = 0.0, right: float = 10.0) -> list[tuple[float, float]]:
    x, y = staircase(array("d", stamps), start_s=0.5, per_chunk=2.0, left=left, right=right, columns=columns)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def test_a_pause_is_a_plateau_and_not_a_slope() -> None:
    assert stairs([1.0, 9.0]) == [(0.5, 0), (1, 0), (1, 2), (9, 2), (9, 4)]


def test_a_line_without_stamps_is_its_start() -> None:
    assert stairs([]) == [(0.5, 0)]


def test_an_outline_costs_pixels_and_not_stamps() -> None:
    points = stairs([n / 1000 for n in range(1, 10_001)], columns=50)
    assert len(points) <= 2 * 53
    assert points[-1] == (10.0, 20_000)


def test_a_part_of_time_runs_out_of_the_picture_on_both_sides() -> None:
    points = stairs([1, 2, 3, 4, 5, 6, 7], left=3.5, right=4.5)
    assert min(x for x, _ in points) <= 3.5
    assert max(x for x, _ in points) >= 4.5
    assert len(points) <= 9


def test_axes_grow_in_round_steps_and_never_shrink() -> None:
    assert grown(0, 0, least=100) == 100
    assert grown(100, 99, least=100) == 100
    assert grown(100, 101, least=100) == 150
    assert grown(1500, 3, least=100) == 1500
    assert ticks(1500, 4) == [0, 500, 1000, 1500]
    assert ticks(100, 1) == [0, 100]


@pytest.mark.parametrize("bars", [True, False])
@pytest.mark.parametrize("width", [240, 400, 1600])
def test_columns_stand_in_order_whatever_the_width(width: int, bars: bool) -> None:
    columns = columns_for(width, bars=bars)
    assert columns.swatch.right <= columns.name.left < columns.name.right <= columns.output.left
    if not bars:
        assert columns.output.right <= width


def test_colour_is_never_alone() -> None:
    assert len({(color % 8, dashes(color)) for color in range(64)}) == 64
    assert len({dashes(color) for color in range(8)}) == 8


def test_what_is_loaded_while_a_race_waits_for_its_first_token_leaves_it_alone(dock: GraphDock, qtbot: QtBot) -> None:
    dock.warm()
    dock.reset(LANES)
    qtbot.waitUntil(lambda: dock.panel._plot is not None, timeout=20_000)
    dock.advance(1, fold_of(Text(0, MS, "a"), lane=1))
    assert len(dock._race._runs) == 2

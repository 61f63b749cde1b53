"""The window itself: lanes that come, go and move, finding, keyboard, memory, names."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.bench import Bench as Lanes
from app.desk_server import DeskServer
from app.settings import LaneSetting, Settings, SettingsFile
from tests.widgets.conftest import Bench
from widgets.commands import COMMANDS
from widgets.keeper import Keeper
from widgets.main_window import MainWindow
from widgets.reflow import GAP, LEAST_HEIGHT, MIN_HEIGHT, MIN_WIDTH, plan


@pytest.mark.parametrize("count", range(1, 17))
@pytest.mark.parametrize("room", [(360, 300), (900, 420), (1400, 800), (2600, 1300)])
@pytest.mark.parametrize("one_row", [False, True])
def test_panes_reflow_without_overlap_and_stay_readable(count: int, room: tuple[int, int], one_row: bool) -> None:
    found = plan(count, *room, one_row=one_row)
    assert len(found.boxes) == count
    for box in found.boxes:
        assert box.width >= MIN_WIDTH - 1
        assert box.height >= (LEAST_HEIGHT if found.columns == count else MIN_HEIGHT)
        assert box.x >= 0
        assert box.x + box.width <= found.width
        assert box.y + box.height <= found.height
    for one, other in itertools.combinations(found.boxes, 2):
        beside = one.x + one.width + GAP <= other.x or other.x + other.width + GAP <= one.x
        assert beside or one.y + one.height + GAP <= other.y or other.y + other.height + GAP <= one.y
    if not one_row:
        assert found.width == room[0], "a grid wraps, it does not scroll to the side"


def texts(window: MainWindow) -> list[str]:
    return [pane.place.text for pane in window.grid.panes]


def test_lanes_come_and_go_one_to_sixteen(window: MainWindow) -> None:
    for _ in range(20):
        window.do("duplicate_lane")
    assert len(window.grid.panes) == 16
    assert not window.top._add.isEnabled()
    for _ in range(16):
        window.do("remove_lane")
    assert texts(window) == []
    assert window.top._add.isEnabled()


def test_a_pane_that_moves_keeps_what_it_shows(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "mine")
    first = bench.panes[0]
    bench.window.desk.go_to(0)
    bench.window.do("lane_right")
    assert bench.panes[1] is first
    assert first.body.text() == "mine"
    assert [p.place.label for p in bench.panes] == ["steady", "swift", "deep"]
    bench.window.do("lane_left")
    assert bench.panes[0] is first


def drag(widget: QWidget, at: QPoint, to: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, spot in (
        (QMouseEvent.Type.MouseButtonPress, at),
        (QMouseEvent.Type.MouseMove, to),
        (QMouseEvent.Type.MouseButtonRelease, to),
    ):
        local = QPointF(widget.mapFromGlobal(spot))
        QApplication.sendEvent(widget, QMouseEvent(kind, local, QPointF(spot), left, left, none))


def test_a_lane_is_dragged_by_its_head(window: MainWindow) -> None:
    one, two = window.grid.panes[0], window.grid.panes[2]
    drag(one.header, one.mapToGlobal(QPoint(60, 10)), two.mapToGlobal(QPoint(60, 60)))
    assert texts(window) == ["practice/steady", "practice/deep", "practice/swift"]


def test_a_middle_click_closes(window: MainWindow) -> None:
    header, middle = window.grid.panes[1].header, Qt.MouseButton.MiddleButton
    for kind in (QMouseEvent.Type.MouseButtonPress, QMouseEvent.Type.MouseButtonRelease):
        event = QMouseEvent(kind, QPointF(50, 10), header.mapToGlobal(QPointF(50, 10)), middle, middle,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(header, event)
    assert texts(window) == ["practice/swift", "practice/deep"]


# Adding and editing a lane


def test_a_lane_is_added_with_parameters(window: MainWindow) -> None:
    window.do("add_lane")
    picker = window.overlays.picker
    picker._text.setText("openai_chat:m@http://127.0.0.1:8000/v1")
    picker._fields.named["temperature"].setText("0.3")
    picker._fields.more.setPlainText('stop=["x"]\nmine=text')
    picker._accept.click()
    place = window.desk.bench.places[-1]
    assert place.text == "openai_chat:m@http://127.0.0.1:8000/v1"
    assert place.params == {"temperature": 0.3, "stop": ["x"], "mine": "text"}
    assert not picker.isVisible()


@pytest.mark.parametrize(
    ("text", "said"),
    [("nonsense", "Write vendor/model"), ("nova/x", "no vendor 'nova'"), ("openai_chat:m", "no @http://")],
)
def test_a_lane_that_cannot_be_is_told_in_place(window: MainWindow, text: str, said: str) -> None:
    window.do("add_lane")
    window.overlays.picker._text.setText(text)
    assert said in window.overlays.picker.error
    assert not window.overlays.picker._accept.isEnabled()


def test_editing_shows_what_is_set_and_what_is_not(window: MainWindow) -> None:
    window.desk.show(Lanes().added("practice/deep", {"seed": 7, "other": "x"}))
    window.do("edit_lane")
    picker = window.overlays.picker
    assert picker._fields.named["seed"].text() == "7"
    assert picker._fields.named["top_p"].text() == ""
    assert picker._fields.named["top_p"].placeholderText() == "unset"
    assert picker._fields.more.toPlainText() == "other=x"
    picker._fields.named["seed"].clear()
    picker._accept.click()
    assert window.desk.bench.places[0].params == {"other": "x"}


# Finding


def test_find_goes_through_all_panes_and_round(bench: Bench) -> None:
    bench.conductor.send()
    for run, text in ((1, "one apple"), (2, "nothing"), (3, "apple and apple")):
        bench.engine.text(run, text)
        bench.engine.finish(run)
    bench.window.do("find")
    bar = bench.window.overlays.find_bar
    bar.seek("apple")
    assert bar.told == "3 matches"
    told = []
    for _ in range(4):
        bench.window.do("find_next")
        told.append(bar.told)
    assert told == ["1 of 3", "2 of 3", "3 of 3", "1 of 3"]
    bench.window.do("find_previous")
    assert bar.told == "3 of 3"
    bar.seek("pear")
    assert bar.told == "No match"
    bench.window.do("stop")
    assert not bar.isVisible()


# Keyboard and names


def test_no_two_commands_share_a_shortcut() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_every_command_can_be_carried_out(window: MainWindow) -> None:
    for command in COMMANDS:
        if command.id != "quit":
            window.do(command.id)
            window.overlays.dismiss()


def test_esc_closes_what_is_open_and_stops_nothing(bench: Bench) -> None:
    bench.conductor.send()
    bench.window.do("shortcuts")
    bench.window.do("stop")
    assert not bench.engine.stopped


def test_tab_reaches_every_button_and_editor(window: MainWindow) -> None:
    window.activateWindow()
    reached: set[QWidget] = set()
    widget = window.nextInFocusChain()
    while widget not in reached:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    for control in controls(window):
        if control.isVisible() and control.isEnabled():
            assert control in reached
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def controls(window: MainWindow) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox)
    ours = [widget for widget in window.findChildren(QWidget) if isinstance(widget, kinds)]
    return [widget for widget in ours if not widget.objectName().startswith("qt_")]


def test_every_control_has_a_name(bench: Bench) -> None:
    window = bench.window
    bench.conductor.send()
    bench.engine.reasoning(1, "hm")
    bench.engine.text(1, "x")
    bench.engine.finish(1)
    for id_ in ("add_lane", "shortcuts", "about", "palette", "find", "details"):
        window.do(id_)
        window.overlays.dismiss()
    window.add_strip("something", "error", copied="details")
    nameless = [c for c in controls(window) if not (c.accessibleName() or getattr(c, "text", str)())]
    assert [(type(widget).__name__, type(widget.parent()).__name__) for widget in nameless] == []
    assert all(pane.accessibleName().startswith("Lane ") for pane in window.grid.panes)
    assert not window.findChildren(QShortcut)


def test_the_focus_stays_in_a_lane_that_runs_again(bench: Bench) -> None:
    bench.window.activateWindow()
    bench.conductor.send()
    bench.engine.text(1, "x")
    bench.engine.finish(1)
    bench.window.desk.go_to(0)
    assert bench.panes[0].body.answer.hasFocus()
    bench.window.do("rerun")
    assert bench.window.grid.focused is bench.panes[0]


# Memory


def test_what_was_left_is_there_again(window: MainWindow, tmp_path) -> None:  # type: ignore[no-untyped-def]
    window.composer.prompt.setPlainText("my draft")
    window.composer.system.setPlainText("be kind")
    window.composer.show_system(True)
    window.desk.show(Lanes().added("practice/deep", {"seed": 7}, color=4).added("openai/gpt-5"))
    window.set_layout("columns")
    window.set_zoom(3)
    file = SettingsFile(tmp_path)
    assert file.save(window.settings()) is None
    again = MainWindow()
    loaded, trouble = file.load()
    again.show_settings(loaded)
    assert trouble is None
    assert again.settings().lanes == (LaneSetting("practice/deep", {"seed": 7}, 4), LaneSetting("openai/gpt-5", {}, 0))
    assert again.composer.prompt.toPlainText() == "my draft"
    assert again.composer.system.toPlainText() == "be kind"
    assert again.composer.system_is_shown
    assert again.settings().layout == "columns"
    assert again.settings().zoom == 3
    again.deleteLater()


def test_a_draft_is_saved_a_moment_after_typing(window: MainWindow, qtbot, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = SettingsFile(tmp_path)
    keeper = Keeper(window, file, window.settings)
    window.changed.connect(keeper.mark)
    window.composer.prompt.setPlainText("typed just now")
    qtbot.waitUntil(lambda: file.load()[0].prompt == "typed just now", timeout=3000)


def test_what_cannot_be_saved_is_told_once(window: MainWindow, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "settings.json").mkdir()
    told: list[str] = []
    settings = iter(Settings(zoom=n) for n in range(9))
    keeper = Keeper(window, SettingsFile(tmp_path), lambda: next(settings))
    keeper.trouble.connect(told.append)
    keeper.save()
    keeper.save()
    assert len(told) == 1


def test_what_was_found_on_this_machine_is_offered(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert bench.engine.searches == 1
    bench.engine.servers_found.emit((DeskServer("http://127.0.0.1:11434", "ollama", ("qwen3:8b",)),))
    strip = bench.window.welcome.strip
    assert strip is not None
    assert "found Ollama (1 model) on this machine" in strip.text
    assert strip.action is not None
    strip.action.click()
    assert bench.window.overlays.connections.isVisible()
    assert strip.models.text() == "Add its model…"
    strip.models.click()
    picker = bench.window.overlays.picker
    assert picker.isVisible()
    assert picker._models.first == "ollama/qwen3:8b", "what was found stands first"
    assert bench.engine.searches == 2, "and looked for again when models are asked for"
    bench.engine.servers_found.emit(())
    assert "Ollama" not in strip.text
    assert not strip.models.isVisible()
    picker.dismiss()
    bench.window.do("add_lane")
    assert "ollama/qwen3:8b" not in [choice.lane for choice in picker._models.choices.shown]

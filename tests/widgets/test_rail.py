"""The rail, the menus and what else leads to the places there are."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel

from tests.widgets.conftest import Bench
from widgets.commands import COMMANDS, IN_NO_MENU, INSIDE, MENUS
from widgets.main_window import MainWindow
from widgets.rail import PLACES
from widgets.sheet import EDGE, Sheet
from widgets.shortcuts_sheet import ALSO, COLUMNS

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def marked(window: MainWindow) -> list[str]:
    return [id_ for id_, button in window.rail.buttons.items() if button.isChecked()]


def sheets(window: MainWindow) -> list[Sheet]:
    return [sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()]


def test_the_rail_has_a_button_for_each_place_there_is(window: MainWindow) -> None:
    ids = {command.id for command in COMMANDS}
    assert list(window.rail.buttons) == [place.id for place in PLACES if place.id in ids]
    assert marked(window) == ["bench"]


def test_its_buttons_tell_their_commands_and_shortcuts(window: MainWindow) -> None:
    for id_, button in window.rail.buttons.items():
        command = next(command for command in COMMANDS if command.id == id_)
        assert button.accessibleName() == command.text.removesuffix("…")
        assert command.keys, "a place is reached by a shortcut as well"
        assert command.keys[0] in button.toolTip()


def test_one_place_is_open_at_a_time_and_marked(bench: Bench) -> None:
    window = bench.window
    window.rail.buttons["history"].click()
    assert marked(window) == ["history"]
    window.rail.buttons["library"].click()
    assert marked(window) == ["library"]
    assert len(sheets(window)) == 1
    window.rail.buttons["library"].click()
    assert marked(window) == ["bench"], "clicked again, it leads back"
    assert not sheets(window)
    window.do("connections")
    assert marked(window) == ["connections"], "however it was opened"
    window.do("stop")
    assert marked(window) == ["bench"]
    window.rail.buttons["bench"].click()
    assert marked(window) == ["bench"], "and stays marked"


def test_the_arrows_lead_along_the_rail(window: MainWindow) -> None:
    window.activateWindow()
    first, second, *_, last = window.rail.buttons.values()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Up)
    QTest.keyClick(first, Qt.Key.Key_Up)
    assert last.hasFocus()


def test_esc_closes_what_lies_on_top(bench: Bench) -> None:
    window = bench.window
    for id_ in ("library", "connections", "history", "library"):
        window.do(id_)
    assert marked(window) == ["library"]
    window.do("stop")
    assert marked(window) == ["history"]
    window.do("stop")
    assert marked(window) == ["connections"]
    window.do("stop")
    assert not sheets(window)


def test_a_sheet_that_needs_all_the_room_fills_it(bench: Bench) -> None:
    window = bench.window
    window.resize(900, 500)
    window.do("connections")
    (sheet,) = sheets(window)
    bench.qtbot.waitUntil(lambda: window.stage.x() < 60 and sheet.geometry() == window.stage.geometry(), timeout=2000)
    window.resize(1400, 1000)
    inside = EDGE - 1
    bench.qtbot.waitUntil(
        lambda: window.stage.geometry().adjusted(inside, inside, -inside, -inside).contains(sheet.geometry()),
        timeout=2000,
    )


@pytest.mark.parametrize(
    ("width", "style"),
    [(1280, Qt.ToolButtonStyle.ToolButtonTextUnderIcon), (900, Qt.ToolButtonStyle.ToolButtonIconOnly)],
)
def test_a_narrow_window_has_no_words_in_its_rail(window: MainWindow, width: int, style: Qt.ToolButtonStyle) -> None:
    window.resize(width, 600)
    assert {button.toolButtonStyle() for button in window.rail.buttons.values()} == {style}
    assert all(button.text() for button in window.rail.buttons.values())


def test_sheets_leave_the_menus_and_the_rail_in_reach(bench: Bench) -> None:
    window = bench.window
    window.resize(900, 600)
    for id_ in ("history", "library", "connections", "shortcuts", "ledger", "budgets", "add_lane"):
        window.do(id_)
        (sheet,) = sheets(window)
        for bar in (window.rail, window.menuBar(), window.statusBar()):
            there = QRect(bar.mapTo(window, QPoint(0, 0)), bar.size())
            assert not sheet.geometry().intersects(there), f"{id_} lies over {bar.metaObject().className()}"
        window.overlays.dismiss()


# Menus


def test_every_command_stands_in_one_menu(window: MainWindow) -> None:
    found = [
        action.objectName() for name in MENUS for action in window.commands.menu(name).actions() if action.objectName()
    ]
    assert sorted(found) == sorted(command.id for command in COMMANDS if command.id not in IN_NO_MENU)
    shown = [action.text() for action in window.menuBar().actions()]
    assert shown == [name for name in MENUS if name not in INSIDE]


def test_menus_that_readme_names_have_what_it_says() -> None:
    paths = re.findall(r"\*(\w+)\s→\s([^*]+)\*", README)
    assert paths
    texts = {(command.menu, command.text) for command in COMMANDS}
    for menu, text in paths:
        assert (menu, " ".join(text.split())) in texts


def test_the_sheet_of_shortcuts_has_all_of_them_and_is_never_too_wide(window: MainWindow) -> None:
    assert {menu for menus in COLUMNS for menu in menus} == {command.menu for command in COMMANDS if command.keys}
    for width in (1440, 900, 640):
        window.resize(width, 700)
        window.do("shortcuts")
        (sheet,) = sheets(window)
        told = {label.text() for label in sheet.findChildren(QLabel)}
        assert {c.text.removesuffix("…") for c in COMMANDS if c.keys and c.id not in IN_NO_MENU} <= told
        assert {text for text, _ in ALSO} <= told
        area = sheet.first_focus()
        assert area.widget().minimumSizeHint().width() <= area.viewport().width(), width  # type: ignore[attr-defined]
        window.overlays.dismiss()


def test_the_graphs_are_shown_and_hidden_by_a_command(window: MainWindow) -> None:
    window.do("graphs")  # there are none yet
    dock = QDockWidget("Live graphs", window.workspace)
    dock.setObjectName("graphs")
    window.hold_dock(dock)
    was = dock.isVisible()
    window.do("graphs")
    assert dock.isVisible() is not was

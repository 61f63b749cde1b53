"""The frame with its content: one window, one theme, faults told, settings kept."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QStyleFactory
from pytestqt.qtbot import QtBot

from app.home import peek
from app.settings import SettingsFile
from widgets.desktop import Desktop
from widgets.frame import Frame
from widgets.strip import Strip
from widgets.theme import DARK, LIGHT


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    style, palette, font = qapp.style().objectName(), QPalette(qapp.palette()), qapp.font()
    (tmp_path / "settings.json").write_text('{"theme": "light"}')
    frame = Frame(*peek(tmp_path))
    frame.show_painted()
    desktop = Desktop(qapp, frame, tmp_path)
    desktop.show()
    yield desktop
    desktop.end()
    desktop.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.setStyle(QStyleFactory.create(style))
    qapp.setPalette(palette)
    qapp.setFont(font)


def strips(desktop: Desktop) -> list[str]:
    return [strip.text for strip in desktop.window.findChildren(Strip)]


def test_there_is_one_window_and_its_content_fills_it(desktop: Desktop) -> None:
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert shown == [desktop.frame]
    assert desktop.window.size() == desktop.frame.size()
    assert not desktop.window.workspace.isWindow()


def test_the_theme_is_chosen_worn_and_kept(desktop: Desktop, tmp_path: Path) -> None:
    assert desktop.theme == LIGHT
    desktop.window.do("theme_dark")
    assert desktop.theme == DARK
    assert desktop.window.palette().color(QPalette.ColorRole.Base).name() == DARK.surface
    assert desktop.window.commands.actions["theme_dark"].isChecked()
    desktop.keeper.save()
    assert SettingsFile(tmp_path).load()[0].theme == "dark"


def test_a_sheet_that_was_open_before_can_be_read_in_another_theme(desktop: Desktop) -> None:
    desktop.window.do("shortcuts")
    head = next(label for label in desktop.window.findChildren(QLabel) if label.text() == "Measure")
    assert head.palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.muted
    desktop.window.do("theme_dark")
    assert head.palette().color(QPalette.ColorRole.WindowText).name() == DARK.muted


def test_a_fault_of_ours_is_told_with_details_to_copy(desktop: Desktop, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError("<b>boom</b>")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert any("fault of ours" in text and "boom" in text for text in strips(desktop))
    assert "RuntimeError" in capsys.readouterr().err
    strip = next(s for s in desktop.window.findChildren(Strip) if "fault" in s.text)
    strip._copy.click()
    assert "Traceback" in QApplication.clipboard().text()


def test_closing_saves_and_asks(desktop: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    desktop.window.composer.prompt.setPlainText("unfinished")
    with qtbot.waitSignal(desktop.frame.close_asked, timeout=1000):
        desktop.window.do("quit")
    assert SettingsFile(tmp_path).load()[0].prompt == "unfinished"
    assert not desktop.frame.isVisible()

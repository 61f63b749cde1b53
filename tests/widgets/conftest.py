"""What tests of widgets share: a window with a scripted engine, and that nothing is left behind."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.settings import Settings
from tests.widgets.scripted_engine import ScriptedEngine
from widgets.conductor import Conductor
from widgets.main_window import MainWindow


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """No top-level widget and no running timer may outlive its test.

    Garbage is left alone while a test runs: the thread of some server in it might be the one to collect what Qt made.
    """
    before = set(QApplication.topLevelWidgets())
    gc.disable()
    yield
    gc.enable()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [widget for widget in QApplication.topLevelWidgets() if widget not in before]
    assert not left
    assert not [timer for timer in qapp.findChildren(QTimer) if timer.isActive()]


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    window = MainWindow()
    window.show_settings(Settings())
    window.resize(1280, 900)
    window.show()
    yield window
    window.hide()
    running = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not running


class Bench:
    """A window whose runs do what the test says."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.engine = ScriptedEngine(window)
        self.conductor = Conductor(window, self.engine)

    @property
    def panes(self) -> list:  # type: ignore[type-arg]
        return list(self.window.grid.panes)

    def frames_end(self) -> None:
        """Waits until nothing is left to be drawn."""
        self.qtbot.waitUntil(lambda: not self.conductor.runs.is_drawing or bool(self.conductor.runs.busy), timeout=2000)


@pytest.fixture
def bench(window: MainWindow, qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(window, qtbot)
    yield made
    made.conductor.end()

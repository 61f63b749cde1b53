"""What lives while the window is open, once it has been painted: the engine, the runs, the graphs."""

import asyncio
import os
import signal
import subprocess
import threading
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.children import ROOT, command
from widgets.conductor import Conductor
from widgets.draft_length import DraftLength
from widgets.engine_client import EngineClient
from widgets.graphs import GraphDock
from widgets.graphs.ink import ink_of
from widgets.inspecting import Inspecting
from widgets.main_window import MainWindow
from widgets.markdown.warm import rehearse, warm
from widgets.sessions.leaving import Leaving
from widgets.theme import Theme

if TYPE_CHECKING:
    from widgets.desktop import Desktop

IDLE_MS = 700
"""When the window has been quiet this long after its start, what the first run needs is loaded."""
STEP_MS = 40


async def live(desktop: "Desktop", first: str = "") -> int:
    """Until the window is asked to close; then everything ends in order. `first` is the session's file to open, or
    `--new`."""
    window = desktop.window
    asyncio.get_running_loop().set_exception_handler(desktop.bugs.in_loop)
    closing = asyncio.Event()
    desktop.frame.close_asked.connect(closing.set)
    engine = EngineClient(window)
    engine.launch()
    dock = GraphDock(window.workspace, ink_of(desktop.theme))
    window.hold_dock(dock)
    conductor = Conductor(window, engine, dock, first)
    conductor.door.window_asked.connect(_another_window)
    window.titled.connect(desktop.frame.show_name)
    desktop.frame.show_name(conductor.home.name)
    Leaving(desktop.frame, window, conductor.home, conductor.door)
    Inspecting(window, conductor.runs, engine)
    draft = DraftLength(
        window, engine, lambda: conductor.home.session.id, conductor.binder.shown, conductor.routes.route
    )
    dresser = Dresser(dock)
    window.themed.connect(dresser.dress)
    Idle(window, dock)
    _closed_by_signal(desktop)
    if desktop.frame.is_closing:
        closing.set()
    try:
        await closing.wait()
    finally:
        draft.end()
        conductor.runs.stop(tuple(conductor.runs.busy))
        conductor.end()
        await engine.close()
    return 0


def _another_window(file: str) -> None:
    """Each window is a program of its own: what ends one leaves the others alone."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.Popen(command("app", file or "--new"), env=environment, start_new_session=True)


class Dresser(QObject):
    """Tells the graphs of a new theme."""

    def __init__(self, dock: GraphDock) -> None:
        super().__init__(dock)
        self._dock = dock

    def dress(self, theme: Theme) -> None:
        self._dock.set_theme(ink_of(theme))


class Idle(QObject):
    """Does, bit by bit, what the first run would otherwise wait for, once the window has been quiet for a while."""

    def __init__(self, window: MainWindow, dock: GraphDock) -> None:
        super().__init__(dock)
        self._window, self._dock = window, dock
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._timer.start(IDLE_MS)
        threading.Thread(target=warm, name="warm markdown", daemon=True).start()

    def _step(self) -> None:
        """One pane's views at a time; last the graphs, which load in a thread of their own."""
        self._timer.setInterval(STEP_MS)
        bare = [pane for pane in self._window.grid.panes if pane.body.answer is None]
        if bare:
            bare[0].body.prepare()
            if len(bare) == 1 and (view := bare[0].body.answer) is not None:
                rehearse(view)
            return
        self._timer.stop()
        self._dock.warm()


def _closed_by_signal(desktop: "Desktop") -> None:
    def close(_number: int, _frame: FrameType | None) -> None:
        desktop.frame.leave()

    signal.signal(signal.SIGTERM, close)

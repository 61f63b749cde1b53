"""The real window, driven: a child of `tests.benchmarks.window`; prints one JSON line with what it saw."""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.home import peek
from app.run import RunFold
from app.settings import LaneSetting, Settings, SettingsFile
from tests.benchmarks.screen import Screen
from widgets.desktop import Desktop
from widgets.engine_client import EngineClient
from widgets.frame import Frame
from widgets.live import live
from widgets.loop import run
from widgets.main_window import MainWindow
from widgets.run_controller import RunController


class Watched(QObject):
    """What the runs of one send come to."""

    def __init__(self, window: MainWindow, screen: Screen) -> None:
        super().__init__(window)
        self._window, self._screen = window, screen
        self.folds: dict[int, RunFold] = {}
        self.records: dict[int, Any] = {}
        self.runs = window.findChildren(RunController)[0]
        self.runs.folded.connect(self._folded)
        self.runs.recorded.connect(self._recorded)

    def _folded(self, lane: int, fold: RunFold) -> None:
        self.folds[lane] = fold
        view = self._window.grid.panes[lane].body.answer
        if view is not None:
            self._screen.updated(view.viewport(), str(lane), fold.chunks)

    def _recorded(self, lane: int, record: Any) -> None:
        self.records[lane] = record


def rss_mb(pid: int) -> float:
    """Resident memory that is the process's own."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(desktop: Desktop, lanes: int) -> dict[str, Any]:
    window = desktop.window
    living = asyncio.get_running_loop().create_task(live(desktop), name="live")
    while not window.findChildren(RunController):
        await asyncio.sleep(0.05)
    engine = window.findChildren(EngineClient)[0]
    await asyncio.sleep(4.0)
    assert engine.pid is not None
    idle = {"window": rss_mb(os.getpid()), "engine": rss_mb(engine.pid)}
    screen = Screen(window)
    watched = Watched(window, screen)
    screen.begin()
    window.do("send")
    while len(watched.records) < lanes:
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.2)
    seen = screen.end()
    answers = {lane: fold.answer for lane, fold in watched.folds.items()}
    out = {
        "stamps": {str(lane): list(a.stamps) for lane, a in answers.items() if a},
        "began": {str(lane): fold.started_ns for lane, fold in watched.folds.items()},
        "loop_lag_ms": max(r.loop_lag_ms_max for r in watched.records.values()),
        "outcomes": sorted({r.outcome for r in watched.records.values()}),
        "idle_mb": idle,
        "busy_mb": {"window": rss_mb(os.getpid()), "engine": rss_mb(engine.pid)},
        **seen,
    }
    desktop.frame.close()
    await living
    return out


def main() -> None:
    port, lanes = int(sys.argv[1]), int(sys.argv[2])
    asked = json.loads(sys.argv[3])
    app = QApplication(["abreast"])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ABREAST_HOME"] = home  # the engine's, too: nobody's own sessions are shown, or touched
        places = tuple(
            LaneSetting(f"openai_chat:stamping@http://127.0.0.1:{port}/v1", {**asked, "stamp_lane": str(lane)})
            for lane in range(lanes)
        )
        SettingsFile(Path(home)).save(Settings(lanes=places, prompt="Say something."))
        frame = Frame(*peek(Path(home)))
        frame.setFixedSize(1600, 1000)
        frame.show_painted()
        desktop = Desktop(app, frame, Path(home))
        desktop.show()
        result = run(lambda: measure(desktop, lanes), app)
        desktop.end()
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""The real window, sending one prompt to any lanes: a child of `tests.benchmarks.accuracy`.

    python -m tests.benchmarks.lanes_window LANES ROUNDS

`LANES` is JSON: a list of `[lane, params]`. Prints one JSON line: for each round and lane the figures of its record,
the status line as its pane shows it, and the stamps from which they came.
"""

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
from app.records import RunRecord
from app.run import RunFold
from app.settings import LaneSetting, Settings, SettingsFile
from widgets.desktop import Desktop
from widgets.frame import Frame
from widgets.live import live
from widgets.loop import run
from widgets.run_controller import RunController

PROMPT = "say it"
QUIET_S = 4.0
"""The window loads what it needs; then it is measured."""
LIMIT_S = 60.0


class Noted(QObject):
    def __init__(self, runs: RunController) -> None:
        super().__init__(runs)
        self.folds: dict[int, RunFold] = {}
        self.records: dict[int, RunRecord] = {}
        runs.folded.connect(self._on_folded)
        runs.recorded.connect(self._on_recorded)

    def _on_folded(self, lane: int, fold: RunFold) -> None:
        self.folds[lane] = fold

    def _on_recorded(self, lane: int, record: RunRecord) -> None:
        self.records[lane] = record


async def measure(desktop: Desktop, lanes: int, rounds: int) -> list[dict[str, Any]]:
    window = desktop.window
    living = asyncio.get_running_loop().create_task(live(desktop), name="live")
    while not window.findChildren(RunController):
        await asyncio.sleep(0.05)
    noted = Noted(window.findChildren(RunController)[0])
    await asyncio.sleep(QUIET_S)
    found = []
    for _ in range(rounds):
        noted.records.clear()
        window.do("send")
        until = asyncio.get_running_loop().time() + LIMIT_S
        while len(noted.records) < lanes and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        if len(noted.records) < lanes:
            told = [each.state for each in window.grid.panes], noted.records
            raise SystemExit(f"after {LIMIT_S:.0f} s lanes were still busy: {told}")
        found += [
            seen(noted.folds[lane], noted.records[lane], window.grid.panes[lane].footer.line.text(), lane)
            for lane in range(lanes)
        ]
        await asyncio.sleep(0.5)
    desktop.frame.close()
    await living
    return found


def seen(fold: RunFold, record: RunRecord, line: str, lane: int) -> dict[str, Any]:
    answer = fold.answer
    return {
        "lane": lane,
        "outcome": record.outcome,
        "line": line,
        "ttft": record.timings_ms.ttft,
        "icl": record.icl_ms.p50 if record.icl_ms else None,
        "itl": record.itl_ms,
        "rate": record.tokens_per_s,
        "output": record.usage.output,
        "chunks": record.chunks,
        "lag": record.loop_lag_ms_max,
        "stamp": record.stamp,
        "began": fold.started_ns,
        "stamps": list(answer.stamps) if answer else [],
        "phases": dict(answer.phases) if answer else {},
    }


def main() -> None:
    lanes, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
    app = QApplication(["abreast"])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ABREAST_HOME"] = home  # the engine's, too: nobody's own sessions are shown, or touched
        places = tuple(LaneSetting(lane, params) for lane, params in lanes)
        SettingsFile(Path(home)).save(Settings(lanes=places, prompt=PROMPT))
        frame = Frame(*peek(Path(home)))
        frame.setFixedSize(1600, 1000)
        frame.show_painted()
        desktop = Desktop(app, frame, Path(home))
        desktop.show()
        result = run(lambda: measure(desktop, len(lanes), rounds), app)
        desktop.end()
    print(json.dumps(result))


if __name__ == "__main__":
    main()

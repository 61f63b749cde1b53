"""Drives the real window and engine while a real keyring is open, stopped and locked, or where there is none.

    python -m tests.keyring_states FOLDER PID      PID is the keyring's daemon, unlocked, in this session's bus; or 0

Writes into FOLDER what the window said in each state, and how long it was deaf at the worst, as JSON.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from widgets.connections import Connections

KEY = "sk-of-nobody-0123456789-0eTn"
VENDOR = "vllm"
"""At a port of this machine, where nothing needs to answer: nothing leaves it."""
WAIT_S = 15.0


class Pulse(QObject):
    """How long the window was deaf at the worst since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._worst_s, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._worst_s, self._last = max(self._worst_s, now - self._last), now

    def take_ms(self) -> float:
        worst_s, self._worst_s, self._last = self._worst_s, 0.0, time.perf_counter()
        return round(worst_s * 1e3, 1)

    def end(self) -> None:
        self._timer.stop()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not holds():
            await asyncio.sleep(0.02)


def lock() -> None:
    import secretstorage

    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()


def shown(sheet: "Connections") -> dict[str, object]:
    """What a person sees of the keyring and of the vendor's keys."""
    keys = sheet.vendor.keys
    line = next(each for each in sheet._list.choices.shown if each.lane == sheet._list.current)
    return {"note": keys.note.text(), "said": sheet.vendor.said.text(), "line": line.facts, "tail": line.price}


async def states(sheet: "Connections", daemon: int, pulse: Pulse) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = {}
    vendor, keys = sheet.vendor, sheet.vendor.keys

    def tell(state: str) -> None:
        told[state] = {**shown(sheet), "gap_ms": pulse.take_ms()}

    sheet.open_at(VENDOR)
    await until(lambda: "needs a key only" in shown(sheet)["line"])  # type: ignore[operator]
    pulse.take_ms()
    await asyncio.sleep(1.0)
    tell("idle")
    keys.key.setText(KEY)
    keys.store.click()
    await until(lambda: "kept in" in vendor.said.text())
    tell("open" if daemon else "absent")
    if not daemon:
        return told
    os.kill(daemon, signal.SIGSTOP)
    keys.key.setText(KEY)
    keys.store.click()
    await until(lambda: bool(keys.note.text()))
    tell("silent")
    keys.key.setText(KEY)
    keys.here.click()
    keys.store.click()
    await until(lambda: "in memory" in vendor.said.text())
    tell("past it")
    os.kill(daemon, signal.SIGCONT)
    while keys.note.text():
        keys.ask.click()
        await asyncio.sleep(0.2)
    tell("open again")
    lock()
    keys.key.setText(KEY)
    keys.store.click()
    await until(lambda: bool(keys.note.text()))
    tell("locked")
    return told


async def window(folder: Path, daemon: int) -> None:
    from PySide6.QtWidgets import QApplication

    from app.home import folder as home
    from app.home import peek
    from widgets.desktop import Desktop
    from widgets.frame import Frame
    from widgets.live import live
    from widgets.run_controller import RunController

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    frame = Frame(*peek(home()))
    frame.show_painted()
    desktop = Desktop(app, frame, home())
    desktop.show()
    living = asyncio.get_running_loop().create_task(live(desktop), name="live")
    await until(lambda: bool(desktop.window.findChildren(RunController)))
    desktop.window.do("connections")
    await asyncio.sleep(1.5)  # what a start does when it is idle is done
    pulse = Pulse()
    try:
        told = await states(desktop.window.overlays.connections, daemon, pulse)
    finally:
        pulse.end()
        frame.close()
        await living
        desktop.end()
    (folder / "told.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def main() -> None:
    from PySide6.QtWidgets import QApplication

    from widgets.loop import run

    folder, daemon = Path(sys.argv[1]), int(sys.argv[2])
    app = QApplication(["abreast"])
    app.setQuitOnLastWindowClosed(False)
    run(lambda: window(folder, daemon), app)


if __name__ == "__main__":
    main()

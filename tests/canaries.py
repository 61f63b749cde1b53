"""Goes through the program with a key that is nobody's, for `tests/test_canaries.py` to look where it has been.

    python -m tests.canaries FOLDER KEY      in a session with an unlocked keyring; port 8000 must be free

Everything that is said is written into FOLDER, and so is what `/proc` tells of our processes meanwhile.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quoting import quoting

if TYPE_CHECKING:
    from widgets.connections import Connections
    from widgets.desktop import Desktop

ABREAST = [sys.executable, "-m", "app"]
LANE = "vllm/swift"
"""A vendor at a port of this machine that takes a key: here our practice server plays it."""
SECOND = "localhost:8000"
"""The same server by another name is another origin, whose key is another one."""
QUOTING = "quoting/any"
"""A server that quotes the key in its errors."""
FORMATS = ("md", "html", "csv", "jsonl", "json")


@contextmanager
def server(folder: Path) -> Iterator[None]:
    words = [*ABREAST, "practice", "--port", "8000", "--log", str(folder / "server.log")]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def command(folder: Path, name: str, *words: str, stdin: str = "") -> None:
    done = subprocess.run([*ABREAST, *words], input=stdin.encode(), capture_output=True, timeout=60, check=False)
    (folder / f"{name}.out").write_bytes(done.stdout)
    (folder / f"{name}.err").write_bytes(done.stderr)


def processes(folder: Path, name: str) -> None:
    """Command lines and environments of this process and of those below it."""
    seen = [os.getpid()]
    for pid in seen:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
                seen += [int(child) for child in (task / "children").read_text().split()]
    for pid in seen:
        for what in ("cmdline", "environ"):
            if what == "cmdline" and pid == os.getpid():
                continue  # this one was told the key
            with suppress(PermissionError):  # the engine's is closed to all but root
                (folder / f"{name}-{pid}-{what}").write_bytes(Path(f"/proc/{pid}/{what}").read_bytes())


async def window(folder: Path, key: str) -> None:
    """Stores the key as a person does, sends, inspects, copies and saves."""
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from app.home import folder as home
    from app.home import peek
    from app.messages import ExportContacts
    from app.settings import LaneSetting, Settings, SettingsFile
    from widgets.desktop import Desktop
    from widgets.frame import Frame
    from widgets.inspecting import Inspecting
    from widgets.inspector.dock import saved
    from widgets.live import live
    from widgets.run_controller import RunController

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    SettingsFile(home()).save(
        replace(Settings(), lanes=(LaneSetting(LANE), LaneSetting("mistral/none"), LaneSetting(QUOTING)))
    )
    frame = Frame(*peek(home()))
    frame.show_painted()
    desktop = Desktop(app, frame, home())
    desktop.show()
    bench = desktop.window
    living = asyncio.get_running_loop().create_task(live(desktop), name="live")
    while not bench.findChildren(RunController):
        await asyncio.sleep(0.05)
    bench.do("connections")
    sheet = bench.overlays.connections
    sheet._filter.setText("vllm")
    await stored(sheet, key)
    sheet._filter.clear()
    sheet.add_server()
    sheet.adding.address.setText(SECOND)
    sheet.adding.look.click()
    while not sheet.adding.own.isVisible():
        await asyncio.sleep(0.05)
    sheet.adding.key.setText(key)
    sheet.adding.add.click()
    while "localhost is kept in" not in sheet.vendor.said.text():
        await asyncio.sleep(0.05)
    sheet.wished.emit(ExportContacts(str(folder / "exported.json")))
    while "written to" not in sheet.said.text():
        await asyncio.sleep(0.05)
    bench.overlays.dismiss()
    runs = bench.findChildren(RunController)[0]
    bench.do("inspect")
    bench.do("send")
    processes(folder, "window")
    while runs.busy:
        await asyncio.sleep(0.05)
    dock = bench.findChildren(Inspecting)[0].dock
    while dock.exchange is None or dock.exchange.answered is None:
        await asyncio.sleep(0.05)
    assert ("[key]" in dock.panel.request.toPlainText()) is True
    (folder / "request.txt").write_text(dock.panel.request.toPlainText())
    dock.head.curl.click()
    (folder / "curl.txt").write_text(QGuiApplication.clipboard().text())
    (folder / "saved.txt").write_text(saved(dock.exchange, folder / "chat-canary.json"))
    desktop.frame.grab().save(str(folder / "window.png"))
    await saved_and_crashed(folder, desktop)
    frame.close()
    await living
    desktop.end()


async def saved_and_crashed(folder: Path, desktop: "Desktop") -> None:
    """Saves the session with its answers and errors; then the engine crashes, and another one begins."""
    from PySide6.QtGui import QGuiApplication

    from widgets.conductor import Conductor
    from widgets.engine_client import EngineClient

    (conductor,) = desktop.window.findChildren(Conductor)
    conductor.home.save(str(folder / "mine.abreast"))
    while not (folder / "mine.abreast").exists():
        await asyncio.sleep(0.05)
    (engine,) = desktop.window.findChildren(EngineClient)
    pid = engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGSEGV)
    while conductor.news.lost is None or "is ready" not in conductor.news.lost.text:
        await asyncio.sleep(0.05)
    conductor.send()
    while conductor.runs.busy:
        await asyncio.sleep(0.05)
    processes(folder, "after")
    titles = [f"{desktop.frame.windowTitle()}", QGuiApplication.clipboard().text()]
    (folder / "titles.txt").write_text("\n".join(titles))


async def stored(sheet: "Connections", key: str) -> None:
    sheet.vendor.keys.key.setText(key)
    sheet.vendor.keys.store.click()
    while "kept in" not in sheet.vendor.said.text():
        await asyncio.sleep(0.05)


def known(url: str) -> None:
    """The quoting server is one of the user's own."""
    from app.contact_file import ContactFile
    from app.contacts import Contacts, OwnVendor
    from app.home import folder as home

    ContactFile(home()).save(Contacts((OwnVendor("quoting", "Quoting", "openai_chat", url),)))


def main() -> None:
    from PySide6.QtWidgets import QApplication

    from widgets.loop import run

    folder, key = Path(sys.argv[1]), sys.argv[2]
    with server(folder), quoting() as url:
        known(url)
        command(folder, "set-quoting", "keys", "set", "quoting", stdin=key + "\n")
        command(folder, "test-quoting", "keys", "test", "quoting")
        command(folder, "run-quoting", "run", "--lane", QUOTING, "--prompt", "Hello", "--json", "--events")
        command(folder, "set", "keys", "set", "vllm", "--name", "work", stdin=key + "\n")
        command(folder, "list", "keys", "list")
        command(folder, "test", "keys", "test", "vllm", "--name", "work")
        command(folder, "run", "run", "--lane", LANE, "--prompt", "Hello", "--events")
        command(folder, "lists", "models", "vllm", "--json", "--fresh")
        app = QApplication(["abreast"])
        app.setQuitOnLastWindowClosed(False)
        run(lambda: window(folder, key), app)
        for name in FORMATS:
            command(folder, f"export-{name}", "export", str(folder / "mine.abreast"), "--format", name)
        command(folder, "history", "history", "search", "key")
        command(folder, "diff", "diff", str(folder / "mine.abreast"), str(folder / "mine.abreast"))
        command(folder, "delete", "keys", "delete", "vllm", "--name", "work")
        command(folder, "gone", "keys", "list")


if __name__ == "__main__":
    main()

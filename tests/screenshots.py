"""Makes README's pictures: the real window, the real engine, the practice models answering.

    python -m tests.screenshots [FOLDER]

Needs no display. Each theme is a process of its own, since a program has one theme.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

WIDTH, HEIGHT = 1440, 900
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "screenshots"
PICTURES = (
    *(("bench", "dark"), ("bench", "light"), ("inspector", "dark")),
    *(("details", "light"), ("numbers", "light"), ("routes", "dark"), ("connections", "light")),
)
"""What is shown, in which theme."""
ROUTE = """\
cached:
  of:
    escalate:
      cheap: practice/swift
      strong:
        fallback:
          of: [{retry: {of: practice/deep}}, practice/steady]
      judge:
        confidence: {threshold: 0.7}
"""
RUNS = 12
"""Of each lane, for its numbers: a median has an interval from 6 on."""
ENDED = 2
"""The bench is taken when so many lanes have ended and another still streams."""


def take(scene: str, theme: str, where: Path) -> None:
    """One picture in that theme."""
    from PySide6.QtWidgets import QApplication

    from app.home import peek
    from app.practice import PracticeServer
    from app.settings import Settings, SettingsFile
    from widgets.desktop import Desktop
    from widgets.frame import Frame
    from widgets.graphs import GraphDock
    from widgets.live import live
    from widgets.loop import run
    from widgets.run_controller import RunController

    async def picture(desktop: Desktop) -> None:
        window = desktop.window
        living = asyncio.get_running_loop().create_task(live(desktop), name="live")
        while not window.findChildren(RunController):
            await asyncio.sleep(0.05)
        await asyncio.sleep(3.0)  # the graphs are loaded when the window has been quiet for a while
        match scene:
            case "connections":
                await connected(desktop)
            case "numbers":
                await repeated(desktop)
            case "routes":
                await built(desktop)
            case _:
                await sent(desktop)
        desktop.frame.grab().save(str(where))
        desktop.frame.close()
        await living

    async def built(desktop: Desktop) -> None:
        """A route as README tells of one, in the editor."""
        from widgets.routes.editor import RouteEditor
        from widgets.routes.start import Beginning

        desktop.window.do("routes")
        (editor,) = desktop.window.findChildren(RouteEditor)
        editor.start.chosen.emit(Beginning("template", "Cheap first"))
        editor.text.show_text(ROUTE)
        await asyncio.sleep(0.5)

    async def sent(desktop: Desktop) -> None:
        window = desktop.window
        runs = window.findChildren(RunController)[0]
        window.do("send")
        lanes = len(window.grid.panes)
        while not 0 < len(runs.busy) <= lanes - ENDED:
            await asyncio.sleep(0.05)
        if scene == "inspector":
            await inspected(desktop, runs)
        elif scene == "details":
            await detailed(desktop, runs)

    async def detailed(desktop: Desktop, runs: RunController) -> None:
        """How the figures of two lanes were made."""
        while runs.busy:
            await asyncio.sleep(0.05)
        desktop.window.findChildren(GraphDock)[0].hide()
        for number in (1, 3):
            desktop.window.do(f"focus_{number}")
            desktop.window.do("details")
        await asyncio.sleep(1.0)

    async def repeated(desktop: Desktop) -> None:
        """Short answers, many times, as graphs."""
        window = desktop.window
        runs = window.findChildren(RunController)[0]
        window.desk.share({"max_tokens": 40}, window.desk.bench.places[0].limits)
        for _ in range(RUNS):
            window.do("send")
            while runs.busy:
                await asyncio.sleep(0.05)
        window.do("numbers")
        await asyncio.sleep(2.0)

    async def connected(desktop: Desktop) -> None:
        """A server of one's own, which our practice server plays, is looked at, added and tested."""
        practice = PracticeServer()
        address = (await practice.address()).openai_chat
        desktop.window.do("connections")
        sheet = desktop.window.overlays.connections
        sheet.add_server()
        sheet.adding.address.setText(address)
        sheet.adding.look.click()
        while not sheet.adding.own.isVisible():
            await asyncio.sleep(0.05)
        sheet.adding.own.name.setText("GPU box")
        sheet.adding.own.id.setText("gpu-box")
        sheet.adding.own.software.setCurrentIndex(sheet.adding.own.software.findData("vllm"))
        sheet.adding.own.changed.emit()
        sheet.adding.add.click()
        while sheet.vendor.name.text() != "GPU box":
            await asyncio.sleep(0.05)
        sheet.vendor.test.click()
        while "answered" not in sheet.vendor.said.text():
            await asyncio.sleep(0.05)
        sheet.vendor.setFocus()
        await asyncio.sleep(0.5)
        await practice.aclose()

    async def inspected(desktop: Desktop, runs: RunController) -> None:
        while runs.busy:
            await asyncio.sleep(0.05)
        desktop.window.findChildren(GraphDock)[0].hide()
        desktop.window.do("focus_3")
        desktop.window.do("inspect")
        await asyncio.sleep(1.0)

    app = QApplication(["abreast"])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ABREAST_HOME"] = home  # the engine's, too: nobody's own connections are shown
        SettingsFile(Path(home)).save(replace(Settings(), theme=theme))
        frame = Frame(*peek(Path(home)))
        frame.setFixedSize(WIDTH, HEIGHT)
        frame.show_painted()
        desktop = Desktop(app, frame, Path(home))
        desktop.show()
        run(lambda: picture(desktop), app)
        desktop.end()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for scene, theme in PICTURES:
        where = folder / f"{scene}-{theme}.png"
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
        command = [sys.executable, "-m", "tests.screenshots", "--take", scene, theme, str(where)]
        subprocess.run(command, env=environment, check=True)
        print(where)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take"]:
        take(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        main()

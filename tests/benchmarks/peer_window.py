"""The window that most peers are: the vendor's SDK on the GUI's loop, `setMarkdown` of the whole text at 30 Hz.

A child of `tests.benchmarks.window`; prints one JSON line with what it saw.
"""

import asyncio
import json
import sys
import time
from typing import Any

import openai
import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QGridLayout, QTextBrowser, QWidget

from tests.benchmarks.screen import Screen

REFRESH_MS = 33


class Pane(QTextBrowser):
    """Gathers text, and shows all of it anew 30 times a second if there is more of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lane = ""
        self.stamps: list[int] = []
        self.text = ""
        self.shown = 0

    def take(self, text: str) -> None:
        self.stamps.append(time.perf_counter_ns())
        self.text += text

    def refresh(self, screen: Screen) -> None:
        if self.shown < len(self.stamps):
            self.shown = len(self.stamps)
            self.setMarkdown(self.text)
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            screen.updated(self.viewport(), self.lane, self.shown)


async def read(client: openai.AsyncOpenAI, pane: Pane, asked: dict[str, Any]) -> int:
    began = time.perf_counter_ns()
    answer = await client.chat.completions.create(
        model="stamping",
        messages=[{"role": "user", "content": "Say something."}],
        stream=True,
        stream_options={"include_usage": True},
        extra_body={**asked, "stamp_lane": pane.lane},
    )
    async for part in answer:
        if part.choices and part.choices[0].delta.content:
            pane.take(part.choices[0].delta.content)
    return began


async def measure(port: int, lanes: int, asked: dict[str, Any], columns: int) -> dict[str, Any]:
    window = QWidget()
    grid = QGridLayout(window)
    panes = [Pane(window) for _ in range(lanes)]
    for number, pane in enumerate(panes):
        pane.lane = str(number)
        grid.addWidget(pane, number // columns, number % columns)
    window.resize(1600, 1000)
    window.show()
    screen = Screen(window)
    client = openai.AsyncOpenAI(
        base_url=f"http://127.0.0.1:{port}/v1",
        api_key="none",
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
    )
    warm = Pane(window)
    warm.lane = "warm-up"
    await read(client, warm, {"stamp_rate": 0, "stamp_tokens": 50, "stamp_ttft_ms": 0})
    warm.hide()
    timer = QTimer(window)
    timer.setInterval(REFRESH_MS)

    def refresh() -> None:
        for pane in panes:
            pane.refresh(screen)

    timer.timeout.connect(refresh)
    await asyncio.sleep(0.5)
    screen.begin()
    timer.start()
    began = await asyncio.gather(*(read(client, pane, asked) for pane in panes))
    refresh()
    await asyncio.sleep(0.2)
    seen = screen.end()
    timer.stop()
    await client.close()
    return {
        "stamps": {pane.lane: pane.stamps for pane in panes},
        "began": {pane.lane: at for pane, at in zip(panes, began, strict=True)},
        **seen,
    }


def main() -> None:
    port, lanes, columns = (int(word) for word in sys.argv[1:4])
    app = QApplication([])
    app.setStyle("Fusion")
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        print(json.dumps(runner.run(measure(port, lanes, json.loads(sys.argv[4]), columns))))


if __name__ == "__main__":
    main()

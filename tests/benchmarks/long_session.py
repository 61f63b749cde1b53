"""A session of 500 runs with 2,000-token answers in the real window: how long it takes to open, scroll and write in it.

    python -m tests.benchmarks.long_session [RUNS]

Needs no display. Times are of this machine as busy as it is.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from app.session.codec import to_bytes
from app.session.document import Chunks, Draft, Lane, LaneSpec, Prompt, Run, Session
from tests.app.session.samples import a_session

MODELS = ("swift", "steady", "deep")
TOKENS = 2000
WORDS = ("the", "of", "and", "to", "in", "that", "for", "it", "as", "with", "on", "not", "at", "are", "this", "have")
BETWEEN = (*(" ",) * 70, *(". ",) * 9, "\n\n")
PAUSE_S = 3.0


def long_session(runs: int) -> Session:
    chance, sample = random.Random(1), a_session()
    lanes = [Lane(n, LaneSpec(f"practice/{model}"), n) for n, model in enumerate(MODELS, 1)]
    prompts, made = list[Prompt](), list[Run]()
    for number in range(runs):
        lane = lanes[number % len(lanes)]
        if lane is lanes[0]:
            prompts.append(Prompt(f"p{number}", "2026-11-27T10:00:00.000Z", Draft(f"Question {number}")))
        text = "".join(f"{chance.choice(WORDS)}{chance.choice(BETWEEN)}" for _ in range(TOKENS))
        pieces = tuple(len(text) // TOKENS for _ in range(TOKENS - 1))
        chunks = Chunks(
            tuple(chance.randint(5_000, 30_000) for _ in range(TOKENS)),
            (*pieces, len(text) - sum(pieces)),
            (("text", TOKENS),),
        )
        record = replace(sample.runs[0].record, text=text, reasoning="", lane=lane.spec.model)
        made.append(
            Run(f"r{number}", prompts[-1].id, lane.id, None, "2026-11-27T10:00:00.000Z", lane.spec, record, chunks)
        )
    heads = {run.lane: run.id for run in made}
    placed = tuple(replace(lane, head=heads[lane.id]) for lane in lanes)
    return Session(
        "long", "Long", Draft("next"), placed, len(lanes) + 1, prompts=tuple(prompts), runs=tuple(made)
    )  # fmt: skip


def memory_mb(process: object = "self") -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def timed(what: Callable[[], object]) -> float:
    before = time.perf_counter()
    what()
    return (time.perf_counter() - before) * 1e3


def told(name: str, times: list[float]) -> None:
    times = sorted(times)
    print(f"{name}: median {times[len(times) // 2]:.1f} ms, worst {times[-1]:.1f} ms")


def main(runs: int) -> None:
    from PySide6.QtWidgets import QApplication

    from app.home import peek
    from widgets.conductor import Conductor
    from widgets.desktop import Desktop
    from widgets.frame import Frame
    from widgets.live import live
    from widgets.loop import run

    async def measured(desktop: Desktop, path: Path) -> None:
        window = desktop.window
        living = asyncio.get_running_loop().create_task(live(desktop, "--new"), name="live")
        while not (found := window.findChildren(Conductor)):
            await asyncio.sleep(0.05)
        conductor = found[0]
        await asyncio.sleep(PAUSE_S)
        engine = conductor._engine.pid  # type: ignore[attr-defined]
        before = memory_mb(), memory_mb(engine)
        began = time.perf_counter()
        conductor.door.open_path(str(path))
        while conductor.home.session.id != "long":
            await asyncio.sleep(0.002)
        desktop.frame.grab()
        print(f"opened and painted: {(time.perf_counter() - began) * 1e3:.0f} ms")
        print(f"window: {before[0]:.0f} -> {memory_mb():.0f} MB, engine: {before[1]:.0f} -> {memory_mb(engine):.0f} MB")
        view = window.grid.panes[0].body.answer
        assert view is not None
        bar, frames, keys = view.verticalScrollBar(), [], []
        for step in range(200):
            bar.setValue(bar.maximum() * step // 200)
            frames.append(timed(view.grab))
            await asyncio.sleep(0)
        told("a frame while scrolling", frames)
        for _ in range(50):
            keys.append(timed(lambda: window.composer.prompt.insertPlainText("x")))
            await asyncio.sleep(0.01)
        told("a letter of the draft", keys)
        desktop.frame.close()
        await living

    app = QApplication(["abreast"])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ABREAST_HOME"] = home
        path = Path(home) / "long.abreast"
        path.write_bytes(to_bytes(long_session(runs)))
        print(f"{runs} runs, {path.stat().st_size / 1e6:.1f} MB")
        frame = Frame(*peek(Path(home)))
        frame.setFixedSize(1440, 900)
        frame.show_painted()
        desktop = Desktop(app, frame, Path(home))
        desktop.show()
        run(lambda: measured(desktop, path), app)
        desktop.end()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

"""What the numbers' place costs: counting a chart, and drawing it.

    python -m tests.benchmarks.numbers [RUNS …]      columns of 10, 10,000 and 1,000,000 runs
    python -m tests.benchmarks.numbers ledger ROWS   a real ledger of so many rows, which takes a while to be made

On a shared machine the clock tells of the others, too: beside it stands what the thread used of a processor.
`count` happens in the engine for the ledger, in the window for a session. `first` is the first drawing of a chart:
items, axes and paint. `redraw` is what a move, a zoom or a resize costs: the paint of all.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.numbers.chart import Chart
    from app.numbers.question import Question
    from widgets.numbers.canvas import Canvas

TIMES = 9
DAYS = 90


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    app = QApplication(["abreast"])
    canvas = made()
    app.processEvents()
    titles = (f"{'runs':>9}  {'graph':22}", "    count     CPU   first  redraw   worst    CPU  worst")
    print(*titles)
    if sys.argv[1:2] == ["ledger"]:
        worst = of_ledger(canvas, int(sys.argv[2]))
    else:
        worst = max(of_columns(canvas, int(each)) for each in sys.argv[1:] or ("10", "10000", "1000000"))
    print(f"The worst redraw of all took {worst:.1f} ms of a processor; all figures are milliseconds.")


def made() -> "Canvas":
    from widgets.graphs.ink import ink_of
    from widgets.numbers.canvas import Canvas
    from widgets.theme import LIGHT

    canvas = Canvas(None, ink_of(LIGHT))  # type: ignore[arg-type]
    canvas.resize(1200, 600)
    canvas.show()
    return canvas


def of_columns(canvas: "Canvas", runs: int) -> float:
    from app.numbers.answering import answer
    from tests.app.numbers.samples import generated

    columns = generated(runs)
    return measured(canvas, runs, lambda question: answer(columns, question))


def of_ledger(canvas: "Canvas", rows: int) -> float:
    from app.ledger.store import Store
    from app.numbers.of_ledger import answered
    from tests.benchmarks.ledger import generated

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for some in generated(rows, DAYS, random.Random(7)):
            store.keep(some)
        worst = measured(canvas, rows, lambda question: answered(store.answer, question))
        store.close()
    return worst


def measured(canvas: "Canvas", runs: int, answer: "Callable[[Question], Chart]") -> float:
    """One line for each graph; the worst redraw of them, of a processor."""
    from app.numbers.question import FIGURES, GRAPHS, Question

    worst = 0.0
    for graph in GRAPHS:
        for figure, _ in FIGURES[graph]:
            began, busy = time.perf_counter(), time.thread_time()
            chart = answer(Question(graph, figure, "model"))
            counted, worked = time.perf_counter() - began, time.thread_time() - busy
            if not chart.layers:
                continue
            began = time.perf_counter()
            canvas.show_chart(chart)
            paint(canvas)
            first = time.perf_counter() - began
            redraws, cpu = zip(*(moved(canvas, step) for step in range(TIMES)), strict=True)
            worst = max(worst, *cpu)
            print(
                f"{runs:9,}  {graph + ' ' + figure:22} {counted * 1e3:9.1f} {worked * 1e3:7.1f} {first * 1e3:7.1f} "
                f"{statistics.median(redraws):7.1f} {max(redraws):7.1f} {statistics.median(cpu):6.1f} {max(cpu):6.1f}",
                flush=True,
            )
    return worst


def moved(canvas: "Canvas", step: int) -> tuple[float, float]:
    """Milliseconds from a move of the view until all of it is painted again: by the clock, and of a processor."""
    left, right, _, _ = canvas.shown
    by = (right - left) * (0.01 if step % 2 else -0.01)
    began, busy = time.perf_counter(), time.thread_time()
    canvas._room.setRange(xRange=(left + by, right + by), padding=0)
    paint(canvas)
    return (time.perf_counter() - began) * 1e3, (time.thread_time() - busy) * 1e3


def paint(canvas: "Canvas") -> None:
    """At once, as the next frame would."""
    canvas._view.viewport().repaint()


if __name__ == "__main__":
    main()

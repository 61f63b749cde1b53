"""What the numbers' place costs: counting a chart out of columns, and drawing it, at 10, 10,000 and 1,000,000 runs.

    python -m tests.benchmarks.numbers [RUNS …]

On a shared machine the clock tells of the others, too: beside it stands what the thread used of a processor.
`count` happens in the engine for the ledger, in the window for a session. `first` is the first drawing of a chart:
items, axes and paint. `redraw` is what moving or zooming costs, and what a theme or a resize costs: the paint of all.
"""

import os
import statistics
import sys
import time

TIMES = 9


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QWidget

    from app.numbers.answering import answer
    from app.numbers.question import FIGURES, GRAPHS, Question
    from tests.app.numbers.samples import generated
    from widgets.graphs.ink import ink_of
    from widgets.numbers.canvas import Canvas
    from widgets.theme import LIGHT

    app = QApplication(["abreast"])
    canvas = Canvas(None, ink_of(LIGHT))  # type: ignore[arg-type]
    canvas.resize(1200, 600)
    canvas.show()
    app.processEvents()
    worst = worst_cpu = 0.0
    print(f"{'runs':>9}  {'graph':22} {'count':>9} {'first':>9} {'redraw':>9} {'worst':>7} {'CPU':>6} {'worst':>6}  ms")
    for runs in [int(each) for each in sys.argv[1:]] or [10, 10_000, 1_000_000]:
        columns = generated(runs)
        for graph in GRAPHS:
            for figure, _ in FIGURES[graph]:
                question = Question(graph, figure, "model")
                began = time.perf_counter()
                chart = answer(columns, question)
                counted = time.perf_counter()
                if not chart.layers:
                    continue
                canvas.show_chart(chart)
                paint(canvas)
                first = time.perf_counter() - counted
                redraws, busy = zip(*(moved(canvas, step) for step in range(TIMES)), strict=True)
                worst, worst_cpu = max(worst, *redraws), max(worst_cpu, *busy)
                times = (statistics.median(redraws), max(redraws), statistics.median(busy), max(busy))
                print(
                    f"{runs:9,}  {graph + ' ' + figure:22} {(counted - began) * 1e3:9.1f} {first * 1e3:9.1f} "
                    f"{times[0]:9.1f} {times[1]:7.1f} {times[2]:6.1f} {times[3]:6.1f}"
                )
    print(f"the worst redraw of all: {worst:.1f} ms by the clock, {worst_cpu:.1f} ms of a processor")
    assert isinstance(canvas, QWidget)


def moved(canvas, step: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Milliseconds from a move of the view until all of it is painted again: by the clock, and of a processor."""
    left, right, _, _ = canvas.shown
    by = (right - left) * (0.01 if step % 2 else -0.01)
    began, busy = time.perf_counter(), time.thread_time()
    canvas._room.setRange(xRange=(left + by, right + by), padding=0)
    paint(canvas)
    return (time.perf_counter() - began) * 1e3, (time.thread_time() - busy) * 1e3


def paint(canvas) -> None:  # type: ignore[no-untyped-def]
    """At once, as the next frame would."""
    canvas._view.viewport().repaint()


if __name__ == "__main__":
    main()

"""From the interpreter's start to the first paint: our window beside a bare QMainWindow; and memory when idle.

    python -m tests.benchmarks.startup [RUNS]

Each start is a process of its own, the two designs in turn. The child prints CLOCK_MONOTONIC at its window's first
paint and ends; the parent noted the clock right before it started the child.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

BARE = """
import sys, time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow
class First(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.perf_counter_ns(), flush=True)
            QApplication.quit()
        return False
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
first = First()
app.installEventFilter(first)
window.show()
app.exec()
"""

OURS = """
import time
from PySide6.QtCore import QEvent, QObject, QTimer
import PySide6.QtWidgets as W
from PySide6.QtWidgets import QApplication
class First(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.property("seen"):
            self.setProperty("seen", True)
            print(time.perf_counter_ns(), flush=True)
            QTimer.singleShot(0, self.end)
        return False
    def end(self):
        for window in QApplication.topLevelWidgets():
            window.close()
first = First()
made = QApplication.__init__
def init(self, *args):
    made(self, *args)
    self.installEventFilter(first)
QApplication.__init__ = init
from app.__main__ import main
main([])
"""


def first_paint_ms(program: str, home: str) -> float:
    began = time.perf_counter_ns()
    child = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ABREAST_HOME": home},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return (int(child.stdout.split()[0]) - began) / 1e6


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        first_paint_ms(OURS, home)
        for _ in range(runs):
            bare.append(first_paint_ms(BARE, home))
            ours.append(first_paint_ms(OURS, home))
    print(f"first paint, ms, median of {runs} (min to max)")
    print(f"  bare window  {statistics.median(bare):7.0f}  ({min(bare):.0f} to {max(bare):.0f})")
    print(f"  abreast      {statistics.median(ours):7.0f}  ({min(ours):.0f} to {max(ours):.0f})")
    print(f"  ratio        {statistics.median(o / b for o, b in zip(ours, bare, strict=True)):7.2f}")


if __name__ == "__main__":
    main()

"""From the interpreter's start to the first paint: our window beside a bare QMainWindow.

    python -m tests.benchmarks.startup [RUNS]

Each start is a process of its own, the two designs in turn. The child prints CLOCK_MONOTONIC at its window's first
paint and ends; the parent noted the clock right before it started the child. Ours paints its themed frame first and
its panes a moment later: both are told. Byte code must be cached (no PYTHONDONTWRITEBYTECODE), as it is for users.
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
from PySide6.QtWidgets import QApplication
class First(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            what = "pane" if type(watched).__name__ == "Pane" else "frame"
            if not self.property(what):
                self.setProperty(what, True)
                print(time.perf_counter_ns(), flush=True)
                if what == "pane":
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


def paints_ms(program: str, home: str) -> list[float]:
    """From the start of the process: the first paint; of ours, then the first paint of a pane."""
    began = time.perf_counter_ns()
    child = subprocess.run(
        [sys.executable, "-c", program],
        env={**{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}, "ABREAST_HOME": home},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return [(int(word) - began) / 1e6 for word in child.stdout.split()]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    bare: list[float] = []
    frame: list[float] = []
    pane: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        paints_ms(OURS, home)
        for _ in range(runs):
            bare += paints_ms(BARE, home)[:1]
            ours = paints_ms(OURS, home)
            frame.append(ours[0])
            pane.append(ours[1])
    print(f"from the interpreter's start, ms, median of {runs} (min to max), and × bare")
    for name, times in (("bare window", bare), ("our frame, themed", frame), ("our panes", pane)):
        ratio = statistics.median(ours / own for ours, own in zip(times, bare, strict=True))
        print(f"  {name:<18}{statistics.median(times):7.0f}  ({min(times):.0f} to {max(times):.0f}){ratio:8.2f}")


if __name__ == "__main__":
    main()

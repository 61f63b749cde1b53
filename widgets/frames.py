"""Frames: work that came in is shown together, at most once each 16 ms and only for as long as a budget allows."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

FRAME_MS = 16
BUDGET_S = 0.007


class Frames(QObject):
    """Serves keys in turn by `serve`, which is owed to each marked key at least once after its last mark.

    The timer runs only while a key is marked or `hold` says that something is live.
    """

    def __init__(self, parent: QObject, serve: Callable[[int], None], tick: Callable[[], None]) -> None:
        super().__init__(parent)
        self._serve, self._tick = serve, tick
        self._due: deque[int] = deque()
        self._live = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def mark(self, key: int) -> None:
        """There is something new for `key`."""
        if key not in self._due:
            self._due.append(key)
        self._timer.start() if not self._timer.isActive() else None

    def now(self, key: int) -> None:
        """Serves `key` at once."""
        self.forget(key)
        self._serve(key)

    def forget(self, key: int) -> None:
        if key in self._due:
            self._due.remove(key)

    def hold(self, live: bool) -> None:
        """Whether something is live: then `tick` is called each frame, and the timer goes on."""
        self._live = live
        if live and not self._timer.isActive():
            self._timer.start()

    def end(self) -> None:
        self._due.clear()
        self._timer.stop()

    def _frame(self) -> None:
        end = perf_counter() + BUDGET_S
        while self._due:
            self._serve(self._due.popleft())
            if perf_counter() >= end:
                break
        self._tick()
        if not self._live and not self._due:
            self._timer.stop()

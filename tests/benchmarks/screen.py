"""When text became visible, and how smoothly: watches paint events from outside, the same way for every design."""

import resource
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

HEARTBEAT_MS = 4


class Screen(QObject):
    """Notes when each token was first painted, the intervals between frames, and the longest stall of the loop.

    A frame is over when the event loop comes round after the paint events of a turn. `updated` tells that a widget
    now shows so many tokens of a lane; they are on screen at the end of that widget's next paint.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pending: dict[QObject, tuple[str, int]] = {}
        self._painted: list[tuple[str, int]] = []
        self._shown: dict[str, list[tuple[int, int]]] = {}
        self._frames: list[int] = []
        self._beats: list[int] = []
        self._on = False
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.timeout.connect(self._frame_over)
        self._heart = QTimer(self)
        self._heart.setInterval(HEARTBEAT_MS)
        self._heart.timeout.connect(self._beat)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def begin(self) -> None:
        self._on = True
        self._cpu = time.process_time()
        self._began = time.perf_counter()
        self._heart.start()

    def end(self) -> dict[str, Any]:
        """`shown`: by lane, (tokens, ns) pairs; `frames`: ns of each frame; `beats`: ns of a 4 ms heartbeat."""
        self._on = False
        self._heart.stop()
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        return {
            "shown": self._shown,
            "frames": self._frames,
            "beats": self._beats,
            "cores": (time.process_time() - self._cpu) / (time.perf_counter() - self._began),
            "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def updated(self, viewport: QWidget, lane: str, tokens: int) -> None:
        self._pending[viewport] = (lane, tokens)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._on and event.type() == QEvent.Type.Paint:
            if watched in self._pending:
                self._painted.append(self._pending.pop(watched))
            if not self._after.isActive():
                self._after.start(0)
        return False

    def _frame_over(self) -> None:
        now = time.perf_counter_ns()
        self._frames.append(now)
        for lane, tokens in self._painted:
            self._shown.setdefault(lane, []).append((tokens, now))
        self._painted.clear()

    def _beat(self) -> None:
        self._beats.append(time.perf_counter_ns())

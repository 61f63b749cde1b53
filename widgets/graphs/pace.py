"""When to draw: at most 30 times a second, and only while there is something new and someone to see it."""

from PySide6.QtCore import QObject, QTimer, Signal

FRAME_MS = 33


class Pace(QObject):
    """Asleep at first. While awake, emits `due` one frame after `mark` and rests when nothing is marked."""

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._dirty = False
        self._awake = False
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def mark(self) -> None:
        self._dirty = True
        if self._awake and not self._timer.isActive():
            self._timer.start()

    def wake(self, awake: bool) -> None:
        """What was marked while asleep is drawn after waking."""
        self._awake = awake
        if not awake:
            self._timer.stop()
        elif self._dirty:
            self.mark()

    def _tick(self) -> None:
        if not self._dirty:
            self._timer.stop()
            return
        self._dirty = False
        self.due.emit()

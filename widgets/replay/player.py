"""Plays a race: one clock for all panes, at any speed, from any moment."""

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.replay import Race

FRAME_MS = 16
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Player(QObject):
    """Its timer runs only while it plays. What a frame costs grows with what came since the last one alone."""

    began = Signal(int)
    """A place shows nothing yet: its run is about to be sent."""
    advanced = Signal(int, object)
    """A place and an `Advance`."""
    ticked = Signal(int, float)
    """A place, and the seconds since its run was sent."""
    ended = Signal(int)
    moved = Signal(float)
    """Seconds from the start of the race."""
    played = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.race = Race(())
        self.at_s = 0.0
        self.speed = 1.0
        self._shown: dict[int, int] = {}
        """How many pieces each place shows; -1 for a run that has not begun, -2 for one whose end is shown."""
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)
        self._scrubbing = QTimer(self)
        self._scrubbing.setSingleShot(True)
        self._scrubbing.setInterval(0)
        self._scrubbing.timeout.connect(self._show)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def load(self, race: Race) -> None:
        """Shows the start of another race."""
        self.pause()
        self.race = race
        self._shown = {}
        self.seek(0.0)

    def play(self) -> None:
        if self.at_s >= self.race.duration_s:
            self.seek(0.0)
        self._last = perf_counter()
        self._timer.start()
        self.played.emit(True)

    def pause(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.played.emit(False)

    def stop(self) -> None:
        """Shows nothing any more, also not where a hand has just gone."""
        self._scrubbing.stop()
        self.pause()

    def toggle(self) -> None:
        self.pause() if self.is_playing else self.play()

    def scrub(self, at_s: float) -> None:
        """Goes there when there is time: of a hand that moves quickly, the panes show the last place alone."""
        self.at_s = max(0.0, min(at_s, self.race.duration_s))
        self.moved.emit(self.at_s)
        self._scrubbing.start()

    def seek(self, at_s: float) -> None:
        self._scrubbing.stop()
        self.at_s = max(0.0, min(at_s, self.race.duration_s))
        self._show()

    def _frame(self) -> None:
        now = perf_counter()
        self.at_s = min(self.at_s + (now - self._last) * self.speed, self.race.duration_s)
        self._last = now
        self._show()
        if self.at_s >= self.race.duration_s:
            self.pause()

    def _show(self) -> None:
        for track in self.race.tracks:
            self._show_track(track.lane)
        self.moved.emit(self.at_s)

    def _show_track(self, lane: int) -> None:
        track = next(each for each in self.race.tracks if each.lane == lane)
        before, over = self._shown.get(lane, -1), self.at_s >= track.end_s
        if before == -2 and over:
            return
        count = track.came(self.at_s)
        if before < 0 or count < before:  # a new beginning, or backwards
            self.began.emit(lane)
            before = 0
        if count > before or not over:
            self.advanced.emit(lane, track.advance(before, count, min(self.at_s, track.end_s - 1e-9)))
        self._shown[lane] = count
        if over:
            self._shown[lane] = -2
            self.ended.emit(lane)
        else:
            self.ticked.emit(lane, max(0.0, self.at_s - track.begin_s))

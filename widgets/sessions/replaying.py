"""Plays what the panes show once more, in the panes."""

from PySide6.QtCore import QObject

from app.feed import ending
from app.replay import Race, as_it_was
from app.replay import together as all_together
from app.session.document import Run
from app.shown import Advance
from widgets.main_window import MainWindow
from widgets.replay.bar import ReplayBar
from widgets.replay.player import Player
from widgets.run_controller import RunController
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome


class Replaying(QObject):
    """The bar is there while a replay is."""

    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder, runs: RunController) -> None:
        super().__init__(window)
        self._window, self._binder, self._runs = window, binder, runs
        self._bar: ReplayBar | None = None
        self._of: dict[int, Run] = {}
        self.player = Player(self)
        self.player.began.connect(self._on_began)
        self.player.advanced.connect(self._on_advanced)
        self.player.ticked.connect(self._on_ticked)
        self.player.ended.connect(self._on_ended)
        self.player.moved.connect(self._on_moved)
        self.player.played.connect(self._on_played)
        runs.raced.connect(self.end)
        runs.began.connect(self._drop)
        binder.turned.connect(self._drop)
        home.replaced.connect(self._drop)
        window.desk.removed.connect(self._drop)

    @property
    def bar(self) -> ReplayBar | None:
        """While there is a replay."""
        return self._bar

    def begin(self) -> None:
        """Of what the panes show now; again, if there is a replay already."""
        shown = [(p.place.number, self._binder.shown(p.place.number)) for p in self._window.grid.panes]
        self._of = {number: run for number, run in shown if run is not None}
        if not self._of or self._runs.busy:
            why = "while lanes are answering" if self._runs.busy else "yet: no lane shows an answer"
            self._window.announce(f"There is nothing to play {why}.")
            return
        if self._bar is None:
            self._make_bar()
        self._load(together=True)
        self.player.play()

    def _make_bar(self) -> None:
        self._bar = ReplayBar(self._window)
        self._bar.play.clicked.connect(self.player.toggle)
        self._bar.scrubber.sought.connect(self.player.scrub)
        self._bar.speed_chosen.connect(self._on_speed)
        self._bar.start_chosen.connect(self._on_start)
        self._bar.closed.connect(self.end)
        self._window.hold_bar(self._bar)
        self._bar.scrubber.setFocus()

    def end(self, _places: object = None) -> None:
        """The panes show how the runs ended."""
        if self._bar is not None:
            self.player.seek(self.player.race.duration_s)
            self._close(self._bar)

    def _drop(self, _number: int | None = None) -> None:
        """The panes are to show something else than what is played, which is not to be painted over it."""
        if self._bar is not None:
            self._close(self._bar)
            self._binder.show_anew()

    def _close(self, bar: ReplayBar) -> None:
        self._bar = None
        self.player.stop()
        self.player.speed = 1.0
        self._window.bars.remove(bar)
        bar.hide()
        bar.deleteLater()

    def _load(self, *, together: bool) -> None:
        self.player.load(self._race(together=together))
        assert self._bar is not None
        colors = tuple(self._color(track.lane) for track in self.player.race.tracks)
        self._bar.show_race(self.player.race, colors)

    def _race(self, *, together: bool) -> Race:
        return all_together(self._of.items()) if together else as_it_was(self._of.items())

    def _color(self, number: int) -> int:
        pane = self._window.grid.pane(number)
        return pane.place.color if pane is not None else 0

    def _on_began(self, number: int) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.begin()

    def _on_advanced(self, number: int, advance: Advance) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.take(advance)

    def _on_ticked(self, number: int, seconds: float) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.tick(seconds)

    def _on_ended(self, number: int) -> None:
        if (pane := self._window.grid.pane(number)) is not None and number in self._of:
            run = self._of[number]
            pane.end(ending(run.record, vendor=pane.place.vendor, course=run.course))

    def _on_moved(self, at_s: float) -> None:
        if self._bar is not None:
            self._bar.show_moment(at_s)

    def _on_played(self, is_playing: bool) -> None:
        if self._bar is not None:
            self._bar.show_playing(is_playing)

    def _on_speed(self, speed: float) -> None:
        self.player.speed = speed

    def _on_start(self, together: bool) -> None:
        self._load(together=together)
        self.player.play()

"""What happens in the runs is shown: in the panes, in the composer and in the graphs."""

from PySide6.QtCore import QObject

from app.bench import Place
from app.shown import Advance, Ending, Mark
from widgets.graphs import GraphDock, LaneLabel
from widgets.main_window import MainWindow
from widgets.run_controller import RunController


class Showing(QObject):
    def __init__(self, window: MainWindow, runs: RunController, dock: GraphDock | None) -> None:
        super().__init__(runs)
        self._window, self._grid, self._dock = window, window.grid, dock
        runs.began.connect(self._on_began)
        runs.advanced.connect(self._on_advanced)
        runs.ticked.connect(self._on_ticked)
        runs.finished.connect(self._on_finished)
        runs.amended.connect(self._on_amended)
        runs.marked.connect(self._on_marked)
        runs.announced.connect(window.announce)
        runs.live_changed.connect(self._on_live_changed)
        if dock is not None:
            runs.raced.connect(self._on_raced)
            runs.folded.connect(dock.advance)
            runs.recorded.connect(dock.ended)

    def _on_began(self, number: int) -> None:
        if (pane := self._grid.pane(number)) is not None:
            pane.begin()

    def _on_advanced(self, number: int, advance: Advance) -> None:
        if (pane := self._grid.pane(number)) is not None:
            pane.take(advance)

    def _on_ticked(self, number: int, seconds: float) -> None:
        if (pane := self._grid.pane(number)) is not None:
            pane.tick(seconds)

    def _on_finished(self, number: int, ending: Ending) -> None:
        if (pane := self._grid.pane(number)) is not None:
            pane.end(ending)

    def _on_amended(self, number: int, ending: Ending) -> None:
        if (pane := self._grid.pane(number)) is not None:
            pane.amend(ending)

    def _on_marked(self, marks: dict[int, tuple[Mark, ...]]) -> None:
        for number, names in marks.items():
            if (pane := self._grid.pane(number)) is not None:
                pane.show_marks(names)

    def _on_live_changed(self, busy: frozenset[int]) -> None:
        self._window.composer.show_live(len(busy))

    def _on_raced(self, places: tuple[Place, ...]) -> None:
        assert self._dock is not None
        labels = [place.label for place in places]
        told = [f"{n} {label}" if labels.count(label) > 1 else label for n, label in enumerate(labels, 1)]
        self._dock.reset([LaneLabel(label, place.color) for label, place in zip(told, places, strict=True)])

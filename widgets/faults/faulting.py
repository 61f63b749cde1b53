"""Between the lanes and the panel of faults: which lane is meant, and what is switched on in it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect

from widgets.main_window import MainWindow

if TYPE_CHECKING:
    from widgets.faults.panel import FaultPanel

Models = Callable[[str], tuple[str, ...]]
"""The models that a lane may ask, by its text."""


class Faulting(QObject):
    """Faults live in the bench, which nobody saves: after a restart there are none."""

    def __init__(self, window: MainWindow, models: Models) -> None:
        super().__init__(window)
        self._window, self._models = window, models
        self._panel: FaultPanel | None = None
        self._number = 0
        window.add_doer("faults", self.open)
        window.add_doer("faults_off", self.all_off)
        window.desk.changed.connect(self._on_bench)

    @property
    def panel(self) -> "FaultPanel":
        if self._panel is None:
            from widgets.faults.panel import FaultPanel

            self._panel = FaultPanel(self._window)
            self._panel.wished.connect(self._on_wished)
            self._panel.all_off.connect(self.all_off)
            self._window.overlays.hold("faults", self._panel)
        return self._panel

    def open(self) -> None:
        """For the lane in focus."""
        if (pane := self._window.desk.current) is None:
            self._window.announce("There is no lane that could be made to fail.")
            return
        self._number = pane.place.number
        self._show()
        self.panel.open_near(QRect(pane.mapTo(self._window, QPoint(0, 0)), pane.size()))

    def all_off(self) -> None:
        struck = [place for place in self._window.desk.bench.places if place.fault]
        self._window.desk.show(self._window.desk.bench.sound())
        self._window.announce("No fault is injected any more." if struck else "No fault was switched on.")

    def _show(self) -> None:
        bench = self._window.desk.bench
        place = bench.place(self._number)
        struck = sum(bool(each.fault) for each in bench.places)
        self.panel.show_place(place, bench.index(self._number) + 1, self._models(place.text), struck)

    def _on_wished(self, fault: str, at: str) -> None:
        desk = self._window.desk
        desk.show(desk.bench.faulty(self._number, fault, at))
        place = desk.bench.place(self._number)
        said = f"{place.label}: {fault} is injected from the next run on." if fault else f"{place.label}: no fault."
        self._window.announce(said)

    def _on_bench(self) -> None:
        if self._panel is None or not self._panel.isVisible():
            return
        if any(place.number == self._number for place in self._window.desk.bench.places):
            self._show()
        else:
            self._panel.dismiss()

"""The lanes on the bench: adding, changing, moving and removing them, and which of them is meant."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.bench import Bench, Place
from app.limits import Limits
from app.settings import LaneSetting
from widgets.pane import Pane
from widgets.pane_grid import PaneGrid

MOST_RECENT = 12


class LaneDesk(QObject):
    """The one home of the bench. *The current pane* is the one in focus, or the last that was."""

    changed = Signal()
    focused = Signal(int)
    """The focus went to the place of that number."""
    removed = Signal(int)
    """The place of that number is gone."""

    def __init__(self, parent: QObject, grid: PaneGrid) -> None:
        super().__init__(parent)
        self._grid = grid
        self._current: int | None = None
        self.bench = Bench()
        self.recent: tuple[str, ...] = ()
        self.favourites: tuple[str, ...] = ()
        grid.moved.connect(self.move)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def show(self, bench: Bench) -> None:
        gone = {place.number for place in self.bench.places} - {place.number for place in bench.places}
        self.bench = bench
        self._grid.show_bench(bench)
        for number in gone:
            self.removed.emit(number)
        self.changed.emit()

    @property
    def current(self) -> Pane | None:
        panes = self._grid.panes
        return (
            self._grid.focused
            or next((p for p in panes if p.place.number == self._current), None)
            or (panes[0] if panes else None)
        )

    # What can be done

    def choose(self, number: int | None, text: str, params: Mapping[str, Any], limits: Limits) -> None:
        """What the picker came to: a new lane, or a change of one."""
        self._remember(text)
        if number is None:
            self.show(self.bench.added(text, params, limits))
            self._go_to(self.bench.places[-1].number)
        elif self._grid.pane(number) is not None:
            self.show(self.bench.changed(number, text, params, limits))
            self._go_to(number)

    def share(self, params: Mapping[str, Any], limits: Limits) -> None:
        self.show(self.bench.shared(params, limits))

    def keep_favourites(self, favourites: tuple[str, ...]) -> None:
        self.favourites = favourites
        self.changed.emit()

    def duplicate(self) -> None:
        if (pane := self.current) is not None and not self.bench.is_full:
            number = self.bench.next_number
            self.show(self.bench.duplicated(pane.place.number))
            self._go_to(number)

    def remove(self) -> None:
        if (pane := self.current) is not None:
            self.remove_place(pane.place.number)

    def remove_place(self, number: int) -> None:
        index = self.bench.index(number)
        self.show(self.bench.removed(number))
        if self._grid.panes:
            self._grid.panes[min(index, len(self._grid.panes) - 1)].focus()

    def move_left(self) -> None:
        self._shift(-1)

    def move_right(self) -> None:
        self._shift(1)

    def _shift(self, by: int) -> None:
        if (pane := self.current) is not None:
            self.move(pane.place.number, self.bench.index(pane.place.number) + by)

    def move(self, number: int, to: int) -> None:
        self.show(self.bench.moved(number, to))
        self._go_to(number)

    def go_to(self, index: int) -> None:
        """To the lane at `index`, if there is one."""
        if 0 <= index < len(self._grid.panes):
            self._go_to(self._grid.panes[index].place.number)

    def copy_answer(self) -> None:
        if (pane := self.current) is not None and pane.body.text():
            QGuiApplication.clipboard().setText(pane.body.text())

    def _go_to(self, number: int) -> None:
        pane = self._grid.pane(number)
        if pane is not None:
            self._current = number
            self._grid.reveal(pane)
            pane.focus()

    def make_current(self, number: int) -> Place:
        """The place whose menu is open."""
        self._current = number
        if (pane := self._grid.pane(number)) is not None and not pane.has_focus:
            pane.focus()
        return self.bench.place(number)

    def _remember(self, text: str) -> None:
        self.recent = tuple(dict.fromkeys((text, *self.recent)))[:MOST_RECENT]

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        for pane in filter(isValid, self._grid.panes):  # focus moves on while the window is being destroyed
            inside = new is not None and (new is pane or pane.isAncestorOf(new))
            was = old is not None and (old is pane or pane.isAncestorOf(old))
            if inside:
                self._current = pane.place.number
                self.focused.emit(pane.place.number)
            if inside or was:
                pane.update()


def bench_of(lanes: tuple[LaneSetting, ...], next_number: int = 1) -> Bench:
    """Numbers that were used go to no other lane: a run may still be on its way to one that is gone."""
    bench = Bench((), next_number)
    for lane in lanes:
        bench = bench.added(lane.text, lane.params, lane.limits, color=lane.color)
    return bench

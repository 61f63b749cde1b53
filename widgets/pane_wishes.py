"""What panes ask of the window, each by the number of its place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from widgets.commands import OF_A_LANE
from widgets.pane import Pane

if TYPE_CHECKING:
    from widgets.main_window import MainWindow


class PaneWishes(QObject):
    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.menu = QMenu("Lane", window)
        self.menu.addActions([window.commands.actions[id_] for id_ in OF_A_LANE])
        self.menu.addMenu(window.commands.menu("Copy as"))
        window.grid.made.connect(self._on_made)

    def _on_made(self, pane: Pane) -> None:
        window = self._window
        pane.stop_asked.connect(self._on_stop)
        pane.rerun_asked.connect(window.rerun_asked)
        pane.edit_asked.connect(self._on_edit)
        pane.inspect_asked.connect(window.inspect_asked)
        pane.remove_asked.connect(self._desk.remove_place)
        pane.menu_asked.connect(self._on_menu)
        pane.link_asked.connect(window.link_asked)
        pane.run_asked.connect(window.run_asked)
        pane.turn_edited.connect(window.turn_edited)
        pane.judge_asked.connect(window.judge_asked)

    def _on_stop(self, number: int) -> None:
        self._window.stop_asked.emit((number,))

    def _on_edit(self, number: int) -> None:
        place = self._desk.make_current(number)
        self._window.overlays.edit_lane(place, self._desk.recent, self._desk.favourites)

    def _on_menu(self, number: int, at: QPoint) -> None:
        self._desk.make_current(number)
        self.menu.popup(at)

"""What the window does by itself when a command is given. What concerns sessions, runs and sheets of their own is
done by others, who say so with `add`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.settings import LaneSetting
from widgets.lane_desk import bench_of

if TYPE_CHECKING:
    from widgets.main_window import MainWindow

Deed = Callable[[], object]


class Deeds(QObject):
    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._desk, self._overlays = window.desk, window.overlays
        self._done_by = self._of_runs() | self._of_lanes() | self._of_view()
        self._overlays.lanes_used.connect(self._use_lanes)

    def add(self, id_: str, deed: Deed) -> None:
        self._done_by[id_] = deed

    def known(self) -> frozenset[str]:
        """The commands that somebody carries out."""
        return frozenset(self._done_by)

    def do(self, id_: str) -> None:
        """Carries out a command; nothing, as long as there is nobody to do it: the window is still starting."""
        group, _, choice = id_.partition("_")
        if group == "focus" and choice.isdecimal():
            self._desk.go_to(int(choice) - 1)
        elif group == "layout":
            self._window.set_layout(choice)
        elif group == "theme":
            self._window.theme_asked.emit(choice)
        elif (deed := self._done_by.get(id_)) is not None:
            deed()

    def _of_runs(self) -> dict[str, Deed]:
        window = self._window
        return {
            "send": window.send_asked.emit,
            "stop_and_send": window.stop_and_send_asked.emit,
            "rerun": self._rerun,
            "stop": self._escape,
            "stop_all": self.stop_all,
            "quit": window.quit_asked.emit,
            "continue": self._toggle_continuing,
            "attach": window.composer.choose_files,
        }

    def _of_lanes(self) -> dict[str, Deed]:
        desk = self._desk
        return {
            "add_lane": self.add_lane,
            "connections": self._overlays.connect_models,
            "network": self._network,
            "lane_sets": self._lane_sets,
            "edit_lane": self._edit_lane,
            "duplicate_lane": desk.duplicate,
            "remove_lane": desk.remove,
            "lane_left": desk.move_left,
            "lane_right": desk.move_right,
            "details": self._toggle_details,
            "inspect": self._inspect,
            "copy_answer": desk.copy_answer,
        }

    def _of_view(self) -> dict[str, Deed]:
        overlays = self._overlays
        return {
            "bench": self._bench,
            "graphs": self._window.stage.toggle_graphs,
            "find": overlays.find,
            "find_next": overlays.find_next,
            "find_previous": overlays.find_previous,
            "zoom_in": self._zoom_in,
            "zoom_out": self._zoom_out,
            "zoom_reset": self._zoom_reset,
            "focus_prompt": self._window.composer.prompt.setFocus,
            "toggle_system": self._toggle_system,
            "palette": overlays.palette,
            "shortcuts": overlays.shortcuts,
            "about": overlays.about,
        }

    # Runs

    def _rerun(self) -> None:
        if (pane := self._desk.current) is not None:
            self._window.rerun_asked.emit(pane.place.number)

    def _escape(self) -> None:
        """Closes what is open; else stops the lane in focus, or all of them."""
        if self._overlays.dismiss() or self._window.stage.close_bar():
            return
        pane = self._window.grid.focused
        if pane is not None and pane.is_live:
            self._window.stop_asked.emit((pane.place.number,))
        else:
            self.stop_all()

    def stop_all(self) -> None:
        self._window.stop_asked.emit(tuple(pane.place.number for pane in self._window.grid.panes))

    def _toggle_continuing(self) -> None:
        self._window.composer.set_continuing(not self._window.composer.is_continuing)

    # Lanes

    def add_lane(self, first: tuple[str, ...] = ()) -> None:
        desk = self._desk
        if not desk.bench.is_full:
            self._overlays.add_lane((*first, *desk.recent), desk.favourites, desk.bench.room)

    def _edit_lane(self) -> None:
        if (pane := self._desk.current) is not None:
            self._overlays.edit_lane(pane.place, self._desk.recent, self._desk.favourites)

    def _lane_sets(self) -> None:
        self._overlays.lane_sets(self._window.memory.settings.lane_sets, self._window.memory.lanes())

    def _use_lanes(self, lanes: tuple[LaneSetting, ...]) -> None:
        self._desk.show(bench_of(lanes, self._desk.bench.next_number))

    def _network(self) -> None:
        self._overlays.network(self._window.memory.settings.network)

    def _toggle_details(self) -> None:
        if (pane := self._desk.current) is not None:
            pane.footer.toggle_details()

    def _inspect(self) -> None:
        if (pane := self._desk.current) is not None:
            self._window.inspect_asked.emit(pane.place.number)

    # View

    def _bench(self) -> None:
        """Closes whatever lies over the lanes."""
        while self._overlays.dismiss():
            pass
        self._window.composer.prompt.setFocus()

    def _toggle_system(self) -> None:
        self._window.composer.show_system(not self._window.composer.system_is_shown)

    def _zoom_in(self) -> None:
        self._window.set_zoom(self._window.zoom + 1)

    def _zoom_out(self) -> None:
        self._window.set_zoom(self._window.zoom - 1)

    def _zoom_reset(self) -> None:
        self._window.set_zoom(0)

"""What is in the window: puts its parts together, says what it is told and passes on what is wished."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QWheelEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QVBoxLayout, QWidget

from app.network import NetworkSetting
from app.settings import LaneSetting, Settings
from widgets.commands import OF_A_LANE, CommandSet
from widgets.composer import Composer
from widgets.lane_desk import LaneDesk, bench_of
from widgets.overlays import Overlays
from widgets.pane import Pane
from widgets.pane_grid import PaneGrid
from widgets.strip import Level, Strip
from widgets.top_bar import TopBar
from widgets.welcome_strip import WelcomeStrip

if TYPE_CHECKING:
    from app.desk_server import DeskServer

ZOOM_STEP = 0.1
ROOMY = 720
"""A window that is lower than this many pixels begins without graphs, unless they were left open."""
CRAMPED = 640
"""Below this, even then."""
LEAST_ZOOM, MOST_ZOOM = -4, 10


class MainWindow(QMainWindow):
    send_asked = Signal()
    stop_and_send_asked = Signal()
    rerun_asked = Signal(int)
    stop_asked = Signal(object)
    """Numbers of places."""
    inspect_asked = Signal(int)
    """The number of a place."""
    theme_asked = Signal(str)
    themed = Signal(object)
    """The window wears another `Theme`."""
    run_asked = Signal(int, str)
    """The number of a place, and the id of the run that it is to show."""
    turn_edited = Signal(int)
    judge_asked = Signal(int)
    continue_asked = Signal(int)
    link_asked = Signal(str)
    changed = Signal()
    """Something that is remembered has changed."""
    quit_asked = Signal()
    titled = Signal(str)
    """The name of the session that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if parent is not None:
            self.setWindowFlags(Qt.WindowType.Widget)  # QMainWindow's constructor makes a window of itself
        self.setObjectName("main_window")
        self._settings = Settings()
        self.bars: list[QWidget] = []
        self._zoom = 0
        self._layout = "grid"
        self._practice: WelcomeStrip | None = None
        self._surroundings: tuple[tuple[DeskServer, ...], tuple[str, ...]] = ((), ())
        self.workspace = QMainWindow(self)
        self.workspace.setWindowFlags(Qt.WindowType.Widget)
        self.top = TopBar(self)
        self.grid = PaneGrid(self.workspace)
        self.composer = Composer(self)
        self._arrange()
        self.desk = LaneDesk(self, self.grid)
        self.commands = CommandSet(self)
        self.overlays = Overlays(self, self.grid, self._column, self.commands.actions)
        self._lane_menu = QMenu("Lane", self)
        self._lane_menu.addActions([self.commands.actions[id_] for id_ in OF_A_LANE])
        self._lane_menu.addMenu(self.commands.menu("Copy as"))
        self._done_by = self._doers()
        self.top.session.offer(self.commands.menu("Session"))
        self._connect()

    def _arrange(self) -> None:
        self.workspace.setCentralWidget(self.grid)
        self.workspace.setContentsMargins(8, 8, 8, 8)
        central = QWidget(self)
        self._strips = QVBoxLayout()
        self._strips.setSpacing(0)
        self._column = QVBoxLayout(central)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.top)
        self._column.addLayout(self._strips)
        self._column.addWidget(self.workspace, 1)
        self._column.addWidget(self.composer)
        self.setCentralWidget(central)
        self.statusBar().setSizeGripEnabled(False)

    def _connect(self) -> None:
        self.commands.asked.connect(self.do)
        self.grid.made.connect(self._on_pane_made)
        self.desk.changed.connect(self._on_bench_changed)
        self.top.add_asked.connect(self._add_lane)
        self.top.find_asked.connect(self.overlays.find)
        self.top.palette_asked.connect(self.overlays.palette)
        self.top.layout_asked.connect(self.set_layout)
        self.composer.send_asked.connect(self.send_asked)
        self.composer.stop_and_send_asked.connect(self.stop_and_send_asked)
        self.composer.stop_asked.connect(self._stop_all)
        self.composer.edited.connect(self.changed)
        self.overlays.lane_chosen.connect(self.desk.choose)
        self.overlays.lanes_shared.connect(self.desk.share)
        self.overlays.lane_sets_kept.connect(self._keep_lane_sets)
        self.overlays.lanes_used.connect(self._use_lanes)
        self.overlays.favourites_changed.connect(self.desk.keep_favourites)

    # Commands

    def do(self, id_: str) -> None:
        """Carries out a command."""
        group, _, choice = id_.partition("_")
        if group == "focus" and choice.isdecimal():
            self.desk.go_to(int(choice) - 1)
        elif group == "layout":
            self.set_layout(choice)
        elif group == "theme":
            self.theme_asked.emit(choice)
        else:
            self._done_by.get(id_, _nobody)()

    def _doers(self) -> dict[str, Callable[[], object]]:
        return {
            "send": self.send_asked.emit,
            "stop_and_send": self.stop_and_send_asked.emit,
            "rerun": self._rerun,
            "stop": self._escape,
            "stop_all": self._stop_all,
            "quit": self.quit_asked.emit,
            "continue": self._toggle_continuing,
            "add_lane": self._add_lane,
            "connections": self.overlays.connect_models,
            "network": self._network,
            "lane_sets": self._lane_sets,
            "edit_lane": self._edit_lane,
            "duplicate_lane": self.desk.duplicate,
            "remove_lane": self.desk.remove,
            "lane_left": self.desk.move_left,
            "lane_right": self.desk.move_right,
            "details": self._toggle_details,
            "inspect": self._inspect,
            "copy_answer": self.desk.copy_answer,
            "find": self.overlays.find,
            "find_next": self.overlays.find_next,
            "find_previous": self.overlays.find_previous,
            "zoom_in": self._zoom_in,
            "zoom_out": self._zoom_out,
            "zoom_reset": self._zoom_reset,
            "focus_prompt": self.composer.prompt.setFocus,
            "attach": self.composer.choose_files,
            "toggle_system": self._toggle_system,
            "palette": self.overlays.palette,
            "shortcuts": self.overlays.shortcuts,
            "about": self.overlays.about,
        }

    def _rerun(self) -> None:
        if (pane := self.desk.current) is not None:
            self.rerun_asked.emit(pane.place.number)

    def _escape(self) -> None:
        """Closes what is open; else stops the lane in focus, or all of them."""
        if self.overlays.dismiss():
            return
        if self.bars:
            self.bars[-1].close()
            return
        pane = self.grid.focused
        if pane is not None and pane.is_live:
            self.stop_asked.emit((pane.place.number,))
        else:
            self._stop_all()

    def _stop_all(self) -> None:
        self.stop_asked.emit(tuple(pane.place.number for pane in self.grid.panes))

    def _add_lane(self, first: tuple[str, ...] = ()) -> None:
        if not self.desk.bench.is_full:
            self.overlays.add_lane((*first, *self.desk.recent), self.desk.favourites, self.desk.bench.room)

    def _edit_lane(self) -> None:
        if (pane := self.desk.current) is not None:
            self.overlays.edit_lane(pane.place, self.desk.recent, self.desk.favourites)

    def _lane_sets(self) -> None:
        self.overlays.lane_sets(self._settings.lane_sets, self._lanes())

    def _keep_lane_sets(self, sets: dict[str, tuple[LaneSetting, ...]]) -> None:
        self._settings = replace(self._settings, lane_sets=sets)
        self.changed.emit()

    def _use_lanes(self, lanes: tuple[LaneSetting, ...]) -> None:
        self.desk.show(bench_of(lanes, self.desk.bench.next_number))

    def _lanes(self) -> tuple[LaneSetting, ...]:
        return tuple(LaneSetting(p.text, dict(p.params), p.color, p.limits) for p in self.desk.bench.places)

    def _network(self) -> None:
        self.overlays.network(self._settings.network)

    def set_network(self, setting: NetworkSetting) -> None:
        """What is remembered of it; the engine is told by others."""
        self._settings = replace(self._settings, network=setting)
        self.changed.emit()

    def _toggle_details(self) -> None:
        if (pane := self.desk.current) is not None:
            pane.footer.toggle_details()

    def _inspect(self) -> None:
        if (pane := self.desk.current) is not None:
            self.inspect_asked.emit(pane.place.number)

    def _toggle_system(self) -> None:
        self.composer.show_system(not self.composer.system_is_shown)

    def _toggle_continuing(self) -> None:
        self.composer.set_continuing(not self.composer.is_continuing)

    def _zoom_in(self) -> None:
        self.set_zoom(self._zoom + 1)

    def _zoom_out(self) -> None:
        self.set_zoom(self._zoom - 1)

    def _zoom_reset(self) -> None:
        self.set_zoom(0)

    # Panes

    def _on_pane_made(self, pane: Pane) -> None:
        pane.stop_asked.connect(self._on_stop)
        pane.rerun_asked.connect(self.rerun_asked)
        pane.edit_asked.connect(self._on_edit)
        pane.inspect_asked.connect(self.inspect_asked)
        pane.remove_asked.connect(self.desk.remove_place)
        pane.menu_asked.connect(self._on_menu)
        pane.link_asked.connect(self.link_asked)
        pane.run_asked.connect(self.run_asked)
        pane.turn_edited.connect(self.turn_edited)
        pane.judge_asked.connect(self.judge_asked)

    def _on_stop(self, number: int) -> None:
        self.stop_asked.emit((number,))

    def _on_edit(self, number: int) -> None:
        self.overlays.edit_lane(self.desk.make_current(number), self.desk.recent, self.desk.favourites)

    def _on_menu(self, number: int, at: QPoint) -> None:
        self.desk.make_current(number)
        self._lane_menu.popup(at)

    def _on_bench_changed(self) -> None:
        bench = self.desk.bench
        self.top.show_lanes(len(bench), full=bench.is_full)
        self._welcome()
        self.changed.emit()

    def show_surroundings(self, servers: "tuple[DeskServer, ...]", variables: tuple[str, ...]) -> None:
        """What there is to connect to: servers that were found, and variables that hold keys."""
        self._surroundings = servers, variables
        self._welcome()

    def _welcome(self) -> None:
        """A line at the top, as long as there are practice lanes."""
        practice = sum(place.is_practice for place in self.desk.bench.places)
        if self._practice is None and practice:
            self._practice = WelcomeStrip(self)
            self._practice.acted.connect(self.overlays.connect_models)
            self._practice.models_wanted.connect(self._add_lane)
            self._strips.insertWidget(0, self._practice)
        if self._practice is not None:
            self._practice.show_found(practice, *self._surroundings)

    # The session

    def add_doer(self, id_: str, doer: Callable[[], object]) -> None:
        """Who carries out that command, if the window itself does not."""
        self._done_by[id_] = doer

    def keep(self, **changes: Any) -> None:
        """Remembers these settings."""
        self._settings = replace(self._settings, **changes)
        self.changed.emit()

    def keep_sessions(self, paths: tuple[str, ...]) -> None:
        self.keep(sessions=paths)

    def keep_history(self, days: int | None) -> None:
        self.keep(history_days=days)

    def show_session(self, name: str, path: str, *, is_saved: bool, is_empty: bool) -> None:
        self.top.session.show_session(name, path, is_saved=is_saved, is_empty=is_empty)
        self.titled.emit(name)

    def offer_undo(self, undo: str, redo: str) -> None:
        """What can be undone and redone, in words, "" for nothing."""
        for id_, word, what in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.commands.actions[id_].setText(f"{word} {what}" if what else word)
            self.commands.actions[id_].setEnabled(bool(what))

    # What is shown

    def set_layout(self, layout: str) -> None:
        self._layout = layout
        self.grid.set_one_row(layout == "columns")
        self.top.show_layout(layout)
        self.commands.tick("layout", f"layout_{layout}")
        self.changed.emit()

    def set_zoom(self, zoom: int) -> None:
        self._zoom = max(LEAST_ZOOM, min(MOST_ZOOM, zoom))
        scale = 1.0 + self._zoom * ZOOM_STEP
        self.grid.set_scale(scale)
        self.composer.set_scale(scale)
        self.changed.emit()

    def add_strip(self, text: str, level: Level, *, copied: str = "", act: str = "", lasting: bool = False) -> Strip:
        """One more line at the top that says something."""
        strip = Strip(self, text, level, copied=copied, act=act, lasting=lasting)
        self._strips.addWidget(strip)
        return strip

    def announce(self, sentence: str) -> None:
        """Says a sentence in the status bar and to screen readers."""
        self.statusBar().showMessage(sentence)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def hold_dock(self, dock: QDockWidget) -> None:
        """Gives a dock its place below the panes."""
        self.workspace.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        dock.setVisible(self.height() >= ROOMY)
        self.workspace.restoreState(QByteArray.fromBase64(self._settings.docks.encode()))
        if self.height() < CRAMPED:
            dock.hide()
        self.top.offer_graphs(dock.toggleViewAction())

    def hold_bar(self, bar: QWidget) -> None:
        """Gives a bar its place above the composer; while it is there, Esc closes it."""
        self.bars.append(bar)
        self._column.insertWidget(self._column.indexOf(self.composer), bar)

    def hold_inspector(self, dock: QDockWidget) -> None:
        """Gives a dock its place beside the panes, as wide as it was."""
        self.workspace.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.workspace.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.workspace.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.workspace.restoreDockWidget(dock)

    # What is remembered

    def show_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.desk.recent, self.desk.favourites = settings.recent, settings.favourites
        self.desk.show(bench_of(settings.lanes))
        self.composer.show_draft(settings.prompt, settings.system)
        self.composer.show_system(settings.system_open)
        self.set_layout(settings.layout)
        self.set_zoom(settings.zoom)
        self.commands.tick("theme", f"theme_{settings.theme}")
        self.composer.prompt.setFocus()

    def settings(self) -> Settings:
        """Everything as it is now; theme and geometry are others' to know."""
        docks = bytes(self.workspace.saveState().toBase64().data()).decode()
        return replace(
            self._settings,
            lanes=self._lanes(),
            recent=self.desk.recent,
            favourites=self.desk.favourites,
            prompt=self.composer.prompt.toPlainText(),
            system=self.composer.system.toPlainText(),
            system_open=self.composer.system_is_shown,
            layout=self._layout,
            zoom=self._zoom,
            docks=docks if self.workspace.findChildren(QDockWidget) else self._settings.docks,
        )

    # Qt's own

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.set_zoom(self._zoom + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
            return
        super().wheelEvent(event)


def _nobody() -> None:
    """Carries out a command for which there is nobody yet: the window is still starting."""

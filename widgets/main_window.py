"""What is in the window: puts its parts together, says what it is told and passes on what is wished."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QWheelEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.settings import Settings
from widgets.commands import CommandSet
from widgets.deeds import Deeds
from widgets.lane_desk import LaneDesk
from widgets.memory import Memory
from widgets.overlays import Overlays
from widgets.pane_wishes import PaneWishes
from widgets.rail import Rail
from widgets.stage import Stage
from widgets.strip import Level, Strip
from widgets.welcome_strip import Welcome

ZOOM_STEP = 0.1
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
        self.zoom = 0
        self.layout_name = "grid"
        self.commands = CommandSet(self)
        self.rail = Rail(self, self.commands.actions)
        self.stage = Stage(self)
        self.top, self.grid, self.composer = self.stage.top, self.stage.grid, self.stage.composer
        self.workspace, self.bars = self.stage.workspace, self.stage.bars
        self.desk = LaneDesk(self, self.grid)
        self.overlays = Overlays(self, self.grid, self.stage.column, self.commands.actions)
        self.memory = Memory(self)
        self.deeds = Deeds(self)
        self.pane_wishes = PaneWishes(self)
        self.welcome = Welcome(self)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.rail)
        self.setCentralWidget(self.stage)
        self.statusBar().setSizeGripEnabled(False)
        self.top.session.offer(self.commands.menu("Session"))
        self._connect()

    def _connect(self) -> None:
        self.commands.asked.connect(self.deeds.do)
        self.rail.asked.connect(self.deeds.do)
        self.overlays.moved.connect(self._on_moved)
        self.desk.changed.connect(self._on_bench_changed)
        self.top.add_asked.connect(self.deeds.add_lane)
        self.top.find_asked.connect(self.overlays.find)
        self.top.palette_asked.connect(self.overlays.palette)
        self.top.layout_asked.connect(self.set_layout)
        self.composer.send_asked.connect(self.send_asked)
        self.composer.stop_and_send_asked.connect(self.stop_and_send_asked)
        self.composer.stop_asked.connect(self.deeds.stop_all)
        self.composer.edited.connect(self.changed)
        self.overlays.lane_chosen.connect(self.desk.choose)
        self.overlays.lanes_shared.connect(self.desk.share)
        self.overlays.lane_sets_kept.connect(self.memory.keep_lane_sets)
        self.overlays.favourites_changed.connect(self.desk.keep_favourites)

    def do(self, id_: str) -> None:
        """Carries out a command."""
        self.deeds.do(id_)

    def add_doer(self, id_: str, doer: Callable[[], object]) -> None:
        """Who carries out that command, if the window itself does not."""
        self.deeds.add(id_, doer)

    def _on_moved(self) -> None:
        self.rail.show_place(self.overlays.open_names())

    def _on_bench_changed(self) -> None:
        bench = self.desk.bench
        self.top.show_lanes(len(bench), full=bench.is_full)
        self.changed.emit()

    # The session

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
        self.layout_name = layout
        self.grid.set_one_row(layout == "columns")
        self.top.show_layout(layout)
        self.commands.tick("layout", f"layout_{layout}")
        self.changed.emit()

    def set_zoom(self, zoom: int) -> None:
        self.zoom = max(LEAST_ZOOM, min(MOST_ZOOM, zoom))
        scale = 1.0 + self.zoom * ZOOM_STEP
        self.grid.set_scale(scale)
        self.composer.set_scale(scale)
        self.changed.emit()

    def add_strip(self, text: str, level: Level, *, copied: str = "", act: str = "", lasting: bool = False) -> Strip:
        return self.stage.add_strip(text, level, copied=copied, act=act, lasting=lasting)

    def announce(self, sentence: str) -> None:
        """Says a sentence in the status bar and to screen readers."""
        self.statusBar().showMessage(sentence)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def hold_dock(self, dock: QDockWidget) -> None:
        self.stage.hold_dock(dock, self.memory.settings.docks, self.height())

    def hold_bar(self, bar: QWidget) -> None:
        self.stage.hold_bar(bar)

    def hold_inspector(self, dock: QDockWidget) -> None:
        self.stage.hold_inspector(dock)

    # What is remembered

    def keep(self, **changes: Any) -> None:
        """Remembers these settings."""
        self.memory.keep(**changes)

    def show_settings(self, settings: Settings) -> None:
        self.memory.show(settings)

    def settings(self) -> Settings:
        return self.memory.now()

    # Qt's own

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.set_zoom(self.zoom + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
            return
        super().wheelEvent(event)

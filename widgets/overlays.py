"""What lies over the window or slides in when it is asked for. Each is made when it is first wanted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QVBoxLayout

from app.bench import Place
from widgets.pane_grid import PaneGrid

if TYPE_CHECKING:
    from app.directory import Directory
    from app.messages import Connecting, NetworkTold
    from app.network import NetworkSetting
    from app.settings import LaneSetting
    from widgets.connections import Connections
    from widgets.find_bar import FindBar
    from widgets.known_models import KnownModels
    from widgets.lane_picker import LanePicker
    from widgets.lane_sets_sheet import LaneSets, LaneSetsSheet
    from widgets.markdown import AnswerView
    from widgets.network_sheet import NetworkSheet
    from widgets.sheet import Sheet


class Overlays(QObject):
    lane_chosen = Signal(object, str, object, object)
    """Number of the place to change or None, the lane's text, its parameters."""
    favourites_changed = Signal(object)
    """A tuple of lanes."""
    lanes_shared = Signal(object, object)
    """Parameters and limits that all lanes are to have."""
    models_asked = Signal(bool)
    """Whether lists that are young enough are to be read again as well."""

    wished = Signal(object)
    """A `Wish` of connections."""
    lane_sets_kept = Signal(object)
    """All sets of lanes as they are now."""
    lanes_used = Signal(object)
    """Lanes that are to stand on the bench: a tuple of `LaneSetting`."""
    routes_wanted = Signal()
    network_wished = Signal(object)
    """A `NetworkSetting`."""
    moved = Signal()
    """A sheet that is held was opened or closed."""

    def __init__(
        self, window: QMainWindow, grid: PaneGrid, column: QVBoxLayout, actions: Mapping[str, QAction]
    ) -> None:
        super().__init__(window)
        self._window, self._grid, self._column, self._actions = window, grid, column, actions
        self._known: KnownModels | None = None
        self._directory: Directory | None = None
        self._picker: LanePicker | None = None
        self._connections: Connections | None = None
        self._network: NetworkSheet | None = None
        self._lane_sets: LaneSetsSheet | None = None
        self._network_told: NetworkTold | None = None
        self._find: FindBar | None = None
        self._sheets: dict[str, Sheet] = {}
        self._order: list[Sheet] = []
        """As they were opened, the one that lies on top last."""

    def add_lane(self, recent: tuple[str, ...], favourites: tuple[str, ...], room: int) -> None:
        self.picker.show_favourites(favourites)
        self.picker.add(recent, room)

    def edit_lane(self, place: Place, recent: tuple[str, ...], favourites: tuple[str, ...]) -> None:
        self.picker.show_favourites(favourites)
        self.picker.edit(place, recent)

    def connect_at(self, vendor: str) -> None:
        self.connections.open_at(vendor)

    @property
    def known(self) -> "KnownModels":
        if self._known is None:
            from widgets.known_models import KnownModels

            self._known = KnownModels(self)
        return self._known

    @property
    def directory(self) -> "Directory":
        """Which vendors there are, as the engine has told."""
        if self._directory is None:
            from app.directory import Directory

            self._directory = Directory()
        return self._directory

    @property
    def picker(self) -> "LanePicker":
        if self._picker is None:
            from widgets.lane_picker import LanePicker

            self._picker = LanePicker(self._window, self.known, self.directory)
            self._picker.chosen.connect(self.lane_chosen)
            self._picker.shared.connect(self.lanes_shared)
            self._picker.models_asked.connect(self.models_asked)
            self._picker.starred.connect(self.favourites_changed)
            self._picker.key_wanted.connect(self.connect_at)
            self._picker.routes_wanted.connect(self.routes_wanted)
            self._watch(self._picker)
        return self._picker

    @property
    def connections(self) -> "Connections":
        if self._connections is None:
            from widgets.connections import Connections

            self._connections = Connections(self._window, self.known, self.directory)
            self._connections.wished.connect(self.wished)
            self._watch(self._connections)
        return self._connections

    def show_told(self, told: "Connecting") -> None:
        if self._connections is not None:
            self._connections.show_told(told)

    @property
    def is_connecting(self) -> bool:
        """Whether the sheet of connections can be seen."""
        return self._connections is not None and self._connections.isVisible()

    def connect_models(self) -> None:
        self.connections.open()

    def lane_sets(self, sets: "LaneSets", lanes: "tuple[LaneSetting, ...]") -> None:
        if self._lane_sets is None:
            from widgets.lane_sets_sheet import LaneSetsSheet

            self._lane_sets = LaneSetsSheet(self._window)
            self._lane_sets.kept.connect(self.lane_sets_kept)
            self._lane_sets.used.connect(self.lanes_used)
            self._watch(self._lane_sets)
        self._lane_sets.show_sets(sets, lanes)
        self._lane_sets.open()

    def network(self, setting: "NetworkSetting") -> None:
        if self._network is None:
            from widgets.network_sheet import NetworkSheet

            self._network = NetworkSheet(self._window)
            self._network.wished.connect(self.network_wished)
            self._network.show_told(self._network_told)
            self._watch(self._network)
        self._network.show_setting(setting)
        self._network.open()

    @property
    def is_network_open(self) -> bool:
        return self._network is not None and self._network.isVisible()

    def show_network(self, told: "NetworkTold") -> None:
        """What the system says of proxies, and whether what was wished could be done."""
        self._network_told = told
        if self._network is not None:
            self._network.show_told(told)

    def hold(self, name: str, sheet: "Sheet") -> None:
        """One more sheet, which others show; it is closed with the rest."""
        self._sheets[name] = sheet
        self._watch(sheet)

    def _watch(self, sheet: "Sheet") -> None:
        self._order.append(sheet)
        sheet.appeared.connect(self._on_appeared)
        sheet.closed.connect(self.moved)

    def _on_appeared(self) -> None:
        sheet = next(sheet for sheet in self._order if sheet is self.sender())
        self._order.remove(sheet)
        self._order.append(sheet)
        self.moved.emit()

    def open_names(self) -> tuple[str, ...]:
        """Of the sheets that can be seen, the topmost first."""
        names = {sheet: name for name, sheet in self._sheets.items()}
        if self._connections is not None:
            names[self._connections] = "connections"
        return tuple(names[sheet] for sheet in reversed(self._order) if sheet in names and sheet.isVisible())

    def shortcuts(self) -> None:
        if "shortcuts" not in self._sheets:
            from widgets.shortcuts_sheet import ShortcutsSheet

            self.hold("shortcuts", ShortcutsSheet(self._window))
        self._sheets["shortcuts"].open()

    def about(self) -> None:
        if "about" not in self._sheets:
            from widgets.about import About

            self.hold("about", About(self._window))
        self._sheets["about"].open()

    def palette(self) -> None:
        if "palette" not in self._sheets:
            from widgets.command_palette import CommandPalette

            self.hold("palette", CommandPalette(self._window, self._actions))
        self._sheets["palette"].open()

    # Finding

    @property
    def find_bar(self) -> "FindBar":
        if self._find is None:
            from widgets.find_bar import FindBar

            self._find = FindBar(self._window, self._answers)
            self._find.closed.connect(self.end_find)
            self._find.hide()
            self._column.insertWidget(self._column.count() - 1, self._find)
        return self._find

    def find(self) -> None:
        self.find_bar.open()

    def find_next(self) -> None:
        self._opened().next()

    def find_previous(self) -> None:
        self._opened().previous()

    def end_find(self) -> None:
        if self._find is not None:
            self._find.end()
            if self._grid.panes:
                self._grid.panes[0].focus()

    def _opened(self) -> "FindBar":
        if self.find_bar.isHidden():
            self.find_bar.open()
        return self.find_bar

    def _answers(self) -> "list[AnswerView]":
        return [pane.body.answer for pane in self._grid.panes if pane.body.answer is not None]

    def dismiss(self) -> bool:
        """Closes what is open, the topmost first; whether there was any."""
        for sheet in reversed(self._order):
            if sheet.isVisible():
                sheet.dismiss()
                return True
        if self._find is not None and self._find.isVisible():
            self.end_find()
            return True
        return False

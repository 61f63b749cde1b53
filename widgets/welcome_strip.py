"""The line at the top that says what there is to begin with, and offers what was found."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.welcome import welcome
from widgets.strip import Strip

if TYPE_CHECKING:
    from app.desk_server import DeskServer
    from widgets.main_window import MainWindow


class WelcomeStrip(Strip):
    models_wanted = Signal(object)
    """The lanes that the servers on this machine would make."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "", lasting=True, act="Connect a provider…")
        self._lanes: tuple[str, ...] = ()
        self.models = self.offer("")
        self.models.hide()
        self.models.clicked.connect(self._on_models)

    def show_found(self, practice: int, servers: "Sequence[DeskServer]", variables: Sequence[str]) -> None:
        """With as many practice lanes on the bench; with none, it is not needed any more."""
        self._lanes = tuple(server.lane(model) for server in servers for model in server.models)
        self.models.setText("Add its model…" if len(self._lanes) == 1 else "Add their models…")
        self.models.setVisible(bool(self._lanes))
        self.set_text(welcome(practice, servers, variables))
        self.setVisible(practice > 0)

    def _on_models(self) -> None:
        self.models_wanted.emit(self._lanes)


class Welcome(QObject):
    """Keeps the line at the top as long as there are practice lanes."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.strip: WelcomeStrip | None = None
        self._surroundings: tuple[tuple[DeskServer, ...], tuple[str, ...]] = ((), ())
        window.desk.changed.connect(self._show)

    def show_surroundings(self, servers: "tuple[DeskServer, ...]", variables: tuple[str, ...]) -> None:
        """What there is to connect to: servers that were found, and variables that hold keys."""
        self._surroundings = servers, variables
        self._show()

    def _show(self) -> None:
        practice = sum(place.is_practice for place in self._window.desk.bench.places)
        if self.strip is None and practice:
            self.strip = WelcomeStrip(self._window.stage)
            self.strip.acted.connect(self._window.overlays.connect_models)
            self.strip.models_wanted.connect(self._window.deeds.add_lane)
            self._window.stage.begin_with(self.strip)
        if self.strip is not None:
            self.strip.show_found(practice, *self._surroundings)

"""The line at the top that says what there is to begin with, and offers what was found."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.welcome import welcome
from widgets.strip import Strip

if TYPE_CHECKING:
    from app.desk_server import DeskServer


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

"""Between the engine and what the window shows of connections: wishes go down, what becomes of them is learnt."""

from PySide6.QtCore import QObject

from app.messages import Connecting as Told
from app.messages import ContactsTold
from widgets.overlays import Overlays
from widgets.run_controller import Engine


class Connecting(QObject):
    def __init__(self, overlays: Overlays, engine: Engine) -> None:
        super().__init__(overlays)
        self._overlays = overlays
        overlays.wished.connect(engine.wish)
        engine.told.connect(self._on_told)

    def _on_told(self, told: Told) -> None:
        if isinstance(told, ContactsTold):
            self._overlays.directory.learn(told.contacts)
        self._overlays.show_told(told)

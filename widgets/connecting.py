"""Between the engine and what the window shows of connections: wishes go down, what becomes of them is learnt."""

from PySide6.QtCore import QObject

from app.messages import AskKeys, ContactsTold
from app.messages import Connecting as Told
from widgets.main_window import MainWindow
from widgets.run_controller import Engine


class Connecting(QObject):
    def __init__(self, window: MainWindow, engine: Engine) -> None:
        super().__init__(window)
        self._window, self._overlays = window, window.overlays
        self._said = ""
        """What stands at the top, or did: an engine that is started anew would tell it again."""
        self._overlays.wished.connect(engine.wish)
        self._engine = engine
        engine.told.connect(self._on_told)
        engine.ready.connect(self._on_ready)

    def _on_ready(self) -> None:
        """What the engine before had in memory is gone."""
        if self._overlays.is_connecting:
            self._engine.wish(AskKeys())

    def _on_told(self, told: Told) -> None:
        if isinstance(told, ContactsTold):
            self._overlays.directory.learn(told.contacts)
            self._overlays.known.keep([row.id for row in self._overlays.directory.rows])
            self._tell_of_trouble(told)
        self._overlays.show_told(told)

    def _tell_of_trouble(self, told: ContactsTold) -> None:
        """Where it can be mended, or else at the top: a file that cannot be read is told at the start, when nobody
        looks there."""
        if told.is_good or not told.said or told.said == self._said or self._overlays.is_connecting:
            return
        self._said = told.said
        self._window.add_strip(told.said, "warning")

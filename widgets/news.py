"""What the engine tells that concerns no run: its end, the network, servers and models that were found."""

import os

from PySide6.QtCore import QObject

from app.desk_server import DeskServer
from app.keys import variables_set
from app.messages import Connecting, KeysTold, NetworkTold
from app.network import NetworkSetting
from widgets.main_window import MainWindow
from widgets.run_controller import Engine
from widgets.strip import Strip

OFFLINE = "This machine is offline. Servers on it can still be used; lanes that go elsewhere can be run again later."
READY = "The engine ended unexpectedly. A new one is ready: lanes can be run again (Ctrl+R)."

KEYS_GONE = "A new engine is ready, lanes can be run again (Ctrl+R). Keys kept in memory have to be typed again."


class News(QObject):
    def __init__(self, window: MainWindow, engine: Engine) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self.lost: Strip | None = None
        """Says that the engine has ended, as long as nobody has closed it."""
        self._offline: Strip | None = None
        self._has_passing = False
        """Some keys are in the engine's memory alone."""
        engine.died.connect(self._on_died)
        engine.ready.connect(self._on_ready)
        engine.told.connect(self._on_told)
        engine.trouble.connect(self._on_trouble)
        engine.network_told.connect(self._on_network_told)
        engine.offline_told.connect(self._on_offline)
        engine.listed.connect(window.overlays.known.learn)
        engine.servers_found.connect(self._on_servers)
        window.overlays.network_wished.connect(self._on_network_wished)
        window.overlays.models_asked.connect(self._on_models_asked)

    # The engine itself

    def _on_died(self, why: str) -> None:
        self._drop_lost()
        self.lost = self._window.add_strip(f"{why} What came is kept; a new engine is being started.", "warning")
        self.lost.closed.connect(self._on_lost_closed)
        self._window.announce(why)

    def _on_ready(self) -> None:
        """A new one knows nothing of what the former had in memory."""
        told = KEYS_GONE if self._has_passing else READY
        if self.lost is not None:
            self.lost.set_text(told)
        elif self._has_passing:
            self._window.add_strip(told, "warning")
        self._has_passing = False

    def _on_told(self, told: Connecting) -> None:
        if isinstance(told, KeysTold):
            self._has_passing = any(each.is_passing for each in told.accounts)

    def _on_trouble(self, text: str) -> None:
        self._window.add_strip(text, "warning")

    def _on_lost_closed(self) -> None:
        self.lost = None

    def _drop_lost(self) -> None:
        if self.lost is not None:
            self.lost.drop()
            self.lost = None

    # Network and models

    def _on_network_wished(self, setting: NetworkSetting) -> None:
        self._window.memory.keep_network(setting)
        self._engine.set_network(setting)

    def _on_network_told(self, told: NetworkTold) -> None:
        """Trouble is told where it can be mended, and at the start, when nobody looks there, at the top."""
        if told.trouble and not self._window.overlays.is_network_open:
            self._window.add_strip(f"The network settings are not used: {told.trouble}.", "warning")
        self._window.overlays.show_network(told)

    def _on_offline(self, is_offline: bool) -> None:
        """Said once, not by each lane; it goes by itself."""
        if self._offline is not None:
            self._offline.drop()
            self._offline = None
        if is_offline:
            self._offline = self._window.add_strip(OFFLINE, "warning")
            self._offline.closed.connect(self._on_offline_closed)
            self._window.announce(OFFLINE)
        else:
            self._window.announce("This machine is online again.")

    def _on_offline_closed(self) -> None:
        self._offline = None

    def _on_models_asked(self, fresh: bool) -> None:
        self._engine.list_models(fresh=fresh)
        self._engine.find_servers()

    def _on_servers(self, servers: tuple[DeskServer, ...]) -> None:
        self._window.overlays.known.learn_servers(servers)
        self._window.welcome.show_surroundings(servers, variables_set(os.environ))

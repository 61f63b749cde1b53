"""Between the window and the runs: wishes become runs, and what happens in them is shown."""

import os

from PySide6.QtCore import QObject

from app.bench import Place
from app.desk_server import DeskServer
from app.keys import variables_set
from app.messages import NetworkTold
from app.network import NetworkSetting
from app.shown import Advance, Ending, Mark
from providers.types import Message, Request
from widgets.connecting import Connecting
from widgets.graphs import GraphDock, LaneLabel
from widgets.links import ask_to_open
from widgets.main_window import MainWindow
from widgets.run_controller import Engine, RunController
from widgets.strip import Strip

OFFLINE = "This machine is offline. Servers on it can still be used; lanes that go elsewhere can be run again later."


class Conductor(QObject):
    def __init__(self, window: MainWindow, engine: Engine, dock: GraphDock | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._lost: Strip | None = None
        self._offline: Strip | None = None
        self.runs = RunController(self, engine, window.overlays.directory)
        self._listen_to_window()
        self._listen_to_runs()
        engine.died.connect(self._on_died)
        engine.ready.connect(self._on_ready)
        engine.trouble.connect(self._on_trouble)
        engine.network_told.connect(self._on_network_told)
        engine.offline_told.connect(self._on_offline)
        window.overlays.network_wished.connect(self._on_network_wished)
        if dock is not None:
            self._feed(dock)

    def _listen_to_window(self) -> None:
        window = self._window
        window.send_asked.connect(self.send)
        window.stop_and_send_asked.connect(self.stop_and_send)
        window.rerun_asked.connect(self.rerun)
        window.stop_asked.connect(self.runs.stop)
        window.desk.removed.connect(self.runs.forget)
        window.link_asked.connect(self._on_link)
        window.overlays.models_asked.connect(self._on_models_asked)
        self._engine.listed.connect(window.overlays.known.learn)
        self._engine.servers_found.connect(self._on_servers)
        Connecting(window.overlays, self._engine)

    def _listen_to_runs(self) -> None:
        runs = self.runs
        runs.began.connect(self._on_began)
        runs.advanced.connect(self._on_advanced)
        runs.ticked.connect(self._on_ticked)
        runs.finished.connect(self._on_finished)
        runs.amended.connect(self._on_amended)
        runs.marked.connect(self._on_marked)
        runs.announced.connect(self._window.announce)
        runs.live_changed.connect(self._on_live_changed)

    def _feed(self, dock: GraphDock) -> None:
        self._dock = dock
        self.runs.raced.connect(self._on_raced)
        self.runs.folded.connect(dock.advance)
        self.runs.recorded.connect(dock.ended)

    # Wishes

    def send(self) -> None:
        busy = len(self.runs.busy)
        if busy:
            lanes = "1 lane is" if busy == 1 else f"{busy} lanes are"
            self._window.composer.say(f"{lanes} still answering. Ctrl+Shift+Enter stops and sends.", problem=True)
            return
        self._send(self._window.desk.bench.places)

    def stop_and_send(self) -> None:
        self._send(self._window.desk.bench.places)

    def rerun(self, number: int) -> None:
        request = self._request()
        if request is not None:
            self.runs.rerun(self._window.desk.bench.place(number), request)

    def _send(self, places: tuple[Place, ...]) -> None:
        if not places:
            self._window.composer.say("There is no lane to send to: add one first (Ctrl+T).", problem=True)
            return
        request = self._request()
        if request is not None:
            self.runs.send(places, request)

    def _request(self) -> Request | None:
        composer = self._window.composer
        problem = composer.problem()
        if problem is not None:
            composer.say(problem, problem=True)
            return None
        system = composer.system.toPlainText()
        message = Message("user", composer.prompt.toPlainText(), composer.attached.files)
        return Request((message,), system if system.strip() else None)

    # What happens

    def _on_began(self, number: int) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.begin()

    def _on_advanced(self, number: int, advance: Advance) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.take(advance)

    def _on_ticked(self, number: int, seconds: float) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.tick(seconds)

    def _on_finished(self, number: int, ending: Ending) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.end(ending)

    def _on_amended(self, number: int, ending: Ending) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.amend(ending)

    def _on_marked(self, marks: dict[int, tuple[Mark, ...]]) -> None:
        for number, names in marks.items():
            if (pane := self._window.grid.pane(number)) is not None:
                pane.show_marks(names)

    def _on_live_changed(self, busy: frozenset[int]) -> None:
        self._window.composer.show_live(len(busy))

    def _on_raced(self, places: tuple[Place, ...]) -> None:
        labels = [place.label for place in places]
        told = [f"{n} {label}" if labels.count(label) > 1 else label for n, label in enumerate(labels, 1)]
        self._dock.reset([LaneLabel(label, place.color) for label, place in zip(told, places, strict=True)])

    def _on_link(self, url: str) -> None:
        ask_to_open(url, self._window)

    def _on_models_asked(self, fresh: bool) -> None:
        self._engine.list_models(fresh=fresh)
        self._engine.find_servers()

    def _on_network_wished(self, setting: NetworkSetting) -> None:
        self._window.set_network(setting)
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

    def _on_servers(self, servers: tuple[DeskServer, ...]) -> None:
        self._window.overlays.known.learn_servers(servers)
        self._window.show_surroundings(servers, variables_set(os.environ))

    # The engine

    def _on_died(self, why: str) -> None:
        self._drop_strip()
        self._lost = self._window.add_strip(f"{why} What came is kept; a new engine is being started.", "warning")
        self._lost.closed.connect(self._on_strip_closed)
        self._window.announce(why)

    def _on_ready(self) -> None:
        settings = self._window.settings()
        self._engine.set_prices(settings.own_prices)
        self._engine.set_network(settings.network)
        self._engine.find_servers()
        if self._lost is not None:
            self._lost.set_text("The engine ended unexpectedly. A new one is ready: lanes can be run again (Ctrl+R).")

    def _on_trouble(self, text: str) -> None:
        self._window.add_strip(text, "warning")

    def _on_strip_closed(self) -> None:
        self._lost = None

    def _drop_strip(self) -> None:
        if self._lost is not None:
            self._lost.drop()
            self._lost = None

"""Routes in the window: which are known, which the session holds, and the editor in which they are built."""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.bench import Place
from app.lanes import ROUTE, LaneError, route_name
from app.limits import USUAL
from app.routes.spec import Route, leaves
from app.routes.wishes import KeepRoute, ListRoutes, RemoveRoute, RoutesTold, ShelvedRoute
from app.session.edits import routed
from widgets.main_window import MainWindow
from widgets.routes.known import KnownRoutes
from widgets.run_controller import Engine
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from widgets.routes.editor import RouteEditor


class Routes(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder, engine: Engine) -> None:
        super().__init__(home)
        self._window, self._home, self._engine = window, home, engine
        self._editor: RouteEditor | None = None
        self.known = KnownRoutes(home)
        binder.routes = self.known.missing
        engine.routes_told.connect(self._on_told)
        self.known.changed.connect(self._on_known)
        home.changed.connect(self._on_session)
        home.stated.connect(self._on_known)
        window.overlays.routes_wanted.connect(self.open)
        self._on_known()

    def ask(self) -> None:
        """Of an engine that has just begun."""
        self._engine.routes(ListRoutes())

    def problem(self, places: tuple[Place, ...]) -> str | None:
        """Why one of these lanes has no route to run."""
        try:
            for place in places:
                self.known.route(place.text)
        except LaneError as error:
            return f"{error}."
        return None

    def route(self, place: Place) -> Route | None:
        """What a lane is to run, if it is a route that there is; of one that there is not, the engine says so."""
        try:
            return self.known.route(place.text)
        except LaneError:
            return None

    def models(self, lane: str) -> tuple[str, ...]:
        """Which a lane may ask, by its text."""
        try:
            route = self.known.route(lane)
        except LaneError:
            return ()
        return (lane,) if route is None else tuple(leaves(route.root))

    def open(self) -> None:
        """At the route of the lane in focus, if it is one."""
        pane = self._window.desk.current
        self.editor.open_at(route_name(pane.place.text) if pane is not None else "")

    @property
    def editor(self) -> "RouteEditor":
        if self._editor is None:
            threading.Thread(target=_warm, name="warm yaml", daemon=True).start()
            from widgets.routes.editor import RouteEditor

            overlays = self._window.overlays
            self._editor = RouteEditor(self._window, self.known, overlays.known, overlays.directory)
            self._editor.runs = self._runs
            self._editor.kept.connect(self._on_kept)
            self._editor.removed.connect(self._on_removed)
            self._editor.used.connect(self._on_used)
            self._editor.models_asked.connect(overlays.models_asked)
            overlays.hold("routes", self._editor)
        return self._editor

    def _runs(self, name: str) -> tuple[object, ...]:
        return tuple(run for run in self._home.session.runs if run.spec.model == f"{ROUTE}{name}")

    # What the editor wishes

    def _on_kept(self, name: str, text: str) -> None:
        self._engine.routes(KeepRoute(name, text))
        if name in self.known.own:
            self._take(name, text)

    def _on_removed(self, name: str) -> None:
        self._engine.routes(RemoveRoute(name))

    def _on_used(self, name: str, text: str) -> None:
        """Where it stands on the bench already, that lane runs it as it is now. A new name is saved as well: the bench
        is remembered beyond the session."""
        if name not in self.known.shelf:
            self._engine.routes(KeepRoute(name, text))
        desk = self._window.desk
        lane = f"{ROUTE}{name}"
        there = next((place.number for place in desk.bench.places if place.text == lane), None)
        if there is not None:
            self._take(name, text)
            desk.go_to(desk.bench.index(there))
            if self.known.shelf.get(name) != ShelvedRoute(name, text):
                self._window.announce(f"The lane runs “{name}” as it is here; the saved one is as it was.")
            return
        if desk.bench.is_full:
            self._editor_said("The bench is full: remove a lane first.")
            return
        self.known.fresh[name] = text
        desk.choose(None, lane, {}, USUAL)
        self.known.fresh.clear()

    def _take(self, name: str, text: str) -> None:
        self._home.do("changing a route", lambda session: routed(session, {name: text}))

    # What is known

    def _on_told(self, told: RoutesTold) -> None:
        self.known.learn(told)
        if told.said:
            self._editor_said(told.said, is_good=told.is_good)
        missing = self.known.missing(tuple(place.text for place in self._window.desk.bench.places))
        if missing:  # a lane of the settings stood on the bench before its route was known
            self._home.happened(lambda session: routed(session, missing))

    def _editor_said(self, text: str, *, is_good: bool = True) -> None:
        if self._editor is not None and self._editor.isVisible():
            self._editor.say(text, is_good=is_good)
        elif not is_good:
            self._window.add_strip(text, "warning")

    def _on_session(self) -> None:
        if self._editor is not None:
            self._editor.refresh()

    def _on_known(self) -> None:
        self._window.overlays.known.learn_routes(*self.known.lines())


def _warm() -> None:
    """What a route's text needs takes 40 ms to import."""
    import yaml  # noqa: F401

"""The routes that may be put on the bench: the session's own, those that are saved, and templates."""

from functools import lru_cache

from PySide6.QtCore import QObject, Signal

from app.choices import ModelChoice
from app.lanes import ROUTE, LaneError, route_name
from app.routes.spec import Node, Route
from app.routes.templates import TEMPLATES
from app.routes.text import RouteTextError, from_text, to_text
from app.routes.wishes import RoutesTold, ShelvedRoute
from widgets.sessions.home import SessionHome


class KnownRoutes(QObject):
    changed = Signal()

    def __init__(self, home: SessionHome) -> None:
        super().__init__(home)
        self._home = home
        self.shelf: dict[str, ShelvedRoute] = {}
        self.fresh: dict[str, str] = {}
        """Texts that are to be taken into the session with the lane that is about to be put on the bench."""

    def learn(self, told: RoutesTold) -> None:
        found = {each.name: each for each in told.routes}
        if found != self.shelf:
            self.shelf = found
            self.changed.emit()

    @property
    def own(self) -> dict[str, str]:
        """Those of the session."""
        return {name: str(text) for name, text in self._home.session.routes.items()}

    def text(self, name: str) -> str | None:
        """What the session means by that name, else the shelf, else a template."""
        if name in self.own:
            return self.own[name]
        if name in self.shelf:
            return self.shelf[name].text
        return next((to_text(each.root) for each in TEMPLATES if each.name == name), None)

    def missing(self, texts: tuple[str, ...]) -> dict[str, str]:
        """Of the routes that these lanes mean, those that the session does not hold, or not as they are now."""
        names = [name for text in texts if (name := route_name(text))]
        found = {name: self.text(name) for name in names if name not in self.own}
        found |= {name: self.fresh[name] for name in names if name in self.fresh}
        return {name: text for name, text in found.items() if text is not None}

    def route(self, lane: str) -> Route | None:
        """The route that a lane means; None for a lane that means none. Raises `LaneError`."""
        if not (name := route_name(lane)):
            return None
        text = self.text(name)
        if text is None:
            raise LaneError(f"There is no route {name!r}. Lane → Routes… builds one")
        try:
            return Route(name, _parsed(text))
        except RouteTextError as error:
            raise LaneError(f"The route {name!r} cannot be read: {error}") from None

    def lines(self) -> tuple[tuple[ModelChoice, ...], tuple[ModelChoice, ...]]:
        """As the picker lists them: the user's own, and templates."""
        found = dict.fromkeys(self.own, "route of this session")
        found |= {name: "route" for name in self.shelf if name not in found}
        templates = {each.name: f"route, a template: {each.note}" for each in TEMPLATES if each.name not in found}
        own = tuple(_line(name, told, self.shelf.get(name)) for name, told in found.items())
        return own, tuple(_line(name, told, None) for name, told in templates.items())


def _line(name: str, told: str, shelved: ShelvedRoute | None) -> ModelChoice:
    facts = f"{told}; it cannot be read yet: {shelved.wrong}" if shelved is not None and shelved.wrong else told
    return ModelChoice(f"{ROUTE}{name}", facts, "", f"{ROUTE}{name} {told}".lower())


@lru_cache(maxsize=64)
def _parsed(text: str) -> Node:
    return from_text(text)

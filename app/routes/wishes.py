"""What the window and the engine say to each other of the user's routes."""

import msgspec


class ListRoutes(msgspec.Struct, frozen=True, tag="list_routes"):
    """Which routes are saved?"""


class KeepRoute(msgspec.Struct, frozen=True, tag="keep_route"):
    """Save this route, as its text form tells it, under its name; one that was there gives way."""

    name: str
    text: str


class RemoveRoute(msgspec.Struct, frozen=True, tag="remove_route"):
    name: str


class ShelvedRoute(msgspec.Struct, frozen=True):
    """A saved route as its file tells it; `wrong` says why that is none, so that it can be put right."""

    name: str
    text: str
    wrong: str = ""


class RoutesTold(msgspec.Struct, frozen=True, tag="routes_told"):
    """All that are saved now. `said` is what became of a wish, or why the folder cannot be read."""

    routes: tuple[ShelvedRoute, ...]
    said: str = ""
    is_good: bool = True


RouteWish = ListRoutes | KeepRoute | RemoveRoute

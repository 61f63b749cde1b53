"""The user's routes: a file of YAML each, under the route's name, in the folder of the settings."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from app import whole_file
from app.lanes import Lane, LaneError, route_name
from app.routes.spec import Route
from app.routes.text import RouteTextError, from_text, to_text

FOLDER = "routes"
NAME = re.compile(r"[\w][\w .+-]{0,63}")
"""Letters, digits, and a few signs that no system's file names mind; never the name of another folder."""


class RouteNameError(ValueError):
    """No route can be called so; the message says why."""


class RouteShelf:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def names(self) -> tuple[str, ...]:
        """Those that can be names of routes, in the order of the alphabet. Raises `OSError`."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.stem for path in self._folder.glob("*.yaml") if NAME.fullmatch(path.stem)))

    def route(self, name: str) -> Route | None:
        """None where there is none. Raises `OSError`, `RouteTextError`."""
        text = self.text(name)
        return None if text is None else Route(name, from_text(text))

    def text(self, name: str) -> str | None:
        """As it stands in its file; None where there is none. Raises `OSError`, `RouteTextError`."""
        path = self._path(name)
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise RouteTextError(f"{path.name} is not UTF-8") from None

    def keep(self, route: Route) -> None:
        """Raises `OSError`, `RouteNameError`."""
        whole_file.write(self._path(route.name), to_text(route.root).encode())

    def remove(self, name: str) -> None:
        """Raises `OSError`."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{checked_name(name)}.yaml"


def checked_name(name: str) -> str:
    """Raises `RouteNameError`."""
    if not NAME.fullmatch(name) or name != name.strip():
        raise RouteNameError(
            f"{name!r} cannot be a route's name: up to 64 letters, digits, blanks, dots, dashes, + and _"
        )
    return name


def with_route(lane: Lane, own: Mapping[str, Any], shelf: RouteShelf) -> Lane:
    """The lane with its route, if it means one: that of the session, in `own` as text, else that of the shelf.

    Raises `LaneError`."""
    if not (name := route_name(lane.text)):
        return lane
    try:
        route = Route(name, from_text(str(own[name]))) if name in own else shelf.route(name)
    except (OSError, ValueError) as error:
        raise LaneError(f"lane {lane.text!r}: {error}") from None
    if route is None:
        there = ", ".join((*own, *shelf.names())) or "none"
        raise LaneError(f"lane {lane.text!r}: there is no route {name!r}; there are: {there}")
    return msgspec.structs.replace(lane, route=route)

"""The user's routes in the engine: read and written in a thread that may wait for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import assert_never

from app.routes.shelf import RouteNameError, RouteShelf
from app.routes.spec import Route
from app.routes.text import RouteTextError, from_text
from app.routes.wishes import KeepRoute, ListRoutes, RemoveRoute, RoutesTold, RouteWish, ShelvedRoute
from app.tasks import Tasks


class RouteDesk:
    def __init__(self, folder: Path, tasks: Tasks, tell: Callable[[RoutesTold], None]) -> None:
        self._shelf, self._tasks, self._tell = RouteShelf(folder), tasks, tell
        self._thread = ThreadPoolExecutor(1, "routes")

    def wish(self, wish: RouteWish) -> None:
        """Handed in at once, so that what comes later is done later."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._done, wish)
        self._tasks.start(self._told(done), name="routes")

    async def aclose(self) -> None:
        """What was handed in is still done."""
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)

    async def _told(self, done: "asyncio.Future[RoutesTold]") -> None:
        self._tell(await done)

    # In the thread

    def _done(self, wish: RouteWish) -> RoutesTold:
        said, is_good = "", True
        try:
            said = self._carried_out(wish)
        except (RouteTextError, RouteNameError) as error:
            said, is_good = str(error), False
        except OSError as error:
            said, is_good = f"It could not be done: {error}.", False
        try:
            return RoutesTold(tuple(map(self._shelved, self._shelf.names())), said, is_good)
        except OSError as error:
            return RoutesTold((), f"The saved routes cannot be read: {error}.", False)

    def _carried_out(self, wish: RouteWish) -> str:
        match wish:
            case ListRoutes():
                return ""
            case KeepRoute(name=name, text=text):
                self._shelf.keep(Route(name, from_text(text)))
                return f"Saved as “{name}”."
            case RemoveRoute(name=name):
                self._shelf.remove(name)
                return f"{name} is deleted."
            case _:
                assert_never(wish)

    def _shelved(self, name: str) -> ShelvedRoute:
        text = ""
        try:
            text = self._shelf.text(name) or ""
            from_text(text)
        except (OSError, RouteTextError) as error:
            return ShelvedRoute(name, text, str(error))
        return ShelvedRoute(name, text)

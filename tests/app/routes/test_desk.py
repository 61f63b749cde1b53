"""The user's routes, as the engine keeps them: real files in a folder of the settings."""

import asyncio
from pathlib import Path

from app.routes.desk import RouteDesk
from app.routes.wishes import KeepRoute, ListRoutes, RemoveRoute, RoutesTold, RouteWish, ShelvedRoute
from app.tasks import Tasks


def told(folder: Path, *wishes: RouteWish) -> list[RoutesTold]:
    async def ask() -> list[RoutesTold]:
        found: list[RoutesTold] = []
        tasks = Tasks(lambda error: (_ for _ in ()).throw(error))
        desk = RouteDesk(folder, tasks, found.append)
        for wish in wishes:
            desk.wish(wish)
        await desk.aclose()
        while len(found) < len(wishes):
            await asyncio.sleep(0)
        await tasks.end()
        return found

    return asyncio.run(ask())


def test_what_is_kept_is_listed_in_the_order_of_wishes(tmp_path: Path) -> None:
    first, kept, gone = told(tmp_path, ListRoutes(), KeepRoute("mine", "retry: {of: a/b}"), RemoveRoute("mine"))
    assert first == RoutesTold(())
    assert kept == RoutesTold((ShelvedRoute("mine", "retry:\n  of: a/b\n"),), "Saved as “mine”.")
    assert gone == RoutesTold((), "mine is deleted.")


def test_what_cannot_be_kept_says_why_and_changes_nothing(tmp_path: Path) -> None:
    no_name, no_route = told(tmp_path, KeepRoute("../x", "a/b"), KeepRoute("x", "retry: {tries: 3}"))
    assert not no_name.is_good
    assert "cannot be a route's name" in no_name.said
    assert not no_route.is_good
    assert no_route.routes == ()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_none_is_told_with_its_text(tmp_path: Path) -> None:
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "bad.yaml").write_text("retry: 3\n", encoding="utf-8")
    (tmp_path / "routes" / "odd.yaml").write_bytes(b"\xff")
    ((bad, odd),) = [each.routes for each in told(tmp_path, ListRoutes())]
    assert (bad.name, bad.text) == ("bad", "retry: 3\n")
    assert bad.wrong
    assert (odd.text, odd.wrong) == ("", "odd.yaml is not UTF-8")


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "routes").write_text("a file", encoding="utf-8")
    (kept,) = told(tmp_path, KeepRoute("mine", "a/b"))
    assert not kept.is_good
    assert kept.said.startswith("It could not be done: ")

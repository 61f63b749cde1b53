"""What a test of a vendor says: one real call over real sockets."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.catalogue import Catalogue
from app.compose import Workshop
from app.contacts import Contacts, OwnVendor
from app.directory import Directory
from app.fetch import Fetch
from app.keys import Keys
from app.messages import Tried
from app.shelf import Shelf
from app.vendor_test import listed, one_token
from tests.app.list_server import serving


def tried(folder: Path, base_url: str, model: str = "", **changes: Any) -> Tried:
    async def use() -> Tried:
        directory = Directory()
        directory.learn(Contacts((OwnVendor("box", "The box", "openai_chat", base_url, **changes),)))
        keys = Keys({}, directory=directory)
        workshop = Workshop(keys=keys)
        row = directory.vendor("box")
        try:
            if model:
                return await one_token(workshop.model, row, model)
            return (await listed(Catalogue(keys, Fetch(workshop.client), Shelf(folder)), row))[0]
        finally:
            await workshop.aclose()

    return asyncio.run(use())


def test_the_list_of_models_is_asked_first(tmp_path: Path) -> None:
    with serving({"/v1/models": {"data": [{"id": "a"}, {"id": "b"}]}}) as server:
        told = tried(tmp_path, f"{server.root}/v1")
    assert told.is_good
    assert told.said.startswith("The box answered in ")
    assert told.said.endswith(", with 2 models.")


@pytest.mark.parametrize("pages", [{}, {"/v1/models": 404}])
def test_where_there_is_no_list_a_model_is_asked_for(tmp_path: Path, pages: dict[str, Any]) -> None:
    with serving(pages) as server:
        told = tried(tmp_path, f"{server.root}/v1")
    assert (told.is_good, told.wants_model) == (False, True)
    assert "gives no list of models" in told.said


def test_refusals_are_in_the_vendors_words(tmp_path: Path) -> None:
    with serving({"/v1/models": 401}) as server:
        told = tried(tmp_path, f"{server.root}/v1")
    assert told == Tried("box", "The box: status 401", is_good=False)
    told = tried(tmp_path, "http://127.0.0.1:1/v1")
    assert told.said == "The box: nothing listens at 127.0.0.1:1 (connection refused)"
    told = tried(tmp_path, "https://box.invalid/v1", needs_key=True)
    assert "there is no key for The box" in told.said


def test_one_token_of_a_model(tmp_path: Path) -> None:
    from app.practice import PracticeServer

    async def served() -> tuple[Tried, Tried]:
        practice = PracticeServer()
        try:
            url = (await practice.address()).openai_chat
            return await asyncio.gather(
                asyncio.to_thread(tried, tmp_path, url, "swift"), asyncio.to_thread(tried, tmp_path, url, "none")
            )  # type: ignore[return-value]
        finally:
            await practice.aclose()

    good, bad = asyncio.run(served())
    assert good.is_good
    assert good.said.endswith("with a token of swift.")
    assert (bad.is_good, bad.wants_model) == (False, True)
    assert "none" in bad.said

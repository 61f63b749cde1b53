"""What a test of a vendor says: one real call over real sockets."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.catalogue import Catalogue
from app.compose import Workshop
from app.contacts import Contacts, OwnVendor
from app.directory import Directory
from app.fetch import Fetch
from app.keys import Keys
from app.messages import Tried
from app.safe import Safe
from app.shelf import Shelf
from app.vendor_test import listed, one_token
from providers.vendors import Vendor, vendor
from tests.app.list_server import serving
from tests.app.test_vault import Kept, vault_of


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


ROUTER: dict[str, Any] = {"/api/v1/models": {"data": [{"id": "a/b"}]}}


@pytest.mark.parametrize("id_", ["openrouter", "second"])
@pytest.mark.parametrize(
    ("key", "refusal", "is_good", "said"),
    [
        ("sk-good", None, True, "with 1 model."),
        ("sk-wrong", 401, False, "status 401"),
        (None, None, False, "there is no key for"),
    ],
)
def test_a_list_that_anybody_is_shown_proves_nothing_of_a_key(
    tmp_path: Path, id_: str, key: str | None, refusal: int | None, is_good: bool, said: str
) -> None:
    """Another account of the vendor is asked as the vendor is."""

    async def use(row: Vendor) -> Tried:
        directory = Directory()
        safe = Safe(vault_of(Kept()))
        if key is not None:
            await safe.put(directory.account(row), key)
        workshop = Workshop(keys=Keys({}, vault=safe))
        catalogue = Catalogue(Keys({}, vault=safe), Fetch(workshop.client), Shelf(tmp_path))
        try:
            return (await listed(catalogue, row))[0]
        finally:
            await workshop.aclose()

    with serving(ROUTER | {"/api/v1/key": refusal or {"data": {"label": "x"}}}) as server:
        row = msgspec.structs.replace(vendor("openrouter"), base_url=f"{server.root}/api/v1", key_env=())
        if id_ != row.id:
            row = msgspec.structs.replace(row, id=id_, kin=row.id, is_own=True)
        told = asyncio.run(use(row))
        asked = [(path, headers.get("authorization")) for path, headers, _ in server.asked]
    assert told.is_good == is_good
    assert said in told.said
    if key is not None:
        assert asked[0] == ("/api/v1/key", f"Bearer {key}")
    else:
        assert asked == []


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

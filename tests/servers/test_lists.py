"""Lists of models as real servers send them."""

import asyncio
from pathlib import Path

import pytest

from app.catalogue import Catalogue
from app.compose import http_client
from app.fetch import Fetch
from app.keys import Keys
from app.listing import Listing
from app.shelf import Shelf
from providers.dialects.base import DialectName
from providers.vendors import Vendor


def listing(
    folder: Path, vendor: str, base_url: str, dialect: DialectName = "openai_chat", *, key: str = ""
) -> Listing:
    """What the catalogue finds there."""

    async def main() -> Listing:
        client = http_client()
        row = Vendor(vendor, vendor, dialect, base_url, ("LIST_KEY",), needs_key=False)
        try:
            return await Catalogue(Keys({"LIST_KEY": key}), Fetch(client), Shelf(folder)).ask(row)
        finally:
            await client.aclose()

    return asyncio.run(main())


@pytest.mark.parametrize("vendor", ["llamacpp", "custom"])
def test_llama_cpp_lists_its_model_with_the_context_that_a_request_has(tmp_path: Path, llama: str, vendor: str) -> None:
    found = listing(tmp_path, vendor, f"{llama}/v1")
    assert found.failure is None
    (model,) = found.models
    assert model.context is not None
    assert model.context > 0


@pytest.mark.parametrize(("dialect", "path"), [("openai_chat", "/v1"), ("anthropic", "")])
def test_aimock_lists_models_in_two_dialects(tmp_path: Path, aimock: str, dialect: DialectName, path: str) -> None:
    found = listing(tmp_path, "custom", f"{aimock}{path}", dialect)
    assert found.failure is None
    assert found.models

"""Real servers are told apart by what they answer."""

import asyncio

import pytest

from app.compose import http_client
from app.desk import look_at
from app.desk_server import DeskServer
from app.fetch import Fetch
from tests.servers.test_litellm import litellm
from tests.servers.test_portkey import portkey

__all__ = ["litellm", "portkey"]

PATIENT_S = 5.0
"""They have only just started, and share two cores with the tests."""


def looked_at(root: str) -> DeskServer:
    async def look() -> DeskServer | None:
        client = http_client()
        try:
            return await look_at(Fetch(client), root, limit_s=PATIENT_S)
        finally:
            await client.aclose()

    found = asyncio.run(look())
    assert found is not None
    return found


def test_llama_cpp(llama: str) -> None:
    found = looked_at(llama)
    assert found.kind == "llamacpp"
    assert found.models
    assert found.version


def test_the_portkey_gateway(portkey: str) -> None:
    assert looked_at(portkey.removesuffix("/v1")).kind == "portkey"


@pytest.mark.long
def test_litellm_which_wants_a_key(litellm: str) -> None:
    found = looked_at(litellm.removesuffix("/v1"))
    assert (found.kind, found.wants_key, found.models) == ("litellm", True, ())

"""Headers of one lane's own, on real sockets."""

import asyncio
from contextlib import aclosing

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.errors import ProviderError
from providers.http_model import HttpModel
from providers.types import Request
from tests.providers.exchanging import answering, client
from tests.providers.servers import serving

REFUSED = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}"


def sent(request: Request, quirks: Quirks = Quirks(), dialect: str = "openai_chat") -> str:  # noqa: B008
    async def use() -> str:
        async with serving(answering(REFUSED)) as server, client() as http:
            model = HttpModel("v", "m", server.url, DIALECTS[dialect], http, quirks, "sk-key")  # type: ignore[index]
            with pytest.raises(ProviderError):
                async with aclosing(model.stream(request)) as events:
                    async for _ in events:
                        pass
            return server.peers[0].requests[0].decode()

    return asyncio.run(use())


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_they_are_sent_and_are_no_parameter(dialect: str) -> None:
    request = Request.of("Hi", extra_headers={"X-Team": "red", "anthropic-beta": "b"})
    said = sent(request, Quirks(headers={"X-Team": "blue", "X-Site": "s"}), dialect)
    assert "x-team: red" in said, "the lane's own go before the vendor's"
    assert "x-site: s" in said
    assert "blue" not in said
    assert "extra_headers" not in said


@pytest.mark.parametrize("headers", [7, ["a"], {"a": 1}])
def test_what_can_be_no_headers(headers: object) -> None:
    async def use() -> None:
        async with client() as http:
            model = HttpModel("v", "m", "http://127.0.0.1:1", DIALECTS["openai_chat"], http)
            async with aclosing(model.stream(Request.of("Hi", extra_headers=headers))) as events:
                async for _ in events:
                    pass

    with pytest.raises(ProviderError, match="extra_headers"):
        asyncio.run(use())

"""What tests of exchanges share: a client that is closed again, and a fetch."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import trustme

from providers.http import HttpClient
from tests.providers.servers import Peer, Script

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def client(context: ssl.SSLContext | None = None) -> AsyncIterator[HttpClient]:
    made = HttpClient(tls_context=lambda: context or ssl.create_default_context(), user_agent="test/1")
    try:
        yield made
    finally:
        await made.aclose()


async def fetch(http: HttpClient, url: str, **headers: str) -> bytes:
    async with http.exchange("POST", url, headers=headers, body=b"{}") as exchange:
        return b"".join([piece async for _, piece in exchange.pieces()])


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


def answering(*answers: bytes) -> Script:
    async def script(peer: Peer) -> None:
        for answer in answers:
            await peer.request()
            await peer.send(answer)

    return script


def always(answer: bytes) -> Script:
    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(answer)

    return script


def contexts(name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for `name`, and a client's that trusts its issuer."""
    issuer = trustme.CA()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(name).configure_cert(ours)
    theirs = ssl.create_default_context()
    issuer.configure_trust(theirs)
    return ours, theirs

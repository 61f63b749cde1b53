"""uvicorn's HTTP/1.1 protocol, which also hands each request its transport: faults are made below HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "practice.transport"
"""The key of the transport in the ASGI scope."""

App = Callable[..., Awaitable[None]]


class PracticeProtocol(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _with_transport(self.app, transport)


def _with_transport(app: Any, transport: asyncio.Transport) -> App:
    async def run(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await app({**scope, TRANSPORT: transport}, receive, send)

    return run

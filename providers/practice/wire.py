"""One response on its way to the client, from the status line to the end, clean or not."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from providers.practice.protocol import TRANSPORT
from providers.practice.request_log import Entry

LINGER_NONE = struct.pack("ii", 1, 0)


class Wire:
    def __init__(self, scope: Scope, receive: Receive, send: Send, *, entry: Entry) -> None:
        self._transport: asyncio.Transport = scope[TRANSPORT]
        self._receive = receive
        self._send = send
        self._entry = entry
        self._virgin = True

    async def head(self, status: int, headers: Mapping[str, str]) -> None:
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, body: bytes) -> None:
        """Sends `body` as one chunk; nothing if it is empty."""
        if not body:
            return
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        if self._virgin:
            self._virgin = False
            self._entry.note("first_byte")

    async def end(self) -> None:
        """The clean end of an HTTP body."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def drop(self) -> None:
        """Closes the connection where it stands; what was written still goes out."""
        self._transport.close()
        await self.gone()

    async def reset(self) -> None:
        """Ends the connection with RST."""
        raw: Any = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        self._transport.abort()
        await self.gone()

    async def gone(self) -> None:
        """Returns when the connection is closed, or the response is complete."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

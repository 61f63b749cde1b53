"""A server for tests: real sockets on loopback, one scripted answer for each connection."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Script = Callable[["Peer"], Awaitable[None]]

SSE_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass
class Peer:
    """One connection as the server sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    requests: list[bytes] = field(default_factory=list)

    async def request(self) -> bytes:
        """The next request whole, head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.requests.append(head + await self.reader.readexactly(length))
        return self.requests[-1]

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send_chunk(self, data: bytes) -> None:
        """One chunk of a chunked body; b"" ends it."""
        await self.send(b"%x\r\n%b\r\n" % (len(data), data))

    async def closed(self) -> None:
        """Until the client has closed its side."""
        while await self.reader.read(65536):
            pass


@dataclass
class Server:
    url: str
    peers: list[Peer] = field(default_factory=list)


@asynccontextmanager
async def serving(*scripts: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Connection n runs script n, every further one the last."""
    server = Server("")
    failures: list[BaseException] = []

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        server.peers.append(peer)
        try:
            await scripts[min(len(server.peers), len(scripts)) - 1](peer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as it may
        except BaseException as error:
            failures.append(error)
        finally:
            writer.close()

    listener = await asyncio.start_server(run, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    server.url = f"{scheme}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for peer in server.peers:
            peer.writer.close()
        await listener.wait_closed()
    assert not failures, failures

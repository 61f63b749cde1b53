"""A second instrument between us and a server: passes bytes on, and notes when they came past.

    python -m tests.benchmarks.tap PORT_OF_THE_SERVER

prints its own port and serves until its standard input closes; then it prints one JSON line: for each request, in the
order of their coming, `{"asked": ns, "seed": n, "stamps": [ns, …], "passed": [ns, …]}`, where `seed` is that of its
body. A stamp is taken for each piece of text of a chat completion, before it is passed on and after; pieces that came
together share theirs. It reads no HTTP beyond that.
"""

import asyncio
import json
import re
import sys
import time
from typing import Any

PIECE = re.compile(rb'"content": ?"[^"]')
SEED = re.compile(rb'"seed": ?(\d+)')
EXCHANGES: list[dict[str, Any]] = []


class End(asyncio.Protocol):
    """One end of a connection; what comes is written to the other end."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None
        self.early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def pass_on(self, data: bytes) -> None:
        if self.other is None or self.other.transport is None:
            self.early.append(data)
        else:
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


class Server(End):
    def __init__(self) -> None:
        super().__init__()
        self.noted: list[int] = []
        self.passed: list[int] = []

    def data_received(self, data: bytes) -> None:
        pieces, now = len(PIECE.findall(data)), time.perf_counter_ns()
        self.pass_on(data)
        self.noted += [now] * pieces
        self.passed += [time.perf_counter_ns()] * pieces


class Client(End):
    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self._server = Server()
        self._exchange: dict[str, Any] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._task = asyncio.ensure_future(self._connect())

    async def _connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self._server, "127.0.0.1", self._port)
        self._server.other, self.other = self, self._server
        early, self.early = self.early, []
        for data in early:
            self.pass_on(data)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"POST"):
            self._server.noted, self._server.passed = [], []
            noted = {"stamps": self._server.noted, "passed": self._server.passed}
            self._exchange = {"asked": time.perf_counter_ns(), "seed": None, **noted}
            EXCHANGES.append(self._exchange)
        if seed := SEED.search(data):
            self._exchange["seed"] = int(seed[1])
        self.pass_on(data)


async def main(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Client(port), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(0, lambda: None if sys.stdin.buffer.read1(1) else ended.set())
    await ended.wait()
    server.close()
    print(json.dumps(EXCHANGES), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

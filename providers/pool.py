"""Connections that are kept for the next exchange with their origin."""

import asyncio

from providers.connection import Connection
from providers.network import Origin

IDLE_S = 60.0
MAX_IDLE = 32


class Pool:
    """Idle connections, the latest used last."""

    def __init__(self) -> None:
        self._idle: dict[Connection, asyncio.TimerHandle] = {}

    def take(self, origin: Origin) -> Connection | None:
        """The one that was used last, as it is the likeliest to live. Those that have ended are dropped."""
        for connection in reversed([kept for kept in self._idle if kept.origin == origin]):
            self._idle.pop(connection).cancel()
            if connection.stream.is_quiet:
                return connection
            connection.stream.abort()
        return None

    def count(self, origin: Origin) -> int:
        """How many are ready for `origin`."""
        return sum(kept.origin == origin and kept.stream.is_quiet for kept in self._idle)

    def keep(self, connection: Connection) -> None:
        while len(self._idle) >= MAX_IDLE:
            self._drop(next(iter(self._idle)))
        self._idle[connection] = asyncio.get_running_loop().call_later(IDLE_S, self._drop, connection)

    def _drop(self, connection: Connection) -> None:
        self._idle.pop(connection).cancel()
        connection.stream.abort()

    def close(self) -> None:
        for connection in list(self._idle):
            self._drop(connection)

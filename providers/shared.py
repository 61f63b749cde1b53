"""Where HTTP/2 is wanted: one connection for each origin that speaks it, and the knowledge of which do not."""

import asyncio
from typing import TYPE_CHECKING

from providers.connection import Connection
from providers.network import Marks, Network, Origin

if TYPE_CHECKING:
    from providers.http2 import SharedConnection


class Shared:
    def __init__(self, network: Network) -> None:
        self._network = network
        self._connections: list[SharedConnection] = []
        self._plain: set[Origin] = set()
        self._opening: dict[Origin, asyncio.Lock] = {}

    def speaks_plain(self, origin: Origin) -> bool:
        """Whether HTTP/1.1 is all that can be spoken there, or is wanted."""
        return not (origin.is_secure and self._network.plan.http2) or origin in self._plain

    async def connection(self, origin: Origin, noted: Marks) -> "SharedConnection | Connection":
        """One with room, opened if there is none; of HTTP/1.1 where the server offers no other. Those who come
        meanwhile wait for it, as it is to be theirs, too. Raises `ProviderError`."""
        async with self._opening.setdefault(origin, asyncio.Lock()):
            if (found := self._with_room(origin)) is not None:
                return found
            stream = await self._network.open(origin, noted)
            if stream.protocol != "h2":
                self._plain.add(origin)
                return Connection(origin, stream)
            from providers.http2 import SharedConnection

            made = SharedConnection(origin, stream)
            self._connections.append(made)
            return made

    def _with_room(self, origin: Origin) -> "SharedConnection | None":
        self._connections = [each for each in self._connections if not each.is_gone]
        return next((each for each in self._connections if each.origin == origin and each.has_room), None)

    def forget(self) -> None:
        """New exchanges are to go another way."""
        self._plain.clear()
        for each in self._connections:
            each.retire()
        self._connections.clear()

    def close(self) -> None:
        for each in self._connections:
            each.abort()
        self._connections.clear()

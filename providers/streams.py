"""One connection's bytes, stamped as they arrive: an asyncio protocol below, a reader's queue above."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from typing import cast

from providers.breakage import LostError, broken
from providers.errors import Failure, ProviderError
from providers.events import Stamp

HIGH_WATER = 4 * 1024 * 1024
"""Unread bytes above which the peer is slowed down."""

Piece = tuple[int, bytes]
"""Bytes and the moment of their arrival, in `perf_counter_ns`."""


class Stream(asyncio.BufferedProtocol):
    """Read by one task at a time.

    Bytes come through `scratch`, which all streams of a loop may share: asyncio fills it and hands it over at once.
    Reading into bytes of their own size costs a token in three times as much, most of it for mapping memory.
    """

    def __init__(self, scratch: memoryview) -> None:
        self._scratch = scratch
        self.arrived_ns: int | None = None
        """When the kernel took in what is being read, if it is known; else now has to do."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._pieces: list[Piece] = []
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._is_full = False
        self._ended = False
        self._lost: Exception | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._over(cast("asyncio.Transport", transport))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._scratch

    def buffer_updated(self, nbytes: int) -> None:
        self._pieces.append((self.arrived_ns or time.perf_counter_ns(), bytes(self._scratch[:nbytes])))
        self._wake()
        self._held += nbytes
        if self._held > HIGH_WATER and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._lost = self._lost or exc
        self._is_full = False
        self._wake()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._wake()

    def _over(self, transport: asyncio.Transport) -> None:
        # Writing resumes when the system has taken everything. Not 0: asyncio's TLS pauses at the limit, not above it,
        # and would call a stream full that has nothing left to write.
        transport.set_write_buffer_limits(high=1, low=0)
        self._transport = transport

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _news(self) -> asyncio.Future[None]:
        self._waiter = self._loop.create_future()
        return self._waiter

    # What an exchange calls

    @property
    def stamp(self) -> Stamp:
        """Where the latest stamp was taken."""
        return "transport" if self.arrived_ns is None else "kernel"

    @property
    def is_quiet(self) -> bool:
        """Open, everything sent, and nothing came that nobody has read."""
        return not (self._ended or self._pieces or self._is_full)

    async def arrived(self) -> Sequence[Piece]:
        """What has arrived since the last call, at least one piece; none at the end. Raises `LostError`."""
        while not self._pieces:
            if self._lost is not None:
                raise LostError(broken(self._lost)) from self._lost
            if self._ended:
                return ()
            await self._news()
        return self._taken()

    def _taken(self) -> Sequence[Piece]:
        pieces, self._pieces = self._pieces, []
        if self._held > HIGH_WATER and self._transport is not None:
            self._transport.resume_reading()
        self._held = 0
        return pieces

    @property
    def has_news(self) -> bool:
        """Something came that nobody has read, or the end."""
        return bool(self._pieces) or self._ended

    @property
    def protocol(self) -> str | None:
        """What was agreed on with TLS to be spoken."""
        secured = self._transport.get_extra_info("ssl_object") if self._transport is not None else None
        return secured.selected_alpn_protocol() if secured is not None else None

    def at_hand(self) -> Sequence[Piece]:
        """As `arrived`, without waiting; nothing at the end. Raises `LostError`."""
        if not self._pieces and self._lost is not None:
            raise LostError(broken(self._lost)) from self._lost
        return self._taken()

    async def news(self) -> None:
        """Until something has come, or the end, or somebody calls for attention."""
        if not self.has_news:
            await self._news()

    def call(self) -> None:
        """Wakes whoever waits for news."""
        self._wake()

    def write(self, data: bytes) -> None:
        """Without waiting for the system to take it."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def send(self, data: bytes) -> None:
        """Until the system has taken it all, or the server says something: it may refuse before it has heard all.

        A connection that breaks meanwhile shows it to who reads.
        """
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        while self._is_full and not self._pieces and not self._ended:
            await self._news()

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Puts TLS over what is there. Raises `ProviderError`."""
        assert self._transport is not None
        try:
            secured = await self._loop.start_tls(self._transport, self, context, server_hostname=host)
        except OSError as error:
            raise ProviderError(broken(error)) from error
        if secured is None:
            raise ProviderError(Failure("network", "the connection was lost in the TLS handshake"))
        self._over(secured)

    def abort(self, why: Exception | None = None) -> None:
        """Closes the socket now; who reads sees the end, or `why` if that is given."""
        self._lost = self._lost or why
        self._ended = True
        if self._transport is not None:
            self._transport.abort()
        self._wake()

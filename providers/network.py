"""Sockets for httpcore, on plain asyncio protocols, that stamp bytes as they arrive.

httpcore's own asyncio backend goes through anyio, which costs some 40 µs at each wake-up and hides the moment at which
bytes came. This one stamps each piece in `data_received`, resolves names apart from connecting so that both can be
timed, and keeps name look-ups off the loop's executor, which would hold up the end of the program.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, cast

import httpcore
from aiohappyeyeballs import start_connection

from providers.events import Phase

HIGH_WATER = 4 * 1024 * 1024
"""Unread bytes above which the peer is slowed down."""

Marks = dict[Phase, tuple[int, int]]
"""When each phase of an exchange began and was over, in `perf_counter_ns`."""

marks: ContextVar[Marks | None] = ContextVar("marks", default=None)
"""Where the exchange that is being opened notes its phases; httpcore connects within the request's own task."""


class StampedStream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One connection: an asyncio protocol below, httpcore's stream above.

    `stamp_ns` is the arrival of the bytes that the latest `read` returned.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._held = 0
        self._reader: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._ended = False
        self._lost: Exception | None = None
        self.stamp_ns = 0

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._pieces.append((time.perf_counter_ns(), data))
        self._held += len(data)
        self._wake()
        if self._held > HIGH_WATER and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._lost = self._lost or exc
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    # What httpcore calls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The oldest piece that arrived, so that each keeps its own stamp; b"" at the end of the stream."""
        while not self._pieces:
            if self._lost is not None:
                raise httpcore.ReadError(str(self._lost)) from self._lost
            if self._ended:
                return b""
            await self._arrival(timeout)
        self.stamp_ns, piece = self._pieces.popleft()
        if len(piece) > max_bytes:
            self._pieces.appendleft((self.stamp_ns, piece[max_bytes:]))
            piece = piece[:max_bytes]
        self._held -= len(piece)
        if self._held <= HIGH_WATER and self._transport is not None and not self._transport.is_reading():
            self._resume_reading()
        return piece

    async def _arrival(self, timeout: float | None) -> None:
        self._reader = self._loop.create_future()
        try:
            if timeout is None:
                await self._reader
            else:
                async with asyncio.timeout(timeout):
                    await self._reader
        except TimeoutError as error:
            raise httpcore.ReadTimeout("no bytes came in time") from error
        finally:
            self._reader = None

    def _resume_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        if self._transport is None or self._transport.is_closing():
            raise httpcore.WriteError("the connection is closed")
        self._transport.write(buffer)
        if self._drained is not None:
            await self._drain(timeout)

    async def _drain(self, timeout: float | None) -> None:
        assert self._drained is not None
        try:
            async with asyncio.timeout(timeout):
                await self._drained
        except TimeoutError as error:
            raise httpcore.WriteTimeout("the server took no bytes in time") from error
        if self._lost is not None:
            raise httpcore.WriteError(str(self._lost)) from self._lost

    async def aclose(self) -> None:
        self.abort()

    def abort(self, why: Exception | None = None) -> None:
        """Closes the socket now; a pending read ends, with `why` if that is given."""
        self._lost = self._lost or why
        self._ended = True
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        assert self._transport is not None
        began = time.perf_counter_ns()
        try:
            async with asyncio.timeout(timeout):
                secured = await self._loop.start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the TLS handshake took too long") from error
        except (OSError, ssl.SSLError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if secured is None:
            raise httpcore.ConnectError("the connection was lost in the TLS handshake")
        self._transport = secured
        _mark("tls", began)
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection; `stamped_stream` is this object itself."""
        if info == "stamped_stream":
            return self
        if info == "is_readable":
            return self._ended or bool(self._pieces)
        if self._transport is None:
            return None
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))


class StampedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections whose bytes are stamped."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                return await self._connect(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no connection to {host}:{port} within {timeout:g} s") from error
        except OSError as error:
            raise httpcore.ConnectError(_in_words(error, host, port)) from error

    async def _connect(self, host: str, port: int) -> StampedStream:
        began = time.perf_counter_ns()
        addresses = _literal(host, port)
        if addresses is None:
            addresses = await _resolve(host, port)
            _mark("dns", began)
        began = time.perf_counter_ns()
        connection = await start_connection(addresses, happy_eyeballs_delay=0.25)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_connection(StampedStream, sock=connection)
        _mark("connect", began)
        return stream

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _mark(phase: Phase, began_ns: int) -> None:
    noted = marks.get()
    if noted is not None:
        noted[phase] = (began_ns, time.perf_counter_ns())


Address = tuple[int, int, int, str, tuple[Any, ...]]


def _literal(host: str, port: int) -> list[Any] | None:
    """The address that `host` spells out, or None if it is a name."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return None
    if version == 4:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
    return [(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port, 0, 0))]


async def _resolve(host: str, port: int) -> list[Any]:
    """The addresses of a name, looked up in a daemon thread: a resolver may hang for ever, and the end of the program
    must not wait for it."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Any]] = loop.create_future()

    def settle(value: list[Any] | OSError) -> None:
        if found.done():
            return
        if isinstance(value, OSError):
            found.set_exception(value)
        else:
            found.set_result(value)

    def look_up() -> None:
        try:
            value: list[Any] | OSError = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            value = error
        except UnicodeError as error:
            value = socket.gaierror(socket.EAI_NONAME, str(error))
        except Exception as error:
            value = OSError(str(error))
        with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(settle, value)

    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    return await found


def _in_words(error: OSError, host: str, port: int) -> str:
    match error:
        case socket.gaierror():
            return f"the name {host} could not be resolved ({error.strerror or error})"
        case ConnectionRefusedError():
            return f"nothing listens at {host}:{port} (connection refused)"
        case _:
            return f"no connection to {host}:{port} ({error.strerror or error})"

"""Opens connections: a name is looked up apart from connecting, so that both can be timed, and off the loop's executor,
which would hold up the end of the program.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from aiohappyeyeballs import start_connection

from providers.errors import Failure, ProviderError
from providers.events import Phase
from providers.kernel_clock import KernelClock
from providers.streams import Stream
from providers.transport import StampingTransport

CONNECT_S = 15.0
"""For the look-up and connecting together, and again for the TLS handshake."""

SCRATCH_BYTES = 256 * 1024
"""The most that is read at once."""

Marks = dict[Phase, tuple[int, int]]
"""When each phase of an exchange began and was over, in `perf_counter_ns`."""


class Origin(NamedTuple):
    is_secure: bool
    host: str
    port: int


class Network:
    """Opens streams to origins. The context for TLS costs 38 ms to make, so it is made once, when first needed."""

    def __init__(self, make_tls_context: Callable[[], ssl.SSLContext]) -> None:
        self._make_tls_context = make_tls_context
        self._clock = KernelClock()
        self._scratch = memoryview(bytearray(SCRATCH_BYTES))

    @cached_property
    def tls_context(self) -> ssl.SSLContext:
        return self._make_tls_context()

    async def open(self, origin: Origin, noted: Marks) -> Stream:
        """Raises `ProviderError`, of kind network or tls."""
        stream = await self._reached(origin, noted)
        if origin.is_secure:
            try:
                await self._secure(stream, origin.host, noted)
            except BaseException:
                stream.abort()
                raise
        return stream

    async def _reached(self, origin: Origin, noted: Marks) -> Stream:
        """A stream to the origin's own socket, without TLS. A proxy's tunnel would be opened here."""
        host, port = origin.host, origin.port
        try:
            async with asyncio.timeout(CONNECT_S):
                return await self._connected(host, port, noted)
        except TimeoutError:
            raise ProviderError(Failure("network", f"no connection to {host}:{port} within {CONNECT_S:g} s")) from None
        except OSError as error:
            raise ProviderError(Failure("network", _in_words(error, host, port))) from error

    async def _connected(self, host: str, port: int, noted: Marks) -> Stream:
        began = time.perf_counter_ns()
        addresses = _literal(host, port)
        if addresses is None:
            addresses = await _resolve(host, port)
            noted["dns"] = (began, time.perf_counter_ns())
        began = time.perf_counter_ns()
        connection = await start_connection(addresses, happy_eyeballs_delay=0.25)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = Stream(self._scratch)
        StampingTransport(connection, stream, self._clock)
        noted["connect"] = (began, time.perf_counter_ns())
        return stream

    async def _secure(self, stream: Stream, host: str, noted: Marks) -> None:
        context = self.tls_context
        began = time.perf_counter_ns()
        try:
            async with asyncio.timeout(CONNECT_S):
                await stream.secure(context, host)
        except TimeoutError:
            raise ProviderError(Failure("network", "the TLS handshake took too long")) from None
        noted["tls"] = (began, time.perf_counter_ns())


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
            # As bytes: of text, Python would first make what httpx has made already, and import 3 ms for it.
            value: list[Any] | OSError = list(socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM))
        except OSError as error:
            value = error
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

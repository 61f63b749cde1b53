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
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiohappyeyeballs import start_connection

from providers.errors import Failure, ProviderError
from providers.events import Phase
from providers.kernel_clock import KernelClock
from providers.proxies import Proxy, is_this_machine, load_tunnels, tunnel
from providers.reach import has_route
from providers.streams import Stream
from providers.transport import StampingTransport

CONNECT_S = 15.0
"""For the look-up and connecting together, and again for the TLS handshake, unless the user says otherwise."""

SCRATCH_BYTES = 256 * 1024
"""The most that is read at once."""

Marks = dict[Phase, tuple[int, int]]
"""When each phase of an exchange began and was over, in `perf_counter_ns`."""


class Origin(NamedTuple):
    is_secure: bool
    host: str
    port: int


@dataclass(frozen=True)
class Plan:
    """How one gets to an origin: by which proxy, trusting which files of certificates besides the system's, and in how
    many seconds."""

    proxy: Callable[[Origin], Proxy | None] = lambda _: None
    certificates: Callable[[Origin], tuple[str, ...]] = lambda _: ()
    connect_s: float = CONNECT_S
    http2: bool = False
    """Whether servers are offered HTTP/2, over which exchanges share a connection."""


DIRECT = Plan()


class Network:
    """Opens streams to origins. A context for TLS costs 38 ms to make, so it is made once, when first needed."""

    def __init__(self, make_tls_context: Callable[[], ssl.SSLContext], plan: Plan = DIRECT) -> None:
        self._make_tls_context = make_tls_context
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}
        self._clock = KernelClock()
        self._scratch = memoryview(bytearray(SCRATCH_BYTES))
        self.plan = plan

    def adopt(self, plan: Plan) -> None:
        """From now on; certificates are read again."""
        is_alike = self.plan.http2 == plan.http2
        self._contexts = {files: each for files, each in self._contexts.items() if not files and is_alike}
        self.plan = plan

    def tls_context(self, origin: Origin) -> ssl.SSLContext:
        """Raises `ProviderError`, of kind tls, where a file of certificates cannot be used."""
        files = self.plan.certificates(origin)
        if files not in self._contexts:
            context = self._make_tls_context()
            for file in files:
                _trust(context, file)
            if self.plan.http2:
                context.set_alpn_protocols(["h2", "http/1.1"])
            self._contexts[files] = context
        return self._contexts[files]

    def warm(self, origin: Origin) -> None:
        """Makes and loads what the first connection there would otherwise wait for. Raises as `tls_context`."""
        if self.proxy(origin) is not None:
            load_tunnels()
        if origin.is_secure:
            self.tls_context(origin)

    def proxy(self, origin: Origin) -> Proxy | None:
        """Never one for this machine itself, whatever was set."""
        return None if is_this_machine(origin.host) else self.plan.proxy(origin)

    def forwarder(self, origin: Origin) -> Proxy | None:
        """The proxy that is asked in the origin's place, as HTTP without TLS is by HTTP proxies."""
        proxy = self.proxy(origin)
        return proxy if proxy is not None and proxy.kind == "http" and not origin.is_secure else None

    async def open(self, origin: Origin, noted: Marks) -> Stream:
        """Raises `ProviderError`, of kind network or tls."""
        stream = await self._reached(origin, noted)
        if origin.is_secure:
            try:
                await self._secure(stream, origin, noted)
            except BaseException:
                stream.abort()
                raise
        return stream

    async def _reached(self, origin: Origin, noted: Marks) -> Stream:
        """A stream to the origin's own socket, without TLS; or to the proxy that is asked in its place."""
        host, port, limit_s = origin.host, origin.port, self.plan.connect_s
        proxy = self.proxy(origin)
        way = f" by way of the proxy {proxy}" if proxy is not None else ""
        try:
            async with asyncio.timeout(limit_s):
                if proxy is None:
                    return await self._connected(host, port, noted)
                if proxy is self.forwarder(origin):
                    return await self._forwarded(proxy, noted)
                return await self._tunnelled(proxy, origin, noted)
        except TimeoutError:
            said = f"no connection to {host}:{port}{way} within {limit_s:g} s"
            raise ProviderError(Failure("network", said)) from None
        except OSError as error:
            raise ProviderError(Failure("network", _unreached(error, host, port))) from error

    async def _forwarded(self, proxy: Proxy, noted: Marks) -> Stream:
        try:
            return await self._connected(proxy.host, proxy.port, noted)
        except OSError as error:
            said = f"the proxy {proxy} cannot be reached: {in_words(error, proxy.host, proxy.port)}"
            raise ProviderError(Failure("network", said)) from error

    async def _tunnelled(self, proxy: Proxy, origin: Origin, noted: Marks) -> Stream:
        """What the mark of connecting spans is all that the proxy does, too."""
        began = time.perf_counter_ns()
        connection = await tunnel(proxy, origin.host, origin.port)
        return self._stream(connection, began, noted)

    async def _connected(self, host: str, port: int, noted: Marks) -> Stream:
        began = time.perf_counter_ns()
        addresses = _literal(host, port)
        if addresses is None:
            addresses = await _resolve(host, port)
            noted["dns"] = (began, time.perf_counter_ns())
        began = time.perf_counter_ns()
        connection = await start_connection(addresses, happy_eyeballs_delay=0.25)
        return self._stream(connection, began, noted)

    def _stream(self, connection: socket.socket, began: int, noted: Marks) -> Stream:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = Stream(self._scratch)
        StampingTransport(connection, stream, self._clock)
        noted["connect"] = (began, time.perf_counter_ns())
        return stream

    async def _secure(self, stream: Stream, origin: Origin, noted: Marks) -> None:
        context = self.tls_context(origin)
        began = time.perf_counter_ns()
        try:
            async with asyncio.timeout(self.plan.connect_s):
                await stream.secure(context, origin.host)
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


def _trust(context: ssl.SSLContext, file: str) -> None:
    try:
        context.load_verify_locations(file)
    except ssl.SSLError:  # which is an OSError, too
        raise ProviderError(Failure("tls", f"the file of certificates {file} holds none in PEM form")) from None
    except OSError as error:
        said = f"the file of certificates {file} cannot be read ({error.strerror})"
        raise ProviderError(Failure("tls", said)) from None


def _unreached(error: OSError, host: str, port: int) -> str:
    """With the reason that stands behind all others, if it is that one."""
    if not is_this_machine(host) and not has_route():
        return f"this machine is offline: there is no way to {host}:{port}"
    return in_words(error, host, port)


def in_words(error: OSError, host: str, port: int) -> str:
    """Why there is no connection."""
    match error:
        case socket.gaierror():
            return f"the name {host} could not be resolved ({error.strerror or error})"
        case ConnectionRefusedError():
            return f"nothing listens at {host}:{port} (connection refused)"
        case _:
            return f"no connection to {host}:{port} ({error.strerror or error})"

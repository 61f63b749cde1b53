"""HTTP exchanges: the only place that sends anything. httpx over our own network, with nothing of its own in between.

Redirects are off, nothing is read from the environment, and what goes wrong becomes a `ProviderError` here, once, by
a table.
"""

import ssl
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.lowlevel
import httpcore
import httpx

from providers.errors import ErrorKind, Failure, ProviderError
from providers.network import Marks, StampedNetwork, StampedStream, marks

CONNECT_S = 15.0
AT_ONCE_NS = 300_000_000
"""A kept connection that is dead shows it within a round trip."""
PIECE_BYTES = 1024 * 1024
"""At most so much comes out of a decompressor at once."""

TRANSLATION: tuple[tuple[type[Exception], ErrorKind], ...] = (
    (httpcore.ConnectTimeout, "network"),
    (httpcore.PoolTimeout, "network"),
    (httpcore.TimeoutException, "timeout_idle"),
    (httpcore.ConnectError, "network"),
    (httpcore.NetworkError, "network"),
    (httpcore.RemoteProtocolError, "protocol"),
    (httpcore.LocalProtocolError, "bad_request"),
    (httpcore.UnsupportedProtocol, "bad_request"),
    (httpcore.ProxyError, "network"),
    (httpx.InvalidURL, "bad_request"),
    (httpx.UnsupportedProtocol, "bad_request"),
    (UnicodeError, "bad_request"),
)

EXPECTED = tuple(kind_of for kind_of, _ in TRANSLATION)
BROKEN_PIPE = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)


class LostError(ProviderError):
    """The connection broke while the body was being read."""


def translated(error: Exception) -> ProviderError:
    """`error` in our words. Raises it again if it is none of the network's: then it is a fault of ours."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return ProviderError(Failure("tls", _tls_words(cause)))
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" in str(error):
        return ProviderError(Failure("network", "the server closed the connection without a word"))
    for kind_of, kind in TRANSLATION:
        if isinstance(error, kind_of):
            return ProviderError(Failure(kind, _words(error, kind)))
    raise error


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _words(error: Exception, kind: ErrorKind) -> str:
    if kind == "bad_request":
        # The library's message would quote the offending header, which may be the one with the key.
        return "the request could not be sent: its address or one of its headers holds a character that HTTP forbids"
    return str(error) or type(error).__name__


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate was refused: {error.verify_message or error.reason or error}"
    return f"no secure connection: {error.reason or error}"


class _Transport(httpx.AsyncBaseTransport):
    """httpcore's pools over our network. The one for TLS is made when it is first needed: its context costs 38 ms."""

    def __init__(self, tls_context: Callable[[], ssl.SSLContext]) -> None:
        self._tls_context = tls_context
        self._network = StampedNetwork()
        self._pools: dict[bytes, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        got = await self._pool(request.url.raw_scheme).handle_async_request(asked)
        extensions = {**got.extensions, "body": got.stream}
        return httpx.Response(got.status, headers=got.headers, stream=_Body(got), extensions=extensions)

    def warm(self, url: str) -> None:
        self._pool(b"https" if url.lower().startswith("https:") else b"http")

    def _pool(self, scheme: bytes) -> httpcore.AsyncConnectionPool:
        if scheme not in self._pools:
            self._pools[scheme] = httpcore.AsyncConnectionPool(
                ssl_context=self._tls_context() if scheme == b"https" else None,
                max_connections=None,
                max_keepalive_connections=32,
                keepalive_expiry=60.0,
                network_backend=self._network,
            )
        return self._pools[scheme]

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._response.aiter_stream()

    async def aclose(self) -> None:
        await self._response.aclose()


class Exchange:
    """A response whose head has arrived and whose body is still to be read."""

    def __init__(self, response: httpx.Response, noted: Marks, *, reconnected: bool) -> None:
        self._response = response
        # Past httpx's wrappers: each nested generator costs a few microseconds a token.
        self._body: AsyncIterable[bytes] = response.extensions["body"]
        self._stream: StampedStream = response.extensions["network_stream"].get_extra_info("stamped_stream")
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self.http_version = response.http_version.removeprefix("HTTP/")
        self.marks = noted
        self.headers_ns = self._stream.stamp_ns
        self.reconnected = reconnected

    @property
    def reused(self) -> bool:
        return "connect" not in self.marks

    def abort(self) -> None:
        """Closes the connection now: for whoever reads the body, it is lost."""
        self._stream.abort(ConnectionAbortedError("given up"))

    async def pieces(self) -> AsyncGenerator[tuple[int, bytes], None]:
        """The body with the stamps of its bytes, decompressed if need be. Raises `ProviderError`."""
        unpack = _unpacker(self.headers.get("content-encoding", ""))
        try:
            async for piece in self._body:
                for part in unpack(piece):
                    yield self._stream.stamp_ns, part
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise LostError(translated(error).failure) from error


class HttpClient:
    """Sends requests and gives exchanges. One for the whole program, owned by whoever composes it."""

    def __init__(self, *, tls_context: Callable[[], ssl.SSLContext], user_agent: str) -> None:
        self._transport = _Transport(tls_context)
        self._client = httpx.AsyncClient(
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_S),
            headers={"user-agent": user_agent, "accept-encoding": "identity"},
        )

    @asynccontextmanager
    async def exchange(
        self, method: str, url: str, *, headers: dict[str, str], body: bytes | None = None
    ) -> AsyncGenerator[Exchange, None]:
        """Sends, waits for the head of the response, and closes it in the end. Raises `ProviderError`.

        A kept-alive connection that turns out to be dead before any byte of the response came is replaced once:
        llama.cpp closes connections that it has just advertised as kept.
        """
        try:
            response, noted, again = await self._send(method, url, headers, body)
        except EXPECTED as error:
            failed = translated(error)
            # Of a request that cannot be sent, the library's error quotes a header, which may be the key's.
            raise failed from (None if failed.failure.kind == "bad_request" else error)
        try:
            yield Exchange(response, noted, reconnected=again)
        finally:
            await response.aclose()

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[httpx.Response, Marks, bool]:
        noted: Marks = {}
        began = time.perf_counter_ns()
        try:
            return await self._send_once(method, url, headers, body, noted), noted, False
        except BROKEN_PIPE as error:
            # A server that worked on the request before it closed may have been paid for it: then never again.
            at_once = time.perf_counter_ns() - began < AT_ONCE_NS
            unheard = not isinstance(error, httpcore.RemoteProtocolError) or "disconnected" in str(error)
            if "connect" in noted or not at_once or not unheard:
                raise
            return await self._send_once(method, url, headers, body, noted), noted, True

    async def _send_once(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, noted: Marks
    ) -> httpx.Response:
        began = time.perf_counter_ns()

        async def trace(name: str, _: dict[str, Any]) -> None:
            if name in ("connection.connect_tcp.started", "http11.send_request_headers.started"):
                noted.setdefault("pool", (began, time.perf_counter_ns()))
            elif name == "http11.send_request_body.complete":
                noted["sent"] = (noted["pool"][1], time.perf_counter_ns())

        request = self._client.build_request(method, url, headers=headers, content=body, extensions={"trace": trace})
        token = marks.set(noted)
        try:
            return await self._client.send(request, stream=True)
        finally:
            marks.reset(token)

    async def warm(self, url: str) -> None:
        """Makes what the first exchange with `url` would otherwise wait for: 100 ms of imports, a context for TLS."""
        await anyio.lowlevel.checkpoint()
        self._transport.warm(url)

    async def aclose(self) -> None:
        await self._client.aclose()


def _unpacker(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    """Undoes a content encoding that we did not ask for, never more than `PIECE_BYTES` at once."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda piece: iter((piece,))
        case "gzip" | "x-gzip" | "deflate":
            return _inflater()
        case other:
            raise ProviderError(Failure("protocol", f"the server compressed its answer with {other!r} unasked"))


def _inflater() -> Callable[[bytes], Iterator[bytes]]:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(piece: bytes) -> Iterator[bytes]:
        try:
            while piece:
                yield inflate.decompress(piece, PIECE_BYTES)
                piece = inflate.unconsumed_tail
        except zlib.error as error:
            raise ProviderError(Failure("protocol", f"the server's compressed answer is damaged: {error}")) from None

    return unpack

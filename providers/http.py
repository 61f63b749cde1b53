"""HTTP exchanges: the only place that sends anything. httpx over our own connections, with nothing in between.

Redirects are off, nothing is read from the environment, no cookie is kept, and what goes wrong becomes a
`ProviderError`.
"""

import asyncio
import contextlib
import functools
import ssl
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h11
import httpx

from providers.breakage import UnheardError
from providers.connection import Answer, Connection, Headers, Question
from providers.errors import Failure, ProviderError
from providers.network import DIRECT, Marks, Network, Origin, Plan
from providers.pool import Pool
from providers.proxies import Proxy
from providers.shared import Shared
from providers.streams import Piece
from providers.witness import NOBODY, Witness

if TYPE_CHECKING:
    from providers.http2 import SharedAnswer, SharedConnection

AT_ONCE_NS = 300_000_000
"""A kept connection that is dead shows it within a round trip."""
PIECE_BYTES = 1024 * 1024
"""At most so much comes out of a decompressor at once."""

UNSENDABLE = (h11.LocalProtocolError, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)


@dataclass
class _Course:
    """How an exchange comes about."""

    marks: Marks = field(default_factory=dict)
    answer: "Answer | SharedAnswer | None" = None
    reused: bool = False
    warmed: bool = False
    reconnected: bool = False


class _Transport(httpx.AsyncBaseTransport):
    """Our connections under httpx."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pool = Pool()
        self._shared = Shared(network)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        course: _Course = request.extensions["course"]
        origin = _origin(request.url)
        if not self._shared.speaks_plain(origin):
            return await self._by_share(request, origin, course)
        began = time.perf_counter_ns()
        forwarder = self._network.forwarder(origin)
        question = _question(request, forwarder)
        kept = self._pool.take(origin)
        course.marks["pool"] = (began, time.perf_counter_ns())
        if kept is not None:
            course.reused, course.warmed = True, not kept.is_used
            try:
                return await self._asked(kept, question, course)
            except UnheardError:
                # A server that worked on the request before it closed may have been paid for it: then never again.
                if time.perf_counter_ns() - began >= AT_ONCE_NS:
                    raise
            course.reused, course.warmed, course.reconnected = False, False, True
            question = _question(request, forwarder)
        fresh = Connection(origin, await self._network.open(origin, course.marks))
        return await self._asked(fresh, question, course)

    async def _asked(self, connection: Connection, question: Question, course: _Course) -> httpx.Response:
        try:
            course.answer = await connection.ask(question, course.marks)
        except BaseException:
            connection.stream.abort()
            raise
        # Without the headers: httpx would keep cookies, and make a request of a redirect, failing if it is junk.
        plan = self._network.plan
        keep = functools.partial(self._keep, connection, plan)
        return httpx.Response(course.answer.status, stream=_Body(connection, course.answer, keep))

    async def _by_share(self, request: httpx.Request, origin: Origin, course: _Course) -> httpx.Response:
        """Over a connection that others use as well, if the server speaks HTTP/2."""
        began = time.perf_counter_ns()
        found = await self._shared.connection(origin, course.marks)
        course.marks.setdefault("pool", (began, began if len(course.marks) else time.perf_counter_ns()))
        if isinstance(found, Connection):
            return await self._asked(found, _question(request, None), course)
        course.reused, course.warmed = "connect" not in course.marks, not found.is_used
        try:
            return await self._asked_of_share(found, request, course)
        except UnheardError:
            if not course.reused or time.perf_counter_ns() - began >= AT_ONCE_NS:
                raise
        found.retire()
        course.reused, course.warmed, course.reconnected = False, False, True
        fresh = await self._shared.connection(origin, course.marks)
        if isinstance(fresh, Connection):
            return await self._asked(fresh, _question(request, None), course)
        return await self._asked_of_share(fresh, request, course)

    async def _asked_of_share(
        self, found: "SharedConnection", request: httpx.Request, course: _Course
    ) -> httpx.Response:
        from providers.http2 import SharedQuestion

        authority = request.headers["host"].encode("ascii")
        said = SharedQuestion(request.method, authority, request.url.raw_path, request.headers.raw, request.content)
        course.answer = answer = await found.ask(said, course.marks)
        return httpx.Response(answer.status, stream=_SharedBody(answer))

    def _keep(self, connection: Connection, plan: Plan) -> None:
        """Unless connections are made another way by now."""
        if plan is self._network.plan:
            self._pool.keep(connection)
        else:
            connection.stream.abort()

    async def ready(self, origin: Origin, count: int) -> None:
        """Opens as many connections as are missing. Raises `ProviderError`."""
        if not self._shared.speaks_plain(origin):
            found = await self._shared.connection(origin, {})
            if not isinstance(found, Connection):
                return
            self._pool.keep(found)
        missing = count - self._pool.count(origin)
        await asyncio.gather(*(self._open_idle(origin) for _ in range(missing)))

    async def _open_idle(self, origin: Origin) -> None:
        self._pool.keep(Connection(origin, await self._network.open(origin, {})))

    def forget(self) -> None:
        """Connections that are kept were made by another plan."""
        self._pool.close()
        self._shared.forget()

    async def aclose(self) -> None:
        self._pool.close()
        self._shared.close()


class _Body(httpx.AsyncByteStream):
    """What httpx closes in the end; the bytes are read past it, as each generator between costs some at each token."""

    def __init__(self, connection: Connection, answer: Answer, keep: Callable[[], None]) -> None:
        self._connection = connection
        self._answer = answer
        self._keep = keep

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for _, piece in self._answer.pieces():
            yield piece

    async def aclose(self) -> None:
        if self._answer.is_clean:
            self._keep()
        else:
            self._connection.stream.abort()


class _SharedBody(httpx.AsyncByteStream):
    """As `_Body`, where the connection is not one's own."""

    def __init__(self, answer: "SharedAnswer") -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for _, piece in self._answer.pieces():
            yield piece

    async def aclose(self) -> None:
        self._answer.close()


def _origin(url: httpx.URL) -> Origin:
    """Raises `httpx.UnsupportedProtocol`."""
    if url.scheme not in ("http", "https") or not url.host:
        raise httpx.UnsupportedProtocol("neither http nor https, or no host")
    is_secure = url.scheme == "https"
    return Origin(is_secure, url.raw_host.decode("ascii"), url.port or (443 if is_secure else 80))


def _question(request: httpx.Request, forwarder: Proxy | None) -> Question:
    """With the whole address, and who asks, for a proxy that is asked in the server's place."""
    target, headers = request.url.raw_path, request.headers.raw
    if forwarder is not None:
        host = request.headers["host"].encode("ascii")
        target = b"http://" + host + target
        headers = [*headers, *((name.encode(), value.encode()) for name, value in forwarder.authorization.items())]
    return Question(request.method, target, headers, request.content)


class Exchange:
    """A response whose head has arrived and whose body is still to be read."""

    def __init__(self, answer: "Answer | SharedAnswer", course: _Course) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = _joined(answer.headers)
        self.http_version = answer.http_version
        self.headers_ns = answer.head_ns
        self.stamp = answer.stamp
        self.marks = course.marks
        self.reused = course.reused
        """No connection had to be opened for it."""
        self.warmed = course.warmed
        """Its connection had been opened ahead, and nothing had been asked over it."""
        self.reconnected = course.reconnected

    def abort(self) -> None:
        """Closes the connection now: for whoever reads the body, it is lost."""
        self._answer.abort()

    def pieces(self) -> AsyncGenerator[Piece, None]:
        """The body with the stamps of its bytes, decompressed if need be. Raises `ProviderError`."""
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding in ("", "identity"):
            return self._answer.pieces()
        return self._unpacked(_unpacker(encoding))

    async def _unpacked(self, unpack: Callable[[bytes], Iterator[bytes]]) -> AsyncGenerator[Piece, None]:
        async with aclosing(self._answer.pieces()) as pieces:
            async for at_ns, piece in pieces:
                for part in unpack(piece):
                    yield at_ns, part


def _joined(headers: Headers) -> dict[str, str]:
    """By lower-case name; what comes several times is joined with commas."""
    named: dict[str, str] = {}
    for name, value in headers:
        key, said = name.decode("latin-1").lower(), value.decode("utf-8", "replace")
        named[key] = f"{named[key]}, {said}" if key in named else said
    return named


class HttpClient:
    """Sends requests and gives exchanges. One for the whole program, owned by whoever composes it."""

    def __init__(self, *, tls_context: Callable[[], ssl.SSLContext], user_agent: str, plan: Plan = DIRECT) -> None:
        self._network = Network(tls_context, plan)
        self._transport = _Transport(self._network)
        self._client = httpx.AsyncClient(
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            timeout=None,
            headers={"user-agent": user_agent, "accept-encoding": "identity"},
        )

    def adopt(self, plan: Plan) -> None:
        """New connections are made by this plan; exchanges that go on are left alone."""
        self._network.adopt(plan)
        self._transport.forget()

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: bytes | None = None,
        witness: Witness = NOBODY,
    ) -> AbstractAsyncContextManager[Exchange]:
        """Makes the request now; entering sends it and waits for the head of the response, leaving closes it. Raises
        `ProviderError` then.

        A kept-alive connection that turns out to be dead before any byte of the response came is replaced once:
        llama.cpp closes connections that it has just advertised as kept.
        """
        course = _Course()
        return self._exchanged(self._built(method, url, headers, body, course), body or b"", course, witness)

    @asynccontextmanager
    async def _exchanged(
        self, request: httpx.Request | None, body: bytes, course: _Course, witness: Witness
    ) -> AsyncGenerator[Exchange, None]:
        if request is not None:
            witness.asked(request.method, str(request.url), request.headers.raw, body)
        response = await self._sent(request) if request is not None else None
        if response is None or course.answer is None:
            raise _unsendable()
        witness.answered(course.answer.status, course.answer.http_version, course.answer.headers)
        try:
            yield Exchange(course.answer, course)
        finally:
            await response.aclose()

    def _built(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, course: _Course
    ) -> httpx.Request | None:
        """None for a request that cannot be sent: the library's error quotes a header, which may be the key's, so it
        must not live on as the context of ours."""
        try:
            return self._client.build_request(method, url, headers=headers, content=body, extensions={"course": course})
        except UNSENDABLE:
            return None

    async def _sent(self, request: httpx.Request) -> httpx.Response | None:
        """None as above: some of it shows only when it is written. Past the client, whose redirects, cookies and hooks
        we do without: they take as long as all the rest of a start."""
        try:
            return await self._transport.handle_async_request(request)
        except UNSENDABLE:
            return None

    async def warm(self, url: str) -> None:
        """Makes what the first exchange with `url` would otherwise wait for."""
        with contextlib.suppress(ProviderError, *UNSENDABLE):  # whoever sends will hear of it
            self._network.warm(_origin(httpx.URL(url)))

    async def prewarm(self, url: str, *, connections: int = 1) -> None:
        """Sees to it that so many connections to the origin of `url` are open and idle. Raises `ProviderError`."""
        try:
            origin: Origin | None = _origin(httpx.URL(url))
        except UNSENDABLE:
            origin = None
        if origin is None:
            raise _unsendable()
        await self._transport.ready(origin, connections)

    async def aclose(self) -> None:
        await self._client.aclose()


def _unsendable() -> ProviderError:
    said = "the request could not be sent: its address or one of its headers holds a character that HTTP forbids"
    return ProviderError(Failure("bad_request", said))


def _unpacker(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    """Undoes a content encoding that we did not ask for, never more than `PIECE_BYTES` at once."""
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflater()
    raise ProviderError(Failure("protocol", f"the server compressed its answer with {encoding!r} unasked"))


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

"""Faults on purpose, in front of any endpoint: the real client, and what goes wrong on the way to it and back.

It stands where HTTP happens, in this process, so no request and no key takes another way. What is played before an
answer is in the vendor's own words, and what breaks a stream breaks the real one: whoever reads it cannot tell it from
a fault that came by itself. `after` counts the events of the stream here, since tokens are the dialect's to read.
"""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from random import Random
from urllib.parse import urlsplit

from providers.breakage import LostError, UnheardError, broken
from providers.dialects.base import Dialect
from providers.errors import Failure, ProviderError
from providers.events import Phase, Stamp
from providers.exchanging import Answering, Client
from providers.fault_words import in_stream, refusal
from providers.network import in_words
from providers.practice.faults import HTML, JUNK, PLAYED, Fault, Lab, Plan
from providers.practice.problems import Problem
from providers.streams import Piece
from providers.witness import NOBODY, Witness

CONTENT_TYPES = {"sse": "text/event-stream", "ndjson": "application/x-ndjson"}
BOUNDARIES = {"sse": (b"\n\n", b"\r\n\r\n", b"\r\r"), "ndjson": (b"\n",)}
LONGEST_BOUNDARY = 4


class FaultyClient:
    """Plays the faults of one SPEC in front of `client`, for one lane and one run: `times` counts its requests."""

    def __init__(self, client: Client, spec: str, dialect: Dialect, random: Random | None = None) -> None:
        """`spec` is one that `faults.parse` takes, of the faults in `PLAYED`."""
        self._client = client
        self._dialect = dialect
        self._lab = Lab(always=spec, random=random or Random(), names=PLAYED)

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: bytes | None = None,
        witness: Witness = NOBODY,
    ) -> AsyncGenerator[Answering, None]:
        """As `HttpClient.exchange`. Raises `ProviderError`."""
        plan = self._lab.plan()
        if late := plan.find("slow_head"):
            await asyncio.sleep(late["s"])
        for fault in plan.faults:
            error = _error(fault, url)
            made = _instead(fault, self._dialect)
            if error is None and made is None:
                continue
            witness.asked(method, url, [(n.encode(), v.encode()) for n, v in headers.items()], body or b"")
            if error is not None:
                raise error
            if made is not None:
                witness.answered(made.status, made.http_version, _raw(made.headers))
                yield made
                return
        async with self._client.exchange(method, url, headers=headers, body=body, witness=witness) as exchange:
            is_answer = 200 <= exchange.status < 300
            yield Struck(exchange, plan, self._dialect) if is_answer else exchange


def _error(fault: Fault, url: str) -> ProviderError | None:
    """What is raised in the place of an answer."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    match fault.name:
        case "dns":
            error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return ProviderError(Failure("network", in_words(error, host, port)))
        case "tls":
            return ProviderError(Failure("tls", "the server's certificate was refused: self-signed certificate"))
        case "close":
            return UnheardError(Failure("network", "the server closed the connection without a word"))
        case _:
            return None


def _instead(fault: Fault, dialect: Dialect) -> "Made | None":
    """What is answered without asking."""
    match fault.name:
        case "401":
            problem = Problem("authentication", "This key was revoked.")
        case "429":
            problem = Problem("rate", "Rate limit reached for requests.", retry_after=fault["retry_after"])
        case "500":
            problem = Problem("server", "The server had an error.")
        case "503":
            after = fault["retry_after"] if fault["retry_after"] >= 0 else None
            problem = Problem("unavailable", "The service is overloaded.", retry_after=after)
        case "html":
            return Made(502, {"content-type": "text/html"}, HTML)
        case "empty":
            return Made(200, {"content-type": CONTENT_TYPES[dialect.framing]}, b"")
        case "529":
            said = in_stream(dialect.name, Problem("overloaded", "Overloaded"))
            return Made(200, {"content-type": CONTENT_TYPES[dialect.framing]}, said)
        case _:
            return None
    return Made(*refusal(dialect.name, problem))


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Made:
    """A response that no server sent."""

    http_version = "1.1"
    stamp: Stamp = "transport"
    reused = warmed = reconnected = False

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self._body = status, headers, body
        self.headers_ns = time.perf_counter_ns()
        self.marks: Mapping[Phase, tuple[int, int]] = {}

    def abort(self) -> None:
        """There is no connection."""

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        if self._body:
            yield time.perf_counter_ns(), self._body


class Struck:
    """A real response, and what goes wrong in it. What is held back is stamped anew: it comes when it is let go."""

    def __init__(self, exchange: Answering, plan: Plan, dialect: Dialect) -> None:
        self._exchange, self._plan, self._dialect = exchange, plan, dialect
        self._aborted = asyncio.Event()
        self._let_go_ns = 0
        self.status, self.headers = exchange.status, exchange.headers
        self.http_version, self.headers_ns, self.stamp = exchange.http_version, exchange.headers_ns, exchange.stamp
        self.marks = exchange.marks
        self.reused, self.warmed, self.reconnected = exchange.reused, exchange.warmed, exchange.reconnected

    def abort(self) -> None:
        self._aborted.set()
        self._exchange.abort()

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Raises what the faults raise, and `ProviderError`."""
        if late := self._plan.find("slow_first"):
            await self._hold(late["s"])
        events = Events(BOUNDARIES[self._dialect.framing])
        async with aclosing(self._exchange.pieces()) as pieces:
            async for at_ns, piece in pieces:
                for part, count in events.parts(piece):
                    if part:
                        yield max(at_ns, self._let_go_ns), part
                    for fault in self._plan.after(count) if count is not None else ():
                        bytes_, is_over = await self._strike(fault)
                        if bytes_:
                            yield time.perf_counter_ns(), bytes_
                        if is_over:
                            return

    async def _strike(self, fault: Fault) -> tuple[bytes, bool]:
        """What comes of it in the stream, and whether that is its end."""
        match fault.name:
            case "stall":
                await self._hold(fault["s"])
                return b"", False
            case "junk":
                return JUNK, False
            case "error":
                problem = Problem("server", "The server had an error while it was answering.")
                return in_stream(self._dialect.name, problem), True
            case "drop":
                raise LostError(Failure("cut_off", "the connection ended in the middle of the body"))
            case "reset":
                error = ConnectionResetError(104, "Connection reset by peer")
                raise LostError(broken(error)) from error
            case _:
                return b"", True

    async def _hold(self, seconds: float) -> None:
        """Unless the reader gives the connection up meanwhile."""
        try:
            await asyncio.wait_for(self._aborted.wait(), seconds)
        except TimeoutError:
            self._let_go_ns = time.perf_counter_ns()
        else:
            raise LostError(Failure("network", "the connection was closed"))


class Events:
    """Where the events of a stream end. The bytes are handed on as they are, none is held back."""

    def __init__(self, boundaries: tuple[bytes, ...]) -> None:
        self._boundaries = boundaries
        self._tail = b""
        self._count = -1

    def parts(self, piece: bytes) -> Iterator[tuple[bytes, int | None]]:
        """The piece in parts; after each that ends an event, how many have ended. Before all stands 0."""
        if self._count < 0:
            self._count = 0
            yield b"", 0
        known, whole, begin = len(self._tail), self._tail + piece, 0
        for end in self._ends(whole):
            if end <= known:
                continue
            self._count += 1
            yield whole[max(known, begin) : end], self._count
            begin = end
        yield whole[max(known, begin) :], None
        self._tail = b"" if begin == len(whole) else whole[max(begin, len(whole) - LONGEST_BOUNDARY + 1) :]

    def _ends(self, whole: bytes) -> Iterator[int]:
        at = 0
        while True:
            found = [(where, where + len(each)) for each in self._boundaries if (where := whole.find(each, at)) >= 0]
            if not found:
                return
            at = min(found)[1]
            yield at

"""One HTTP/1.1 connection, an exchange at a time. h11 writes requests and judges heads; bodies are framed by ours."""

import time
from collections import deque
from collections.abc import AsyncGenerator

import h11

from providers.breakage import LostError, UnheardError
from providers.errors import Failure, ProviderError
from providers.framing import MAX_LINES_BYTES, Framing, framing, malformed
from providers.network import Marks, Origin
from providers.streams import Piece, Stream

Headers = list[tuple[bytes, bytes]]


class Question:
    """A request as h11 wrote it, which asks no more than once."""

    def __init__(self, method: str, target: bytes, headers: Headers, body: bytes) -> None:
        """Raises `h11.LocalProtocolError`, whose words may quote a header, hence a key."""
        self.method = method
        self.judge = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_LINES_BYTES)
        request = h11.Request(method=method, target=target, headers=headers)
        events = (request, h11.Data(data=body), h11.EndOfMessage()) if body else (request, h11.EndOfMessage())
        self.data = b"".join(self.judge.send(event) or b"" for event in events)


class Answer:
    """A response whose head is there and whose body is still to be read. Whoever has it must close it."""

    def __init__(self, stream: Stream, head: h11.Response, body: Framing, head_ns: int, unread: deque[Piece]) -> None:
        self._stream = stream
        self._body = body
        self._unread = unread
        self._is_kept = head.http_version >= b"1.1" and b"close" not in _tokens(head, b"connection")
        self.status = head.status_code
        self.http_version = head.http_version.decode()
        self.headers: Headers = head.headers.raw_items()
        self.head_ns = head_ns
        self.stamp = stream.stamp

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """The body as it arrives. Raises `LostError`."""
        body, unread, stream = self._body, self._unread, self._stream
        while True:
            while unread:
                at_ns, data = unread.popleft()
                if part := body.feed(data):
                    yield at_ns, part
            if body.over:
                return
            if body.fault is not None:
                raise body.fault
            unread.extend(await stream.arrived())
            if not unread:
                body.end()
                return

    def abort(self) -> None:
        """Closes the connection now: for whoever reads the body, it is lost."""
        self._stream.abort(ConnectionAbortedError("given up"))

    @property
    def is_clean(self) -> bool:
        """The exchange has come to its end and left the connection fit for another one."""
        body = self._body
        return self._is_kept and body.over and not body.excess and not self._unread and self._stream.is_quiet


class Connection:
    def __init__(self, origin: Origin, stream: Stream) -> None:
        self.origin = origin
        self.stream = stream
        self.is_used = False

    async def ask(self, question: Question, noted: Marks) -> Answer:
        """Raises `UnheardError` if the connection ends without a word, else `LostError` or `ProviderError`."""
        self.is_used = True
        began = time.perf_counter_ns()
        await self.stream.send(question.data)
        sent_ns = time.perf_counter_ns()
        head, head_ns, unread = await self._head(question.judge)
        noted["sent"] = (began, min(sent_ns, head_ns))  # the kernel may have had the answer before we looked up again
        return Answer(self.stream, head, framing(question.method, head), head_ns, unread)

    async def _head(self, judge: h11.Connection) -> tuple[h11.Response, int, deque[Piece]]:
        unread: deque[Piece] = deque()
        is_heard = False
        while True:
            try:
                unread.extend(await self.stream.arrived())
            except LostError as error:
                if is_heard:
                    raise
                raise UnheardError(error.failure) from error.__cause__
            if not unread:
                raise _ended(is_heard=is_heard)
            is_heard = True
            while unread:
                at_ns, data = unread.popleft()
                judge.receive_data(data)
                if (head := _judged(judge)) is not None:
                    if rest := judge.trailing_data[0]:
                        unread.appendleft((at_ns, rest))
                    return head, at_ns, unread


def _judged(judge: h11.Connection) -> h11.Response | None:
    """The head, or None as long as it is not whole. Heads that only inform are passed over."""
    try:
        while isinstance(event := judge.next_event(), h11.InformationalResponse):
            pass
        return event if isinstance(event, h11.Response) else None
    except h11.RemoteProtocolError as error:
        fault = str(error).partition(":")[0]  # behind the colon, it quotes what the server sent, maybe a key sent back
    raise malformed(fault)


def _ended(*, is_heard: bool) -> ProviderError:
    if is_heard:
        return LostError(Failure("network", "the server closed the connection in the middle of the answer's head"))
    return UnheardError(Failure("network", "the server closed the connection without a word"))


def _tokens(head: h11.Response, name: bytes) -> set[bytes]:
    return {token.strip() for key, value in head.headers if key == name for token in value.lower().split(b",")}

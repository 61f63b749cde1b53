"""One HTTP/2 connection that exchanges share. h2 keeps the protocol's state; nobody but who waits reads.

Whoever waits for its own answer reads for all. Bytes are stamped when they come, by the stream below, so that no figure
is spoiled by their lying there until somebody looks.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings

from providers.breakage import LostError, UnheardError
from providers.connection import Headers
from providers.errors import Failure
from providers.framing import MAX_LINES_BYTES
from providers.network import Marks, Origin
from providers.streams import Piece, Stream

OF_ONE = 1024 * 1024
OF_ALL = 16 * OF_ONE
"""So many bytes may come of one answer, and of all together, before somebody has read them."""
IDLE_S = 60.0
NOT_SENT = frozenset({b"host", b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"})
"""Headers of HTTP/1.1 that have no place here (RFC 9113, section 8.2.2)."""


@dataclass(frozen=True)
class SharedQuestion:
    method: str
    authority: bytes
    target: bytes
    headers: Headers
    body: bytes

    def fields(self) -> Headers:
        rest = [(name.lower(), value) for name, value in self.headers if name.lower() not in NOT_SENT]
        head = [(b":method", self.method.encode()), (b":scheme", b"https")]
        return [*head, (b":authority", self.authority), (b":path", self.target), *rest]


class SharedAnswer:
    """As `providers.connection.Answer`, of one stream of a connection that others use as well."""

    http_version = "2"

    def __init__(self, connection: "SharedConnection", id_: int) -> None:
        self._connection, self.id = connection, id_
        self._unread: deque[tuple[Piece, int]] = deque()
        self.fault: LostError | None = None
        self.is_over = False
        self.status = 0
        self.headers: Headers = []
        self.head_ns = 0
        self.stamp = connection.stream.stamp

    # What the connection tells

    def headed(self, fields: Iterable[tuple[bytes, bytes]], at_ns: int) -> None:
        for name, value in fields:
            if name == b":status":
                self.status = int(value)
            else:
                self.headers.append((bytes(name), bytes(value)))
        self.head_ns, self.stamp = at_ns, self._connection.stream.stamp

    def came(self, at_ns: int, data: bytes, weight: int) -> None:
        self._unread.append(((at_ns, data), weight))

    # What an exchange calls

    async def head(self) -> None:
        """Raises `UnheardError` where the server has not looked at the question, else `LostError`."""
        while not self.status:
            if self.fault is not None:
                raise self.fault
            await self._connection.step()

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """The body as it arrives. Raises `LostError`."""
        while True:
            while self._unread:
                piece, weight = self._unread.popleft()
                self._connection.taken(self.id, weight)
                if piece[1]:
                    yield piece
            if self.is_over:
                return
            if self.fault is not None:
                raise self.fault
            await self._connection.step()

    def abort(self) -> None:
        """Ends this answer alone: for whoever reads the body, it is lost."""
        self.fault = self.fault or LostError(Failure("network", "the connection broke (given up)"))
        self._connection.leave(self.id, is_whole=self.is_over)
        self._connection.wake()
        self._connection.stream.call()  # it may be this one's reader who reads for all

    def close(self) -> None:
        """Gives back its share, whatever has come of it."""
        unread = sum(weight for _, weight in self._unread)
        self._unread.clear()
        self._connection.taken(self.id, unread)
        self._connection.leave(self.id, is_whole=self.is_over or self.fault is not None)


class SharedConnection:
    def __init__(self, origin: Origin, stream: Stream) -> None:
        self.origin, self.stream = origin, stream
        self.is_used = False
        self._is_leaving = False
        """No new exchange may use it."""
        self._lost: LostError | None = None
        self._answers: dict[int, SharedAnswer] = {}
        self._is_read = False
        self._waiting: list[asyncio.Future[None]] = []
        self._idle: asyncio.TimerHandle | None = None
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        wanted = {
            SettingCodes.ENABLE_PUSH: 0,
            SettingCodes.INITIAL_WINDOW_SIZE: OF_ONE,
            SettingCodes.MAX_HEADER_LIST_SIZE: MAX_LINES_BYTES,
        }
        self._h2.local_settings = Settings(client=True, initial_values=wanted)
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(OF_ALL - 65_535)
        self._flush()
        self._rest()

    @property
    def has_room(self) -> bool:
        """Whether one more exchange may use it now."""
        if self.stream.has_news and not self._is_read:
            self._catch_up()
        most = self._h2.remote_settings.max_concurrent_streams
        return not self._is_leaving and self._lost is None and len(self._answers) < most

    @property
    def is_gone(self) -> bool:
        return self._is_leaving or self._lost is not None

    async def ask(self, question: SharedQuestion, noted: Marks) -> SharedAnswer:
        """Raises `UnheardError` if the server has not looked at it, else `LostError`."""
        self.is_used = True
        self._wake_up()
        began = time.perf_counter_ns()
        answer = self._opened(question)
        try:
            await self._send(answer, question.body)
            sent_ns = time.perf_counter_ns()
            await answer.head()
        except BaseException:
            answer.close()
            raise
        noted["sent"] = (began, min(sent_ns, answer.head_ns))
        return answer

    def _opened(self, question: SharedQuestion) -> SharedAnswer:
        try:
            id_ = self._h2.get_next_available_stream_id()
            self._h2.send_headers(id_, question.fields(), end_stream=not question.body)
        except H2Error as error:
            self._is_leaving = True
            raise UnheardError(_broken_rules(error)) from None
        answer = self._answers[id_] = SharedAnswer(self, id_)
        self._flush()
        return answer

    async def _send(self, answer: SharedAnswer, body: bytes) -> None:
        """As fast as the server lets it in. One that has answered already need not hear the rest."""
        id_, left = answer.id, memoryview(body)
        while left and answer.fault is None and not answer.status:
            try:
                room = min(self._h2.local_flow_control_window(id_), self._h2.max_outbound_frame_size)
                if room > 0:
                    self._h2.send_data(id_, left[:room].tobytes(), end_stream=len(left) <= room)
                    left = left[room:]
            except H2Error:
                return  # the server has closed its side: what it has said is read next
            self._flush()
            if room <= 0:
                await self.step()

    # Reading

    async def step(self) -> None:
        """Until something has come for somebody. One reads, the others wait for what it finds."""
        if self._is_read:
            news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(news)
            await news
            return
        self._is_read = True
        try:
            await self.stream.news()
            if self.stream.has_news:
                self._take(self.stream.at_hand())
        except LostError as error:
            self._end(error)
        finally:
            self._is_read = False
            self.wake()

    def wake(self) -> None:
        """Whoever waits looks again: what it waits for may be there, or reading may be its turn."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    def _catch_up(self) -> None:
        """Takes what came while nobody was reading."""
        try:
            self._take(self.stream.at_hand())
        except LostError as error:
            self._end(error)

    def _take(self, pieces: Iterable[Piece]) -> None:
        """Raises `LostError`."""
        came = False
        for at_ns, data in pieces:
            came = True
            try:
                events = self._h2.receive_data(data)
            except H2Error as error:
                self._flush()
                raise LostError(_broken_rules(error)) from None
            for event in events:
                self._on(event, at_ns)
        if not came:
            raise LostError(Failure("network", "the server closed the connection"))
        self._flush()

    def _on(self, event: Event, at_ns: int) -> None:
        match event:
            case ConnectionTerminated():
                self._is_leaving = True
                for id_, each in self._answers.items():
                    if id_ > (event.last_stream_id or 0):
                        each.fault = UnheardError(Failure("network", "the server is closing the connection"))
            case ResponseReceived() | DataReceived() | StreamEnded() | StreamReset():
                if (answer := self._answers.get(event.stream_id or 0)) is not None:
                    _tell(answer, event, at_ns)
                elif isinstance(event, DataReceived):  # of one that was given up
                    self.taken(event.stream_id or 0, event.flow_controlled_length or 0)

    def _end(self, error: LostError) -> None:
        self._lost = error
        for answer in self._answers.values():
            if not answer.is_over:
                answer.fault = answer.fault or (error if answer.status else UnheardError(error.failure))

    # Writing

    def taken(self, id_: int, weight: int) -> None:
        """So much of what came has been read: the server may send as much again."""
        if weight and self._lost is None:
            with contextlib.suppress(H2Error):
                self._h2.acknowledge_received_data(weight, id_)
            self._flush()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self.stream.write(data)

    # Ending

    def leave(self, id_: int, *, is_whole: bool) -> None:
        """That exchange is over; the server is told if it has more to say."""
        if self._answers.pop(id_, None) is None:
            return
        if not is_whole and self._lost is None:
            with contextlib.suppress(H2Error):
                self._h2.reset_stream(id_, ErrorCodes.CANCEL)
            self._flush()
        self._rest()

    def retire(self) -> None:
        """Takes no more exchanges, and goes when those that it has are over."""
        self._is_leaving = True
        self._rest()

    def _rest(self) -> None:
        self._wake_up()
        if self._answers:
            return
        if self._is_leaving or self._lost is not None:
            self.stream.abort()
        else:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self.retire)

    def _wake_up(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def abort(self) -> None:
        self._is_leaving = True
        self._wake_up()
        self.stream.abort()


def _tell(answer: SharedAnswer, event: Event, at_ns: int) -> None:
    match event:
        case ResponseReceived():
            answer.headed(event.headers or (), at_ns)
        case DataReceived():
            answer.came(at_ns, bytes(event.data or b""), event.flow_controlled_length or 0)
        case StreamEnded():
            answer.is_over = True
        case StreamReset(error_code=ErrorCodes.REFUSED_STREAM):
            answer.fault = UnheardError(Failure("network", "the server refused one more stream on this connection"))
        case StreamReset(error_code=code):
            failure = Failure("network", f"the server gave up this answer ({_named(code)})")
            answer.fault = answer.fault or LostError(failure)


def _named(code: object) -> str:
    return code.name if isinstance(code, ErrorCodes) else f"error {code}"


def _broken_rules(error: H2Error) -> Failure:
    return Failure("protocol", f"the rules of HTTP/2 were broken: {type(error).__name__}")

"""Where the body of an HTTP/1.1 response ends, and what in it is not body. As strict as h11, read without copies.

After RFC 9112, section 6 (which framing holds) and 7.1 (chunks). h11 judges heads; trailers are heads, so h11 judges
them too.
"""

import contextlib
import re
from typing import Protocol

import h11

from providers.breakage import LostError
from providers.errors import Failure

MAX_LINES_BYTES = 100 * 1024
"""Of a head, of one chunk's first line, of trailers."""

SIZE = re.compile(rb"[0-9A-Fa-f]{1,20}")
PLAIN_START = re.compile(rb"([0-9A-Fa-f]{1,20})\r\n")
BLANK_LINE = re.compile(rb"\n\r?\n")


def malformed(what: str) -> LostError:
    return LostError(Failure("protocol", f"the server broke the rules of HTTP: {what}"))


class Framing(Protocol):
    """Fed what arrives, it gives the body's bytes, up to where they cannot be read on."""

    over: bool
    """The body is whole."""
    fault: LostError | None
    """Why it cannot be read on."""
    excess: bool
    """Something came after it, so the connection cannot be trusted with another exchange."""

    def feed(self, data: bytes) -> bytes: ...

    def end(self) -> None:
        """The connection has ended. Raises `LostError` if the body has not."""


class Counted:
    """So many bytes, as `content-length` says."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.over = length == 0
        self.fault: LostError | None = None
        self.excess = False

    def feed(self, data: bytes) -> bytes:
        self.excess = len(data) > self._left
        body = data[: self._left]
        self._left -= len(body)
        self.over = not self._left
        return body

    def end(self) -> None:
        if not self.over:
            raise LostError(Failure("cut_off", f"the connection ended {self._left:,} bytes before the body did"))


class UntilClosed:
    """All there is until the connection ends: nothing proves that it is all there was."""

    def __init__(self) -> None:
        self.over = False
        self.fault: LostError | None = None
        self.excess = False

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> None:
        self.over = True


class Chunked:
    def __init__(self) -> None:
        self._left = 0
        self._footer = b""
        """What is still to come of the line end that closes a chunk."""
        self._held = b""
        """The start of a line that is not whole yet."""
        self._in_trailers = False
        self.over = False
        self.fault: LostError | None = None
        self.excess = False

    def feed(self, data: bytes) -> bytes:
        if self.over or self.fault:
            self.excess = self.excess or bool(data)
            return b""
        if (body := self._one_chunk(data)) is not None:
            return body
        if self._held:
            data, self._held = self._held + data, b""
        parts: list[bytes] = []
        try:
            at = self._chunks(data, parts)
            if self._in_trailers:
                self._trailers(data[at:])
        except LostError as error:
            self.fault = error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _one_chunk(self, data: bytes) -> bytes | None:
        """The body in `data` if that is one whole chunk, as most reads of a live stream are."""
        if self._left or self._footer or self._held or self._in_trailers or data[-2:] != b"\r\n":
            return None
        start = PLAIN_START.match(data)
        if start is None or not (size := int(start[1], 16)) or start.end() + size + 2 != len(data):
            return None
        return data[start.end() : -2]

    def _chunks(self, data: bytes, parts: list[bytes]) -> int:
        """Where the trailers begin, if they do."""
        at, size = 0, len(data)
        while at < size and not self._in_trailers:
            if self._left:
                part = data[at : at + self._left]
                parts.append(part)
                at += len(part)
                self._left -= len(part)
                if not self._left:
                    self._footer = b"\r\n"
            elif self._footer:
                at = self._past_footer(data, at)
            elif (start := PLAIN_START.match(data, at)) is not None:
                at = start.end()
                self._begin(start[1])
            elif (after := data.find(b"\r\n", at)) >= 0:
                self._begin(_size(data[at:after]))
                at = after + 2
            else:
                self._hold(data[at:])
                break
        return at

    def end(self) -> None:
        if not self.over:
            raise LostError(Failure("cut_off", "the connection ended in the middle of the body"))

    def _past_footer(self, data: bytes, at: int) -> int:
        seen = data[at : at + len(self._footer)]
        if not self._footer.startswith(seen):
            raise malformed("a chunk is longer than it says")
        self._footer = self._footer[len(seen) :]
        return at + len(seen)

    def _begin(self, size: bytes) -> None:
        self._left = int(size, 16)
        self._in_trailers = not self._left

    def _hold(self, line: bytes) -> None:
        if len(line) > MAX_LINES_BYTES:
            raise malformed("a line has no end")
        self._held = line

    def _trailers(self, data: bytes) -> None:
        if data.startswith((b"\r\n", b"\n")):
            after = 2 if data.startswith(b"\r\n") else 1
        elif (blank := BLANK_LINE.search(data)) is not None:
            after = blank.end()
            _judge(data[:after])
        else:
            self._hold(data)
            return
        self.over, self.excess = True, len(data) > after


def _size(line: bytes) -> bytes:
    """The size that a chunk's first line tells. Linear in its length, whatever it holds."""
    size, semicolon, extension = line.partition(b";")
    if not semicolon:
        size = size.rstrip(b" \t")
    if not SIZE.fullmatch(size) or b"\n" in extension:
        raise malformed("a chunk does not tell its size")
    return size


def _judge(trailers: bytes) -> None:
    judge = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_LINES_BYTES)
    judge.send(h11.Request(method="GET", target="/", headers=[("host", "trailers")]))
    judge.receive_data(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n" + trailers)
    with contextlib.suppress(h11.RemoteProtocolError):
        while not isinstance(judge.next_event(), h11.EndOfMessage):
            pass
        return
    raise malformed("what follows the last chunk is no header")


def framing(method: str, response: h11.Response) -> Framing:
    """How the body of `response`, which h11 has let pass, is delimited."""
    headers = dict(response.headers)
    if response.status_code in (204, 304) or method == "HEAD":
        return Counted(0)
    if b"transfer-encoding" in headers:
        return Chunked()
    if (length := headers.get(b"content-length")) is not None:
        return Counted(int(length))
    return UntilClosed()

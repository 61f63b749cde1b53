"""Server-sent events, decoded incrementally from bytes.

After the WHATWG HTML standard, section 9.2.6, with what real servers need beyond it: lines end in CRLF, LF or CR in
any mix, and are split on those bytes only (U+2028 inside a string is text); whole lines alone are decoded, so a
character may be cut anywhere; an event that the stream ends without delimiting is still given, marked unterminated;
lines that are no field at all (a bare JSON error in the middle of a stream) are given as an event named `BARE`; an
`error:` field is given as an event named `error`.
"""

from collections.abc import Iterator

import msgspec

MAX_EVENT_BYTES = 64 * 1024 * 1024
"""Covers answers with images; above it the stream is refused."""

BOM = b"\xef\xbb\xbf"

BARE = "\x00bare"
"""The name of an event made of lines outside any field."""


class ServerEvent(msgspec.Struct, frozen=True, gc=False):
    """One event: its name (`""` when unnamed) and its data, lines joined with LF."""

    name: str
    data: bytes
    terminated: bool = True


class EventTooLargeError(Exception):
    """One event is larger than the decoder allows."""


class SseDecoder:
    """Feed it bytes as they arrive, cut anywhere; it gives the events that are complete."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._tail: list[bytes] = []  # pieces of the line that is not whole yet; a list, as joining at each is O(n²)
        self._at_start = True
        self._after_cr = False
        self._held = 0
        self._name = ""
        self._data: list[bytes] = []
        self._bare: list[bytes] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events completed by `chunk`. Raises `EventTooLargeError`."""
        events: list[ServerEvent] = []
        for line in self._lines(chunk):
            if line:
                self._field(line)
            else:
                events.extend(self._dispatch(terminated=True))
        if self._held > self._max:
            raise EventTooLargeError
        return events

    def end(self) -> list[ServerEvent]:
        """The stream is over: what it left undelimited, if anything."""
        line = b"".join(self._tail)
        self._tail = []
        if line:
            self._field(line)
        return list(self._dispatch(terminated=False))

    def _lines(self, chunk: bytes) -> list[bytes]:
        """Whole lines without their ends; the rest waits in `_tail`."""
        if self._at_start:
            chunk = self._without_bom(chunk)
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *rest = chunk.split(b"\n")
        if not rest:
            self._hold(first)
            return []
        lines = [b"".join((*self._tail, first)), *rest[:-1]]
        self._tail = []
        self._hold(rest[-1])
        return lines

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._tail.append(piece)
            self._held += len(piece)

    def _without_bom(self, chunk: bytes) -> bytes:
        """Waits until it is clear whether the stream begins with a byte order mark."""
        chunk = b"".join((*self._tail, chunk))
        self._tail = []
        if len(chunk) < len(BOM) and BOM.startswith(chunk):
            self._tail = [chunk]
            return b""
        self._at_start = False
        return chunk.removeprefix(BOM)

    def _field(self, line: bytes) -> None:
        self._held += len(line)
        if line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            return
        if line.startswith(b":"):
            return
        name, colon, value = line.partition(b":")
        if name.lstrip() == b"data":
            self._data.append(value.removeprefix(b" "))  # indented by some gateways
            return
        value = value.removeprefix(b" ")
        if name == b"event" and colon:
            self._name = value.decode("utf-8", "replace")
        elif name == b"error" and colon:
            self._name = "error"
            self._data.append(value)
        elif line != b"data" and name not in (b"id", b"retry", b"event"):
            self._bare.append(line)

    def _dispatch(self, *, terminated: bool) -> Iterator[ServerEvent]:
        name, data, bare = self._name, self._data, self._bare
        self._name, self._data, self._bare, self._held = "", [], [], 0
        if bare:
            yield ServerEvent(BARE, b"\n".join(bare), terminated)
        if data:
            yield ServerEvent(name, data[0] if len(data) == 1 else b"\n".join(data), terminated)

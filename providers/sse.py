"""Server-sent events, decoded incrementally from bytes.

After the WHATWG HTML standard, section 9.2.6, with what real servers need beyond it: lines end in CRLF, LF or CR in
any mix, and are split on those bytes only (U+2028 inside a string is text); whole lines alone are decoded, so a
character may be cut anywhere; an event that the stream ends without delimiting is still given, marked unterminated;
lines that are no field at all (a bare JSON error in the middle of a stream) are given as an event named `BARE`; an
`error:` field is given as an event named `error`.
"""

import re
from collections.abc import Iterator

import msgspec

MAX_EVENT_BYTES = 64 * 1024 * 1024
"""Covers answers with images; above it the stream is refused."""

BOM = b"\xef\xbb\xbf"

BARE = "\x00bare"
"""The name of an event made of lines outside any field."""

UNKNOWN_FIELD = re.compile(rb"[A-Za-z][\w-]*: ?(?![{\[ ])")
"""What the standard says to ignore. A field with a document in it is a damaged one, and no one's to drop silently."""


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
        self._tail_bytes = 0
        self._at_start = True
        self._after_cr = False
        self._name = ""
        self._data: list[bytes] = []
        self._bare: list[bytes] = []
        self._is_bare_first = False
        self._event_bytes = 0

    @property
    def held_bytes(self) -> int:
        """The size of what waits: whole lines of the open event, without their ends, and the open line."""
        return self._event_bytes + self._tail_bytes

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events completed by `chunk`. Raises `EventTooLargeError`."""
        if chunk.startswith(b"data: ") and chunk.endswith((b"\n\n", b"\r\n\r\n")) and self._is_between_events:
            data = chunk[6 : -4 if chunk.endswith(b"\r\n") else -2]  # most pieces are one event, most events one line
            if b"\n" not in data and b"\r" not in data and len(chunk) <= self._max:
                return [ServerEvent("", data)]
        events: list[ServerEvent] = []
        for line in self._lines(chunk):
            if not line:
                events.extend(self._dispatch(terminated=True))
                continue
            self._event_bytes += len(line)
            if self._event_bytes > self._max:
                raise EventTooLargeError
            if line.startswith(b"data:"):
                self._data.append(line[6:] if line.startswith(b"data: ") else line[5:])
            else:
                self._field(line)
        if self._event_bytes + self._tail_bytes > self._max:
            raise EventTooLargeError
        return events

    def end(self) -> list[ServerEvent]:
        """The stream is over: what it left undelimited, if anything."""
        if line := self._joined(b""):
            self._field(line)
        return list(self._dispatch(terminated=False))

    @property
    def _is_between_events(self) -> bool:
        return not (self._event_bytes or self._tail_bytes or self._after_cr or self._at_start)

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
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._tail:
            lines[0] = self._joined(lines[0])
        if rest:
            self._tail.append(rest)
            self._tail_bytes += len(rest)
        return lines

    def _joined(self, end: bytes) -> bytes:
        """The open line, which ends with `end`."""
        line = b"".join((*self._tail, end))
        self._tail, self._tail_bytes = [], 0
        return line

    def _without_bom(self, chunk: bytes) -> bytes:
        """Waits until it is clear whether the stream begins with a byte order mark."""
        chunk = self._joined(chunk)
        if len(chunk) < len(BOM) and BOM.startswith(chunk):
            self._tail, self._tail_bytes = [chunk], len(chunk)
            return b""
        self._at_start = False
        return chunk.removeprefix(BOM)

    def _field(self, line: bytes) -> None:
        if line.startswith(b":"):
            return
        name, colon, value = line.partition(b":")
        name, value = name.lstrip(), value.removeprefix(b" ")  # indented by some gateways
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"error" and colon:
            self._name = "error"
            self._data.append(value)
        elif name not in (b"id", b"retry") and not UNKNOWN_FIELD.match(line):
            self._is_bare_first = self._is_bare_first or not (self._bare or self._data)
            self._bare.append(line)

    def _dispatch(self, *, terminated: bool) -> Iterator[ServerEvent]:
        """The event, and the lines outside any field, whichever came first."""
        name, data, bare, is_bare_first = self._name, self._data, self._bare, self._is_bare_first
        self._name, self._data, self._bare, self._is_bare_first, self._event_bytes = "", [], [], False, 0
        if is_bare_first:
            yield ServerEvent(BARE, b"\n".join(bare), terminated)
        if data:
            yield ServerEvent(name, data[0] if len(data) == 1 else b"\n".join(data), terminated)
        if bare and not is_bare_first:
            yield ServerEvent(BARE, b"\n".join(bare), terminated)

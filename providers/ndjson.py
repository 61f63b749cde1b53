"""Newline-delimited JSON, decoded incrementally from bytes: one document a line, as Ollama streams it.

Lines end in LF alone (a CR before it is dropped), empty ones say nothing, and a last line without its end is still
given, marked unterminated. A line may be of any length up to the decoder's limit.
"""

from providers.sse import MAX_EVENT_BYTES, EventTooLargeError, ServerEvent


class NdjsonDecoder:
    """Feed it bytes as they arrive, cut anywhere; it gives the lines that are whole, as events without a name."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._tail: list[bytes] = []
        self._tail_bytes = 0

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The lines completed by `chunk`. Raises `EventTooLargeError`."""
        *lines, rest = chunk.split(b"\n")
        if lines and self._tail:
            lines[0] = b"".join((*self._tail, lines[0]))
            self._tail, self._tail_bytes = [], 0
        if rest:
            self._tail.append(rest)
            self._tail_bytes += len(rest)
        if self._tail_bytes > self._max or any(len(line) > self._max for line in lines):
            raise EventTooLargeError
        return [ServerEvent("", line.removesuffix(b"\r")) for line in lines if line.strip()]

    def end(self) -> list[ServerEvent]:
        """The stream is over: the line that it left open, if any."""
        line = b"".join(self._tail)
        self._tail, self._tail_bytes = [], 0
        return [ServerEvent("", line, terminated=False)] if line.strip() else []

"""The server's own account of what it was asked and how each answer ended, one JSON line an event.

Stamps are those of the monotonic clock, in nanoseconds: on Linux the same clock that a client on this machine reads
with `time.monotonic_ns` or `time.perf_counter_ns`. Header names are written, their values never.
"""

import time
from collections.abc import Iterable
from typing import Any, BinaryIO

import msgspec


class RequestLog:
    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self._requests = 0

    def open(self, *, dialect: str, model: str | None, path: str, headers: Iterable[str]) -> "Entry":
        """Notes that a request was received, whole."""
        self._requests += 1
        entry = Entry(self, self._requests)
        entry.note("request", dialect=dialect, model=model, path=path, headers=sorted(set(headers)))
        return entry

    def write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(msgspec.json.encode(line) + b"\n")
            self._file.flush()


class Entry:
    """The lines of one request."""

    def __init__(self, log: RequestLog, number: int) -> None:
        self._log = log
        self._number = number

    def note(self, event: str, **facts: Any) -> None:
        self._log.write({"at_ns": time.monotonic_ns(), "request": self._number, "event": event, **facts})

"""Standard output, written from a thread: a slow reader of it must never hold up a stream or spoil a stamp."""

import errno
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from app.records import RunRecord
from providers.events import Event

FULL_S = 0.005
"""How long to wait for a standard output that cannot take more just now."""


class Outlet:
    """Takes pieces without ever waiting and writes them in order. `on_lost` is called, in the outlet's thread, when
    nothing can be written any more; what is put after that is dropped."""

    def __init__(self, fd: int, on_lost: Callable[[], object]) -> None:
        self._fd = fd
        self._on_lost = on_lost
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.lost: OSError | None = None
        self._thread = threading.Thread(target=self._work, name="standard output", daemon=True)
        self._thread.start()

    def put(self, piece: bytes) -> None:
        self._queue.put(piece)

    def close(self) -> None:
        """Waits until everything is written."""
        self._queue.put(None)
        self._thread.join()

    @property
    def failed(self) -> bool:
        """Whether results were lost that somebody still wanted; a reader who went away has had enough."""
        return self.lost is not None and self.lost.errno != errno.EPIPE

    def _work(self) -> None:
        while (piece := self._queue.get()) is not None:
            if self.lost is not None:
                continue
            try:
                write_all(self._fd, piece)
            except OSError as error:
                self.lost = error
                self._on_lost()


def write_all(fd: int, piece: bytes) -> None:
    """Writes all of `piece`, waiting where it must. Raises `OSError`."""
    rest = memoryview(piece)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            time.sleep(FULL_S)


def stdout_fd() -> int:
    """The descriptor of standard output. Raises `OSError` if there is none: its number may be a socket's by now."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no standard output")
    return sys.stdout.fileno()


def put(text: str) -> None:
    """Writes `text` to standard output. Raises `OSError`, and leaves nothing to be written when the program ends."""
    write_all(stdout_fd(), text.encode("utf-8", "replace"))


def json_line(value: Any) -> bytes:
    """`value` as one line of UTF-8. Half a character, which JSON may hold but UTF-8 cannot, is replaced."""
    try:
        return msgspec.json.encode(value) + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(value))) + b"\n"


def _whole(value: Any) -> Any:
    match value:
        case str():
            return whole(value)
        case dict():
            return {_whole(key): _whole(item) for key, item in value.items()}
        case list() | tuple():
            return [_whole(item) for item in value]
        case _:
            return value


def whole(text: str) -> str:
    """`text` with surrogates that belong together joined, and those that stand alone replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class RecordLines:
    """`--json`: one line per run, as it ends."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def event(self, run: int, event: Event) -> None:
        pass

    def ended(self, record: RunRecord) -> None:
        self._outlet.put(json_line(record))


class EventLines(RecordLines):
    """`--events`: a line per event as well."""

    def event(self, run: int, event: Event) -> None:
        self._outlet.put(json_line(event_line(run, event)))


def event_line(run: int, event: Event) -> dict[str, Any]:
    rest: dict[str, Any] = msgspec.to_builtins(event)
    head = {"run": run, "attempt": rest.pop("attempt"), "at_ns": rest.pop("at_ns"), "type": rest.pop("type")}
    return head | rest

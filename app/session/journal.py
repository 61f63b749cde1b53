"""The recovery copy of one open session: a file that only grows, a line for each thing that happened.

A line is on the disk when `append` returns. What a crash leaves of a last line is not read. Lines are JSON with a tag;
the first one tells the format. While answers stream, what came of them is written down piece by piece.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import msgspec
from msgspec.structs import replace

from app import whole_file
from app.session.change import Change, applied, whole
from app.session.document import Prompt, Run, Session
from app.session.edits import ran
from app.session.live import LiveRun, cut_off

VERSION = 1
LARGE_BYTES = 4 * 1024 * 1024
"""A journal below this size is never written anew for the sake of its size."""
GROWTH = 3
"""How many times its size when it was last written whole it may grow to."""


class Began(msgspec.Struct, frozen=True, tag="journal"):
    version: int = VERSION


class Changed(msgspec.Struct, frozen=True, tag="changed"):
    change: Change


class Ran(msgspec.Struct, frozen=True, tag="ran"):
    """A run has ended."""

    prompt: Prompt
    run: Run


class Running(msgspec.Struct, frozen=True, tag="running"):
    """A run has been sent; its text follows piece by piece."""

    live: LiveRun


class More(msgspec.Struct, frozen=True, tag="more", omit_defaults=True):
    """More of a run's answer. Another `attempt` than before makes what came so far void."""

    run: str
    attempt: int
    text: str = ""
    reasoning: str = ""


class Saved(msgspec.Struct, frozen=True, tag="saved"):
    """All of it stands in that file, which has this SHA-256."""

    path: str
    sha256: str


class Streaming(msgspec.Struct, frozen=True):
    """A run that has not ended, with all that came of it so far."""

    live: LiveRun
    came: More

    @classmethod
    def of(cls, live: LiveRun) -> "Streaming":
        return cls(live, More(live.id, -1))

    def grown(self, more: More) -> "Streaming":
        came = self.came
        if came.attempt == more.attempt:
            more = More(came.run, came.attempt, came.text + more.text, came.reasoning + more.reasoning)
        return Streaming(self.live, more)


Line = Began | Changed | Ran | Running | More | Saved
_decoder = msgspec.json.Decoder(Line)


class Recovered(msgspec.Struct, frozen=True):
    """What a journal holds. Without a session, all of it stands in the file that `saved` names; `is_dirty` tells
    whether anything came after it was saved."""

    session: Session | None
    saved: Saved | None = None
    is_dirty: bool = False
    cut_off: tuple[str, ...] = ()
    """Ids of runs that had not ended when the program did."""


class JournalError(Exception):
    """A journal that holds no session. The message says why."""


class NewerJournalError(JournalError):
    """One that a newer version has written."""


class Journal:
    """Writes one. Not for several threads at once. Every method may raise `OSError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._size = self._whole = 0
        self._damaged = False

    def point(self, saved: Saved) -> None:
        """Writes it anew: all of the session stands in that file."""
        self._write([Began(), saved])

    def restart(self, session: Session, saved: Saved | None, running: Iterable[Streaming] = ()) -> None:
        """Writes it anew, whole, with what came of the runs that go on: the old one stays until the new one is
        there."""
        before: list[Line] = [Began()] if saved is None else [Began(), saved]
        streaming: list[Line] = [line for each in running for line in (Running(each.live), each.came)]
        self._write([*before, Changed(whole(session)), *streaming])

    def _write(self, lines: list[Line]) -> None:
        data = b"".join(map(_line, lines))
        self.close()
        whole_file.write(self.path, data)
        self._file = self.path.open("ab", buffering=0)
        self._size = self._whole = len(data)
        self._damaged = False

    @property
    def is_open(self) -> bool:
        return self._file is not None

    @property
    def is_large(self) -> bool:
        """Whether it should be written anew: it has grown much, or a line of it was not written to its end."""
        return self._damaged or self._size > max(LARGE_BYTES, GROWTH * self._whole)

    def append(self, lines: Iterable[Line]) -> None:
        """On return they are on the disk."""
        assert self._file is not None
        data = b"".join(map(_line, lines))
        try:
            written = self._file.write(data) or 0
            if written < len(data):
                raise OSError(28, "No space left on device")
            os.fsync(self._file.fileno())
        except OSError:
            self._damaged = True
            raise
        self._size += len(data)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        self.close()
        self.path.unlink(missing_ok=True)


def _line(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def read(path: Path) -> Recovered:
    """Raises `OSError`, or `JournalError` where no session can be made of it."""
    state = Recovered(None)
    live: dict[str, Streaming] = {}
    for raw in path.read_bytes().split(b"\n"):
        try:
            line = _decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # the end of a crash, or the middle of one that a later line has mended
        if isinstance(line, Began) and line.version > VERSION:
            raise NewerJournalError("it was written by a newer Abreast")
        state = _next(state, line, live)
    if state.session is None and state.saved is None:
        raise JournalError("it holds no session")
    for each in live.values():
        state = _with_run(state, each.live.prompt, cut_off(each.live, each.came.text, each.came.reasoning))
        state = replace(state, cut_off=(*state.cut_off, each.live.id))
    return state


def _next(state: Recovered, line: Line, live: dict[str, Streaming]) -> Recovered:
    match line:
        case Began():
            live.clear()
        case Changed(change=change):
            before = state.session or Session(change.head.id)
            return Recovered(applied(before, change), state.saved, True)
        case Running(live=run):
            live[run.id] = Streaming.of(run)
        case More() if line.run in live:
            live[line.run] = live[line.run].grown(line)
        case Ran(prompt=prompt, run=run):
            live.pop(run.id, None)
            return _with_run(state, prompt, run)
        case Saved():
            return Recovered(state.session, line, False)
    return state


def _with_run(state: Recovered, prompt: Prompt, run: Run) -> Recovered:
    session = ran(state.session, prompt, run) if state.session is not None else None
    return Recovered(session, state.saved, True, state.cut_off)

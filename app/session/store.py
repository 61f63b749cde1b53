"""The sessions that a window has open, each with its recovery copy, and those that others have left.

Everything here waits for the disk: it is called from one thread that does nothing else.
"""

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from msgspec.structs import replace

from app import whole_file
from app.session import files
from app.session.change import Change, applied
from app.session.codec import SessionError
from app.session.document import Prompt, Run, Session
from app.session.edits import pruned, ran
from app.session.files import Written
from app.session.journal import (
    Changed,
    Journal,
    JournalError,
    Line,
    More,
    NewerJournalError,
    Ran,
    Recovered,
    Running,
    Saved,
    Streaming,
    read,
)
from app.session.live import LiveRun
from app.session.making import new_id
from app.session.wishes import Left, Opened

SUFFIX = ".journal"
BACKUPS = "backups"
ASIDE = ".damaged-"
"""In the name of what was put aside."""


@dataclass
class _Open:
    session: Session
    journal: Journal
    lock: FileLock
    saved: Written | None = None
    is_dirty: bool = False
    running: dict[str, Streaming] = field(default_factory=dict)
    is_leaving: bool = False
    """The window has let go of it; it is not on the disk yet, or its last runs still go on."""

    def write_anew(self) -> None:
        self.journal.restart(self.session, _saved(self), self.running.values())


class SessionStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._recovery, self._backups = folder / "recovery", folder / BACKUPS
        self._open: dict[str, _Open] = {}

    # Which there are

    def left(self) -> tuple[Left, ...]:
        """The newest first."""
        return self.look()[0]

    def look(self) -> tuple[tuple[Left, ...], tuple[str, ...]]:
        """Those that no window shows, and a sentence on each recovery copy that cannot be read. A damaged one is put
        aside, and so told of once."""
        found = [_leaving(opened) for opened in self._open.values() if opened.is_leaving]
        said = []
        for path in sorted(self._recovery.glob(f"*{SUFFIX}")) if self._recovery.is_dir() else ():
            if path.stem in self._open or ASIDE in path.stem or not _is_free(self._lock(path.stem)):
                continue
            try:
                found.append(_left(path, read(path)))
            except (OSError, JournalError) as error:
                said.append(_unreadable(path, error))
        return tuple(sorted(found, key=lambda each: each.changed_at, reverse=True)), tuple(said)

    # Beginning and ending

    def begin(self, session: Session, path: str = "") -> None:
        """A new session, or one that a window has and that nothing is known of here. Raises `OSError`."""
        opened = self._opened(session)
        opened.is_dirty = True
        if path:
            with contextlib.suppress(OSError):
                opened.saved = Written(Path(path), files.digest(Path(path).read_bytes()))
        self._open[session.id] = opened
        opened.write_anew()

    def open(self, path: Path) -> Opened:
        """What was not saved of it the last time is there again; if the file is another one by now, it stays beside
        it. Raises `SessionError`. Without room for a recovery copy it is opened all the same."""
        session, written = files.read(path.absolute())
        note = ""
        if session.id not in self._open and not _is_free(self._lock(session.id)):
            note = f"{path.name} is open in another window too. Whoever saves second is asked first."
            session = replace(session, id=new_id())
        elif kept := self._unsaved(session.id):
            if kept.saved == Saved(str(written.path), written.sha256):
                return replace(self.resume(session.id), note=f"What was not saved of {path.name} is here again.")
            note = f"What was not saved of {path.name} stands among the other sessions."
            self._put_beside(session.id, kept)
        if before := self._open.get(session.id):
            before.running.clear()  # what still goes on is kept in the one that is opened now
            self.end(session.id)
        opened = self._opened(session)
        opened.saved = written
        self._open[session.id] = opened
        with contextlib.suppress(OSError):
            opened.journal.point(Saved(str(written.path), written.sha256))
        return Opened(session, str(written.path), note=note)

    def _unsaved(self, id_: str) -> Recovered | None:
        """What a recovery copy of that session holds besides what was saved. One that cannot be read is put aside,
        so that nothing is written over it."""
        if opened := self._open.get(id_):
            return Recovered(opened.session, _saved(opened), True) if opened.is_dirty else None
        path = self._recovery / f"{id_}{SUFFIX}"
        try:
            found = read(path)
        except FileNotFoundError:
            return None
        except JournalError:
            whole_file.set_aside(path)
            return None
        return found if found.is_dirty and found.session is not None else None

    def _put_beside(self, id_: str, kept: Recovered) -> None:
        """What was not saved goes on as a session of its own, which no window has open."""
        assert kept.session is not None
        beside = Journal(self._recovery / f"{new_id()}{SUFFIX}")
        beside.restart(replace(kept.session, id=beside.path.stem), kept.saved)
        beside.close()

    def resume(self, id_: str) -> Opened:
        """One that was left. Raises `SessionError`, and `OSError` where it cannot be read."""
        if opened := self._open.get(id_):  # it could not be written, or a window has it as it is
            opened.is_leaving = False
            return Opened(opened.session, self.path(id_), opened.is_dirty)
        path = self._recovery / f"{id_}{SUFFIX}"
        try:
            found = read(path)
        except JournalError as error:
            raise SessionError(f"{path.name} cannot be recovered: {error}") from None
        if found.session is None:
            assert found.saved is not None
            return self.open(Path(found.saved.path))
        opened = self._opened(found.session)
        opened.is_dirty = found.is_dirty
        opened.saved = Written(Path(found.saved.path), found.saved.sha256) if found.saved else None
        self._open[id_] = opened
        with contextlib.suppress(OSError):  # the old one stays
            opened.write_anew()
        return Opened(found.session, self.path(id_), found.is_dirty, found.cut_off)

    def end(self, id_: str) -> None:
        """The window has let go of it. What is not saved stays; what holds nothing goes. Runs that still go on are
        waited for: their answers are kept in it.

        Raises `OSError` where what it holds cannot be written: it is let go of when `retry` can.
        """
        if opened := self._open.get(id_):
            opened.is_leaving = True
            self.retry(id_)

    def _let_go(self, id_: str) -> None:
        opened = self._open.pop(id_)
        opened.journal.close()
        holds_nothing = not opened.session.runs and not opened.session.draft.text.strip() and opened.saved is None
        if holds_nothing:
            opened.journal.remove()
        opened.lock.release()
        if holds_nothing:
            Path(opened.lock.lock_file).unlink(missing_ok=True)

    def end_all(self) -> None:
        """The program ends; what cannot be written now is lost with it."""
        for id_ in list(self._open):
            with contextlib.suppress(OSError):
                self.end(id_)
        for id_ in list(self._open):
            self._let_go(id_)

    def discard(self, id_: str) -> None:
        """Removes one that was left, for good. Raises `OSError`."""
        if id_ not in self._open:
            (self._recovery / f"{id_}{SUFFIX}").unlink(missing_ok=True)

    # What happens in one

    def change(self, id_: str, change: Change) -> None:
        """On return it is on the disk. Raises `OSError`; then it is kept in memory, and written with what follows."""
        opened = self._open[id_]
        self._keep(opened, [Changed(change)], lambda session: applied(session, change))

    def running(self, id_: str, runs: Iterable[LiveRun]) -> None:
        opened, runs = self._open[id_], tuple(runs)
        opened.running |= {each.id: Streaming.of(each) for each in runs}
        self._keep(opened, [Running(each) for each in runs])

    def more(self, id_: str, pieces: Iterable[More]) -> None:
        opened, pieces = self._open[id_], [each for each in pieces if each.run in self._open[id_].running]
        for each in pieces:
            opened.running[each.run] = opened.running[each.run].grown(each)
        self._keep(opened, list(pieces))

    def ran(self, id_: str, prompt: Prompt, run: Run) -> None:
        opened = self._open[id_]
        opened.running.pop(run.id, None)
        self._keep(opened, [Ran(prompt, run)], lambda session: ran(session, prompt, run))
        if opened.is_leaving:
            self.retry(id_)

    def retry(self, id_: str) -> None:
        """What could not be written is tried again. Raises `OSError`."""
        opened = self._open[id_]
        if opened.journal.is_large or not opened.journal.is_open:
            opened.write_anew()
        if opened.is_leaving and not opened.running:
            self._let_go(id_)

    def knows(self, id_: str) -> bool:
        return id_ in self._open

    def path(self, id_: str) -> str:
        """Of its file, "" if it has none. Raises `KeyError`."""
        saved = self._open[id_].saved
        return str(saved.path) if saved is not None else ""

    def session(self, id_: str) -> Session:
        """Raises `KeyError`."""
        return self._open[id_].session

    def save(self, id_: str, path: Path, *, anyway: bool = False) -> Written:
        """Raises `OSError`, and `ElsewhereError` if someone else has changed the file, unless that is no matter."""
        opened = self._open[id_]
        opened.session = pruned(opened.session)
        known = None if anyway else opened.saved
        try:
            opened.saved = files.write(path.absolute(), opened.session, known, self._backups)
        except OSError:
            opened.saved = files.ours(path.absolute(), opened.session) or opened.saved
            raise
        opened.is_dirty = False
        with contextlib.suppress(OSError):  # it is saved: the recovery copy only knows less of it than it might
            self._note(opened, Saved(str(opened.saved.path), opened.saved.sha256))
        return opened.saved

    def _note(self, opened: _Open, saved: Saved) -> None:
        if opened.running and opened.journal.is_open:
            opened.journal.append([saved])
        elif not opened.running:
            opened.journal.point(saved)

    def backups(self, id_: str) -> Path:
        """The folder of what its file was before."""
        return self._backups / id_

    def _keep(self, opened: _Open, lines: list[Line], change: Callable[[Session], Session] = lambda same: same) -> None:
        """`lines` tell of `change`: first in memory, then on the disk."""
        was_clean, opened.is_dirty = not opened.is_dirty, True
        opened.session = change(opened.session)
        if was_clean or opened.journal.is_large or not opened.journal.is_open:
            opened.write_anew()
        elif lines:
            opened.journal.append(lines)

    def _opened(self, session: Session) -> _Open:
        """In memory at least, whatever the disk says: what cannot be written is tried again."""
        lock = self._lock(session.id)
        with contextlib.suppress(OSError):  # as a rule somebody else's
            whole_file.private_folder(self._recovery)
            lock.acquire(timeout=0)
        return _Open(session, Journal(self._recovery / f"{session.id}{SUFFIX}"), lock)

    def _lock(self, id_: str) -> FileLock:
        return FileLock(self._recovery / f"{id_}.lock", mode=0o600)


def _is_free(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError:  # nobody can hold it either
        return True
    lock.release()
    return True


def _saved(opened: _Open) -> Saved | None:
    return Saved(str(opened.saved.path), opened.saved.sha256) if opened.saved is not None else None


def _left(path: Path, found: Recovered) -> Left:
    session = found.session
    return Left(
        path.stem,
        session.title if session else "",
        found.saved.path if found.saved else "",
        len(session.runs) if session else 0,
        path.stat().st_mtime,
        found.is_dirty,
        len(found.cut_off),
    )


def _leaving(opened: _Open) -> Left:
    """One that is in memory alone, until it can be written."""
    session, path = opened.session, str(opened.saved.path) if opened.saved else ""
    return Left(session.id, session.title, path, len(session.runs), time.time(), True, 0)


def _unreadable(path: Path, error: OSError | JournalError) -> str:
    what = "What was not saved of a session cannot be read"
    if isinstance(error, OSError):
        return f"{what}: {path}: {error.strerror or type(error).__name__}."
    if isinstance(error, NewerJournalError):
        return f"{what} by this Abreast: {error}. It is kept as {path}."
    return f"{what}: {error}. What there is of it is kept as {whole_file.set_aside(path) or path}."

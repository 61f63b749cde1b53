"""What tests of trouble with the disk do to a session, and what must be there afterwards."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from app.session.change import between
from app.session.codec import from_bytes
from app.session.document import Draft, Session
from app.session.edits import drafted
from app.session.journal import More, read
from app.session.live import LiveRun
from app.session.store import SessionStore
from tests.app.session.samples import a_session

MOST_TRIES = 400


class Work:
    """Changes, streams and saves. `on_disk` and `in_file` are the last numbers that were acknowledged."""

    def __init__(self, data: Path, file: Path) -> None:
        self.store, self.file, self.session = SessionStore(data), file, a_session()
        self.number = self.on_disk = self.in_file = self.failures = 0
        self.data = data

    def until_done(self, what: Callable[[], object]) -> None:
        """As the engine does: told, and tried again, until it is on the disk."""
        for _ in range(MOST_TRIES):
            try:
                what()
            except OSError:
                self.failures += 1
                what = self._retry
            else:
                return
        raise AssertionError("it never came to the disk")

    def _retry(self) -> None:
        self.store.retry(self.session.id)

    def begin(self) -> None:
        session = self.session
        self.until_done(lambda: self.store.begin(session))
        live = LiveRun("live", session.prompts[1], 1, "r3", session.runs[0].at, session.runs[0].spec)
        self.until_done(lambda: self.store.running(session.id, [live]))

    def change(self) -> None:
        """One more change, and one more piece of an answer. Raises `OSError` if either is not on the disk."""
        self.number += 1
        before, self.session = self.session, drafted(self.session, Draft(f"draft {self.number}"))
        change, piece = between(before, self.session), More("live", 1, f"{self.number} ")
        try:
            self.store.change(before.id, change)
        finally:
            self.store.more(before.id, [piece])
        self.on_disk = self.number

    def change_until_done(self) -> None:
        try:
            self.change()
        except OSError:
            self.failures += 1
            self.until_done(self._retry)
            self.on_disk = self.number

    def save(self) -> bool:
        try:
            self.store.save(self.session.id, self.file)
        except OSError:
            self.failures += 1
            return False
        self.in_file = self.number
        return True

    def saved(self) -> Session | None:
        return from_bytes(self.file.read_bytes()) if self.file.exists() else None

    def crash(self) -> None:
        """What another process finds is on the disk."""
        for opened in self.store._open.values():
            opened.journal.close()
            opened.lock.release()

    def check(self) -> None:
        """After a crash: nothing that was acknowledged is missing, and nothing is half there."""
        (path,) = (self.data / "recovery").glob("*.journal")
        found = read(path)
        session = found.session if found.session is not None else self.saved()
        assert session is not None
        assert _number(session) >= self.on_disk, f"{_number(session)} of {self.on_disk}"
        if self.on_disk:
            run = session.run("live")
            assert run is not None
            assert run.record.text.split()[: self.on_disk] == [str(n) for n in range(1, self.on_disk + 1)]
        in_file = self.saved()
        assert (in_file is not None) or self.in_file == 0
        if in_file is not None:
            assert self.in_file <= _number(in_file) <= self.number


def _number(session: Session) -> int:
    text = session.draft.text
    return int(text.split()[1]) if text.startswith("draft ") else 0


def busy(work: Work, actions: int, seed: int) -> None:
    """That many changes, a save now and then."""
    rng = random.Random(seed)
    for _ in range(actions):
        work.change_until_done()
        if rng.random() < 0.15:
            for _ in range(MOST_TRIES):
                if work.save():
                    break
                time.sleep(0)

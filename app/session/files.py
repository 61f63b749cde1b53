"""Session files on the disk: read, and written so that the old one stands until the new one does."""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from msgspec.structs import replace

from app import whole_file
from app.garbage import left_alone
from app.session import backups
from app.session.codec import MOST_BYTES, SessionError, from_bytes, to_bytes
from app.session.document import Session
from app.session.making import new_id

SAVING = "saving.lock"


class ElsewhereError(Exception):
    """The file is not as it was when it was read or saved last: someone else has written it."""


@dataclass(frozen=True)
class Written:
    """A file as it stands on the disk."""

    path: Path
    sha256: str


def read(path: Path) -> tuple[Session, Written]:
    """Raises `SessionError` with a sentence that names the file and the reason. The file is not touched."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SessionError(f"{path.name} is no file")
        if path.stat().st_size > MOST_BYTES:
            raise SessionError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB, and no session is")
        data = path.read_bytes()
    except OSError as error:
        raise SessionError(f"{path.name} cannot be read: {error.strerror}") from None
    try:
        with left_alone():
            session = from_bytes(data)
        return session if session.id else replace(session, id=new_id()), Written(path, digest(data))
    except SessionError as error:
        raise type(error)(f"{path.name} {error}") from None


def write(path: Path, session: Session, known: Written | None, folder: Path) -> Written:
    """Saves the session. `known` is the file as we know it, None if the user has chosen a new name, or chosen to
    overwrite what is there; what stood there before is kept among the backups in `folder`.

    Raises `OSError`, and `ElsewhereError` where the file is not as it is known.
    """
    data = to_bytes(session)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it is larger than {MOST_BYTES >> 20} MiB, and could not be opened again")
    whole_file.private_folder(folder)
    # Between looking and writing nobody else may write, of this profile or, where folders can be held, of another.
    with FileLock(folder / SAVING, mode=0o600, timeout=whole_file.LOCK_S), whole_file.held(path.parent):
        before = _bytes(path)
        if known is not None and _is_same(known.path, path) and before is not None and digest(before) != known.sha256:
            raise ElsewhereError(path.name)
        if before is not None and before != data:
            backups.keep(folder / session.id, before)
        whole_file.write(path, data)
    return Written(path, digest(data))


def ours(path: Path, session: Session) -> Written | None:
    """After a `write` that failed: the file, if it came to stand there all the same. Whether it would be there after a
    power cut, nobody knows; but nobody else has written it."""
    data = to_bytes(session)
    try:
        return Written(path, digest(data)) if _bytes(path) == data else None
    except OSError:
        return None


def _is_same(one: Path, other: Path) -> bool:
    """However they are spelt."""
    return os.path.realpath(one) == os.path.realpath(other)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None

"""What the window and the engine say to each other of sessions."""

import msgspec

from app.session.change import Change
from app.session.document import Session
from app.session.onward import Onward


class Left(msgspec.Struct, frozen=True):
    """A session that no window has open."""

    id: str
    title: str
    path: str
    """"" if it was never saved."""
    runs: int
    changed_at: float
    """Seconds since the epoch."""
    is_dirty: bool
    cut_off: int
    """How many answers were streaming when the program ended."""


class Opened(msgspec.Struct, frozen=True):
    session: Session
    path: str = ""
    is_dirty: bool = False
    cut_off: tuple[str, ...] = ()
    note: str = ""
    """A sentence on what the user should know of it."""
    onward: tuple[Onward, ...] = ()
    """Parameters that tell a gateway where to send requests on to, and that the user has not allowed yet."""


class BeginSession(msgspec.Struct, frozen=True, tag="begin_session"):
    """The window shows this session: a new one, or one that an engine before this had."""

    session: Session
    path: str = ""


class OpenSession(msgspec.Struct, frozen=True, tag="open_session"):
    path: str


class ResumeSession(msgspec.Struct, frozen=True, tag="resume_session"):
    """Open one that was left."""

    id: str


class AskSessions(msgspec.Struct, frozen=True, tag="ask_sessions"):
    """Which sessions were left?"""


class LeaveSession(msgspec.Struct, frozen=True, tag="leave_session"):
    """The window shows another one now."""

    id: str


class DiscardSession(msgspec.Struct, frozen=True, tag="discard_session"):
    """Remove one that was left, for good."""

    id: str


class ChangeSession(msgspec.Struct, frozen=True, tag="change_session"):
    """`number` comes back once the change is on the disk."""

    id: str
    number: int
    change: Change


class SaveSession(msgspec.Struct, frozen=True, tag="save_session"):
    """Write it to that file. `anyway`: also if someone else has changed it."""

    id: str
    path: str
    anyway: bool = False


class ExportSession(msgspec.Struct, frozen=True, tag="export_session"):
    """Write it to that file in another format, by its name."""

    id: str
    path: str
    format: str


class ImportSession(msgspec.Struct, frozen=True, tag="import_session"):
    """Read what another program has written."""

    path: str


class AskBackups(msgspec.Struct, frozen=True, tag="ask_backups"):
    """What did its file hold before?"""

    id: str


class OpenBackup(msgspec.Struct, frozen=True, tag="open_backup"):
    """Open one of them as a session of its own."""

    path: str


class SessionOpened(msgspec.Struct, frozen=True, tag="session_opened"):
    opened: Opened


class SessionRefused(msgspec.Struct, frozen=True, tag="session_refused"):
    """It could not be opened, imported or exported; `said` names the file and the reason."""

    said: str


class SessionsLeft(msgspec.Struct, frozen=True, tag="sessions_left"):
    sessions: tuple[Left, ...]
    unreadable: tuple[str, ...] = ()
    """A sentence on each recovery copy that could not be read."""


class SessionKept(msgspec.Struct, frozen=True, tag="session_kept"):
    """Everything up to that change is on the disk; or it is not, and `trouble` says why."""

    id: str
    number: int
    trouble: str = ""


class SessionSaved(msgspec.Struct, frozen=True, tag="session_saved"):
    """It is in that file; or it is not, and `trouble` says why. `is_elsewhere`: someone else has changed the file."""

    id: str
    path: str
    number: int
    trouble: str = ""
    is_elsewhere: bool = False


class SessionExported(msgspec.Struct, frozen=True, tag="session_exported"):
    path: str


class BackupsTold(msgspec.Struct, frozen=True, tag="backups_told"):
    id: str
    paths: tuple[str, ...]
    """The newest first."""


SessionWish = (
    BeginSession
    | OpenSession
    | ResumeSession
    | AskSessions
    | LeaveSession
    | DiscardSession
    | ChangeSession
    | SaveSession
    | ExportSession
    | ImportSession
    | AskBackups
    | OpenBackup
)
SessionTold = SessionOpened | SessionRefused | SessionsLeft | SessionKept | SessionSaved | SessionExported | BackupsTold

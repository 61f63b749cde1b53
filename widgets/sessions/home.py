"""The one home of the session that the window shows: what is done to it, what happens in it, what is on the disk."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from app.session.change import between
from app.session.document import Session
from app.session.timeline import Timeline
from app.session.wishes import (
    BeginSession,
    ChangeSession,
    LeaveSession,
    Opened,
    SaveSession,
    SessionKept,
    SessionSaved,
    SessionTold,
    SessionWish,
)

DELAY_MS = 400
"""From the first change on until the recovery copy is told of it."""
PAUSE_S = 2.0
"""Of a pause in typing: what is typed after it is undone by itself."""
UNTITLED = "Untitled"


class Sender(Protocol):
    """What is needed of the engine's client."""

    session_told: SignalInstance
    ready: SignalInstance

    def session(self, wish: SessionWish) -> None: ...


class SessionHome(QObject):
    """`session` is what is shown; every other object asks here and tells here."""

    changed = Signal()
    """The session is another value now, whatever the reason."""
    replaced = Signal()
    """What the window shows is to be taken from the session: another one was opened, or something was undone."""
    stated = Signal()
    """Its name, its file, or what of it is saved has changed."""
    troubled = Signal(str)
    """Why it cannot be written at the moment; "" once it can."""
    kept = Signal()
    """The engine has said what of it, or of one that was let go of, is on the disk."""
    elsewhere = Signal(str)
    """The file that it was to be saved to was changed by someone else."""
    refused = Signal(str)
    """A sentence on why something could not be done."""
    saved = Signal(str)
    """The path of the file that holds it now."""
    told = Signal(object)
    """A `SessionTold` that is not of this session's own writing."""

    def __init__(self, parent: QObject, engine: Sender, session: Session) -> None:
        super().__init__(parent)
        self._engine = engine
        self._timeline = Timeline(session)
        self._done_at = 0.0
        self._told = session
        """The session as the engine knows it."""
        self.is_known = False
        """Whether the engine has been told of it."""
        self._number = 0
        self._in_file: Session | None = None
        """What the file holds, None if there is none."""
        self._on_its_way: Session | None = None
        self._trouble = ""
        self._kept = 0
        """The last change of which the engine has said that it is on the disk."""
        self._unkept: dict[str, str] = {}
        self.path = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.flush)
        engine.session_told.connect(self._on_told)

    @property
    def session(self) -> Session:
        return self._timeline.present

    @property
    def name(self) -> str:
        return self.session.title or (Path(self.path).stem if self.path else UNTITLED)

    @property
    def is_saved(self) -> bool:
        """Whether the user's file holds everything."""
        return self._in_file is self.session or self._in_file == self.session

    @property
    def is_untouched(self) -> bool:
        """Whether nothing would be missed."""
        return not self.path and not self.session.runs

    @property
    def is_kept(self) -> bool:
        """Whether all of it is on the disk, in the recovery copy, as far as the engine has said."""
        is_told = self._told is self.session or self._told == self.session
        return is_told and not self._trouble and self._kept >= self._number

    @property
    def trouble(self) -> str:
        """Why it cannot be written at the moment."""
        return self._trouble

    @property
    def unkept(self) -> tuple[str, ...]:
        """Names of sessions that were let go of while they could not be written, and still cannot."""
        return tuple(self._unkept.values())

    @property
    def undo_name(self) -> str:
        return self._timeline.undo_name

    @property
    def redo_name(self) -> str:
        return self._timeline.redo_name

    # What is done

    def do(self, name: str, change: Callable[[Session], Session], joins: str = "") -> None:
        """The user does something; it can be undone. Steps that join alike are one, until there is a pause."""
        at = monotonic()
        if joins and at - self._done_at > PAUSE_S:
            self._timeline = self._timeline.rested()
        self._done_at = at
        self._move(self._timeline.done(change(self.session), name, joins))

    def happened(self, change: Callable[[Session], Session]) -> None:
        """Something came that is not the user's to undo."""
        self._move(self._timeline.happened(change))

    def undo(self) -> None:
        self._move(self._timeline.undone())
        self.replaced.emit()

    def redo(self) -> None:
        self._move(self._timeline.redone())
        self.replaced.emit()

    def _move(self, timeline: Timeline) -> None:
        if timeline is self._timeline:
            return
        before, self._timeline = self.session, timeline
        if before is timeline.present:
            return
        if not self._timer.isActive():
            self._timer.start()
        self.changed.emit()
        self.stated.emit()

    # Which session

    def begin(self, session: Session) -> None:
        """Shows a new one; the one before is let go of, and stays among those that were left."""
        self._leave()
        self._show(session, "", saved=False)
        self.is_known = False
        self.know()
        self.replaced.emit()

    def show(self, opened: Opened) -> None:
        """Shows one that the engine has opened."""
        if opened.session.id != self.session.id:
            self._leave()
        self._show(opened.session, opened.path, saved=bool(opened.path) and not opened.is_dirty)
        self.is_known = True
        self.replaced.emit()

    def know(self) -> None:
        """Sees to it that the engine knows of the session."""
        if not self.is_known:
            self.tell_whole()

    def tell_whole(self) -> None:
        """To an engine that knows nothing of it yet."""
        self._timer.stop()
        self.is_known = True
        self._told = self.session
        self._number, self._kept = 0, -1
        self._engine.session(BeginSession(self.session, self.path))

    def _leave(self) -> None:
        self.flush()
        if self.is_known:
            if self._trouble and not self.is_saved:
                self._unkept[self.session.id] = self.name
            self._engine.session(LeaveSession(self.session.id))

    def _show(self, session: Session, path: str, *, saved: bool) -> None:
        self._timeline, self._told, self.path = Timeline(session), session, path
        self._number, self._kept, self._in_file = 0, 0, session if saved else None
        self._unkept.pop(session.id, None)
        self._timer.stop()
        self.changed.emit()
        self.stated.emit()

    # What is on the disk

    def flush(self) -> None:
        """Tells the engine what has changed since it was last told."""
        self._timer.stop()
        if not self.is_known or self._told is self.session or self._told == self.session:
            return
        self._number += 1
        self._engine.session(ChangeSession(self.session.id, self._number, between(self._told, self.session)))
        self._told = self.session
        self.stated.emit()

    def kept_already(self, change: Callable[[Session], Session]) -> None:
        """The engine has written this down by itself: what is still to be told begins after it."""
        self.flush()
        self.happened(change)
        self._told = change(self._told)

    def wish(self, wish: SessionWish) -> None:
        """Passes it on to the engine; what becomes of it is `told`."""
        self._engine.session(wish)

    def save(self, path: str, *, anyway: bool = False) -> None:
        self.know()
        self.flush()
        self._on_its_way = self.session
        self._engine.session(SaveSession(self.session.id, path, anyway))

    def _on_told(self, told: SessionTold) -> None:
        match told:
            case SessionKept() if told.id == self.session.id:
                self._on_kept(told)
            case SessionSaved() if told.id == self.session.id:
                self._on_saved(told)
            case SessionKept() if not told.trouble and told.id in self._unkept:
                del self._unkept[told.id]
                self.kept.emit()
            case SessionKept() | SessionSaved():
                pass  # of a session that is not shown any more
            case _:
                self.told.emit(told)

    def _on_kept(self, told: SessionKept) -> None:
        if told.trouble != self._trouble:
            self._trouble = told.trouble
            self.troubled.emit(told.trouble)
        if not told.trouble:
            self._kept = max(self._kept, told.number)
        self.kept.emit()

    def _on_saved(self, told: SessionSaved) -> None:
        if told.is_elsewhere:
            self.elsewhere.emit(told.path)
        elif told.trouble:
            where = "so far in this window alone" if self._trouble else "kept in the recovery copy"
            self.refused.emit(f"{told.trouble}. What you have done is {where}.")
        else:
            self.path, self._in_file = told.path, self._on_its_way
            self.saved.emit(told.path)
        self.stated.emit()

    def end(self) -> None:
        """The window closes."""
        self.flush()
        self._timer.stop()

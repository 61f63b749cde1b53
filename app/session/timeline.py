"""Undo and redo over a session: what the user did is a step, what happened by itself is in every step."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.session.document import Session

MOST_STEPS = 200


@dataclass(frozen=True)
class Step:
    """The session as it was before something was done to it, and what that was."""

    session: Session
    name: str
    joins: str = ""
    """Steps in a row that say the same here are one, such as the letters of a word; "" joins nothing."""


@dataclass(frozen=True)
class Timeline:
    present: Session
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def done(self, session: Session, name: str, joins: str = "") -> "Timeline":
        """The user has done something. What is no change is no step."""
        if session == self.present:
            return self
        if joins and self.past and self.past[-1].joins == joins and not self.future:
            return replace(self, present=session)
        past = (*self.past, Step(self.present, name, joins))[-MOST_STEPS:]
        return Timeline(session, past)

    def happened(self, change: Callable[[Session], Session]) -> "Timeline":
        """Something came that undoing must not take away, such as an answer."""
        return Timeline(
            change(self.present),
            tuple(replace(each, session=change(each.session)) for each in self.past),
            tuple(replace(each, session=change(each.session)) for each in self.future),
        )

    def rested(self) -> "Timeline":
        """The next step joins none that is past."""
        return replace(self, past=(*self.past[:-1], replace(self.past[-1], joins=""))) if self.past else self

    def undone(self) -> "Timeline":
        if not self.past:
            return self
        last = self.past[-1]
        return Timeline(last.session, self.past[:-1], (replace(last, session=self.present), *self.future))

    def redone(self) -> "Timeline":
        if not self.future:
            return self
        next_ = self.future[0]
        return Timeline(next_.session, (*self.past, replace(next_, session=self.present)), self.future[1:])

    @property
    def undo_name(self) -> str:
        """What would be undone, "" if there is nothing."""
        return self.past[-1].name if self.past else ""

    @property
    def redo_name(self) -> str:
        return self.future[0].name if self.future else ""

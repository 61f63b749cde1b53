"""What has changed between two states of a session: what the window tells, and what the journal writes."""

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from app.session.document import Blob, Prompt, Run, Session

P = TypeVar("P", Prompt, Run)


class Change(msgspec.Struct, frozen=True):
    """`head` is the session without its runs, prompts and attachments; the rest is what is new or different of those.
    `order` tells which runs and prompts there are, as None where runs and prompts are only added at the end."""

    head: Session
    prompts: tuple[Prompt, ...] = ()
    runs: tuple[Run, ...] = ()
    blobs: dict[str, Blob] = {}
    order: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """Ids of all prompts, and of all runs."""


def head_of(session: Session) -> Session:
    return replace(session, prompts=(), runs=(), attachments={})


def between(before: Session, after: Session) -> Change:
    """What makes `after` of `before`. Parts that are the same object are not compared any further."""
    change = Change(
        head_of(after),
        _new(before.prompts, after.prompts),
        _new(before.runs, after.runs),
        {sha: blob for sha, blob in after.attachments.items() if sha not in before.attachments},
    )
    if _ids(applied(before, change)) == _ids(after):
        return change
    return replace(change, order=_ids(after))


def whole(session: Session) -> Change:
    """What makes the session of an empty one."""
    return between(replace(head_of(session)), session)


def applied(session: Session, change: Change) -> Session:
    """Attachments stay, also those that are not used any more."""
    prompts = {e.id: e for e in session.prompts} | {e.id: e for e in change.prompts}
    runs = {e.id: e for e in session.runs} | {e.id: e for e in change.runs}
    if change.order is not None:
        prompts = {id_: prompts[id_] for id_ in change.order[0] if id_ in prompts}
        runs = {id_: runs[id_] for id_ in change.order[1] if id_ in runs}
    return replace(
        change.head,
        prompts=tuple(prompts.values()),
        runs=tuple(runs.values()),
        attachments=session.attachments | change.blobs,
    )


def _new(before: tuple[P, ...], after: tuple[P, ...]) -> tuple[P, ...]:
    old = {each.id: each for each in before}
    return tuple(e for e in after if (same := old.get(e.id)) is not e and same != e)


def _ids(session: Session) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(e.id for e in session.prompts), tuple(e.id for e in session.runs)

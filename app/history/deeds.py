"""What is to be written into the history, in its order: an entry is a new run, all else is about runs it has."""

from collections.abc import Iterable
from itertools import groupby
from typing import assert_never

import msgspec

from app.history.entry import Entry
from app.history.store import History
from app.session.desk import News
from app.session.document import Run, Session


class Changed(msgspec.Struct, frozen=True):
    """A run is not what it was. One that is not in the history was deleted from it, and stays so."""

    entry: Entry


class Named(msgspec.Struct, frozen=True):
    """A session's title, its file, and the runs that it holds."""

    session: str
    title: str
    path: str
    runs: tuple[str, ...]


Deed = Entry | Changed | Named


def deeds(session: Session, runs: tuple[Run, ...], path: str, news: News) -> tuple[Deed, ...]:
    match news:
        case "new":
            return tuple(Entry.of(session, run, path) for run in runs)
        case "changed":
            return tuple(Changed(Entry.of(session, run, path)) for run in runs)
        case "named":
            return (Named(session.id, session.title, path, tuple(run.id for run in runs)),)
        case never:
            assert_never(never)


def write(history: History, todo: Iterable[Deed]) -> None:
    """Once more does no harm. Raises `sqlite3.Error`, `HistoryError`."""
    for _, group in groupby(todo, type):
        alike = tuple(group)
        history.keep(each for each in alike if isinstance(each, Entry))
        history.change(each.entry for each in alike if isinstance(each, Changed))
        for each in alike:
            if isinstance(each, Named):
                history.name(each.session, each.title, each.path, each.runs)


def without(todo: Iterable[Deed], runs: tuple[str, ...]) -> list[Deed]:
    """What is left to do once these runs were deleted; all of them if there are none named."""
    return [each for each in todo if not isinstance(each, Entry) or (runs and each.run not in runs)]

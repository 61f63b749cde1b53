"""Runs that no window has made are kept in the history as well."""

import contextlib
import sqlite3
from collections.abc import Iterable

from app.history.entry import Entry
from app.history.store import History, HistoryError
from app.home import data_folder
from app.session.document import Run, Session


def keep(session: Session, runs: Iterable[Run], path: str) -> str:
    """`path` is the session's file that holds them, "" if none does. Returns what the user should know, or ""."""
    try:
        with contextlib.closing(History(data_folder())) as history:
            history.keep(Entry.of(session, run, path) for run in runs)
            return history.said
    except (HistoryError, OSError, sqlite3.Error) as error:
        return f"The runs are not in the history: {error}."

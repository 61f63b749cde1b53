"""`abreast history`: searching and deleting without a window."""

import sqlite3
import sys
from argparse import Namespace
from datetime import datetime

import msgspec

from app.history.entry import Hit
from app.history.query import QueryError, query
from app.history.store import History, HistoryError
from app.home import data_folder
from app.printing import put
from app.printing_text import harmless

FOUND, NONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    try:
        history = History(data_folder())
    except (HistoryError, OSError) as error:
        sys.stderr.write(f"abreast history: {error}\n")
        return NONE
    if said := history.said:
        sys.stderr.write(f"abreast history: {said}\n")
    try:
        return _search(history, options) if options.what == "search" else _delete(history, options)
    except QueryError as error:
        sys.stderr.write(f"abreast history: {error}\n")
        return USAGE
    except OSError as error:
        sys.stderr.write(f"abreast history: standard output cannot be written: {error.strerror}\n")
        return NONE
    except (HistoryError, sqlite3.Error) as error:
        sys.stderr.write(f"abreast history: {error}\n")
        return NONE
    finally:
        history.close()
        if history.said and history.said != said:  # found out only now
            sys.stderr.write(f"abreast history: {history.said}\n")


def _search(history: History, options: Namespace) -> int:
    asked, left, before = query(" ".join(options.text)), options.limit, None
    while left > 0:
        page = history.find(asked, left, before)
        for hit in page.hits:
            line = msgspec.json.encode(hit.entry).decode() if options.json else harmless(_line(hit))
            put(f"{line}\n")
        left, before = left - len(page.hits), page.next
        if before is None:
            break
    return FOUND if left < options.limit else NONE


def _line(hit: Hit) -> str:
    entry = hit.entry
    lane = f"{entry.vendor}/{entry.model}" if entry.vendor else entry.model
    cost = f"{entry.cost:.6f} {entry.currency}" if entry.cost is not None else "cost –"
    return f"{_when(entry.at)}  {lane}  {entry.outcome}  {cost}  {hit.snippet[:120]}"


def _when(at: str) -> str:
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):  # of a session that was written elsewhere
        return at


def _delete(history: History, options: Namespace) -> int:
    if options.all:
        count = history.delete_all()
    elif options.before:
        count = history.delete_before(options.before)
    else:
        count = history.delete_session(options.session)
    put(f"{count} {'run' if count == 1 else 'runs'} deleted\n")
    return FOUND if count else NONE

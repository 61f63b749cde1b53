"""How runs are found, the newest first, in a time that hardly grows with how many there are.

What few runs are is gathered first; what many are is soon met when one begins at the newest. Both read the index
`run_narrow`, which holds what is filtered by without the long texts. Words are in an index of their own. Letters that
are no word are found by their trigrams, three in a row, and then looked for in the texts themselves. A search that is
still looking after a while is stopped: its page ends early, and the next one goes on from there.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.history.entry import Hit, Page, Query
from app.history.salvage import entry_of
from app.history.schema import NAMES
from app.history.words import finding, marked, trigrams

WITHIN_S = 0.005
"""Of its own time; after this a search begins nothing new."""
FEW = 2_000
"""Up to so many runs are gathered by one filter before anything else is looked at."""
SOME = 50
"""Of these, so many are looked for in one go."""
LEAST, MOST = 256, 10_000
"""How many runs are looked at in one go, at first and later."""
MOST_LETTERS = 6_000
"""Of a longer text that was pasted, the beginning is looked for: SQLite takes no more."""
TEXTS = ("prompt", "answer", "reasoning", "note", "title")
ESCAPE = "^"
_COLUMNS = ", ".join(f"run.{name}" for name in NAMES)
_LISTED = "(SELECT value FROM json_each(?))"
_NARROW = "SELECT number FROM run INDEXED BY run_narrow WHERE"
_NAMED = """
    WITH RECURSIVE known (name) AS (
        SELECT min({0}) FROM run
        UNION ALL SELECT (SELECT min({0}) FROM run WHERE {0} > known.name) FROM known WHERE known.name IS NOT NULL
    )
    SELECT name FROM known WHERE """
"""From name to name, which are fewer than runs."""
_MODELS = f"{_NAMED.format('model')} instr(lower(name), lower(?))"
_SESSIONS = f"""{_NAMED.format("session")} name = ? OR instr(
    lower((SELECT title FROM run WHERE session = known.name ORDER BY number DESC LIMIT 1)), lower(?)
)"""

Batch = tuple[list[int], int | None]
"""Numbers of runs, the newest first, and under which number nothing was looked at; None if nothing is left."""


class Part(NamedTuple):
    """A piece of SQL that decides about a run, and its values."""

    sql: str
    values: tuple[object, ...] = ()


def page(db: sqlite3.Connection, query: Query, limit: int, before: int | None = None) -> Page:
    """Those under the number `before`. It may end before its limit, or be empty, and still have a `next`. Raises
    `sqlite3.Error`."""
    top = before if before is not None else _last(db) + 1
    numbers, rest = _Looking(db, query).found(top, limit, is_first=before is None)
    return Page(tuple(_hits(db, numbers, query.words)), rest)


def _last(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT max(number) FROM run").fetchone()[0] or 0)


def _hits(db: sqlite3.Connection, numbers: list[int], words: tuple[str, ...]) -> Iterator[Hit]:
    sql = f"SELECT run.number, {_COLUMNS} FROM run WHERE number IN {_LISTED} ORDER BY number DESC"
    for row in db.execute(sql, [json.dumps(numbers)]):
        entry = entry_of(row[1:])
        snippet, marks = marked((entry.prompt, entry.answer, entry.note, entry.reasoning, entry.title), words)
        yield Hit(row[0], entry, snippet, marks)


class _Looking:
    def __init__(self, db: sqlite3.Connection, query: Query) -> None:
        self._db, self._words = db, query.words
        self._until = time.thread_time() + WITHIN_S
        self._filters = tuple(_filters(db, query))
        self._few = self._gathered()

    def found(self, top: int, limit: int, *, is_first: bool) -> Batch:
        if not self._words:
            return self._page(self._passing(top), limit)
        if self._filters:  # the words of those above the newest that passes are not looked at
            newest, rest = self._page(self._passing(top), 1)
            if not newest:
                return [], rest
            top = newest[0] + 1
        source = Part("words MATCH ?", (finding(self._words),))
        found = self._page(self._matching("words", source, top), limit)
        hits, rest = found
        if hits or (rest is not None and self._few is None):
            return found
        if (rest is not None or not is_first) and self._is_anywhere(source):
            return found
        return self._page(self._holding(top), limit)

    def _page(self, batches: Iterator[Batch], limit: int) -> Batch:
        found: list[int] = []
        for numbers, rest in batches:
            found += numbers
            if len(found) > limit:
                return found[:limit], found[limit - 1]
            if rest is None or time.thread_time() > self._until:
                return found, rest
        return found, None

    def _is_anywhere(self, source: Part) -> bool:
        """Then the pages before have shown words, and letters are not looked for behind them."""
        return any(numbers for numbers, _ in self._matching("words", source, _last(self._db) + 1))

    # Where numbers come from

    def _gathered(self) -> list[int] | None:
        """Those that pass all filters, if one filter lets few pass."""
        each = [
            self._numbers(f"SELECT number FROM run WHERE {part.sql} LIMIT {FEW + 1}", part.values)
            for part in self._filters
        ]
        few = min(each, key=len, default=None)
        return None if few is None or len(few) > FEW else self._filtered(few)

    def _passing(self, top: int) -> Iterator[Batch]:
        """What passes the filters, by going through all runs."""
        if self._few is not None:
            yield [number for number in self._few if number < top], None
            return
        where, values = _joined((Part("number < ? AND number >= ?"), *self._filters))
        size = LEAST
        while True:
            bottom = max(0, top - size)
            yield self._numbers(f"{_NARROW} {where} ORDER BY number DESC", (top, bottom, *values)), bottom or None
            top, size = bottom, min(size * 4, MOST)

    def _matching(self, table: str, source: Part, top: int) -> Iterator[Batch]:
        """What one of the indexes of texts names, and passes the filters."""
        if self._few is not None:
            yield from self._of_few(table, source, [number for number in self._few if number < top])
            return
        size = LEAST
        while True:
            where, values = _joined((source, Part("rowid < ?", (top,))))
            numbers = self._numbers(f"SELECT rowid FROM {table} WHERE {where} ORDER BY rowid DESC LIMIT {size}", values)
            rest = numbers[-1] if len(numbers) == size else None
            yield self._filtered(numbers), rest
            if rest is None:
                return
            top, size = rest, min(size * 4, MOST)

    def _of_few(self, table: str, source: Part, few: list[int]) -> Iterator[Batch]:
        """Some at a time: between two of them, the index goes through all that it names."""
        for start in range(0, len(few), SOME):
            some = few[start : start + SOME]
            these = Part(f"rowid BETWEEN ? AND ? AND +rowid IN {_LISTED}", (some[-1], some[0], json.dumps(some)))
            where, values = _joined((source, these))
            numbers = self._numbers(f"SELECT rowid FROM {table} WHERE {where} ORDER BY rowid DESC", values)
            yield numbers, some[-1] if start + SOME < len(few) else None

    def _holding(self, top: int) -> Iterator[Batch]:
        """What holds the letters anywhere. A few are read as they are, sooner than the index."""
        asked = trigrams(self._words) if self._few is None else ""
        batches = self._matching("pieces", Part("pieces MATCH ?", (asked,)), top) if asked else self._passing(top)
        for numbers, rest in batches:
            for start in range(0, len(numbers), LEAST):
                some = numbers[start : start + LEAST]
                yield self._with_letters(some), some[-1] if start + LEAST < len(numbers) else rest
            if not numbers:
                yield [], rest

    # What is left of numbers

    def _filtered(self, numbers: list[int]) -> list[int]:
        if not numbers or not self._filters:
            return numbers
        where, values = _joined((Part(f"number IN {_LISTED}", (json.dumps(numbers),)), *self._filters))
        return self._numbers(f"{_NARROW} {where} ORDER BY number DESC", values)

    def _with_letters(self, numbers: list[int]) -> list[int]:
        where, values = _joined((Part(f"number IN {_LISTED}", (json.dumps(numbers),)), *map(_letters, self._words)))
        return self._numbers(f"SELECT number FROM run WHERE {where} ORDER BY number DESC", values)

    def _numbers(self, sql: str, values: Iterable[object]) -> list[int]:
        return [row[0] for row in self._db.execute(sql, tuple(values))]


def _joined(parts: Iterable[Part]) -> Part:
    parts = tuple(parts)
    return Part(" AND ".join(part.sql for part in parts), tuple(value for part in parts for value in part.values))


def _letters(word: str) -> Part:
    escaped = "".join(f"{ESCAPE}{sign}" if sign in f"{ESCAPE}%_" else sign for sign in word[:MOST_LETTERS])
    each = " OR ".join(f"{name} LIKE ? ESCAPE '{ESCAPE}'" for name in TEXTS)
    return Part(f"({each})", (f"%{escaped}%",) * len(TEXTS))


def _filters(db: sqlite3.Connection, query: Query) -> Iterator[Part]:
    if query.vendor:
        yield Part("vendor = ? COLLATE NOCASE", (query.vendor,))
    if query.model:
        yield _one_of("model", db.execute(_MODELS, [query.model]))
    if query.session:
        yield _one_of("session", db.execute(_SESSIONS, [query.session, query.session]))
    if query.outcome:
        yield Part("outcome = ?", (query.outcome,))
    yield from _between("at", ">=", query.after or None, "<", query.before or None)
    yield from _between("cost", ">=", query.least_cost, "<=", query.most_cost)
    yield from _between("rating", ">=", query.least_rating, "<=", query.most_rating)


def _one_of(column: str, names: Iterable[tuple[str]]) -> Part:
    return Part(f"{column} IN {_LISTED}", (json.dumps([name for (name,) in names]),))


def _between(column: str, more: str, least: object, less: str, most: object) -> Iterator[Part]:
    ends = [Part(f"{column} {sign} ?", (end,)) for sign, end in ((more, least), (less, most)) if end is not None]
    if ends:
        yield _joined(ends)

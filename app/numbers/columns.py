"""Runs as columns: one row a run. An unknown number is NaN, unknown money is None; neither is ever zero."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Words:
    """A column of words: a row's is `names[codes[row]]`."""

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    def where(self, name: str) -> Flags:
        found: Flags = self.codes == (self.names.index(name) if name in self.names else -1)
        return found

    def at(self, row: int) -> str:
        return self.names[int(self.codes[row])]

    def counted(self) -> tuple[tuple[str, int], ...]:
        """Each word with the number of its rows, the most frequent first."""
        counts = np.bincount(self.codes, minlength=len(self.names))
        order = sorted(range(len(self.names)), key=lambda code: (-int(counts[code]), self.names[code]))
        return tuple((self.names[code], int(counts[code])) for code in order if counts[code])


def words(column: Iterable[str]) -> Words:
    codes: dict[str, int] = {}
    found = [codes.setdefault(each, len(codes)) for each in column]
    return Words(tuple(codes), np.array(found, dtype=np.int32))


@dataclass(frozen=True)
class Columns:
    run: NDArray[np.object_]
    at_s: Floats
    session: Words
    lane: Words
    vendor: Words
    model: Words
    outcome: Words
    role: Words
    currency: Words
    """"" where the cost is unknown."""
    cost: NDArray[np.object_]
    """`Decimal`s, and None where it is unknown."""
    ttft: Floats
    total: Floats
    speed: Floats
    """Tokens per second."""
    input: Floats
    cache_read: Floats
    cache_write: Floats
    output: Floats
    reasoning: Floats
    rating: Floats
    thumb: Floats
    """1 up, 0 down."""
    won: Floats
    """Of the comparisons with other runs, the share that it won; `compared` is how many there were."""
    compared: Floats
    is_measured: Flags
    """Whether it counts in statistics of time: no warm-up, no injected fault, nothing unfinished unless asked for."""
    colors: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of lanes, models, vendors, by their names, where they have one already."""

    def __len__(self) -> int:
        return len(self.run)

    def only(self, which: Flags | Rows) -> "Columns":
        """Those rows."""
        changes: dict[str, Any] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            if isinstance(column, Words):
                changes[each.name] = Words(column.names, column.codes[which])
            elif isinstance(column, np.ndarray):
                changes[each.name] = column[which]
        return replace(self, **changes)

    def timed(self) -> "Columns":
        """The rows of which is known when they were."""
        known = ~np.isnan(self.at_s)
        return self if known.all() else self.only(known)

    def words(self, name: str) -> Words:
        found = getattr(self, name)
        assert isinstance(found, Words)
        return found

    def floats(self, name: str) -> Floats:
        """A column of numbers; of the cost, as near as a float can be."""
        if name == "cost":
            return np.array([np.nan if each is None else float(each) for each in self.cost], dtype=np.float64)
        found = getattr(self, name)
        assert isinstance(found, np.ndarray)
        return found


def numbers(column: Iterable[float | int | None]) -> Floats:
    return np.array([np.nan if each is None else each for each in column], dtype=np.float64)


def objects(column: Iterable[object]) -> NDArray[np.object_]:
    found = list(column)
    made = np.empty(len(found), dtype=np.object_)
    made[:] = found
    return made


def summed(costs: Iterable[Decimal | None]) -> Decimal:
    """To the last digit, of those that are known."""
    return sum((each for each in costs if each is not None), Decimal(0))

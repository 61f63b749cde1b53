"""Two runs beside each other: what of the text is the same, and how the figures differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

from app.session.document import Run

Piece = tuple[Literal["same", "gone", "new"], str]
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
MOST_WORDS = 20_000
"""Of either text: comparing takes time that grows with their product. Longer texts are compared line by line."""


@dataclass(frozen=True)
class Figure:
    """The same figure of both runs; None where it is not known."""

    name: str
    unit: str
    before: float | Decimal | None
    after: float | Decimal | None

    @property
    def change(self) -> float | None:
        """By which share it has grown, such as 0.25 for a quarter; None if that cannot be said."""
        if self.before is None or self.after is None:
            return None
        if self.before == 0:
            return 0.0 if self.after == 0 else None
        return float(self.after) / float(self.before) - 1


@dataclass(frozen=True)
class Difference:
    pieces: tuple[Piece, ...]
    similarity: float
    """2 M / T: twice the words that both have in the same order, by the words of both (Ratcliff and Obershelp's
    measure, as difflib counts it); 1 for the same text."""
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure:
        return next(each for each in self.figures if each.name == name)


def difference(before: Run, after: Run) -> Difference:
    first, second = _parts(before.record.text, after.record.text)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return Difference(tuple(_pieces(matcher, first, second)), matcher.ratio(), _figures(before, after))


def _parts(first: str, second: str) -> tuple[list[str], list[str]]:
    words = _WORD.findall(first), _WORD.findall(second)
    if max(map(len, words)) <= MOST_WORDS:
        return words
    return [f"{line}\n" for line in first.split("\n")], [f"{line}\n" for line in second.split("\n")]


def _pieces(matcher: "SequenceMatcher[str]", first: list[str], second: list[str]) -> Iterator[Piece]:
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield "same", "".join(first[a:b])
            continue
        if b > a:
            yield "gone", "".join(first[a:b])
        if d > c:
            yield "new", "".join(second[c:d])


def _figures(before: Run, after: Run) -> tuple[Figure, ...]:
    a, b = before.record, after.record
    costs = [Decimal(each.cost.amount) if each.cost is not None else None for each in (a, b)]
    if a.cost is not None and b.cost is not None and a.cost.currency != b.cost.currency:
        costs = [None, None]
    return (
        Figure("TTFT", "ms", a.timings_ms.ttft, b.timings_ms.ttft),
        Figure("total", "ms", a.timings_ms.total, b.timings_ms.total),
        Figure("tokens/s", "", a.tokens_per_s, b.tokens_per_s),
        Figure("input tokens", "", a.usage.input, b.usage.input),
        Figure("output tokens", "", a.usage.output, b.usage.output),
        Figure("cost", a.cost.currency if a.cost else "", *costs),
        Figure("length", "characters", len(a.text), len(b.text)),
    )

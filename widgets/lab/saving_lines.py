"""What thresholds of a similar cache would have saved: as curves, and as their values at one of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.cache.compared import Compared
from app.lab.questions import Questions
from app.lab.sweep import percent
from widgets.lab.key import Told

if TYPE_CHECKING:
    from widgets.lab.plot import Line

HALF_STEP = 0.005
"""Thresholds are set in steps of 0.01, and each of them is worked out."""


class Series(NamedTuple):
    """Shares by threshold, some known."""

    name: str
    color: int
    thresholds: tuple[float, ...]
    values: tuple[float | None, ...]


def series(found: Compared, of: Questions) -> tuple[Series, ...]:
    """Those of which anything is known."""
    total, savings = len(of.asked) or 1, found.savings
    at = tuple(each.threshold for each in savings)
    made = (
        Series("answers alike", 2, at, tuple(each.agree for each in savings)),
        Series("cost saved", 0, at, tuple(each.saved for each in savings)),
        Series("time saved", 1, at, tuple(each.faster for each in savings)),
        Series("from the cache", 5, at, tuple(each.hits / total for each in savings)),
    )
    return tuple(each for each in made if any(value is not None for value in each.values))


def lines(of: Sequence[Series]) -> "list[Line]":
    """In percent. Loads pyqtgraph."""
    from widgets.lab.plot import Line

    made = []
    for each in of:
        known = [(t, value * 100) for t, value in zip(each.thresholds, each.values, strict=True) if value is not None]
        made.append(Line(each.name, each.color, [x for x, _ in known], [y for _, y in known]))
    return made


def told(of: Sequence[Series], threshold: float) -> tuple[Told, ...]:
    return tuple(Told(each.name, _at(each, threshold), each.color) for each in of)


def _at(of: Series, threshold: float) -> str:
    found = (v for t, v in zip(of.thresholds, of.values, strict=True) if abs(t - threshold) < HALF_STEP)
    value = next(found, None)
    return "–" if value is None else percent(value)

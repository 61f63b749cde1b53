"""What people type to find something: words, "phrases in quotes", and filters such as `vendor:openai`, `cost>0.01`."""

import math
import re
from collections.abc import Callable
from typing import Any, get_args

from app.history.entry import Query
from app.records import Outcome

_PART = re.compile(r'"([^"]*)"|(\S+)')
_FILTER = re.compile(r"(vendor|model|session|outcome|after|before|cost|rating)(:|>=|<=|>|<)(\S+)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
FILTERS = (
    "vendor:openai  model:gpt  outcome:failed  after:2026-11  before:2026-12-24  cost>0.01  rating>=4  session:name"
)


STARS = "a number from 1 to 5"


class QueryError(ValueError):
    """A filter whose value makes no sense; the message says what would."""


def query(text: str) -> Query:
    """What is no filter is looked for. Raises `QueryError`."""
    words, parts = [], dict[str, Any]()
    for phrase, word in _PART.findall(text):
        found = _FILTER.fullmatch(word) if word else None
        if found is not None:
            parts |= _filter(found[1].lower(), found[2], found[3])
        elif said := (phrase or word).strip('"'):
            words.append(said)
    return Query(words=tuple(words), **parts)


def _filter(name: str, sign: str, value: str) -> dict[str, Any]:
    match name:
        case "cost":
            return _cost(sign, value)
        case "rating":
            return _rating(sign, value)
        case _ if sign != ":":
            raise QueryError(
                f'{name}{sign}{value} has no meaning: write {name}:{value}, or "{name}{sign}{value}" for text'
            )
        case "after" | "before":
            if not _DATE.fullmatch(value):
                raise QueryError(f"{name}:{value} is no date: write it as 2026-11-24, 2026-11 or 2026")
            return {name: value}
        case "outcome":
            outcome = value.replace("-", "_").lower()
            if outcome not in get_args(Outcome):
                raise QueryError(f"outcome:{value} is none of {', '.join(get_args(Outcome))}")
            return {name: outcome}
    return {name: value}


def _cost(sign: str, value: str) -> dict[str, Any]:
    """`>` and `<` leave the amount itself out: they mean the next number that there is."""
    amount = _read(float, "cost", value, "a number such as 0.01")
    if not math.isfinite(amount):
        raise QueryError(f"cost: {value} is not a number such as 0.01")
    match sign:
        case ">" | ">=":
            return {"least_cost": amount if sign == ">=" else math.nextafter(amount, math.inf)}
        case "<" | "<=":
            return {"most_cost": amount if sign == "<=" else math.nextafter(amount, -math.inf)}
    raise QueryError(f"cost:{value} says neither more nor less: write cost>{value} or cost<{value}")


def _rating(sign: str, value: str) -> dict[str, Any]:
    stars = _read(int, "rating", value, STARS)
    if not 1 <= stars <= 5:
        raise QueryError(f"rating: {value} is not {STARS}")
    match sign:
        case ">" | ">=":
            return {"least_rating": stars + (sign == ">")}
        case "<" | "<=":
            return {"most_rating": stars - (sign == "<")}
    return {"least_rating": stars, "most_rating": stars}


def _read(kind: Callable[[str], Any], name: str, value: str, wanted: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise QueryError(f"{name}: {value} is not {wanted}") from None

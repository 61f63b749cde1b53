"""Rows of the ledger as columns, and what a question means to the ledger."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from app.ledger import questions as ledger
from app.numbers.columns import Columns, numbers, objects, words
from app.numbers.question import FILTERED, Filters, Question

MOST_ROWS = 20_000
"""The newest so many are drawn one by one; of all of them, however many, tell the sums that the ledger keeps ready."""
WHO = ("at_us", "run", *FILTERED, "warmup", "fault")
TIMES = {"ttft": ("ttft_ms",), "total": ("total_ms",), "speed": ("tokens_per_s",)}
MONEY = ("cost_amount", "cost_currency")
TOKENS = ("input", "cache_read", "cache_write", "output", "reasoning")
ALL = (*WHO, "ttft_ms", "total_ms", "tokens_per_s", *MONEY, *TOKENS)
MEASURED_ROLES = ("answer", "hedge")
PRACTICE = "practice"

Ask = Callable[[ledger.Question], ledger.Answer]
Colors = Mapping[str, Mapping[str, int]]


def where(question: Question) -> ledger.Where:
    """Play money is in no sum of money, unless it is what was asked for."""
    asked = question.filters
    plays = question.graph != "cost" or asked.vendor.startswith(PRACTICE)
    return ledger.Where(
        since_us=_us(asked.since_s),
        until_us=_us(asked.until_s),
        **{name: (value,) for name in FILTERED if (value := getattr(asked, name))},
        practice=plays,
    )


def left_out(question: Question, vendors: Iterable[str]) -> str:
    """What to say of play money that is in no sum; `vendors` are all that are in the ledger."""
    if where(question).practice or question.filters.vendor or not any(name.startswith(PRACTICE) for name in vendors):
        return ""
    return "Practice models are left out, unless chosen as the vendor."


def _us(at_s: float | None) -> int | None:
    return None if at_s is None else round(at_s * 1e6)


def names(question: Question) -> tuple[str, ...]:
    """The fields that its graph is made of; each costs time to be read."""
    match question.graph:
        case "spread" | "latency" | "percentiles":
            return (*WHO, *TIMES[question.figure])
        case "cost":
            return (*WHO, *MONEY)
        case "tokens":
            return (*WHO, *TOKENS)
    return ALL


def newest(
    ask: Ask, asked: ledger.Where, fields: tuple[str, ...], filters: Filters, colors: Colors
) -> tuple[Columns, bool]:
    """The newest rows, and whether there are older ones."""
    found = ask(ledger.AskColumns(fields, asked, MOST_ROWS))
    assert isinstance(found, ledger.Columns)
    return columns_of(found, filters, colors), found.left_off


def columns_of(found: ledger.Columns, filters: Filters, colors: Colors) -> Columns:
    """What was not asked for is unknown."""
    none: list[Any] = [None] * len(found.columns[0])
    by_name: defaultdict[str, list[Any]] = defaultdict(lambda: none)
    by_name.update(zip(found.names, found.columns, strict=True))
    amounts = by_name["cost_amount"]
    return Columns(
        run=objects(by_name["run"]),
        at_s=np.array(by_name["at_us"], dtype=np.float64) / 1e6,
        session=words(by_name["session"]),
        lane=words(by_name["lane"]),
        vendor=words(by_name["vendor"]),
        model=words(by_name["model"]),
        outcome=words(by_name["outcome"]),
        role=words(by_name["role"]),
        currency=words(each or "" for each in by_name["cost_currency"]),
        cost=objects(None if each is None else Decimal(each) for each in amounts),
        ttft=numbers(by_name["ttft_ms"]),
        total=numbers(by_name["total_ms"]),
        speed=numbers(by_name["tokens_per_s"]),
        input=numbers(by_name["input"]),
        cache_read=numbers(by_name["cache_read"]),
        cache_write=numbers(by_name["cache_write"]),
        output=numbers(by_name["output"]),
        reasoning=numbers(by_name["reasoning"]),
        rating=np.full(len(amounts), np.nan),
        thumb=np.full(len(amounts), np.nan),
        won=np.full(len(amounts), np.nan),
        compared=np.zeros(len(amounts)),
        is_measured=np.array(
            [
                not warmup and not fault and role in MEASURED_ROLES and (outcome == "done" or bool(filters.outcome))
                for warmup, fault, role, outcome in zip(
                    by_name["warmup"], by_name["fault"], by_name["role"], by_name["outcome"], strict=True
                )
            ],
            dtype=np.bool_,
        ),
        colors=colors,
    )

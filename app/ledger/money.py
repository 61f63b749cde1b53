"""Sums of money that are right to the last digit, and what may be summed at all.

Amounts are decimal numbers in text. What is unknown is counted, never taken for zero; currencies are never added.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Literal

from app.ledger.row import Row

_EXACT = Context(prec=5000, traps=[Inexact, InvalidOperation])
"""Would rather fail than round: a sum of prices never comes near so many digits."""
NOT_CHARGED = 300
"""A server that answers with this status or a higher one has refused, and charges nothing."""

Charge = Literal["known", "unknown", "none"]
"""Whether it is known what an attempt costs; `none` where nothing can have been charged."""


def plus(a: Decimal, b: Decimal) -> Decimal:
    return _EXACT.add(a, b)


def minus(a: Decimal, b: Decimal) -> Decimal:
    return _EXACT.subtract(a, b)


def times(amount: Decimal, count: int) -> Decimal:
    return _EXACT.multiply(amount, Decimal(count))


def total(amounts: Iterable[Decimal]) -> Decimal:
    summed = Decimal(0)
    for amount in amounts:
        summed = plus(summed, amount)
    return summed


def charge(row: Row) -> Charge:
    if row.cost is not None:
        return "known"
    if row.status is not None and row.status >= NOT_CHARGED:
        return "none"
    never_sent = row.error in ("network", "tls") and row.status is None and row.sent_ms is None
    return "none" if never_sent else "unknown"


def is_usage_unknown(row: Row) -> bool:
    """Something was or may have been charged, and nobody has said for how many tokens."""
    return charge(row) != "none" and (row.input is None or row.output is None)

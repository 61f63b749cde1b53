"""Sums of money that are right to the last digit, and what may be summed at all.

Amounts are decimal numbers in text. What is unknown is counted, never taken for zero; currencies are never added.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Literal

from app.ledger.row import Row

_EXACT = Context(prec=5000, traps=[Inexact, InvalidOperation])
"""Would rather fail than round: a sum of prices never comes near so many digits."""
UNIT_PLACES = 10
MOST_UNITS = 10**15
"""So that thousands of the largest can be added up in 64 bits."""
NOBODY = ("", "local")
"""The endpoint of what nobody was asked for: out of the cache, without a key, or worked out by the program itself."""
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


def units(amount: str) -> int | None:
    """The amount as a whole number of ten-billionths, which a database sums exactly; None where it is finer than that,
    or very large."""
    scaled = Decimal(amount).scaleb(UNIT_PLACES, _EXACT)
    return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < MOST_UNITS else None


def of_units(count: int) -> Decimal:
    return Decimal(count).scaleb(-UNIT_PLACES, _EXACT)


def total(amounts: Iterable[Decimal]) -> Decimal:
    summed = Decimal(0)
    for amount in amounts:
        summed = plus(summed, amount)
    return summed


def charge(row: Row) -> Charge:
    if row.cost is not None:
        return "known"
    if row.endpoint in NOBODY or (row.status is not None and row.status >= NOT_CHARGED):
        return "none"
    never_sent = row.error in ("network", "tls") and row.status is None and row.sent_ms is None
    return "none" if never_sent else "unknown"


def is_usage_unknown(row: Row) -> bool:
    """Something was or may have been charged, and nobody has said for how many tokens."""
    return charge(row) != "none" and (row.input is None or row.output is None)

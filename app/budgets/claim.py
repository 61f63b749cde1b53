"""What a lease asks of one counter, and what it is told."""

from decimal import Decimal

import msgspec

from app.budgets.budget import Budget


class Claim(msgspec.Struct, frozen=True):
    """One budget's part in an attempt. A lease stays in the period in which it was opened."""

    budget: Budget
    name: str
    """Of each that the budget holds for, the one that is meant."""
    counter: str
    period: str
    first: Decimal
    """What is held for before the answer begins: the request, its input."""
    each: Decimal
    """What one token of output comes to."""


class Standing(msgspec.Struct, frozen=True):
    """`held` is all that is held by those who spend now, `used` the part of it that they have used."""

    counter: str
    period: str
    spent: Decimal
    held: Decimal
    used: Decimal


class Warned(msgspec.Struct, frozen=True):
    claim: Claim
    spent: Decimal


class Opened(msgspec.Struct, frozen=True):
    tokens: int
    warnings: tuple[Warned, ...]


class Taken(msgspec.Struct, frozen=True):
    tokens: int
    warnings: tuple[Warned, ...]


class Refused(msgspec.Struct, frozen=True):
    """There is not enough left of `claim`'s budget."""

    claim: Claim
    left: Decimal
    needs: Decimal
    warnings: tuple[Warned, ...] = ()

"""What a model costs by kind of token, and what a call at those rates comes to. All money is `Decimal`."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from providers.usage import TokenClasses

MILLION = Decimal(1_000_000)
LARGEST = 12
"""Prices have at most this many digits before the point: more is no price."""


class Line(msgspec.Struct, frozen=True):
    """One term of what a call costs: so many tokens of one class at one rate. The sum of a call's lines is its cost,
    to the last digit."""

    name: str
    count: int
    rate: Decimal | None
    """Money for `per` of them; None where only the amount is known."""
    amount: Decimal
    per: int = 1_000_000

    @classmethod
    def of(cls, name: str, count: int, rate: Decimal, per: int = 1_000_000) -> "Line":
        return cls(name, count, rate, count * rate / per, per)


class Rates(msgspec.Struct, frozen=True, omit_defaults=True):
    """Money per million tokens. A kind without a rate of its own costs what `input` or `output` costs."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning: Decimal | None = None
    input_audio: Decimal | None = None
    output_audio: Decimal | None = None
    request: Decimal = Decimal(0)
    """Once for each call."""

    def lines(self, tokens: TokenClasses) -> tuple[Line, ...]:
        """What is charged, class by class; classes of which there were none are left out."""
        written = _either(self.cache_write, self.input)
        terms = (
            ("input", tokens.input_uncached, self.input),
            ("cache read", tokens.cache_read, _either(self.cache_read, self.input)),
            ("cache write", tokens.cache_write_5m, written),
            ("cache write, 1 h", tokens.cache_write_1h, _either(self.cache_write_1h, written)),
            ("audio in", tokens.input_audio, _either(self.input_audio, self.input)),
            ("output", tokens.output_text, self.output),
            ("reasoning", tokens.reasoning, _either(self.reasoning, self.output)),
            ("audio out", tokens.output_audio, _either(self.output_audio, self.output)),
        )
        lines = [Line.of(name, count, rate) for name, count, rate in terms if count]
        return tuple(lines + ([Line.of("request", 1, self.request, per=1)] if self.request else []))

    def amount(self, tokens: TokenClasses) -> Decimal:
        return total(self.lines(tokens))


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


class Tier(msgspec.Struct, frozen=True, omit_defaults=True):
    """Other rates for the whole call where the input is large, or at a time of day (UTC, the end excluded)."""

    rates: Rates
    over_input: int = 0
    """It holds from this many tokens of input on."""
    begins: time | None = None
    ends: time | None = None

    def holds(self, tokens: TokenClasses, at: datetime) -> bool:
        return tokens.input >= self.over_input and self._is_hour(at.astimezone(UTC).time())

    def _is_hour(self, now: time) -> bool:
        if self.begins is None or self.ends is None:
            return True
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


class Tariff(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last tier that holds decides, else the plain rates."""

    rates: Rates
    currency: str = "USD"
    tiers: tuple[Tier, ...] = ()

    def lines(self, tokens: TokenClasses, at: datetime) -> tuple[Line, ...]:
        """What a call that was sent at `at` costs, term by term."""
        holding = [tier.rates for tier in self.tiers if tier.holds(tokens, at)]
        return (holding[-1] if holding else self.rates).lines(tokens)

    def amount(self, tokens: TokenClasses, at: datetime) -> Decimal:
        return total(self.lines(tokens, at))


def _either(rate: Decimal | None, other: Decimal) -> Decimal:
    return other if rate is None else rate


def price(value: Any, *, per: int = 1) -> Decimal | None:
    """A price that someone lists for `per` units, as one for a unit; None for what is none, as a negative number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value)) / per
    except ArithmeticError:
        return None
    return tidy(found) if found.is_finite() and found >= 0 and found.adjusted() < LARGEST else None


def tidy(amount: Decimal) -> Decimal:
    """The same number as people write it: no exponent, no zeros at its end."""
    text = format(amount, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)

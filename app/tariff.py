"""What a model costs by kind of token, and what a call at those rates comes to. All money is `Decimal`."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from providers.usage import TokenClasses

MILLION = Decimal(1_000_000)
LARGEST = 12
"""Prices have at most this many digits before the point: more is no price."""


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

    def amount(self, tokens: TokenClasses) -> Decimal:
        written = _either(self.cache_write, self.input)
        per_million = (
            tokens.input_uncached * self.input
            + tokens.cache_read * _either(self.cache_read, self.input)
            + tokens.cache_write_5m * written
            + tokens.cache_write_1h * _either(self.cache_write_1h, written)
            + tokens.input_audio * _either(self.input_audio, self.input)
            + tokens.output_text * self.output
            + tokens.reasoning * _either(self.reasoning, self.output)
            + tokens.output_audio * _either(self.output_audio, self.output)
        )
        return per_million / MILLION + self.request


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

    def amount(self, tokens: TokenClasses, at: datetime) -> Decimal:
        """What a call that was sent at `at` costs."""
        holding = [tier.rates for tier in self.tiers if tier.holds(tokens, at)]
        return (holding[-1] if holding else self.rates).amount(tokens)


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

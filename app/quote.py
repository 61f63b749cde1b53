"""A cost with its arithmetic: which class of tokens times which price, by whose list and as of which day."""

from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

from app.records import Cost, plain
from app.tariff import Line, total
from providers.usage import TokenUsage


class Called(Protocol):
    """What of a call its price hangs on, beside its tokens and its time."""

    @property
    def vendor(self) -> str: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def model(self) -> str: ...


class Call(Called, Protocol):
    """With its tokens. An attempt is one."""

    @property
    def usage(self) -> TokenUsage: ...


class PastCall(msgspec.Struct, frozen=True):
    """A call that was made, with when it was sent."""

    vendor: str
    endpoint: str
    asked: str
    model: str
    usage: TokenUsage
    at: datetime


class Quote(msgspec.Struct, frozen=True):
    """The lines add up to the amount, to the last digit."""

    lines: tuple[Line, ...]
    currency: str
    source: str
    as_of: str | None

    @property
    def amount(self) -> Decimal:
        return total(self.lines)

    @property
    def cost(self) -> Cost:
        return Cost(plain(self.amount), self.currency, self.source, self.as_of)

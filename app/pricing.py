"""What an attempt cost, with where the figure comes from. What is unknown stays unknown, never zero."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter_ns
from typing import Protocol

import msgspec

from app.attempt import Attempt
from app.directory import Directory
from app.listing import ListedModel
from app.own_prices import OwnPrices
from app.price_list import PriceList
from app.records import Cost, plain
from app.tariff import Rates, Tariff
from providers.practice.catalog import PRICES, PRICES_AS_OF
from providers.usage import TokenClasses, classes
from providers.vendors import Vendor

CHANGE_HOURLY = ("openrouter", "litellm")
"""Gateways whose own list is newer than any that ships."""


class ListedPrice(msgspec.Struct, frozen=True):
    """What a vendor's own list of models says, and on which day it was read."""

    tariff: Tariff
    as_of: str


class Called(Protocol):
    """What of an attempt its price hangs on, beside its tokens and its time."""

    @property
    def vendor(self) -> str: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def model(self) -> str: ...


VendorList = Callable[[Vendor, str], ListedPrice | None]
"""The price in the vendor's own list, by vendor and model."""


def unlisted(_vendor: Vendor, _model: str) -> ListedPrice | None:
    """No vendor's list has been read."""
    return None


class Prices:
    """The provider's own figure if it gave one; else the user's own price for exactly that; else the list prices of
    genai-prices, or those of the vendor's own list of models, which goes first for gateways."""

    def __init__(self, vendor_list: VendorList = unlisted, directory: Directory | None = None) -> None:
        self._listed = PriceList()
        self._vendor_list = vendor_list
        self.directory = directory or Directory()
        self.own = OwnPrices()

    def load(self) -> None:
        """Imports the price list, if it was not: 0.6 s of work that no stream should wait for."""
        self._listed.load()

    def models(self, vendor: str) -> tuple[ListedModel, ...]:
        """Which models of a vendor the price list knows. Loads it."""
        self.load()
        return self._listed.models(vendor)

    def model(self, vendor: str, model: str) -> ListedModel | None:
        """What the price list knows of that model, if it has been loaded."""
        found = self._listed.models(self.directory.kin(vendor))
        return next((each for each in found if each.model == model), None)

    def of(self, attempt: Attempt) -> Cost | None:
        if attempt.role == "cache":
            return Cost("0", "USD", "cache", None)
        if attempt.usage.cost_usd is not None:
            return Cost(attempt.usage.cost_usd, "USD", "provider", None)
        return self.computed(attempt)

    def computed(self, attempt: Attempt) -> Cost | None:
        """What it comes to by a list, whatever the provider says: the other side of a comparison with that."""
        tokens = classes(attempt.usage)
        return None if tokens is None else self.listed(attempt, tokens, sent_at(attempt))

    def listed(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By the first list that knows it."""
        sources = [self.by_user, self.by_list, self._of_vendor]
        if self.directory.kin(call.vendor) in CHANGE_HOURLY:
            sources = [self.by_user, self._of_vendor, self.by_list]
        costs = (source(call, tokens, at) for source in sources)
        return next((cost for cost in costs if cost is not None), None)

    def by_user(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By the user's own prices alone."""
        tried = (self.own.of(call.vendor, call.endpoint, model) for model in (call.asked, call.model))
        own = next((each for each in tried if each is not None), None)
        if own is None:
            return None
        return Cost(plain(own.tariff.amount(tokens, at)), own.tariff.currency, "user", own.as_of)

    def by_list(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By genai-prices alone."""
        amount = self._listed.amount(self.directory.kin(call.vendor), call.model, tokens, at)
        return None if amount is None else Cost(plain(amount), "USD", self._listed.source, self._listed.as_of)

    @property
    def list_name(self) -> str:
        return self._listed.source

    def _of_vendor(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        tried = (self._vendors_price(call, model) for model in (call.model, call.asked))
        found = next((each for each in tried if each is not None), None)
        if found is None:
            return None
        return Cost(plain(found.tariff.amount(tokens, at)), found.tariff.currency, "vendor list", found.as_of)

    def _vendors_price(self, call: Called, model: str) -> ListedPrice | None:
        if call.vendor.startswith("practice"):
            return practice_price(model)
        row = self.directory.find(call.vendor)
        return self._vendor_list(row, model) if row is not None else None


def sent_at(attempt: Attempt) -> datetime:
    """When the request was sent, by the wall clock: prices differ by day and hour."""
    return datetime.now(UTC) - timedelta(microseconds=(perf_counter_ns() - attempt.started_ns) // 1000)


def practice_price(model: str) -> ListedPrice | None:
    """The play price of a practice model."""
    price = PRICES.get(model)
    if price is None:
        return None
    rates = Rates(Decimal(price.input), Decimal(price.output), cache_read=Decimal(price.cached))
    return ListedPrice(Tariff(rates), PRICES_AS_OF)

"""What an attempt cost, with where the figure comes from. What is unknown stays unknown, never zero."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter_ns

import msgspec

from app.attempt import Attempt
from app.directory import Directory
from app.listing import ListedModel
from app.own_prices import OwnPrices
from app.price_list import PriceList
from app.quote import Call, Called, Quote
from app.records import Cost
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
        return _cost(self.quote(attempt, sent_at(attempt)))

    def quote(self, call: Call, at: datetime) -> Quote | None:
        """What we make of a call that was sent at `at`, whatever its provider says; None where that is unknown."""
        tokens = classes(call.usage)
        return None if tokens is None else self._quoted(call, tokens, at)

    def listed(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By the first list that knows it."""
        return _cost(self._quoted(call, tokens, at))

    def by_user(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By the user's own prices alone."""
        return _cost(self._of_user(call, tokens, at))

    def by_list(self, call: Called, tokens: TokenClasses, at: datetime) -> Cost | None:
        """By genai-prices alone."""
        return _cost(self._of_price_list(call, tokens, at))

    @property
    def list_name(self) -> str:
        return self._listed.source

    def _quoted(self, call: Called, tokens: TokenClasses, at: datetime) -> Quote | None:
        sources = [self._of_user, self._of_price_list, self._of_vendor]
        if self.directory.kin(call.vendor) in CHANGE_HOURLY:
            sources = [self._of_user, self._of_vendor, self._of_price_list]
        quotes = (source(call, tokens, at) for source in sources)
        return next((quote for quote in quotes if quote is not None), None)

    def _of_user(self, call: Called, tokens: TokenClasses, at: datetime) -> Quote | None:
        tried = (self.own.of(call.vendor, call.endpoint, model) for model in (call.asked, call.model))
        own = next((each for each in tried if each is not None), None)
        if own is None:
            return None
        return Quote(own.tariff.lines(tokens, at), own.tariff.currency, "user", own.as_of)

    def _of_price_list(self, call: Called, tokens: TokenClasses, at: datetime) -> Quote | None:
        lines = self._listed.lines(self.directory.kin(call.vendor), call.model, tokens, at)
        return None if lines is None else Quote(lines, "USD", self._listed.source, self._listed.as_of)

    def _of_vendor(self, call: Called, tokens: TokenClasses, at: datetime) -> Quote | None:
        tried = (self._vendors_price(call, model) for model in (call.model, call.asked))
        found = next((each for each in tried if each is not None), None)
        if found is None:
            return None
        return Quote(found.tariff.lines(tokens, at), found.tariff.currency, "vendor list", found.as_of)

    def _vendors_price(self, call: Called, model: str) -> ListedPrice | None:
        if call.vendor.startswith("practice"):
            return practice_price(model)
        row = self.directory.find(call.vendor)
        return self._vendor_list(row, model) if row is not None else None


def _cost(quote: Quote | None) -> Cost | None:
    return None if quote is None else quote.cost


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

"""Prices that the user has set for models that nobody lists: local ones, private ones.

In the settings they stand as text, per million tokens, under a lane, a `vendor/model`, or a server's origin or a
vendor's id for all of its models:

    "own_prices": {"ollama/qwen3:8b": {"input": "0.05", "output": "0.10", "cached": "0.01", "currency": "EUR",
                                       "as_of": "2026-11-01"}}
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app.home import FILE
from app.lanes import LaneError, UrlTarget, VendorTarget, parse
from app.tariff import Rates, Tariff, price
from providers.vendors import origin

REQUIRED = ("input", "output")
OPTIONAL = {
    "cached": "cache_read",
    "cache_write": "cache_write",
    "cache_write_1h": "cache_write_1h",
    "reasoning": "reasoning",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
    "request": "request",
}
"""Fields as the user writes them, and as `Rates` has them."""


class OwnPrice(msgspec.Struct, frozen=True):
    """One price. `as_of` is the day on which the user set it, if that is told."""

    tariff: Tariff
    as_of: str | None


class OwnPrices:
    """Finds the user's price for a call."""

    def __init__(self, prices: Mapping[str, OwnPrice] | None = None) -> None:
        self._prices = {_key(name): found for name, found in (prices or {}).items()}

    def of(self, vendor: str, endpoint: str, model: str) -> OwnPrice | None:
        """The price set for that vendor's model, else for the model at that base URL, else for the whole server or all
        models of the vendor."""
        here = origin(endpoint) if endpoint else ""
        for key in (f"{vendor}/{model}", f"{model}@{here}", here, vendor):
            if (found := self._prices.get(key)) is not None:
                return found
        return None


def _key(name: str) -> str:
    if urlsplit(name).scheme in ("http", "https"):
        return origin(name)
    try:
        target = parse(name)
    except LaneError:
        return name
    match target:
        case VendorTarget(vendor=vendor, model=model):
            return f"{vendor}/{model}"
        case UrlTarget(model=model, base_url=url):
            return f"{model}@{origin(url)}"


def read(raw: Any) -> tuple[OwnPrices, tuple[str, ...]]:
    """The prices in what the settings hold, and the names of those that are none."""
    if not isinstance(raw, dict):
        return OwnPrices(), ("own_prices",) if raw is not None else ()
    found = {name: _price(said) for name, said in raw.items()}
    return OwnPrices({name: own for name, own in found.items() if own is not None}), tuple(
        name for name, own in found.items() if own is None
    )


def is_price(said: Any) -> bool:
    """Whether the user's own price may be written so."""
    return _price(said) is not None


def _price(said: Any) -> OwnPrice | None:
    if not isinstance(said, dict):
        return None
    currency, as_of = said.get("currency", "USD"), said.get("as_of")
    if not isinstance(currency, str) or not currency.isalpha() or not (as_of is None or isinstance(as_of, str)):
        return None
    rates = {name: price(said.get(name)) for name in REQUIRED}
    rates |= {ours: price(said[theirs]) for theirs, ours in OPTIONAL.items() if theirs in said}
    if None in rates.values():
        return None
    return OwnPrice(Tariff(Rates(**rates), currency.upper()), as_of)  # type: ignore[arg-type]


def of_settings(where: Path, others: Mapping[str, Any]) -> tuple[OwnPrices, tuple[str, ...]]:
    """As `read`, from the settings in that folder, which go before `others`. Where there are none, or damaged ones,
    the others are all."""
    try:
        raw = json.loads((where / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        raw = None
    said = raw.get("own_prices") if isinstance(raw, dict) else None
    return read({**others, **said} if isinstance(said, dict) else said or dict(others))

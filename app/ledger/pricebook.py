"""Prices by which a past period can be priced again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from app.directory import Directory
from app.ledger.errors import PricesError
from app.own_prices import OwnPrices, read
from app.pricing import Prices
from app.records import Cost
from providers.usage import TokenClasses, TokenUsage, classes

LIST = "genai-prices"


class Spent(msgspec.Struct, frozen=True, gc=False):
    """What of a row a price hangs on."""

    vendor: str
    endpoint: str
    asked: str
    model: str
    at_us: int
    input: int | None
    cache_read: int | None
    cache_write: int | None
    output: int | None
    reasoning: int | None
    cache_write_1h: int | None
    input_audio: int | None
    output_audio: int | None


class Book(Protocol):
    """Prices, with what to call them. None: nothing is known."""

    name: str

    def price(self, spent: Spent) -> Cost | None: ...


class _Book:
    def __init__(self, name: str, price: Callable[[Spent, TokenClasses, datetime], Cost | None]) -> None:
        self.name, self._price = name, price

    def price(self, spent: Spent) -> Cost | None:
        tokens = classes(_usage(spent))
        if tokens is None:
            return None
        return self._price(spent, tokens, datetime.fromtimestamp(spent.at_us / 1e6, UTC))


def _usage(spent: Spent) -> TokenUsage:
    return TokenUsage(
        spent.input,
        spent.cache_read,
        spent.cache_write,
        spent.output,
        spent.reasoning,
        spent.cache_write_1h,
        spent.input_audio,
        spent.output_audio,
    )


def book(said: str, prices: Prices, directory: Directory) -> Book:
    """By what `AskReprice.prices` says. Raises `PricesError` where that names no prices."""
    prices.load()
    if not said:
        return _Book("the prices known here now", prices.listed)
    if said == LIST:
        return _Book(prices.list_name, prices.by_list)
    if Path(said).is_file():
        return _of_file(Path(said))
    vendor, slash, model = said.partition("/")
    if not (slash and model and directory.find(vendor)):
        raise PricesError(f"{said!r} is no vendor/model, no file of prices, and not {LIST}")
    return _as_if(vendor, model, prices, directory)


def _as_if(vendor: str, model: str, prices: Prices, directory: Directory) -> Book:
    row = directory.find(vendor)
    base = row.base_url if row is not None else ""

    def price(spent: Spent, tokens: TokenClasses, at: datetime) -> Cost | None:
        there = msgspec.structs.replace(spent, vendor=vendor, endpoint=base, asked=model, model=model)
        return prices.listed(there, tokens, at)

    nothing = Spent(vendor, base, model, model, 0, 1, None, None, 1, None, None, None, None)
    if price(nothing, TokenClasses(1, 0, 0, 0, 0, 1, 0, 0), datetime.now(UTC)) is None:
        raise PricesError(f"no list that is known here has a price for {vendor}/{model}")
    return _Book(f"{vendor}/{model}", price)


def _of_file(path: Path) -> Book:
    try:
        raw = json.loads(path.read_bytes())
    except OSError as error:
        raise PricesError(f"{path.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise PricesError(f"{path.name} is not JSON") from None
    found, wrong = read(raw.get("own_prices", raw) if isinstance(raw, dict) else raw)
    if wrong:
        raise PricesError(f"these prices in {path.name} are none: {', '.join(wrong[:5])}")
    return _Book(path.name, _by_own(found))


def _by_own(own: OwnPrices) -> Callable[[Spent, TokenClasses, datetime], Cost | None]:
    alone = Prices()
    alone.own = own
    return alone.by_user

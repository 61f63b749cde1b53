"""Budgets as people write them: `vendor:openai`, `5 USD`, `200k tokens`, `day`."""

import re
from decimal import Decimal

from app.budgets.budget import REQUESTS, SCOPES, THENS, TOKENS, WINDOWS, Budget, Scope, Then, Unpriced, Window
from app.tariff import price
from providers.vendors import origin

THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}


class WrittenError(ValueError):
    """What is written is no budget; the message says what would be one."""


def budget(
    scope: str, limit: str, window: str, *, then: str = "stop", warn: str = "80", unpriced: str = "allow"
) -> Budget:
    """Raises `WrittenError`."""
    kind, name = whose(scope)
    amount, unit = limited(limit)
    return Budget(kind, name, _window(window), unit, amount, _share(warn), _then(then), _unpriced(unpriced))


def whose(text: str) -> tuple[Scope, str]:
    """`user`, `vendor` (each), `vendor:openai`, `model:openai/gpt-5`, `endpoint:http://gpu:8000`, `session:ID`."""
    kind, _, name = text.strip().partition(":")
    if kind == "route":
        raise WrittenError(f"{text!r}: a budget of a route stands in it, as its node `budgeted`, and is changed there")
    found = next((scope for scope in SCOPES if scope == kind), None)
    if found is None:
        raise WrittenError(f"{text!r} is for nobody: write user, vendor, model, endpoint or session, or vendor:NAME")
    name = name.strip()
    if found == "user" and name:
        raise WrittenError("a budget for the user has no name: it is for whoever runs Abreast here")
    return found, _endpoint(name) if found == "endpoint" and name else name


def _endpoint(name: str) -> str:
    if not re.match(r"https?://[^/\s]+", name):
        raise WrittenError(f"{name!r} is no server: write its address, as http://gpu-box:8000")
    return origin(name)


def limited(text: str) -> tuple[Decimal, str]:
    """`5 USD`, `$5`, `200k tokens`, `100 requests`."""
    found = re.fullmatch(r"\s*([$€£]?)\s*([\d][\d_,]*(?:\.\d+)?|\.\d+)\s*([kKmM]?)\s*([A-Za-z]*)\s*", text)
    if found is None:
        raise _no_limit(text)
    sign, digits, size, word = found.groups()
    if size and not word and len(text.strip().split()) > 1:
        raise _no_limit(text)
    amount = price(digits.replace(",", "").replace("_", ""))
    if amount is None:
        raise _no_limit(text)
    unit = _unit(SIGNS.get(sign, "") or word, text)
    amount *= THOUSANDS[size.lower()]
    if unit in (TOKENS, REQUESTS) and amount != amount.to_integral():
        raise WrittenError(f"{text!r}: there is no part of {'a token' if unit == TOKENS else 'a request'}")
    return amount, unit


def _unit(word: str, text: str) -> str:
    plural = word.lower().removesuffix("s") + "s"
    if plural in (TOKENS, REQUESTS):
        return plural
    if len(word) == 3 and word.isalpha():
        return word.upper()
    raise _no_limit(text)


def _no_limit(text: str) -> WrittenError:
    return WrittenError(f"{text!r} is no limit: write an amount and what of, as 5 USD, 200k tokens or 100 requests")


def _window(text: str) -> Window:
    found = next((window for window in WINDOWS if window == text.strip().lower()), None)
    if found is None:
        raise WrittenError(f"{text!r} is no time: write hour, day or month")
    return found


def _then(text: str) -> Then:
    found = next((then for then in THENS if then == text), None)
    if found is None:
        raise WrittenError(f"{text!r}: at the limit, write warn, block or stop")
    return found


def _unpriced(text: str) -> Unpriced:
    if text == "allow":
        return "allow"
    if text == "block":
        return "block"
    raise WrittenError(f"{text!r}: a model without a price is allow or block")


def _share(text: str) -> Decimal:
    percent = price(text.strip().removesuffix("%").strip())
    if percent is None or not 0 < percent <= 100:
        raise WrittenError(f"{text!r} is no share: write 1 to 100, in percent of the limit")
    return percent / 100

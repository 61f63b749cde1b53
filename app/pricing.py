"""What an attempt cost, with where the figure comes from. What is unknown stays unknown, never zero."""

import contextlib
import importlib
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from app.attempt import Attempt
from app.records import Cost, plain
from providers.practice.catalog import PRICES, PRICES_AS_OF
from providers.usage import TokenUsage

MILLION = Decimal(1_000_000)
RELEASED = {"0.2.3": "2026-11-10"}
"""When each version of genai-prices came out: the list itself carries no date."""


LISTED_AS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "google",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "openrouter": "openrouter",
    "groq": "groq",
    "together": "together",
    "fireworks": "fireworks",
    "xai": "x-ai",
    "moonshot": "moonshotai",
}
"""Our vendors by the names that genai-prices has for them."""


def is_listed(lane: str) -> bool:
    """Whether the list may hold prices for that lane."""
    return lane.partition("/")[0] in LISTED_AS


class Prices:
    """Prices attempts: the provider's own figure if it gave one, else the practice price list, else genai-prices.

    genai-prices takes 0.6 s to import, so `load` is called when no stream is live; before that its prices are unknown.
    """

    def __init__(self) -> None:
        self._library: Any = None
        self._release = ""

    def load(self) -> None:
        """Imports the list and asks it once: the first question builds its data, a quarter of a second's work."""
        if self._library is not None:
            return
        library = importlib.import_module("genai_prices")
        with contextlib.suppress(LookupError):
            library.calc_price(library.Usage(input_tokens=1), "gpt-4o", provider_id="openai")
        self._release = version("genai-prices")
        self._library = library

    def of(self, attempt: Attempt) -> Cost | None:
        if attempt.usage.cost_usd is not None:
            return Cost(attempt.usage.cost_usd, "USD", "provider", None)
        if attempt.usage.input is None or attempt.usage.output is None:
            return None
        if attempt.vendor.startswith("practice"):
            return self._practice(attempt.model, attempt.usage)
        return self._listed(attempt)

    def _practice(self, model: str, usage: TokenUsage) -> Cost | None:
        price = PRICES.get(model)
        if price is None:
            return None
        cached = usage.cache_read or 0
        amount = (
            Decimal((usage.input or 0) - cached) * Decimal(price.input)
            + Decimal(cached) * Decimal(price.cached)
            + Decimal(usage.output or 0) * Decimal(price.output)
        ) / MILLION
        return Cost(plain(amount), "USD", "vendor list", PRICES_AS_OF)

    def _listed(self, attempt: Attempt) -> Cost | None:
        provider = LISTED_AS.get(attempt.vendor)
        if self._library is None or provider is None:
            return None
        usage = attempt.usage
        counts = {
            "input_tokens": usage.input,
            "cache_read_tokens": usage.cache_read,
            "cache_write_tokens": usage.cache_write,
            "cache_write_1h_tokens": usage.cache_write_1h,
            "output_tokens": usage.output,
        }
        try:
            priced = self._library.calc_price(
                self._library.Usage(**{name: count for name, count in counts.items() if count}),
                attempt.model,
                provider_id=provider,
            )
        except (LookupError, ValueError, ArithmeticError):
            return None  # no price for this model, or counts that contradict each other
        source = f"genai-prices {self._release}"
        return Cost(plain(priced.total_price), "USD", source, RELEASED.get(self._release))

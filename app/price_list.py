"""The list prices of genai-prices: models of most vendors, with tiers by size, day and hour."""

import contextlib
import importlib
import re
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from app.directory import Directory
from app.lanes import LaneError, UrlTarget, VendorTarget, parse
from app.listing import ListedModel
from app.tariff import Line, Rates, total
from providers.usage import TokenClasses

RELEASED = {"0.2.3": "2026-11-10"}
"""When each version of genai-prices came out: the list itself carries no date."""
LISTED_AS = {
    "openai": "openai",
    "openai-responses": "openai",
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
    "cerebras": "cerebras",
    "perplexity": "perplexity",
}
"""Our vendors by the names that genai-prices has for them."""


NO_CHAT = re.compile(
    r"embed|image|audio|tts|realtime|whisper|transcribe|moderation|rerank|instruct$|computer-use|live|voice|ocr|video|"
    r"^(ada|babbage|curie|davinci|text-.*|ft:.*|sora.*|veo.*|imagen.*|lyria.*)$"
)
OWN = {"google": ("gemini", "gemma")}
"""How the names begin of models that are the vendor's own, where the list has others under it."""


def _chats(model: str, provider: str) -> bool:
    return NO_CHAT.search(model) is None and model.startswith(OWN.get(provider, ""))


def is_listed(lane: str, directory: Directory) -> bool:
    """Whether the list may hold prices for that lane."""
    try:
        target = parse(lane)
    except LaneError:
        return False
    match target:
        case VendorTarget(vendor=name):
            return directory.kin(name) in LISTED_AS
        case UrlTarget(base_url=url):
            owner = directory.at(url)
            return owner is not None and directory.kin(owner.id) in LISTED_AS


class PriceList:
    """Takes 0.6 s to import, so `load` is called when no stream is live; before that it knows no price."""

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

    def models(self, vendor: str) -> tuple[ListedModel, ...]:
        """What the list knows of a vendor's models that answer in text; nothing before `load`."""
        provider = LISTED_AS.get(vendor)
        if self._library is None or provider is None:
            return ()
        snapshot = importlib.import_module("genai_prices.data_snapshot").get_snapshot()
        found = next((each for each in snapshot.providers if each.id == provider), None)
        usable = (each for each in (found.models if found else ()) if _chats(each.id, provider) and not each.deprecated)
        return tuple(
            ListedModel(f"{vendor}/{each.id}", vendor, each.id, each.name, each.context_window) for each in usable
        )

    @property
    def source(self) -> str:
        return f"genai-prices {self._release}"

    @property
    def as_of(self) -> str | None:
        return RELEASED.get(self._release)

    def amount(self, vendor: str, model: str, tokens: TokenClasses, at: datetime) -> Decimal | None:
        """US dollars for a call that was sent at `at`; None where no price is listed."""
        priced = self._priced(vendor, model, tokens, at)
        return None if priced is None else Decimal(priced.total_price)

    def lines(self, vendor: str, model: str, tokens: TokenClasses, at: datetime) -> tuple[Line, ...] | None:
        """The same term by term. Where the list prices what we have no class for, it is told by its two sides."""
        priced = self._priced(vendor, model, tokens, at)
        if priced is None:
            return None
        made = _rates(priced.model_price, tokens).lines(tokens)
        return made if total(made) == priced.total_price else _sides(priced, tokens)

    def _priced(self, vendor: str, model: str, tokens: TokenClasses, at: datetime) -> Any:
        provider = LISTED_AS.get(vendor)
        if self._library is None or provider is None:
            return None
        try:
            return self._library.calc_price(
                self._library.Usage(**{name: count for name, count in _counts(tokens).items() if count}),
                model,
                provider_id=provider,
                genai_request_timestamp=at,
            )
        except (LookupError, ValueError, ArithmeticError):
            return None


def _rates(listed: Any, tokens: TokenClasses) -> Rates:
    """What the list charges for a call of that size. Its tiers hold for all tokens of a call."""

    def rate(name: str) -> Decimal | None:
        found = getattr(listed, name)
        if found is None or isinstance(found, Decimal):
            return found
        over = [tier.price for tier in found.tiers if tokens.input > tier.start]
        return Decimal(over[-1] if over else found.base)

    return Rates(
        rate("input_mtok") or Decimal(0),
        rate("output_mtok") or Decimal(0),
        cache_read=rate("cache_read_mtok"),
        cache_write=rate("cache_write_mtok"),
        cache_write_1h=rate("cache_write_1h_mtok"),
        reasoning=rate("output_reasoning_mtok"),
        input_audio=rate("input_audio_mtok"),
        output_audio=rate("output_audio_mtok"),
        request=(rate("requests_kcount") or Decimal(0)) / 1000,
    )


def _sides(priced: Any, tokens: TokenClasses) -> tuple[Line, ...]:
    other = priced.total_price - priced.input_price - priced.output_price
    sides = (("input", tokens.input, priced.input_price), ("output", tokens.output, priced.output_price))
    lines = [Line(name, count, None, amount) for name, count, amount in sides if count]
    return tuple(lines + ([Line("other", 1, None, other)] if other else []))


def _counts(tokens: TokenClasses) -> dict[str, int]:
    """In the library's convention, where parts are inside their wholes."""
    return {
        "input_tokens": tokens.input,
        "cache_read_tokens": tokens.cache_read,
        "cache_write_tokens": tokens.cache_write_5m + tokens.cache_write_1h,
        "cache_write_1h_tokens": tokens.cache_write_1h,
        "input_audio_tokens": tokens.input_audio,
        "output_tokens": tokens.output,
        "output_reasoning_tokens": tokens.reasoning,
        "output_audio_tokens": tokens.output_audio,
    }

"""Prices as vendors write them into their lists of models, as tariffs. What cannot be read is unknown, never 0."""

import re
from datetime import time
from decimal import Decimal
from typing import Any

from app.tariff import MILLION, Rates, Tariff, Tier, price, tidy

OPENROUTER = {
    "cache_read": "input_cache_read",
    "cache_write": "input_cache_write",
    "reasoning": "internal_reasoning",
    "input_audio": "audio",
}
"""Our kinds by OpenRouter's names; 0 there says that the kind has no price of its own."""


def tariff(said: dict[str, Any]) -> Tariff | None:
    """The prices in one entry of an OpenAI-like list: OpenRouter's per token, or Together's per million."""
    pricing = said.get("pricing")
    if not isinstance(pricing, dict):
        return None
    if "prompt" in pricing and "completion" in pricing:
        return _per_token(pricing)
    if "input" in pricing and "output" in pricing:
        return _per_million(pricing)
    return None


def _per_million(pricing: dict[str, Any]) -> Tariff | None:
    """Together's. A model that is rented by the hour has no price for its tokens, though 0 stands there."""
    given, made = price(pricing["input"]), price(pricing["output"])
    if given is None or made is None or (given == made == 0 and price(pricing.get("hourly", 0))):
        return None
    return Tariff(Rates(given, made, cache_read=_apart(pricing.get("cached_input"))))


def _per_token(pricing: dict[str, Any]) -> Tariff | None:
    """OpenRouter's: dollars for one token, -1 where it varies; `overrides` replace prices of calls of some kind."""
    rates = _rates(pricing)
    overrides = pricing.get("overrides") or []
    if rates is None or not isinstance(overrides, list):
        return None
    tiers = [_tier(pricing, each) for each in overrides]
    return None if None in tiers else Tariff(rates, tiers=tuple(tier for tier in tiers if tier is not None))


def _rates(pricing: dict[str, Any]) -> Rates | None:
    given, made = _million(pricing.get("prompt")), _million(pricing.get("completion"))
    request = price(pricing.get("request", 0))
    if given is None or made is None or request is None:
        return None
    rest = {ours: _apart(pricing.get(theirs), per_token=True) for ours, theirs in OPENROUTER.items()}
    return Rates(given, made, request=request, **rest)


def _tier(plain: dict[str, Any], said: Any) -> Tier | None:
    """One override; None for one that is not understood, which makes the whole price unknown."""
    if not isinstance(said, dict):
        return None
    rates = _rates(plain | said)
    over, hours = said.get("min_prompt_tokens", 0), (said.get("utc_start"), said.get("utc_end"))
    if rates is None or isinstance(over, bool) or not isinstance(over, int):
        return None
    if hours == (None, None):
        return Tier(rates, over_input=over) if over else None
    begins, ends = (_hour(each) for each in hours)
    return None if begins is None or ends is None else Tier(rates, over, begins, ends)


def _hour(said: Any) -> time | None:
    if not isinstance(said, str):
        return None
    try:
        return time.fromisoformat(said.removesuffix("Z")).replace(tzinfo=None)
    except ValueError:
        return None


def _million(said: Any) -> Decimal | None:
    found = price(said)
    return None if found is None else tidy(found * MILLION)


def _apart(said: Any, *, per_token: bool = False) -> Decimal | None:
    """A price that a kind has of its own, if it has one."""
    return (_million(said) if per_token else price(said)) or None


def litellm(info: dict[str, Any]) -> Tariff | None:
    """The `model_info` of LiteLLM's proxy: dollars for one token."""
    given, made = _million(info.get("input_cost_per_token")), _million(info.get("output_cost_per_token"))
    if given is None or made is None:
        return None
    return Tariff(
        Rates(
            given,
            made,
            cache_read=_million(info.get("cache_read_input_token_cost")),
            cache_write=_million(info.get("cache_creation_input_token_cost")),
            cache_write_1h=_million(info.get("cache_creation_input_token_cost_above_1hr")),
            reasoning=_million(info.get("output_cost_per_reasoning_token")),
            input_audio=_million(info.get("input_cost_per_audio_token")),
            output_audio=_million(info.get("output_cost_per_audio_token")),
        ),
        tiers=_above(info),
    )


def _above(info: dict[str, Any]) -> tuple[Tier, ...]:
    """Other prices for calls with more than so many thousand tokens of input."""
    sizes = sorted(int(size[1]) for size in map(_SIZE.fullmatch, info) if size is not None)
    tiers = (_tier_above(info, f"_above_{size}k_tokens", size * 1000 + 1) for size in sizes)
    return tuple(tier for tier in tiers if tier is not None)


_SIZE = re.compile(r"input_cost_per_token_above_(\d{1,6})k_tokens")


def _tier_above(info: dict[str, Any], end: str, over_input: int) -> Tier | None:
    given, made = _million(info.get(f"input_cost_per_token{end}")), _million(info.get(f"output_cost_per_token{end}"))
    if given is None or made is None:
        return None
    read = _million(info.get(f"cache_read_input_token_cost{end}"))
    write = _million(info.get(f"cache_creation_input_token_cost{end}"))
    return Tier(Rates(given, made, cache_read=read, cache_write=write), over_input)


XAI_PER_DOLLAR = 10_000
"""xAI's prices are whole hundredths of a cent."""


def xai(said: dict[str, Any]) -> Tariff | None:
    """One entry of xAI's `/language-models`: for a million tokens."""
    given = price(said.get("prompt_text_token_price"), per=XAI_PER_DOLLAR)
    made = price(said.get("completion_text_token_price"), per=XAI_PER_DOLLAR)
    if given is None or made is None:
        return None
    read = price(said.get("cached_prompt_text_token_price"), per=XAI_PER_DOLLAR)
    return Tariff(Rates(given, made, cache_read=read or None))


def short(found: Tariff | None) -> tuple[str, str]:
    """Input and output per million tokens for a column, `+` where other rates hold for some calls; "" if unknown."""
    if found is None:
        return "", ""
    more = "+" if found.tiers or found.rates.request else ""
    sign = "$" if found.currency == "USD" else f"{found.currency} "
    return f"{sign}{_figure(found.rates.input)}{more}", f"{sign}{_figure(found.rates.output)}{more}"


def _figure(rate: Decimal) -> str:
    text = format(rate, "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest:0<2}" if rest else f"{whole}.00"

"""What OpenAI-like servers count, in the inclusive convention."""

from decimal import Decimal
from itertools import product
from typing import Any

from providers.dialects.documents import count
from providers.usage import TokenUsage

TICKS_PER_USD = 10_000_000_000


def usage_of(raw: dict[str, Any], *, excludes_reasoning: bool = False) -> TokenUsage:
    """The total, where there is one, tells whether the cache and the reasoning are counted apart; without one, a part
    that is larger than its whole does."""
    into = _object(raw, "prompt_tokens_details", "prompt_token_details", "input_tokens_details")
    out = _object(raw, "completion_tokens_details", "output_tokens_details")
    given, produced = count(raw, "prompt_tokens", "input_tokens"), count(raw, "completion_tokens", "output_tokens")
    read = _first(
        count(into, "cached_tokens"),
        count(raw, "prompt_cache_hit_tokens", "cache_read_input_tokens", "num_cached_tokens", "cached_tokens"),
    )
    written = _first(
        count(into, "cache_write_tokens", "cache_creation_input_tokens", "cache_creation_tokens"),
        count(raw, "cache_creation_input_tokens"),
    )
    thought = _first(count(out, "reasoning_tokens"), count(raw, "reasoning_tokens"))
    if given is not None and produced is not None:
        apart = _apart(given, produced, (read or 0) + (written or 0), thought or 0, count(raw, "total_tokens"))
        if apart is None:
            apart = (read or 0) > given, excludes_reasoning or (thought or 0) > produced
        given += ((read or 0) + (written or 0)) * apart[0]
        produced += (thought or 0) * apart[1]
    return TokenUsage(
        input=given,
        cache_read=read,
        cache_write=written,
        output=produced,
        reasoning=thought,
        cache_write_1h=_for_1h(raw, written),
        input_audio=count(into, "audio_tokens"),
        output_audio=count(out, "audio_tokens"),
        cost_usd=_cost(raw),
        raw=raw,
    )


def _apart(given: int, produced: int, cached: int, thought: int, total: int | None) -> tuple[bool, bool] | None:
    """Whether the cache and the reasoning are to be added, so that the sum is the total; None if it cannot tell."""
    for cache_apart, thought_apart in product((False, True), repeat=2):
        if (cached > given and not cache_apart) or (thought > produced and not thought_apart):
            continue  # no part is larger than its whole, whatever the total says
        if given + cached * cache_apart + produced + thought * thought_apart == total:
            return cache_apart, thought_apart
    return None


def _cost(raw: dict[str, Any]) -> str | None:
    ticks = count(raw, "cost_in_usd_ticks")
    if ticks is not None:
        return format(Decimal(ticks) / TICKS_PER_USD, "f")
    cost = raw.get("cost")
    amount = _amount(cost.get("total_cost") if isinstance(cost, dict) else cost)
    if amount is not None and raw.get("is_byok") is True:
        # With a key of one's own at OpenRouter, `cost` is its fee, and the provider's bill comes on top.
        upstream = _amount(_object(raw, "cost_details").get("upstream_inference_cost"))
        amount = None if upstream is None else amount + upstream
    return None if amount is None else format(amount, "f")


def _amount(value: Any) -> Decimal | None:
    """A sum of money, None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except ArithmeticError:
        return None
    return amount if amount.is_finite() and amount >= 0 and -30 < amount.adjusted() < 30 else None


def _for_1h(raw: dict[str, Any], written: int | None) -> int | None:
    """What Anthropic's gateways say of the cache for an hour, where it fits what was written."""
    into = _object(raw, "prompt_tokens_details")
    split = (into.get("cache_creation_token_details"), raw.get("cache_creation"), into.get("cache_creation"))
    for_1h = _first(*(count(each, "ephemeral_1h_input_tokens") for each in split))
    return for_1h if for_1h is not None and for_1h <= (written or 0) else None


def _first(*counts: int | None) -> int | None:
    return next((known for known in counts if known is not None), None)


def _object(raw: dict[str, Any], *names: str) -> dict[str, Any]:
    return next((raw[name] for name in names if isinstance(raw.get(name), dict)), {})

"""What a provider says it counted, in one convention.

Three conventions of usage exist. The provider's own stays untouched in `raw`. `TokenUsage` is *inclusive*, as
OpenTelemetry's GenAI conventions and genai-prices have it: input includes cache reads and writes, output includes
reasoning. Each dialect converts from its own wire form when it decodes; nobody else does.
"""

from collections.abc import Iterable
from typing import Any

import msgspec


class TokenUsage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tokens of one attempt as last reported; None means *not reported*, never zero."""

    input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache_write_1h: int | None = None
    """The part of `cache_write` kept for an hour, where the provider prices it apart."""
    input_audio: int | None = None
    """The part of `input` that was sound, whatever of it came from the cache."""
    output_audio: int | None = None
    """The part of `output` that was sound."""
    cost_usd: str | None = None
    """What the provider says the call cost, as a decimal number in US dollars."""
    raw: dict[str, Any] = {}
    """The provider's usage objects merged key by key, the last value winning, null never overwriting."""


class TokenClasses(msgspec.Struct, frozen=True):
    """The same tokens as kinds that do not overlap, so that what they cost is a plain sum. What was not reported is 0
    here: `classes` makes them only of usage whose sums are known."""

    input_uncached: int
    """Text that was neither read from a cache nor written to one."""
    cache_read: int
    cache_write_5m: int
    """Written to a cache for the usual, short time."""
    cache_write_1h: int
    input_audio: int
    output_text: int
    reasoning: int
    output_audio: int

    @property
    def input(self) -> int:
        return self.input_uncached + self.cache_read + self.cache_write_5m + self.cache_write_1h + self.input_audio

    @property
    def output(self) -> int:
        return self.output_text + self.reasoning + self.output_audio


def classes(usage: TokenUsage) -> TokenClasses | None:
    """The disjoint counts; None where input or output is unknown, or where a part is larger than its whole."""
    if usage.input is None or usage.output is None:
        return None
    read, written, for_1h = usage.cache_read or 0, usage.cache_write or 0, usage.cache_write_1h or 0
    reasoning, spoken = usage.reasoning or 0, usage.output_audio or 0
    fresh = usage.input - read - written
    text = usage.output - reasoning - spoken
    if fresh < 0 or text < 0 or for_1h > written:
        return None
    heard = min(usage.input_audio or 0, fresh)  # sound out of the cache counts as read from the cache
    return TokenClasses(fresh - heard, read, written - for_1h, for_1h, heard, text, reasoning, spoken)


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """`old` overlaid with what `new` really says: nested objects are merged and nulls ignored.

    Usage is cumulative in every API, so the last value wins and nothing is ever added up.
    """
    out = dict(old)
    for key, value in new.items():
        if value is None and key in out:
            continue
        before = out.get(key)
        out[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return out


def total(usages: list[TokenUsage]) -> TokenUsage:
    """The sum over attempts. A count that no attempt reported stays unknown."""
    return TokenUsage(
        input=_sum(u.input for u in usages),
        cache_read=_sum(u.cache_read for u in usages),
        cache_write=_sum(u.cache_write for u in usages),
        output=_sum(u.output for u in usages),
        reasoning=_sum(u.reasoning for u in usages),
        cache_write_1h=_sum(u.cache_write_1h for u in usages),
        input_audio=_sum(u.input_audio for u in usages),
        output_audio=_sum(u.output_audio for u in usages),
        raw=usages[-1].raw if usages else {},
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None

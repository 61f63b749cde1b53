"""What Anthropic says of tokens."""

from typing import Any

from providers.dialects.documents import count
from providers.usage import TokenUsage


def usage_of(raw: dict[str, Any]) -> TokenUsage:
    """Anthropic counts the cache apart from the input; the inclusive convention adds it."""
    read, written = count(raw, "cache_read_input_tokens"), count(raw, "cache_creation_input_tokens")
    given = count(raw, "input_tokens")
    return TokenUsage(
        input=None if given is None else given + (read or 0) + (written or 0),
        cache_read=read,
        cache_write=written,
        output=count(raw, "output_tokens"),
        reasoning=count(raw.get("output_tokens_details"), "thinking_tokens"),
        cache_write_1h=count(raw.get("cache_creation"), "ephemeral_1h_input_tokens"),
        raw=raw,
    )

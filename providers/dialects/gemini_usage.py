"""What Gemini says of tokens."""

from typing import Any

from providers.dialects.documents import count
from providers.dialects.gemini_shapes import objects
from providers.usage import TokenUsage


def usage_of(raw: dict[str, Any]) -> TokenUsage:
    """Gemini counts thoughts apart from the candidates, and the cache inside the prompt."""
    given, used = count(raw, "promptTokenCount"), count(raw, "toolUsePromptTokenCount")
    spoken, thought = count(raw, "candidatesTokenCount"), count(raw, "thoughtsTokenCount")
    return TokenUsage(
        input=None if given is None else given + (used or 0),
        cache_read=count(raw, "cachedContentTokenCount"),
        output=None if spoken is None and thought is None else (spoken or 0) + (thought or 0),
        reasoning=thought,
        input_audio=_audio(raw.get("promptTokensDetails")),
        output_audio=_audio(raw.get("candidatesTokensDetails")),
        raw=raw,
    )


def _audio(details: Any) -> int | None:
    """Tokens of sound among the counts by kind."""
    return next((count(each, "tokenCount") for each in objects(details) if each.get("modality") == "AUDIO"), None)

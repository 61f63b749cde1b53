"""Tokens as kinds that do not overlap, each as a part of what went in or came out."""

from dataclasses import dataclass
from typing import Literal

from app.records import Tokens
from providers.usage import TokenUsage

Kind = Literal["fresh", "cache_read", "cache_write", "audio", "text", "reasoning"]


@dataclass(frozen=True)
class Part:
    name: str
    kind: Kind
    tokens: int
    note: str = ""


@dataclass(frozen=True)
class TokenBar:
    """One side. `total` is None where the provider has not told; `parts` are none where they contradict it."""

    side: Literal["in", "out"]
    total: int | None
    parts: tuple[Part, ...]
    trouble: str = ""


def token_bars(usage: TokenUsage) -> tuple[TokenBar, TokenBar]:
    return _input(usage), _output(usage)


def inclusive(tokens: Tokens) -> TokenUsage:
    """As a record keeps them: how much of it was sound, and for how long it was cached, is not told."""
    return TokenUsage(tokens.input, tokens.cache_read, tokens.cache_write, tokens.output, tokens.reasoning)


def _input(usage: TokenUsage) -> TokenBar:
    read, written = usage.cache_read or 0, usage.cache_write or 0
    fresh = (usage.input or 0) - read - written
    heard = min(usage.input_audio or 0, max(0, fresh))
    parts = (
        Part("uncached", "fresh", fresh - heard, "Neither read from the provider's cache nor written to it"),
        Part("cached", "cache_read", read, "Read from the provider's cache"),
        Part("cache write", "cache_write", written, "Written to the provider's cache, to be read by later calls"),
        Part("audio", "audio", heard, "Sound that was not read from the cache"),
    )
    return _bar("in", usage.input, parts)


def _output(usage: TokenUsage) -> TokenBar:
    reasoning, spoken = usage.reasoning or 0, usage.output_audio or 0
    text = (usage.output or 0) - reasoning - spoken
    parts = (
        Part("text", "text", text, "Output that is neither reasoning nor sound"),
        Part("reasoning", "reasoning", reasoning, "Also what was thought and not shown"),
        Part("audio", "audio", spoken, "Sound"),
    )
    return _bar("out", usage.output, parts)


def _bar(side: Literal["in", "out"], total: int | None, parts: tuple[Part, ...]) -> TokenBar:
    if total is None:
        return TokenBar(side, None, ())
    if any(part.tokens < 0 for part in parts):
        named = " and ".join(f"{part.tokens:,} {part.name}" for part in parts[1:] if part.tokens > 0)
        return TokenBar(side, total, (), f"The provider's counts contradict each other: {named} of {total:,}")
    return TokenBar(side, total, tuple(part for part in parts if part.tokens))

"""How many tokens a text is likely to be, before or in place of a provider's own count. Always an estimate."""

import re

import msgspec

from app.ranks import EncodingName

PER_MESSAGE = 4
"""The marks around a message and its role, in OpenAI's chat format; other vendors' differ by a few tokens."""
REPLY = 3
"""The marks with which the answer begins, which are counted as input."""

_O200K = re.compile(r"(gpt-(4o|4\.1|4\.5|[5-9]|oss)|chatgpt-|o[1-9](-|$)|codex-)")
_CL100K = re.compile(r"gpt-(4(-|$)|3\.5|35)")


class Choice(msgspec.Struct, frozen=True):
    """The encoding to count with. `rough`: the model is not known to use it, so the count may be off by a third."""

    encoding: EncodingName
    rough: bool


class Count(msgspec.Struct, frozen=True):
    """An estimate, and how it was made."""

    tokens: int
    encoding: EncodingName
    rough: bool


def choice(model: str) -> Choice:
    """The encoding for a model as lanes name it: `gpt-4o`, `openai/gpt-4o`, `ft:gpt-4o-mini:me`, `qwen3:8b`."""
    name = model.lower().rpartition("/")[2].removeprefix("ft:")
    if _CL100K.match(name):
        return Choice("cl100k_base", rough=False)
    return Choice("o200k_base", rough=_O200K.match(name) is None)


def overhead(messages: int) -> int:
    """Tokens of a chat of that many messages besides their texts."""
    return messages * PER_MESSAGE + REPLY


def said(counts: tuple[Count, ...]) -> str:
    """`≈ 61 tokens`, or the span where encodings differ; nothing if nothing was counted."""
    if not counts:
        return ""
    low, high = min(each.tokens for each in counts), max(each.tokens for each in counts)
    span = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    return f"≈ {span} {'token' if high == 1 else 'tokens'}"


def note(counts: tuple[Count, ...]) -> str:
    """How the estimate was made, for a tooltip."""
    names = " and ".join(dict.fromkeys(each.encoding for each in counts))
    how = f"An estimate, counted on this machine with {names}; the provider's own count will differ a little."
    if any(each.rough for each in counts):
        how += " Not every model here is known to use that encoding, so it is rough."
    return how

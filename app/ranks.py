"""The two encodings that ship with the program, made from their files alone: no cache folder and no network.

tiktoken's own loader fetches what it lacks, without a time limit; its patterns are repeated here for that reason.
"""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from resources import find

if TYPE_CHECKING:
    import tiktoken

EncodingName = Literal["o200k_base", "cl100k_base"]

_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_O200K = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + _ENDINGS,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + _ENDINGS,
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_CL100K = "|".join(
    (
        r"'(?i:[sdmt]|ll|ve|re)",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
        r"\p{N}{1,3}+",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r"\s++$",
        r"\s*[\r\n]",
        r"\s+(?!\S)",
        r"\s",
    )
)


class Plan(msgspec.Struct, frozen=True):
    """What an encoding is made of besides its ranks. `sha256` is that of the unpacked file, as tiktoken expects it."""

    sha256: str
    pattern: str
    special: dict[str, int]


PLANS: dict[EncodingName, Plan] = {
    "o200k_base": Plan(
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        _O200K,
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    "cl100k_base": Plan(
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        _CL100K,
        {
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}


class TokenizerError(Exception):
    """Tokens cannot be counted; the message says why."""


def encoding(name: EncodingName, folder: Path | None = None) -> "tiktoken.Encoding":
    """The encoding of that name; it takes up to 0.6 s and 76 MB. Raises `TokenizerError` if its file is not right."""
    plan = PLANS[name]
    ranks = _ranks(name, plan, folder or find("tokenizers"))
    try:
        import tiktoken

        return tiktoken.Encoding(name, pat_str=plan.pattern, mergeable_ranks=ranks, special_tokens=plan.special)
    except (ImportError, ValueError, AssertionError) as error:
        raise TokenizerError(f"the encoding {name} cannot be made: {error}") from None


def _ranks(name: EncodingName, plan: Plan, folder: Path) -> dict[bytes, int]:
    try:
        data = _unpacked((folder / f"{name}.tiktoken.xz").read_bytes())
    except OSError as error:
        raise TokenizerError(f"the ranks of {name} cannot be read: {error.strerror}") from None
    except ImportError:
        raise TokenizerError(f"the ranks of {name} cannot be unpacked: this Python was built without lzma") from None
    if data is None:
        raise TokenizerError(f"the ranks of {name} are damaged: they cannot be unpacked")
    if hashlib.sha256(data).hexdigest() != plan.sha256:
        raise TokenizerError(f"the ranks of {name} are damaged: their SHA-256 is not the published one")
    pairs = (line.split() for line in data.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def _unpacked(packed: bytes) -> bytes | None:
    """None for what is damaged. Raises `ImportError` where Python was built without the module."""
    import lzma

    try:
        return lzma.decompress(packed)
    except (lzma.LZMAError, EOFError):
        return None

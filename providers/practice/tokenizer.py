"""Text to tokens and back, exactly, for every string.

A token is a word with its leading space, up to three digits, a sign, or a line break with its indent. A word that was
never seen is spelt in the longest pieces that were, and what has no piece at all in UTF-8 bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

PIECE = re.compile(
    r"https?://[^\s)\]|]+| ?\*\*|```| ?-{2,}|\n+ *|\(\)| ?[^\W\d_]+(?:_[^\W\d_]+|['’](?:s|t|re|ve|ll|d|m)\b)*"
    r"| ?\d{1,3}| ?[^\w\s]|[ \t]+|.",
    re.DOTALL,
)
THINK, ANSWER, END = 256, 257, 258
"""Marks that no text can spell: a thought begins, the answer begins, the answer ends. Below them stand the bytes."""
MARKS = ("<|think|>", "<|answer|>", "<|end|>")
ALPHABET = [chr(code) for code in (9, 10, *range(32, 127))]
LONGEST = 24
"""Characters of the longest piece that a word is spelt with."""


class Tokenizer:
    def __init__(self, texts: Iterable[str], *, affixes: int = 600) -> None:
        """Learns every piece of `texts`, and the `affixes` commonest beginnings and endings of its words."""
        seen = Counter(piece for text in texts for piece in PIECE.findall(text))
        pieces = dict.fromkeys((*ALPHABET, *seen, *_affixes(seen, affixes)))
        self._texts = [*(bytes([code]) for code in range(256)), *(mark.encode() for mark in MARKS)]
        self._ids = {piece: len(self._texts) + at for at, piece in enumerate(pieces)}
        self._texts += [piece.encode() for piece in pieces]

    def __len__(self) -> int:
        return len(self._texts)

    def bytes_of(self, token: int) -> bytes:
        return self._texts[token]

    def find(self, piece: str) -> int | None:
        """The token that is exactly `piece`, if there is one."""
        return self._ids.get(piece)

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in PIECE.findall(text):
            known = self._ids.get(piece)
            if known is None:
                ids.extend(self._spell(piece))
            else:
                ids.append(known)
        return ids

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of `tokens`; bytes that are no UTF-8 become U+FFFD."""
        raw = b"".join(self._texts[token] for token in tokens)
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")

    def _spell(self, piece: str) -> Iterator[int]:
        at = 0
        while at < len(piece):
            for end in range(min(len(piece), at + LONGEST), at, -1):
                known = self._ids.get(piece[at:end])
                if known is not None:
                    yield known
                    at = end
                    break
            else:
                yield from piece[at].encode("utf-8", "surrogatepass")
                at += 1


def _affixes(seen: Counter[str], count: int) -> list[str]:
    """The commonest parts of words, so that an unknown word takes two or three tokens rather than ten."""
    parts: Counter[str] = Counter()
    for piece in seen:
        word = piece.strip()
        if word.isalpha() and len(word) > 4:
            parts.update(word[-size:] for size in (2, 3, 4))
            parts.update(piece[: size + len(piece) - len(word)] for size in (2, 3, 4))
    return [part for part, _ in parts.most_common(count)]

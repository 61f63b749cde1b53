"""Words that are looked for: as SQLite's index wants them, and where they stand in a text that was found."""

import re
import unicodedata
from collections.abc import Iterable

AROUND = 60
"""Characters of a snippet before what was found; as many lines' worth follow."""
LENGTH = 240
MOST_TRIGRAMS = 12
"""More of them hardly tell more: what they find is looked through."""
LEAST_PREFIX = 3
"""A shorter beginning of a word stands for itself alone: too many words begin like that."""


def finding(words: tuple[str, ...]) -> str:
    """As FTS5 reads it. Whatever is typed is data: each word or phrase stands in quotes. The last one may go on."""
    quoted = ['"' + word.replace('"', '""').replace("\0", " ") + '"' for word in words]
    last = words[-1]
    if len(last) >= LEAST_PREFIX and last[-1].isalnum():
        quoted[-1] += "*"
    return " ".join(quoted)


def trigrams(words: tuple[str, ...]) -> str:
    """As FTS5 reads them: three letters in a row, of all words, none too many. "" where no word is as long."""
    each = [word[n : n + 3] for word in words for n in range(len(word) - 2) if "\0" not in word[n : n + 3]]
    step = len(each) // MOST_TRIGRAMS + 1
    return " ".join('"' + three.replace('"', '""') + '"' for three in dict.fromkeys(each[::step]))


def marked(texts: Iterable[str], words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of the first text that holds one of the words, and where in it they are."""
    texts = tuple(texts)
    plain = [re.escape(_bare(word)) for word in words if word.strip()]
    if not plain:
        return _piece(texts[0] or texts[1], 0), ()
    pattern = re.compile("|".join(sorted(plain, key=len, reverse=True)))
    for text in texts:
        found = pattern.search(_bare(text))
        if found is not None:
            piece = _piece(text, max(0, found.start() - AROUND))
            return piece, tuple(each.span() for each in pattern.finditer(_bare(piece)))
    return _piece(texts[0], 0), ()


def _piece(text: str, start: int) -> str:
    piece = text[start : start + LENGTH].replace("\n", " ").replace("\t", " ")
    return ("…" if start else "") + piece + ("…" if start + LENGTH < len(text) else "")


def _bare(text: str) -> str:
    """In small letters without accents, each sign in its place: as many as before."""
    if text.isascii():
        return text.lower()
    return "".join(_bare_sign(sign) for sign in text)


def _bare_sign(sign: str) -> str:
    low = sign.lower()
    bare = unicodedata.normalize("NFD", low)[:1]
    return bare if len(bare) == 1 else sign

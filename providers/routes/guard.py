"""Whether two questions that look alike may have different answers.

Embeddings put "sorts ascending" and "sorts descending" at 0.95, "5 miles" and "50 miles" at 0.86. So a likeness is only
a suggestion, and this guard has the last word: it finds a reason against, or none. It errs on the side of asking again:
a wrong hit is a wrong answer, a missed one costs what it always did.

Both questions must have the same numbers, negations, quotations, code and signs. Of their other words, those that frame
a question ("can you tell me") may differ, and words of one meaning are taken for each other; what is left must be the
same words in the same order.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from providers.routes.guard_words import ALIKE, FRAME, NEGATIONS, NUMBERS, PHRASES

QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|(?<!\w)'([^']+)'(?!\w)|‘([^’]+)’|```(.*?)```|`([^`]+)`", re.S)
SIGN = re.compile(r"[{}<>=|\\^~@#$_&*+/×÷√±%€£¥°]|\w\.\w|\w\(|::|->|--")
"""What has one of these in it is code, or an expression, and must be the same to the letter."""
NUMBER = re.compile(r"[-−]?\d+(?:[.,:]\d+)*!?")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SHORTEST = 3
LONGEST = 4_000
"""Signs. A text that is longer is no question that somebody asks again in other words."""
COMPARED = ("quotations", "code", "numbers", "negations", "names")


def reason_against(one: str, other: str) -> str:
    """Why an answer to `one` may be wrong for `other`, in a few words; "" if nothing speaks against it."""
    if max(len(one), len(other)) > LONGEST:
        return "" if one == other else "too long to compare"
    first, second = _Said(one), _Said(other)
    for name in COMPARED:
        if getattr(first, name) != getattr(second, name):
            return f"{name} differ"
    ours, theirs = Counter(first.words), Counter(second.words)
    if ours != theirs:
        return f"words differ: {', '.join(sorted((ours - theirs) + (theirs - ours))[:4])}"
    return "" if first.words == second.words else "the order of words differs"


class _Said:
    """What a question says, as far as it decides the answer."""

    def __init__(self, text: str) -> None:
        text = unicodedata.normalize("NFKC", text)
        self.quotations = Counter(next(filter(None, found), "").strip() for found in QUOTED.findall(text))
        text = QUOTED.sub(" ", text)
        pieces = text.split(" ")
        self.code = Counter(piece for piece in pieces if SIGN.search(piece))
        text = " ".join(piece for piece in pieces if not SIGN.search(piece))
        self.names = Counter(_names(text))
        plain = text.casefold().replace("’", "'")
        for pattern, instead in PHRASES:
            plain = pattern.sub(instead, plain)
        numbers = NUMBER.findall(plain)
        words = WORD.findall(NUMBER.sub(" ", plain))
        self.numbers = Counter([*numbers, *(NUMBERS[word] for word in words if word in NUMBERS)])
        self.negations = sum(_negates(word) for word in words)
        self.words = [_stem(word) for word in words if not (word in FRAME or word in NUMBERS or _negates(word))]


def _negates(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _stem(word: str) -> str:
    """What a word counts as. A plural is its singular, what is being done is what one does; no more is taken off, since
    the frightened are not frightening."""
    word = word.removesuffix("'s")
    for suffix, instead in (("ies", "y"), ("ss", "ss"), ("s", ""), ("ing", "")):
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST:
            word = word.removesuffix(suffix) + instead
            break
    for known in (word, f"{word}e"):
        if known in ALIKE:
            return ALIKE[known]
    return word.removesuffix("e") if len(word) > SHORTEST else word


def _names(text: str) -> Iterator[str]:
    """Names that are spelled like common words, which would be lost among them: the US, Will, Little."""
    for sentence in re.split(r"[.!?:\n]+\s*", text):
        for at, word in enumerate(WORD.findall(sentence)):
            plain = word.casefold()
            capital = word[0].isupper() and (at > 0 or (word.isupper() and len(word) > 1))
            if capital and (plain in FRAME or plain in ALIKE) and plain not in ("i", "i'm", "i'd", "i've"):
                yield plain

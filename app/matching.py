"""Which lines a typed text means: those that hold its words first, then those whose letters come in its order."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

LEAST_ROOM = 4
"""A word whose letters only come in order may be spread over twice its length, a short one over this much more."""
ENOUGH = 10
"""With so many lines that hold the words as they stand, others are noise."""


class Line(Protocol):
    @property
    def key(self) -> str:
        """What is looked in: lower case, the lane first."""
        ...


T = TypeVar("T", bound=Line)


def matching(known: Sequence[T], text: str) -> tuple[T, ...]:
    """Those that hold every word of `text`, of them first those that begin with it or have it where a word begins;
    then those in which the letters of each word come in order and near each other, the nearest first."""
    typed = text.strip().lower()
    words = typed.split()
    if not words:
        return tuple(known)
    plain = list(known)
    for word in words:
        plain = [each for each in plain if word in each.key]
    ranked = _ranked(plain, typed, words)
    if len(plain) >= ENOUGH:
        return tuple(ranked)
    held = {id(each) for each in plain}
    return (*ranked, *_near([each for each in known if id(each) not in held], words))


def _ranked(plain: list[T], typed: str, words: list[str]) -> list[T]:
    """Each is looked at once, however many there are: this runs with every letter that is typed."""
    begins = re.compile("|".join(rf"(?<![a-z0-9]){re.escape(word)}" for word in words)).search
    first: list[T] = []
    second: list[T] = []
    rest: list[T] = []
    for each in plain:
        key = each.key
        (first if key.startswith(typed) else second if begins(key) else rest).append(each)
    return [*first, *second, *rest]


def _near(others: Sequence[T], words: Sequence[str]) -> list[T]:
    """A letter or two in order are in nearly everything: those mean nothing."""
    if max(len(word) for word in words) < 3:
        return []
    patterns = [(_in_order(word), max(2 * len(word), len(word) + LEAST_ROOM)) for word in words]
    found: list[tuple[int, T]] = []
    for each in others:
        spread = 0
        for pattern, most in patterns:
            seen = pattern.search(each.key)
            if seen is None or seen.end() - seen.start() > most:
                break
            spread += seen.end() - seen.start()
        else:
            found.append((spread, each))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _in_order(word: str) -> "re.Pattern[str]":
    """Its letters with anything else between: no letter is tried twice, so that it costs no more than reading."""
    letters = [re.escape(letter) for letter in word]
    return re.compile(letters[0] + "".join(f"[^{letter}]*{letter}" for letter in letters[1:]))

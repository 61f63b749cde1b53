"""How alike a lane's answers to the same prompt are."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

MOST_PAIRS = 300
"""Of more pairs, this many are drawn: the mean is as good, and a thousand answers do not take minutes."""
MOST_CHARACTERS = 8_000
"""Of each text; the time for two of them grows with the product of their lengths."""


@dataclass(frozen=True)
class Determinism:
    n: int
    identical: float
    """The share of answers that are the commonest one, to the letter."""
    distinct: int
    distance: float
    """The mean over pairs of the edit distance (Levenshtein's, by characters) over the longer text: 0 to 1."""


def determinism(texts: Sequence[str], *, seed: int = 0) -> Determinism | None:
    """None with fewer than two answers, which can tell nothing."""
    if len(texts) < 2:
        return None
    counts = Counter(texts)
    pairs = list(combinations(range(len(texts)), 2))
    if len(pairs) > MOST_PAIRS:
        pairs = random.Random(seed).sample(pairs, MOST_PAIRS)
    total = sum(distance(texts[a], texts[b]) for a, b in pairs)
    return Determinism(len(texts), max(counts.values()) / len(texts), len(counts), total / len(pairs))


def distance(a: str, b: str) -> float:
    """0 for the same text, 1 for one that has nothing in common with it."""
    if a == b:
        return 0.0
    from rapidfuzz.distance import Levenshtein  # C++; loaded when it is first wanted

    return float(Levenshtein.normalized_distance(a[:MOST_CHARACTERS], b[:MOST_CHARACTERS]))


def similarity(text: str, others: Sequence[str]) -> float | None:
    """To the nearest of the others: an answer that was given before is as it was."""
    return max((1 - distance(text, each) for each in dict.fromkeys(others)), default=None)

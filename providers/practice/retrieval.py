"""Which articles speak of what was asked: weighted words in common, rarer words counting more."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from providers.practice.corpus import Article

WORD = re.compile(r"[^\W_]+")
COMMON = frozenset(
    WORD.findall(
        "a about all also an and any are as at be been but by can could do does explain for from give had has have how "
        "i if in into is it its just like make me more my no not of on one or our out please short small so some tell "
        "than that the their them then there these they this those to too up us use very want was we were what when "
        "where which who why will with would write you your"
    )
)
ENDINGS = re.compile(r"(?<=\w{3})(?:ies|ing|ions?|ed|es|s|e|y)$")
UNKNOWN = frozenset({"unknown"})
"""What an article says it answers to, if it is the one for questions that no other fits."""


def terms(text: str) -> Iterable[str]:
    """The telling words of `text`, lower case, without their endings."""
    words = WORD.findall(text.lower())
    return [ENDINGS.sub("", word) for word in words if word not in COMMON and (len(word) > 1 or word.isdigit())]


class Retrieval:
    def __init__(self, articles: Sequence[Article]) -> None:
        counted = [_counted(article) for article in articles]
        spread = Counter(term for counts in counted for term in counts)
        self._rarity = {term: math.log(1 + len(counted) / count) for term, count in spread.items()}
        self._questions = [frozenset(terms(article.question)) for article in articles]
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for at, counts in enumerate(counted):
            for term, count in counts.items():
                self._postings.setdefault(term, []).append((at, math.log1p(count) * self._rarity[term] ** 2))

    def scores(self, query: Mapping[str, float]) -> list[float]:
        """For each article how well it fits `query` (terms with their weights), the best being 1.

        An article whose whole question is in the query fits better than one with a question of which that is a part.
        A query of which nothing is known is answered as `UNKNOWN` would be.
        """
        scores = [self._asked(at, query) * score for at, score in enumerate(self._sums(query))]
        best = max(scores, default=0.0)
        if best:
            return [score / best for score in scores]
        return self.scores(dict.fromkeys(UNKNOWN, 1.0)) if self._rarity.keys() & UNKNOWN else scores

    def _sums(self, query: Mapping[str, float]) -> list[float]:
        sums = [0.0] * len(self._questions)
        for term, weight in query.items():
            for at, value in self._postings.get(term, ()):
                sums[at] += weight * value
        return sums

    def _asked(self, at: int, query: Mapping[str, float]) -> float:
        question = self._questions[at]
        return 0.3 + 0.7 * len(question & query.keys()) / (len(question) or 1)

    def overlap(self, query: Mapping[str, float], held: frozenset[str]) -> float:
        """How much of `query` the terms `held` cover, rarer terms counting more, between 0 and 1."""
        known = {term: weight * self._rarity[term] for term, weight in query.items() if term in self._rarity}
        total = sum(known.values())
        return sum(weight for term, weight in known.items() if term in held) / total if total else 0.0


def _counted(article: Article) -> Counter[str]:
    counts = Counter(terms(article.answer))
    for part, weight in ((article.question, 8), (article.also, 8)):
        for term in terms(part):
            counts[term] += weight
    return counts

"""What another similarity threshold of a cache would do, over the pairs of questions that it held beside each other."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from app.cache.pair import Pair
from providers.routes.guard import reason_against

Verdict = Literal["hit", "guarded", "below", "never"]


class Judged(NamedTuple):
    """A pair, and what it would come to: `why` it would be no hit."""

    pair: Pair
    verdict: Verdict
    why: str


class Share(NamedTuple):
    """Of questions that were looked up beside something near: how many would hit, and how many the guard keeps back."""

    threshold: float
    hits: float
    guarded: float


def judged(pair: Pair, threshold: float, *, guard: bool = True) -> Judged:
    """Also what the threshold of that day had hidden from the guard."""
    if pair.is_forbidden:
        return Judged(pair, "never", "you said that they never match")
    if pair.cosine < threshold:
        return Judged(pair, "below", f"{pair.cosine:.2f} is below {threshold:.2f}")
    if guard and (why := reason_against(pair.one, pair.other)):
        return Judged(pair, "guarded", f"guard: {why}")
    return Judged(pair, "hit", "")


def around(pairs: Sequence[Pair], threshold: float, most: int = 60) -> tuple[Judged, ...]:
    """Those nearest to the threshold, each pair once, from the most alike to the least."""
    newest = {tuple(sorted((pair.one, pair.other))): pair for pair in reversed(pairs)}
    nearest = sorted(newest.values(), key=lambda pair: abs(pair.cosine - threshold))[:most]
    return tuple(judged(pair, threshold) for pair in sorted(nearest, key=lambda pair: -pair.cosine))


def shares(pairs: Sequence[Pair], thresholds: Sequence[float]) -> tuple[Share, ...]:
    """For each threshold; a question hits if any of its pairs does."""
    looked: dict[str, list[tuple[float, bool]]] = {}
    for pair in pairs:
        stands = pair.is_forbidden or bool(reason_against(pair.one, pair.other))
        looked.setdefault(pair.one, []).append((pair.cosine, stands))
    made = []
    for threshold in thresholds:
        above = [[stands for cosine, stands in of if cosine >= threshold] for of in looked.values()]
        hits = sum(any(not stands for stands in of) for of in above)
        guarded = sum(bool(of) and all(of) for of in above)
        count = len(looked) or 1
        made.append(Share(threshold, hits / count, guarded / count))
    return tuple(made)

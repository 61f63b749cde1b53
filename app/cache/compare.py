"""What a similar cache would have done with questions that were asked, for each threshold that can be set.

It is done as such a cache does it: in the order in which they were asked, the five nearest of those that it holds are
looked at, the guard has the last word, and what was a hit is not kept a second time.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from app.cache.compared import Asked, Likeness, Saving
from app.cache.store import NEAREST, cosines
from providers.routes.agreement import alike
from providers.routes.guard import reason_against

THRESHOLDS = tuple(at / 100 for at in range(50, 101))
AROUND = 60
"""So many pairs nearest to each threshold are told: as many as are shown."""

Never = frozenset[tuple[str, str]]
"""Pairs of questions, in order, that are never to match."""


def likenesses(asked: Sequence[Asked], vectors: Sequence[Sequence[float]], never: Never) -> list[list[Likeness]]:
    """For each that was asked, those before it which a cache could have held, the nearest first, down to the lowest
    threshold."""
    packed = [array("f", vector).tobytes() for vector in vectors]
    size = [len(vector) for vector in vectors]
    found: list[list[Likeness]] = []
    for one, each in enumerate(asked):
        before = [other for other in range(one) if _may_answer(asked[other], each) and size[other] == size[one]]
        near = zip(cosines(vectors[one], [packed[other] for other in before]), before, strict=True)
        above = sorted(((cosine, other) for cosine, other in near if cosine >= THRESHOLDS[0]), reverse=True)
        found.append([Likeness(one, o, cosine, _pair(each, asked[o]) in never) for cosine, o in above])
    return found


def _may_answer(other: Asked, one: Asked) -> bool:
    return other.is_kept and other.rest == one.rest


def _pair(one: Asked, other: Asked) -> tuple[str, str]:
    first, second = sorted((one.question, other.question))
    return first, second


def savings(
    asked: Sequence[Asked], near: Sequence[Sequence[Likeness]], cost: Decimal | None, took_ms: float
) -> tuple[Saving, ...]:
    """`cost` and `took_ms` are what it takes to embed one question; a `cost` that is unknown counts as none."""

    @cache
    def stands_against(one: int, other: int) -> bool:
        return bool(reason_against(asked[one].question, asked[other].question))

    @cache
    def agreement(one: int, other: int) -> float:
        return alike(asked[one].answer, asked[other].answer)

    def saving(threshold: float) -> Saving:
        hits, guarded, held = dict[int, int](), 0, set[int]()
        for at, those in enumerate(near):
            looked = [each for each in those if each.other in held][:NEAREST]
            above = [each for each in looked if each.cosine >= threshold]
            free = (e.other for e in above if not e.is_forbidden and not stands_against(at, e.other))
            if (hit := next(free, None)) is not None:
                hits[at] = hit
                continue
            guarded += any(not each.is_forbidden for each in above)
            held.add(at)
        alike_by = [agreement(*each) for each in hits.items()]
        return Saving(
            *(threshold, len(hits), guarded),
            _saved([each.cost for each in asked], hits, cost or Decimal(0)),
            _saved([each.total_ms for each in asked], hits, took_ms),
            sum(alike_by) / len(alike_by) if alike_by else None,
        )

    return tuple(saving(threshold) for threshold in THRESHOLDS)


def _saved(taken: Sequence[Decimal | float | None], hits: dict[int, int], each: Decimal | float) -> float | None:
    """The share that hits spare, where `each` question takes that much more. Of those whose figure is known."""
    known = [(at, value) for at, value in enumerate(taken) if value is not None]
    alone = sum(float(value) for _, value in known)
    spared = sum(float(value) for at, value in known if at in hits)
    return (spared - float(each) * len(known)) / alone if alone else None


def around_each(near: Sequence[Sequence[Likeness]]) -> tuple[Likeness, ...]:
    """Those nearest to each threshold, from the most alike to the least."""
    every = sorted((each for those in near for each in those), key=lambda each: each.cosine)
    at = [each.cosine for each in every]
    wanted = set[int]()
    for threshold in THRESHOLDS:
        middle = bisect_left(at, threshold)
        wanted.update(range(max(0, middle - AROUND), min(len(every), middle + AROUND)))
    return tuple(every[place] for place in sorted(wanted, reverse=True))

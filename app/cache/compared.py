"""Questions that were asked, held beside each other as a cache would have done it, had there been one."""

from decimal import Decimal

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A run as a cache would have seen it. Only those with an equal `rest` can answer each other, and only an answer
    that `is_kept` another question."""

    question: str
    rest: int
    answer: str
    cost: Decimal | None
    total_ms: float | None
    is_kept: bool = True


class Likeness(msgspec.Struct, frozen=True):
    """Two of those that were asked, by their places: `one` came after `other`."""

    one: int
    other: int
    cosine: float
    is_forbidden: bool = False


class Saving(msgspec.Struct, frozen=True):
    """What a threshold would have done: so many questions answered from the cache, so many kept back by the guard.

    `saved` and `faster` are shares of what all these runs took in money and in time, less what embedding takes, so
    negative where that is more; `agree` is by how much the answers of hits are alike. None is unknown.
    """

    threshold: float
    hits: int
    guarded: int
    saved: float | None
    faster: float | None
    agree: float | None


class Compared(msgspec.Struct, frozen=True):
    """The likenesses nearest to each threshold, a saving for each threshold in order, and what it took to embed one
    question; `cost` is None where nobody knows its price."""

    near: tuple[Likeness, ...]
    savings: tuple[Saving, ...]
    embedder: str
    cost: Decimal | None
    took_ms: float

"""What the window and the engine say to each other of what caches decide."""

import msgspec

from app.cache.compared import Asked, Compared
from app.cache.pair import Pair


class AskPairs(msgspec.Struct, frozen=True, tag="ask_pairs"):
    """Which pairs of questions were held beside each other lately?"""


class ForbidPair(msgspec.Struct, frozen=True, tag="forbid_pair"):
    """These two are never to match."""

    one: str
    other: str


class AllowPair(msgspec.Struct, frozen=True, tag="allow_pair"):
    """These two may match again."""

    one: str
    other: str


class PairsTold(msgspec.Struct, frozen=True, tag="pairs_told"):
    """The newest first; `trouble` is why the cache's file cannot be used, if it cannot."""

    pairs: tuple[Pair, ...]
    trouble: str = ""


class CompareQuestions(msgspec.Struct, frozen=True, tag="compare_questions"):
    """What would a similar cache have done with these, embedded by that lane or `local`? It takes the place of a
    comparison that still goes on. Costs are in `currency`."""

    id: int
    embed: str
    asked: tuple[Asked, ...]
    currency: str


class StopComparing(msgspec.Struct, frozen=True, tag="stop_comparing"):
    """Nothing more is told of the comparison that goes on."""


class QuestionsCompared(msgspec.Struct, frozen=True, tag="questions_compared"):
    """How many questions are embedded by now, and at the end what was found, or why nothing could be."""

    id: int
    done: int = 0
    found: Compared | None = None
    trouble: str = ""


CacheWish = AskPairs | ForbidPair | AllowPair | CompareQuestions | StopComparing
CacheTold = PairsTold | QuestionsCompared

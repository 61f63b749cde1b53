"""What the window and the engine say to each other of what caches decide."""

import msgspec

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


CacheWish = AskPairs | ForbidPair | AllowPair

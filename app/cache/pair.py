"""Two questions that a cache held beside each other."""

import msgspec


class Pair(msgspec.Struct, frozen=True):
    """Two questions that the cache held beside each other: `one` was asked, `other` was there. `why` it was no hit."""

    at_s: float
    one: str
    other: str
    cosine: float
    why: str
    is_hit: bool
    is_forbidden: bool = False

"""Histograms that can be added up: buckets whose bounds grow by one percent, so that a percentile read off them is
right to 0.5 percent, however many values there were.

Kept as pairs of a bucket's number and its count. The bounds never change: what is kept stays right.
"""

import math
import struct
from collections.abc import Iterable

ERROR = 0.005
GROWTH = math.log((1 + ERROR) / (1 - ERROR))
LEAST = 1e-3
"""Smaller values, a microsecond where they are milliseconds, are all the same."""
BUCKETS = 3000
"""Up to 10**10: hours in milliseconds, and beyond."""
_PAIR = struct.Struct("<HI")


def bucket(value: float) -> int:
    if value <= LEAST:
        return 0
    return min(BUCKETS - 1, 1 + int(math.log(value / LEAST) / GROWTH))


def value(number: int) -> float:
    """What stands for all values of a bucket: none of them is further from it than `ERROR`."""
    if number == 0:
        return LEAST
    return LEAST * math.exp((number - 1) * GROWTH) * 2 / (1 + math.exp(-GROWTH))


def counted(values: Iterable[float]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for each in values:
        number = bucket(each)
        counts[number] = counts.get(number, 0) + 1
    return counts


def packed(counts: dict[int, int]) -> bytes:
    return b"".join(_PAIR.pack(number, counts[number]) for number in sorted(counts))


def unpacked(data: bytes) -> dict[int, int]:
    return dict(_PAIR.iter_unpack(data))


def added(data: bytes, more: dict[int, int]) -> bytes:
    counts = unpacked(data)
    for number, count in more.items():
        counts[number] = counts.get(number, 0) + count
    return packed(counts)

"""The exact distributions of two rank statistics, where nothing differs: Mann and Whitney's U, Wilcoxon's W.

Each function gives, for k from 0, the chance of k or less. Beyond some size it is the normal one with the same mean and
variance, which is then right to the third decimal.
"""

from functools import lru_cache
from itertools import accumulate
from math import erf, sqrt

EXACT = 40
"""Up to this many values in either sample, chances are counted."""


@lru_cache(64)
def mann_whitney(m: int, n: int) -> list[float]:
    """Of U, for samples of `m` and `n` values."""
    if max(m, n) > EXACT:
        return _normal(m * n / 2, m * n * (m + n + 1) / 12)
    ways = [1] + [0] * (m * n)
    for i in range(1, m + 1):
        for k in range(m * n, n + i - 1, -1):
            ways[k] -= ways[k - n - i]
        for k in range(i, m * n + 1):
            ways[k] += ways[k - i]
    return _shares(ways)


@lru_cache(64)
def signed_rank(n: int) -> list[float]:
    """Of W, for `n` differences."""
    most = n * (n + 1) // 2
    if n > EXACT:
        return _normal(most / 2, n * (n + 1) * (2 * n + 1) / 24)
    ways = [1] + [0] * most
    for i in range(1, n + 1):
        for k in range(most, i - 1, -1):
            ways[k] += ways[k - i]
    return _shares(ways)


def _shares(ways: list[int]) -> list[float]:
    total = sum(ways)
    return [each / total for each in accumulate(ways)]


def _normal(mean: float, variance: float) -> list[float]:
    """Up to the middle, which is as far as anybody looks; what is more than five deviations away is 0."""
    first = max(0, int(mean - 5 * sqrt(variance)))
    rest = ((1 + erf((k + 0.5 - mean) / sqrt(2 * variance))) / 2 for k in range(first, int(mean) + 1))
    return [0.0] * first + list(rest)

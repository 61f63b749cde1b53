"""The interval of a mean, by BCa bootstrap (Efron 1987): for sums of money and shares, where a median tells little."""

from collections.abc import Sequence
from statistics import NormalDist, fmean

from app.statistics.estimate import LEVEL, Estimate

LEAST = 10
"""With fewer values than this a bootstrap covers less than it says."""
DRAWS = 4000
NORMAL = NormalDist()


def mean(values: Sequence[float], *, seed: int = 0) -> Estimate:
    """The same values and the same seed give the same interval."""
    n, value = len(values), fmean(values)
    if n < LEAST or min(values) == max(values):
        return Estimate(value, n)
    import numpy as np

    sample = np.asarray(values, dtype=float)
    draws = np.random.default_rng(seed).integers(0, n, (DRAWS, n))
    means = np.sort(sample[draws].mean(axis=1))
    share = float(((means < value).sum() + (means <= value).sum()) / (2 * DRAWS))
    bias = NORMAL.inv_cdf(min(max(share, 1 / DRAWS), 1 - 1 / DRAWS))
    away = sample - value  # of the mean, leaving one out moves it by this over n - 1, the other way
    bend = float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    low, high = (float(np.quantile(means, _level(tail, bias, bend))) for tail in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Estimate(value, n, low, high)


def _level(tail: float, bias: float, bend: float) -> float:
    moved = bias + NORMAL.inv_cdf(tail)
    return NORMAL.cdf(bias + moved / (1 - bend * moved))

"""The A/A noise floor: the same lane run against itself tells how large a difference must be to mean anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from app.statistics.compare import LEAST_EACH, Contrast, contrast
from app.statistics.estimate import LEVEL

DRAWS = 1000


@dataclass(frozen=True)
class Floor:
    """`share` is the difference, as a share, that chance alone stays under in 95 of 100 such experiments; None where
    the runs are too few. `seen` is A against A as it came out: its interval should hold *no difference*."""

    share: float | None
    n: int
    seen: Contrast


def noise_floor(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Floor:
    """Both are runs of the same lane in the same experiment. They are dealt out anew, many times, into two hands; what
    these differ by is noise."""
    import numpy as np

    n = min(len(first), len(second))
    seen = contrast(first, second)
    if n < LEAST_EACH or min(*first, *second) <= 0:
        return Floor(None, n, seen)
    pool, draw = np.log([*first, *second]), np.random.default_rng(seed)
    shifts = []
    for _ in range(DRAWS):
        dealt = draw.permutation(pool)
        shifts.append(abs(float(np.median(np.subtract.outer(dealt[:n], dealt[n:])))))
    return Floor(exp(float(np.quantile(shifts, LEVEL))) - 1, n, seen)

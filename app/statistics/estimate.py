"""A figure of many runs: its value, and the interval in which the truth lies in 95 of 100 experiments."""

from dataclasses import dataclass

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """`low` and `high` are None where `n` runs are too few for an interval."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)


def interpolated(ordered: list[float], below: list[float], tail: float) -> tuple[float, float] | None:
    """The interval between two of `ordered`, symmetric in rank: between neighbours where the exact share lies between
    them. `below[k]` is the chance that the truth lies below the k + 1 smallest. None where there are too few."""
    k = next((k for k, share in enumerate(below) if share > tail), len(below))
    if k == 0 or 2 * k >= len(ordered):
        return None
    weight = (tail - below[k - 1]) / (below[k] - below[k - 1])
    low = ordered[k - 1] + (ordered[k] - ordered[k - 1]) * weight
    high = ordered[-k] + (ordered[-k - 1] - ordered[-k]) * weight
    return low, high

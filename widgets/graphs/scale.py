"""Ranges of axes that hold still: they grow in round steps, and only when what is drawn no longer fits."""

from math import ceil, floor, log10

STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def ceiling(value: float) -> float:
    """The next round number at or above a positive `value`."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


def grown(limit: float, value: float, *, least: float) -> float:
    """The upper end of an axis: `limit` while `value` fits, else a round number with room for a fifth more."""
    if limit >= max(value, least):
        return limit
    return max(ceiling(value * 1.2), least) if value > 0 else least


def ticks(limit: float, most: int) -> list[float]:
    """Round values from 0 up to `limit`, at most `most` of them after 0."""
    power = 10.0 ** floor(log10(limit))
    for step in (power * factor for factor in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)):
        if limit / step <= most + 1e-9:
            return [step * n for n in range(ceil(limit / step * (1 - 1e-9)) + 1) if step * n <= limit * (1 + 1e-9)]
    return [0.0]

"""Time in minutes, hours or days, as the user's clock counts them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from app.numbers.columns import Floats, Rows

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NAMES = {MINUTE: "minute", 10 * MINUTE: "ten minutes", HOUR: "hour", DAY: "day"}
MOST, ENOUGH = 120, 12
"""Periods of a picture, and runs in each of them on average."""


@dataclass(frozen=True)
class Periods:
    step_s: float
    starts_s: Floats
    """Of those in which there was anything."""
    places: Rows
    """Each row's place in `starts_s`."""

    @property
    def name(self) -> str:
        return NAMES[self.step_s]

    @property
    def middles_s(self) -> Floats:
        return self.starts_s + self.step_s / 2


def periods(at_s: Floats) -> Periods:
    """As fine as a picture can use, and so long that there is enough in each."""
    span = float(at_s.max() - at_s.min())
    fine = (step for step in NAMES if span / step <= MOST and len(at_s) >= ENOUGH * (span / step + 1))
    coarse = (step for step in reversed(NAMES) if span >= 2 * step)
    return by(at_s, next(fine, next(coarse, MINUTE)))


def by(at_s: Floats, step_s: float) -> Periods:
    offset = _offset(float(at_s.max()))
    numbers, places = np.unique(np.floor((at_s + offset) / step_s), return_inverse=True)
    return Periods(step_s, numbers * step_s - offset, places)


def _offset(at_s: float) -> float:
    """Seconds that the local clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(at_s).astimezone().utcoffset()
    return ahead.total_seconds() if ahead else 0.0

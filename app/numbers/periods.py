"""Time in minutes, hours or days, as the user's clock counts them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from app.numbers.chart import Axis
from app.numbers.columns import Floats, Rows

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WEEK, MONTH = 7 * DAY, 28 * DAY
MONDAY = 4 * DAY
"""When the first week of the epoch begins."""
NAMES = {MINUTE: "minute", 10 * MINUTE: "ten minutes", HOUR: "hour", DAY: "day", WEEK: "week", MONTH: "four weeks"}
FINE = (MINUTE, 10 * MINUTE, HOUR, DAY)
MOST_BARS = 62
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
    fine = (step for step in FINE if span / step <= MOST and len(at_s) >= ENOUGH * (span / step + 1))
    coarse = (step for step in reversed(FINE) if span >= 2 * step)
    return by(at_s, next(fine, next(coarse, MINUTE)))


def bars(at_s: Floats) -> Periods:
    """Days; weeks where days would be too many to be seen, then four weeks."""
    span = float(at_s.max() - at_s.min())
    return by(at_s, next((step for step in (DAY, WEEK) if span / step < MOST_BARS), MONTH))


def by(at_s: Floats, step_s: float) -> Periods:
    offset = _offset(float(at_s.max())) - (MONDAY if step_s >= WEEK else 0.0)
    numbers, places = np.unique(np.floor((at_s + offset) / step_s), return_inverse=True)
    return Periods(step_s, numbers * step_s - offset, places)


def _offset(at_s: float) -> float:
    """Seconds that the local clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(at_s).astimezone().utcoffset()
    return ahead.total_seconds() if ahead else 0.0


def day_axis(days: Periods) -> Axis:
    return Axis(days.name.capitalize(), "day", scale=days.step_s / DAY)

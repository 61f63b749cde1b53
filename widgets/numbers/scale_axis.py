"""An axis that counts in milliseconds, money, tokens, days or names. Importing this module loads pyqtgraph."""

import html
import math
from datetime import datetime

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QGraphicsItem

from app.numbers.chart import Axis
from widgets.graphs.ink import Ink

GRID_ALPHA = 40
STEPS_S = (1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 28 * 86400)
DAY_S = 86400.0
ROOM_PX = 90
"""Between two labels of time."""
SMALL_PX = 11
GAP_PX = 8

Ticks = list[tuple[float, list[float]]]


class ScaleAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph publishes no types
    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._axis = Axis("", "ms")
        self.elides = False
        """Whether a name was too long for its place when it was drawn last."""
        self._font = QFont()
        self._font.setPixelSize(SMALL_PX)
        self.enableAutoSIPrefix(False)
        self.setStyle(hideOverlappingLabels=False, tickLength=-3)
        self.setZValue(-1)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        if side == "left":
            self.setWidth(66)
        else:
            self.setHeight(38)

    def read(self, axis: Axis) -> None:
        """Counts as that axis says."""
        self._axis = axis
        self.setGrid(False if axis.kind in ("names", "day") else GRID_ALPHA)
        self.setLabel(html.escape(axis.title))
        self.picture = None
        self.update()

    def dress(self, ink: Ink, family: str) -> None:
        self._font.setFamily(family)
        self.setPen(ink.line)
        self.setTextPen(ink.muted)
        self.setTickFont(self._font)
        self.label.setFont(self._font)

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        match self._axis:
            case Axis(kind="names"):
                return [(1.0, [float(n) for n in range(math.ceil(low), math.floor(high) + 1)])]
            case Axis(kind="time"):
                return _times(low, high, size)
            case Axis(kind="day"):
                return _days(low, high, size)
            case Axis(kind="rating"):
                return [(1.0, [n for n in (1.0, 2.0, 3.0, 4.0, 5.0) if low <= n <= high])]
            case Axis(log=True):
                return _powers(low, high)
        found: Ticks = super().tickValues(low, high, size)
        return found[:1] if len(found) > 1 and len(found[0][1]) >= 4 else found[:2]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        match self._axis.kind:
            case "names":
                return [self._name(round(value)) for value in values]
            case "time" | "day":
                return [_moment(value, spacing) for value in values]
        scale = self._axis.scale
        return [number((10.0**value if self._axis.log else value) / scale) for value in values]

    def _name(self, place: int) -> str:
        names = self._axis.names
        if not 0 <= place < len(names):
            return ""
        low, high = self.range
        room = int(self.width() / max(high - low, 0.1)) - GAP_PX
        told = QFontMetrics(self._font).elidedText(names[place], Qt.TextElideMode.ElideMiddle, max(room, 8))
        self.elides = self.elides or told != names[place]
        return told


def number(value: float) -> str:
    """A number on an axis: `1.5 M`, `12,000`, `0.0004`."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.6g} M"
    if abs(value) >= 1:
        return f"{value:,.6g}" if value < 1e4 else f"{value:,.0f}"
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _powers(low: float, high: float) -> Ticks:
    """Powers of ten, and where there are few, 2 and 5 times each."""
    powers = [float(n) for n in range(math.ceil(low), math.floor(high) + 1)]
    if high - low > 4:
        return [(1.0, powers)]
    between = (n + math.log10(step) for n in range(math.floor(low), math.floor(high) + 1) for step in (2, 5))
    return [(1.0, powers), (0.3, [each for each in between if low <= each <= high])]


def _times(low: float, high: float, size: float) -> Ticks:
    """As the local clock counts."""
    most = max(size / ROOM_PX, 1)
    step = next(
        (each for each in STEPS_S if (high - low) / each <= most), math.ceil((high - low) / most / 86400) * 86400
    )
    offset = _ahead(high)
    first = math.ceil((low + offset) / step)
    return [(float(step), [n * step - offset for n in range(first, math.floor((high + offset) / step) + 1)])]


def _days(low: float, high: float, size: float) -> Ticks:
    """At noon."""
    most = max(size / ROOM_PX, 1)
    step = max(math.ceil((high - low) / DAY_S / most), 1)
    offset = _ahead(high)
    first, last = (math.floor((end + offset) / DAY_S) for end in (low, high))
    noons = ((n + 0.5) * DAY_S - offset for n in range(first, last + 1) if n % step == 0)
    return [(step * DAY_S, [noon for noon in noons if low <= noon <= high])]


def _ahead(at_s: float) -> float:
    """Seconds that the local clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(max(at_s, 0)).astimezone().utcoffset()
    return ahead.total_seconds() if ahead else 0.0


def _moment(at_s: float, spacing: float) -> str:
    at = datetime.fromtimestamp(max(at_s, 0)).astimezone()
    if spacing >= 86400:
        return f"{at.day} {at:%b}"
    if spacing < 60:
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b, %H:%M}" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"

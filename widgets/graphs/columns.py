"""Where the columns of the lane rows stand, for a width and with or without bars. Changing numbers never move them."""

from dataclasses import dataclass

from PySide6.QtCore import QRect

PAD, GAP = 8, 8
SWATCH, OUTPUT, TIMES = 28, 92, 118
NAME_SHARE, NAME_MIN, NAME_MAX = 0.28, 70, 220


@dataclass(frozen=True)
class Column:
    left: int
    width: int

    @property
    def right(self) -> int:
        return self.left + self.width

    def rect(self, top: int, height: int) -> QRect:
        return QRect(self.left, top, self.width, height)


@dataclass(frozen=True)
class Columns:
    swatch: Column
    name: Column
    output: Column
    bar: Column
    times: Column


def columns_for(width: int, *, bars: bool) -> Columns:
    swatch = Column(PAD, SWATCH)
    rest = width - swatch.right - GAP - OUTPUT - GAP - PAD
    name = Column(swatch.right + GAP, max(NAME_MIN, min(NAME_MAX, int(rest * NAME_SHARE) if bars else rest)))
    output = Column(name.right + GAP, OUTPUT)
    times = Column(width - PAD - TIMES, TIMES)
    bar_left = output.right + 2 * GAP
    return Columns(swatch, name, output, Column(bar_left, max(times.left - GAP - bar_left, 1)), times)

"""A chart as a value: axes, series, layers. It is as large as its picture, not as what it tells of.

Columns of numbers are packed: eight bytes each (`packed`, `unpacked`), so that thousands cross a pipe at no cost.
"""

from array import array
from collections.abc import Iterable
from typing import Literal

import msgspec

Kind = Literal["ms", "speed", "money", "tokens", "rating", "share", "time", "day", "names"]
Mark = Literal["point", "median", "p50", "p90", "p95", "p99", "mean"]


OTHERS = -1
"""The colour of what has none of its own."""
ALL = -2
"""And that of what stands for everything."""


class Axis(msgspec.Struct, frozen=True):
    """`title` holds the unit. A `day` lies around its middle; `names` are the places of a `names` axis: 0, 1, 2, …"""

    title: str
    kind: Kind
    log: bool = False
    names: tuple[str, ...] = ()
    currency: str = ""
    scale: float = 1.0
    """How many of the values' units are one of the title's: 1,000 where milliseconds are written as seconds, 0.01 where
    a share is written as per cent. Of a `day` axis, how many days a bar stands for."""


class Series(msgspec.Struct, frozen=True):
    """`color` is an index into the set of lanes' colours; dash, marker and pattern go with it."""

    name: str
    color: int


class Points(msgspec.Struct, frozen=True, tag="points"):
    """One marker each. `runs` are the ids of what they stand for, empty where a point stands for many."""

    series: int
    x: bytes
    y: bytes
    runs: tuple[str, ...] = ()
    mark: Mark = "point"
    told: tuple[str, ...] = ()
    """More to tell of each."""
    is_hollow: bool = False
    sizes: bytes = b""
    """Diameters in pixels, where they differ."""


class Line(msgspec.Struct, frozen=True, tag="line"):
    series: int
    x: bytes
    y: bytes
    name: str = ""
    """What it is besides its series: `p95`."""
    is_dashed: bool = False
    told: tuple[str, ...] = ()


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """Rectangles around `x`, from `base` to `top`. `told` is each one's own value in words."""

    series: int
    x: bytes
    base: bytes
    top: bytes
    width: float = 0.7
    told: tuple[str, ...] = ()


class Intervals(msgspec.Struct, frozen=True, tag="intervals"):
    """A middle with the interval around it; the ends are NaN where too little is known for one."""

    series: int
    x: bytes
    middle: bytes
    low: bytes
    high: bytes
    told: tuple[str, ...] = ()


class Density(msgspec.Struct, frozen=True, tag="density"):
    """How many fell into each cell: `counts` are 32-bit, row by row from below, in a grid even on the drawn axes."""

    columns: int
    rows: int
    counts: bytes
    left: float
    right: float
    bottom: float
    top: float


Layer = Points | Line | Bars | Intervals | Density


class Chart(msgspec.Struct, frozen=True):
    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    layers: tuple[Layer, ...] = ()
    note: str = ""
    """Said in the place of the chart if it has no layers, else below it."""
    runs: int = 0
    """How many runs are told of."""


def packed(numbers: Iterable[float]) -> bytes:
    return array("d", numbers).tobytes()


def unpacked(column: bytes) -> "array[float]":
    numbers = array("d")
    numbers.frombytes(column)
    return numbers


def nothing(x: Axis, y: Axis, note: str, runs: int = 0) -> Chart:
    """A chart of which there is nothing to draw, and why."""
    return Chart(x, y, note=note, runs=runs)

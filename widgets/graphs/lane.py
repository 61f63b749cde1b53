"""How a lane is told from the others: its label, its colour, and a dash pattern so that colour is never alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (9, 4),
    (2, 3),
    (10, 3, 2, 3),
    (18, 5),
    (5, 3),
    (10, 3, 2, 3, 2, 3),
    (18, 4, 4, 4),
)
"""Lengths of ink and gap in pixels; empty is a solid line."""


@dataclass(frozen=True)
class LaneLabel:
    label: str
    color: int
    """Index of the lane's colour: the same in pane, graph, table and export."""


def dashes(color: int) -> tuple[float, ...]:
    """The pattern of colour index `color`. When colours come round again, the patterns are shifted."""
    rounds, place = divmod(color, len(DASHES))
    return DASHES[(place + 3 * rounds) % len(DASHES)]


def lane_pen(lane: LaneLabel, colors: Sequence[QColor], *, width: int = 1) -> QPen:
    """Keep to one pixel in plots: pyqtgraph draws wider lines several times slower."""
    pen = QPen(colors[lane.color % len(colors)], width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if pattern := dashes(lane.color):
        pen.setDashPattern([length / width for length in pattern])
    return pen

"""Where panes stand: pure arithmetic, from their number and the room there is. Lengths are pixels."""

from dataclasses import dataclass
from math import ceil

MIN_WIDTH = 340
MIN_HEIGHT = 280
LEAST_HEIGHT = 140
"""Of a single row, so that a low window need not scroll."""
GAP = 8


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Plan:
    boxes: tuple[Box, ...]
    width: int
    height: int
    columns: int


def plan(count: int, width: int, height: int, *, one_row: bool) -> Plan:
    """Panes in reading order. In one row they keep their least width and the row grows to the side; else they wrap,
    rows as even as they can be, and the grid grows downwards. The last row's panes share its width."""
    if count == 0:
        return Plan((), width, height, 0)
    columns = count if one_row else _columns(count, width)
    rows = ceil(count / columns)
    whole_width = max(width, columns * MIN_WIDTH + (columns - 1) * GAP) if one_row else width
    least = MIN_HEIGHT if rows > 1 else LEAST_HEIGHT
    row_height = max(least, (height - (rows - 1) * GAP) // rows)
    boxes = []
    for row in range(rows):
        there = min(columns, count - row * columns)
        for column in range(there):
            left, right = _edge(column, there, whole_width), _edge(column + 1, there, whole_width) - GAP
            boxes.append(Box(left, row * (row_height + GAP), right - left, row_height))
    return Plan(tuple(boxes), whole_width, max(height, rows * row_height + (rows - 1) * GAP), columns)


def _columns(count: int, width: int) -> int:
    """As many as are readable, then as few as the same number of rows needs."""
    most = max(1, min(count, (width + GAP) // (MIN_WIDTH + GAP)))
    return ceil(count / ceil(count / most))


def _edge(column: int, columns: int, width: int) -> int:
    return round(column * (width + GAP) / columns)

"""The visible outline of a cumulated count: at most two points for each column of pixels."""

from array import array

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def staircase(
    at_s: "array[float]", *, start_s: float, per_chunk: float, left: float, right: float, columns: int
) -> tuple[Floats, Floats]:
    """Corners of the steps from (`start_s`, 0) through the stamps between `left` and `right`, as x and y.

    The count only rises, so the last stamp of a column of pixels stands for all of that column: the picture is right
    to the pixel, and its cost does not grow with the answer. A pause stays a plateau. Holds no view of `at_s`, which
    could not grow while it was held.
    """
    stamps = np.frombuffer(at_s) if at_s else np.empty(0)
    seen = np.searchsorted(stamps, np.linspace(left, right, columns + 1), side="right")
    counts = _with_neighbours(seen, len(stamps))
    x = np.full(len(counts), start_s)
    x[counts > 0] = stamps[counts[counts > 0] - 1]
    return np.repeat(x, 2)[1:], np.repeat(counts * per_chunk, 2)[:-1]


def _with_neighbours(seen: NDArray[np.intp], total: int) -> NDArray[np.intp]:
    """The stamps next to the view too, so that lines run out of the picture."""
    before, after = max(int(seen[0]) - 1, 0), min(int(seen[-1]) + 1, total)
    return np.unique(np.concatenate(([before], seen, [after])))

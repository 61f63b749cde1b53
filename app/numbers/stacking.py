"""Bars one upon the other."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from app.numbers.chart import Bars, packed

Amount = Decimal | int
BAR = 0.8
"""Of a period's length, how wide its bar is."""


def stacked(
    heights: Sequence[Sequence[Amount]], x: Sequence[float], tell: Callable[[Amount], str], width: float = 0.7
) -> tuple[Bars, ...]:
    """One layer for each row of `heights`, in their order from below; what is zero is not drawn."""
    bases: list[Amount] = [Decimal(0)] * len(x)
    layers = []
    for series, row in enumerate(heights):
        tops = [base + height for base, height in zip(bases, row, strict=True)]
        drawn = [place for place, height in enumerate(row) if height]
        if drawn:
            layers.append(
                Bars(
                    series,
                    packed(x[place] for place in drawn),
                    packed(float(bases[place]) for place in drawn),
                    packed(float(tops[place]) for place in drawn),
                    width,
                    tuple(tell(row[place]) for place in drawn),
                )
            )
        bases = tops
    return tuple(layers)

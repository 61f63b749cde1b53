"""What each threshold of an escalation would have kept and saved, over cases that are known."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.lab.cases import Case, Score

FEWEST = 5
"""Of fewer cases no curve is drawn: one prompt more would turn it over."""
FEW = 20
"""Of fewer a sentence warns."""


class Point(NamedTuple):
    """`kept` is the share of prompts that the cheap model answers; `saved` and `faster` are shares of what the strong
    model alone takes in money and in time, negative where the route takes more. `quality` is the share of the strong
    model's quality that is kept, None where it is unknown."""

    threshold: float
    kept: float
    cost: Decimal
    saved: float | None
    faster: float | None
    quality: float | None


class Curve(NamedTuple):
    points: tuple[Point, ...]
    cases: int
    score: Score
    strong_cost: Decimal

    @property
    def is_enough(self) -> bool:
        return self.cases >= FEWEST

    def at(self, threshold: float) -> Point | None:
        """What that threshold does: as the nearest point that decides alike."""
        if not self.points:
            return None
        if self.score == "entropy":
            below = [point for point in self.points if point.threshold <= threshold]
            return below[-1] if below else self.points[0]
        above = [point for point in self.points if point.threshold >= threshold]
        return above[0] if above else self.points[-1]

    @property
    def span(self) -> tuple[float, float]:
        return self.points[0].threshold, self.points[-1].threshold


def swept(cases: Sequence[Case], score: Score) -> Curve:
    """A point for each threshold that decides otherwise than the one before, in order."""
    scores = sorted({case.score for case in cases})
    if not scores:
        return Curve((), 0, score, Decimal(0))
    beyond = 1e-6
    marks = [scores[0] - beyond, *scores] if score == "entropy" else [*scores, scores[-1] + beyond]
    strong = sum((case.strong.cost for case in cases), Decimal(0))
    return Curve(tuple(point(cases, each, score) for each in marks), len(cases), score, strong)


def staircase(curve: Curve, values: Sequence[float]) -> tuple[list[float], list[float]]:
    """The corners of a line through a value for each point: between two points it is decided as at one of them."""
    thresholds = [point.threshold for point in curve.points]
    x, y = thresholds[:1], list(values[:1])
    for at in range(1, len(thresholds)):
        corner = (thresholds[at], values[at - 1]) if curve.score == "entropy" else (thresholds[at - 1], values[at])
        x += [corner[0], thresholds[at]]
        y += [corner[1], values[at]]
    return x, y


def keeps(score: float, threshold: float, by: Score) -> bool:
    """As the judges decide it: what is at least as likely stands; of entropy, what is at most that."""
    return score <= threshold if by == "entropy" else score >= threshold


def point(cases: Sequence[Case], threshold: float, score: Score) -> Point:
    kept = [keeps(case.score, threshold, score) for case in cases]
    pairs = list(zip(cases, kept, strict=True))
    cost = sum((c.cheap.cost + c.judged + (0 if stays else c.strong.cost) for c, stays in pairs), Decimal(0))
    took = sum(c.cheap.total_ms + c.judged_ms + (0.0 if stays else c.strong.total_ms) for c, stays in pairs)
    alone = sum((case.strong.cost for case in cases), Decimal(0))
    alone_ms = sum(case.strong.total_ms for case in cases)
    return Point(
        threshold,
        sum(kept) / len(kept),
        cost,
        float(1 - cost / alone) if alone else None,
        1 - took / alone_ms if alone_ms else None,
        _quality(pairs),
    )


def _quality(pairs: Sequence[tuple[Case, bool]]) -> float | None:
    known = [
        (case.cheap.quality if stays else case.strong.quality, case.strong.quality)
        for case, stays in pairs
        if case.cheap.quality is not None and case.strong.quality is not None
    ]
    best = sum(other for _, other in known if other is not None)
    return sum(one for one, _ in known if one is not None) / best if best else None


def sentence(curve: Curve, threshold: float) -> str:
    """In words: `at 0.62: 71 % answered cheap, 58 % of the cost saved, 96 % of quality kept, over 40 prompts`."""
    found = curve.at(threshold)
    if found is None or not curve.is_enough:
        return f"Not enough data: {count(curve.cases, 'prompt')} of at least {FEWEST} answered by both."
    parts = [f"{percent(found.kept)} answered cheap"]
    if found.saved is not None:
        more = found.saved < 0
        parts.append(f"{percent(abs(found.saved))} of the cost {'added' if more else 'saved'}")
    if found.faster is not None:
        parts.append(f"{percent(abs(found.faster))} {'slower' if found.faster < 0 else 'faster'}")
    parts.append("quality unknown" if found.quality is None else f"{percent(found.quality)} of quality kept")
    few = " – few to judge by" if curve.cases < FEW else ""
    return f"at {threshold:.2f}: {', '.join(parts)}, over {count(curve.cases, 'prompt')}{few}"


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"

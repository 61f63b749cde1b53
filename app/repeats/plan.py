"""A plan of an experiment: so many runs down each lane, in which order and how many at once."""

import random
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
from msgspec.structs import replace

MOST_REPEATS = 500
MOST_AT_ONCE = 64
T = TypeVar("T")


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """`at_once` is 0 for rounds, in which every lane is sent in the same moment and which begin when the one before is
    over; 1 for one run after the other; else the most runs at once to each vendor, which a 429 or 529 halves."""

    repeats: int = 10
    warmup: int = 0
    """Runs down each lane that come first. They are made, kept and paid like others, and count in no statistics."""
    shuffled: bool = True
    """Within each round the order of the lanes is drawn anew, from `seed`: a lane that is always first would be the
    only one that never waits for another."""
    at_once: int = 0
    seed: int = 0
    warm: bool = False
    """Connections are opened before each start line, so that connecting is no part of what is measured."""
    warm_in_part: bool = False
    """They are in some lanes, by the lanes' own settings, and not in others."""

    @property
    def is_paired(self) -> bool:
        """Whether runs of the same round were made under the same conditions, so that they may be compared in pairs."""
        return self.at_once <= 1

    @property
    def rounds(self) -> int:
        return self.warmup + self.repeats


class Slot(msgspec.Struct, frozen=True):
    """One run of a plan. `repeat` counts warm-up runs as well."""

    lane: int
    repeat: int
    warmup: bool


def slots(plan: Plan, lanes: int) -> Iterator[tuple[Slot, ...]]:
    """The rounds of a plan, each lane once in each."""
    for repeat in range(plan.rounds):
        yield tuple(Slot(lane, repeat, repeat < plan.warmup) for lane in range(lanes))


def shuffled(plan: Plan, rounds: Iterable[tuple[T, ...]]) -> Iterator[tuple[T, ...]]:
    """Each round in the order of the plan. Rounds are drawn from only as they are wanted."""
    chance = random.Random(plan.seed)
    for each in rounds:
        drawn = list(each)
        if plan.shuffled:
            chance.shuffle(drawn)
        yield tuple(drawn)


def as_lanes_are(plan: Plan, warm: Iterable[bool]) -> Plan:
    """With what its lanes make of it: `warm` tells of each whether it opens its connection first in any case."""
    opened = [plan.warm or own for own in warm]
    return replace(plan, warm=all(opened) if opened else plan.warm, warm_in_part=any(opened) and not all(opened))


def _connecting(plan: Plan) -> str:
    if plan.warm:
        return "connections opened before the start"
    if plan.warm_in_part:
        return "connections opened before the start in some lanes, in the others connecting is part of the times"
    return "connecting is part of the times"


def told(plan: Plan) -> str:
    """How it was run, in words: an honest figure says under which conditions it was taken."""
    parts = [f"{plan.repeats} runs per lane" if plan.repeats != 1 else "1 run per lane"]
    if plan.warmup:
        parts.append(f"after {plan.warmup} to warm up, which do not count")
    match plan.at_once:
        case 0:
            parts.append("in rounds, all lanes of one sent in the same moment")
        case 1:
            parts.append("one after the other")
        case most:
            parts.append(f"up to {most} at once to each vendor, fewer after a 429")
    parts.append(f"order drawn (seed {plan.seed})" if plan.shuffled else "always in the order of the lanes")
    parts.append(_connecting(plan))
    return " · ".join(parts)

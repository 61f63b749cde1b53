"""Which runs are due: a state that is told what has ended, and tells what is to be sent now.

It holds no clock and starts nothing, so that the command line and the window follow the same one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from app.bench import split
from app.lanes import Lane
from app.repeats.pace import Pace
from app.repeats.plan import Plan, Slot

T = TypeVar("T")


class Course(Protocol[T]):
    def due(self) -> tuple[T, ...]:
        """What is to be sent now, together. Nothing where something has to end first, or everything has been sent."""
        ...

    def refused(self, item: T) -> None:
        """Its server said *too many*; it goes on, and may try again."""
        ...

    def ended(self, item: T, *, limited: bool = False) -> None:
        """`limited`: its server refused it as one too many."""
        ...


class Rounds(Generic[T]):
    """One round after the other; with `singly`, also one run of it after the other."""

    def __init__(self, rounds: Iterator[tuple[T, ...]], *, singly: bool = False) -> None:
        self._rounds, self._singly = rounds, singly
        self._waiting: tuple[T, ...] = ()
        self._live = 0

    def due(self) -> tuple[T, ...]:
        if self._live:
            return ()
        if not self._waiting:
            self._waiting = next(self._rounds, ())
        count = 1 if self._singly else len(self._waiting)
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        self._live = len(now)
        return now

    def refused(self, item: T) -> None:
        pass  # a round is as large as it is

    def ended(self, item: T, *, limited: bool = False) -> None:
        self._live -= 1


class Pool(Generic[T]):
    """As many at once as each vendor bears. Warm-up runs are over before the first that counts is sent.

    A run of a route counts at every vendor that the route may ask, and a refusal slows all of these: who is asked shows
    only while it goes on."""

    def __init__(
        self, rounds: Iterator[tuple[T, ...]], most: int, vendors: Sequence[tuple[str, ...]], slot: Callable[[T], Slot]
    ) -> None:
        items = [(slot(item), item) for each in rounds for item in each]
        self._phases = [[e for e in items if e[0].warmup], [e for e in items if not e[0].warmup]]
        self._slot, self._vendors = slot, vendors
        self.paces = {vendor: Pace(most) for own in vendors for vendor in own}
        self._live: dict[Slot, tuple[int, ...]] = {}

    def due(self) -> tuple[T, ...]:
        if not self._phases[0] and not self._live and len(self._phases) > 1:
            del self._phases[0]
        waiting = self._phases[0]
        now = tuple(item for slot, item in waiting if self._take(slot))
        self._phases[0] = [each for each in waiting if each[0] not in self._live]
        return now

    def _take(self, slot: Slot) -> bool:
        paces = self._of(slot)
        if not all(pace.has_room for pace in paces):
            return False
        self._live[slot] = tuple(pace.begin() for pace in paces)
        return True

    def _of(self, slot: Slot) -> list[Pace]:
        return [self.paces[vendor] for vendor in self._vendors[slot.lane]]

    def refused(self, item: T) -> None:
        slot = self._slot(item)
        if slot in self._live:
            for pace, began in zip(self._of(slot), self._live[slot], strict=True):
                pace.refuse(began)

    def ended(self, item: T, *, limited: bool = False) -> None:
        slot = self._slot(item)
        for pace, began in zip(self._of(slot), self._live.pop(slot), strict=True):
            pace.end(began, limited=limited)


def vendors_of(lane: Lane) -> tuple[str, ...]:
    """All that it may ask, as they are told apart for their paces."""
    return tuple(dict.fromkeys(split(model)[1] for model in lane.models))


def course(
    plan: Plan, rounds: Iterator[tuple[T, ...]], vendors: Sequence[tuple[str, ...]], slot: Callable[[T], Slot]
) -> Course[T]:
    """`rounds` come in the order of the plan already; `vendors` are those that each lane may ask."""
    if plan.at_once > 1:
        return Pool(rounds, plan.at_once, vendors, slot)
    return Rounds(rounds, singly=plan.at_once == 1)

"""Numbers for the attempts of a composite: those of all its children, in the order in which they start."""

import time
from collections.abc import Iterator
from typing import TypeVar

from msgspec.structs import replace

from providers.errors import Failure
from providers.events import (
    Discarded,
    Event,
    Failed,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Spent,
    Started,
    Text,
    ToolCallDelta,
    Usage,
)

E = TypeVar("E", bound=Event)

_CLOSES = (Failed, Discarded, Spent, Finished)
_MARKS: frozenset[type] = frozenset({Started, Notice, *_CLOSES})


QUIET: frozenset[type] = frozenset({Text, Reasoning, Refusal, ToolCallDelta, LogProbs})
"""Events that come by the thousand and tell nothing but content: a child that `is_plain` has nothing to do to them."""


class Attempts:
    """Gives out the numbers of one composite's stream."""

    def __init__(self) -> None:
        self.given = 0

    def child(self) -> "Child":
        return Child(self)

    def give(self) -> int:
        self.given += 1
        return self.given - 1


class Child:
    """One stream of a child: its attempts under the composite's numbers, and which of them are open."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._numbers: dict[int, int] = {}
        self._latest = 0
        self.is_plain = False
        """Whether all attempts so far have the numbers that they came with."""
        self.open: list[int] = []

    def own(self, event: E) -> E:
        """`event` under the composite's number for its attempt; the same object if that is its number already."""
        if type(event) in _MARKS:
            return self._mark(event)
        number = self._numbers[event.attempt]
        return event if number == event.attempt else replace(event, attempt=number)

    def failed(self, failure: Failure) -> Iterator[Event]:
        """What reports that `failure`, which this stream raised, goes no further."""
        at_ns = time.perf_counter_ns()
        if not self.open:
            yield Notice(self._latest, at_ns, "other", f"Went on after an error: {failure.message}")
        for number in self._close_all():
            yield Failed(number, at_ns, failure)

    def discarded(self, why: str) -> Iterator[Event]:
        """What reports that this stream is set aside."""
        at_ns = time.perf_counter_ns()
        for number in self._close_all():
            yield Discarded(number, at_ns, why)

    def _mark(self, event: E) -> E:
        if isinstance(event, Started):
            self._numbers[event.attempt] = self._latest = number = self._attempts.give()
            self.open.append(number)
            self.is_plain = all(given == own for own, given in self._numbers.items())
        else:
            number = self._numbers.get(event.attempt, self._latest)
            if isinstance(event, _CLOSES):
                self.open.remove(number)
        return event if number == event.attempt else replace(event, attempt=number)

    def _close_all(self) -> list[int]:
        numbers, self.open = self.open, []
        return numbers


def usage_of(finished: Finished) -> Usage:
    """What an answer that may yet come to nothing has used."""
    return Usage(finished.attempt, finished.at_ns, finished.usage)

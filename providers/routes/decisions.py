"""What a route decided, said in its stream: a notice for people, with the same as data for the timeline."""

import time
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from providers.events import Decision, Event, Notice


def decided(attempt: int, decision: Decision, text: str) -> Notice:
    """`text` is one phrase, such as `cache miss: nothing like it`."""
    return Notice(attempt, time.perf_counter_ns(), "route", text, decision=decision)


class Before:
    """What was decided before any attempt began. A notice belongs to an attempt, so it is said after the first event
    that tells of one; its stamp still says when it was decided."""

    def __init__(self, *notices: Notice) -> None:
        self.left: Sequence[Notice] = notices

    def of(self, event: Event) -> Iterator[Notice]:
        """All of it, once."""
        left, self.left = self.left, ()
        for notice in left:
            yield replace(notice, attempt=event.attempt)

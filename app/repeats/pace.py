"""How many runs a vendor gets at once: as many as allowed, half as many after it said *too many*, then one more for
each clean window (additive increase, multiplicative decrease).

A route's `Gate` follows its server by the same rule and is another thing: it makes requests wait in the middle of a
run, on a clock and an event loop. This one decides which run begins next, and holds neither, so that the window and the
command line follow it alike. A run behind a gate waits there, and counts here as live.
"""

from app.records import RunRecord
from providers.events import Event, Failed

TOO_MANY = (429, 529)


class Pace:
    def __init__(self, most: int) -> None:
        self.most = self.limit = most
        self.live = 0
        self._halved = 0
        """How often; a run that began before the last time says nothing new."""
        self._clean = 0

    @property
    def has_room(self) -> bool:
        return self.live < self.limit

    def begin(self) -> int:
        """One more run. What it gives is handed back to `end`."""
        self.live += 1
        return self._halved

    def refuse(self, began: int) -> None:
        """The server said *too many* to a run that goes on, and may try again."""
        if began >= self._halved:
            self.limit = max(1, self.limit // 2)
            self._halved, self._clean = self._halved + 1, 0

    def end(self, began: int, *, limited: bool) -> None:
        self.live -= 1
        if limited:
            self.refuse(began)
            return
        if began < self._halved:
            return
        self._clean += 1
        if self._clean >= self.limit and self.limit < self.most:
            self.limit, self._clean = self.limit + 1, 0


def is_refusal(event: Event) -> bool:
    return isinstance(event, Failed) and event.error.status in TOO_MANY


def was_limited(record: RunRecord) -> bool:
    """Whether the server refused any of its tries for being too many."""
    return any(attempt.status in TOO_MANY for attempt in record.attempts)

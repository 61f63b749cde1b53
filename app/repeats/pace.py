"""How many runs a vendor gets at once: as many as allowed, half as many after it said *too many*, then one more for
each clean window (additive increase, multiplicative decrease)."""

from app.records import RunRecord

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

    def end(self, began: int, *, limited: bool) -> None:
        self.live -= 1
        if began < self._halved:
            return
        if limited:
            self.limit = max(1, self.limit // 2)
            self._halved, self._clean = self._halved + 1, 0
            return
        self._clean += 1
        if self._clean >= self.limit and self.limit < self.most:
            self.limit, self._clean = self.limit + 1, 0


def was_limited(record: RunRecord) -> bool:
    """Whether the server refused any of its tries for being too many."""
    return any(attempt.status in TOO_MANY for attempt in record.attempts)

"""Passive health: what failed is left alone for a while, and what answers is known to be well."""

import time
from collections.abc import Callable

from providers.errors import ErrorKind, Failure

COOLDOWN_S = 30.0
LONGEST_S = 600.0
LONG: frozenset[ErrorKind] = frozenset({"quota", "authentication", "permission", "not_found"})
"""These do not pass by waiting for seconds."""
OURS: frozenset[ErrorKind] = frozenset({"bad_request", "too_long", "content_filter", "cancelled"})
"""These say nothing of who answered so."""


class Health:
    """Of models by their names. A cooldown doubles with each failure in a row; a server's own `Retry-After` counts."""

    def __init__(self, cooldown_s: float = COOLDOWN_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._cooldown_s, self._clock = cooldown_s, clock
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self.latest: str | None = None
        """Who answered last."""

    def rest_s(self, name: str) -> float:
        """For how long that model is still to be left alone; 0 if it may be asked."""
        return max(0.0, self._until.get(name, 0.0) - self._clock())

    def failed(self, name: str, failure: Failure) -> None:
        if failure.kind in OURS:
            return
        if not self.rest_s(name):  # many that were under way fail together: that is one failure
            self._failures[name] = self._failures.get(name, 0) + 1
        usual_s = LONGEST_S if failure.kind in LONG else self._cooldown_s * 2 ** min(20, self._failures[name] - 1)
        until = self._clock() + min(LONGEST_S, max(usual_s, failure.retry_after_s or 0.0))
        self._until[name] = max(until, self._until.get(name, 0.0)) if failure.retry_after_s else until

    def succeeded(self, name: str) -> bool:
        """Whether it had failed before: then this is its recovery."""
        self.latest = name
        self._until.pop(name, None)
        return self._failures.pop(name, 0) > 0

"""How much trying again one origin may still cost, so that a server in trouble is not buried under retries.

Two limits together: tokens, as AWS's SDKs have them (each retry takes some, each success gives one back), and a share
of the requests of the last minute, as Envoy has it.
"""

import time
from collections import deque
from collections.abc import Callable

from providers.errors import ErrorKind

TOKENS = 500
COST = 14
COST_WHEN_BUSY = 5
"""A server that says itself that it is busy will most likely recover."""
SHARE = 0.2
FLOOR = 3
WINDOW_S = 60.0


class RetryBudget:
    """One origin's. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = TOKENS
        self._asked: deque[float] = deque()
        self._retried: deque[float] = deque()

    def asked(self) -> None:
        """A request is made, whether anew or again."""
        self._asked.append(self._clock())

    def succeeded(self) -> None:
        self._tokens = min(TOKENS, self._tokens + 1)

    def take(self, kind: ErrorKind) -> bool:
        """Whether a failure of this kind may be followed by a retry, which is then counted."""
        now = self._clock()
        for times in (self._asked, self._retried):
            while times and times[0] < now - WINDOW_S:
                times.popleft()
        cost = COST_WHEN_BUSY if kind in ("rate", "overloaded") else COST
        if cost > self._tokens or len(self._retried) >= max(FLOOR, SHARE * len(self._asked)):
            return False
        self._tokens -= cost
        self._retried.append(now)
        return True

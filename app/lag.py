"""How late the measuring loop itself was: the figure that tells whether the others can be trusted."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PERIOD_S = 0.01
TURN_S = 0.0005


def keep_turns_short() -> None:
    """In this process, whoever measures gets his turn within half a millisecond, whatever a thread is doing: by itself
    Python lets a thread go on for 5 ms, by which a request would leave later than its clock began."""
    sys.setswitchinterval(TURN_S)


class Gauge:
    """The worst lag seen so far, in milliseconds."""

    def __init__(self) -> None:
        self.worst_ms = 0.0


class LoopLag:
    """Samples how much later than asked a timer of this loop fires, while anyone wants to know."""

    def __init__(self) -> None:
        self._gauges: list[Gauge] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    @contextmanager
    def gauge(self) -> Iterator[Gauge]:
        """A gauge that is read inside the block or after it: a lag that lasts to the block's end counts."""
        gauge = Gauge()
        self._gauges.append(gauge)
        if self._timer is None:
            self._arm()
        try:
            yield gauge
        finally:
            self._note()
            self._gauges.remove(gauge)
            if not self._gauges and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + PERIOD_S
        self._timer = loop.call_at(self._due, self._sample)

    def _sample(self) -> None:
        self._note()
        self._arm()

    def _note(self) -> None:
        lag_ms = (asyncio.get_running_loop().time() - self._due) * 1e3
        for gauge in self._gauges:
            gauge.worst_ms = max(gauge.worst_ms, lag_ms)

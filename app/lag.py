"""How late the measuring loop itself was: the figure that tells whether the others can be trusted."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

PERIOD_S = 0.01


class Gauge:
    """The worst lag seen so far, in milliseconds."""

    def __init__(self) -> None:
        self.worst_ms = 0.0


class LoopLag:
    """Samples how much later than asked a timer of this loop fires, while anyone wants to know."""

    def __init__(self) -> None:
        self._gauges: list[Gauge] = []
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def gauge(self) -> Iterator[Gauge]:
        gauge = Gauge()
        self._gauges.append(gauge)
        if self._timer is None:
            self._arm()
        try:
            yield gauge
        finally:
            self._gauges.remove(gauge)
            if not self._gauges and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + PERIOD_S
        self._timer = loop.call_at(due, self._sample, due)

    def _sample(self, due: float) -> None:
        lag_ms = (asyncio.get_running_loop().time() - due) * 1e3
        for gauge in self._gauges:
            gauge.worst_ms = max(gauge.worst_ms, lag_ms)
        self._arm()

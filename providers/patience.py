"""How long a stream may say nothing useful, and what watches it.

Keep-alives, pings and empty deltas are not useful: a stream can be kept alive for minutes without producing anything.
"""

import asyncio
import time
from collections.abc import Callable

import msgspec

from providers.errors import Failure, ProviderError
from providers.events import CONTENT, Event, Stop

DRAIN_S = 2.0
"""After a finish reason: how long to wait for usage and the end marker."""
AFTER_END_S = 0.25
"""After the end marker: how long to wait for the body's end, which lets the connection be used again."""


class Patience(msgspec.Struct, frozen=True):
    """Seconds to the first useful event and between two of them; None waits for ever."""

    first_s: float | None = None
    idle_s: float | None = None


class Watch:
    """Ends a stream that has been silent for too long.

    One timer a stream, set again only when it fires: moving it at each token would cost more than decoding the token.
    """

    def __init__(self, patience: Patience, started_ns: int) -> None:
        self._patience = patience
        self._since_ns = started_ns
        self._allowed_s = patience.first_s
        self._timer: asyncio.TimerHandle | None = None
        self._end: Callable[[], None] = _nothing
        self.useful = False
        self.draining = False
        self.expired = False

    @property
    def left_s(self) -> float | None:
        """What is left of the time that is allowed now."""
        return None if self._allowed_s is None else max(0.0, self._allowed_s - self._silence_s())

    def over(self, end: Callable[[], None]) -> None:
        """From now on, `end` is called when the stream has been silent for too long."""
        self._end = end
        self._arm()

    def saw(self, event: Event) -> None:
        """Whether `event` is useful, or says that nothing useful is due any more, is told by its type."""
        if isinstance(event, CONTENT):
            self._since_ns = event.at_ns
            if not self.useful:
                self.useful = True
                self._allow(self._patience.idle_s)
        elif isinstance(event, Stop) and not self.draining:
            self.drain(DRAIN_S)

    def drain(self, seconds: float) -> None:
        """Nothing useful is due any more: only so long for what belongs to the end."""
        self.draining = True
        self._since_ns = time.perf_counter_ns()
        self._allow(seconds)

    def rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def error(self) -> ProviderError:
        """What the silence means."""
        if self.useful:
            return ProviderError(
                Failure("timeout_idle", f"nothing new came for {self._patience.idle_s:g} s", late=True)
            )
        return ProviderError(Failure("timeout_first", f"no answer began within {self._patience.first_s:g} s"))

    def _allow(self, seconds: float | None) -> None:
        self._allowed_s = seconds
        self._arm()

    def _arm(self) -> None:
        self.rest()
        if self._allowed_s is not None and self._end is not _nothing:
            delay = max(0.0, self._allowed_s - self._silence_s())
            self._timer = asyncio.get_running_loop().call_later(delay, self._check)

    def _check(self) -> None:
        assert self._allowed_s is not None
        if self._silence_s() < self._allowed_s:
            self._arm()
            return
        self.expired = True
        self._end()

    def _silence_s(self) -> float:
        return (time.perf_counter_ns() - self._since_ns) / 1e9


def _nothing() -> None: ...

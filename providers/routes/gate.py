"""How many requests may be under way at a place at once, and how many in a minute. Shared by whoever asks there.

The number at once follows the server (additive increase, multiplicative decrease, as TCP does): it is halved when the
server says that it is too much, and grows by one each time that so many answers came without trouble.

It is for requests in the middle of a run. Which repeat begins next is decided above, by an experiment's own pace, which
holds no clock and no loop.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable

from providers.errors import ErrorKind, Failure

TOO_MUCH: frozenset[ErrorKind] = frozenset({"rate", "overloaded"})
MINUTE_S = 60.0


class Gate:
    """One loop's. None is no limit. `clock` gives seconds; the running loop's own by default."""

    def __init__(
        self,
        *,
        at_once: int | None = None,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._most = math.inf if at_once is None else float(at_once)
        self.allowed = self._most
        """How many may be under way now."""
        self._requests, self._tokens = requests_per_minute, tokens_per_minute
        self._clock = clock
        self._inside = 0
        self._sent: deque[tuple[float, int]] = deque()
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._halved_at = -math.inf

    def __repr__(self) -> str:
        return f"Gate({self._inside} of {self.allowed:g} inside, {len(self._sent)} in the last minute)"

    async def enter(self, tokens: int) -> float:
        """Waits for its turn, in the order of asking; how many seconds that took. Everyone who enters leaves."""
        began = self._now()
        async with self._turn:
            while (wait_s := self._wait_s(tokens)) > 0:
                await self._change(wait_s)
            self._inside += 1
            self._sent.append((self._now(), tokens))
        return self._now() - began

    def leave(self) -> None:
        self._inside -= 1
        self._changed.set()

    def succeeded(self) -> None:
        if self.allowed < self._most:
            self.allowed = min(self._most, self.allowed + 1 / self.allowed)

    def failed(self, failure: Failure, entered_s: float) -> None:
        """What was sent before the last halving says nothing new."""
        if failure.kind in TOO_MUCH and entered_s > self._halved_at:
            self.allowed = max(1.0, (self._inside if math.isinf(self.allowed) else self.allowed) // 2)
            self._halved_at = self._now()

    def now(self) -> float:
        return self._now()

    def _now(self) -> float:
        return self._clock() if self._clock is not None else asyncio.get_running_loop().time()

    def _wait_s(self, tokens: int) -> float:
        """0 if there is room; else how long until there may be."""
        if self._inside >= max(1, math.floor(self.allowed) if math.isfinite(self.allowed) else math.inf):
            return math.inf
        now = self._now()
        while self._sent and self._sent[0][0] <= now - MINUTE_S:
            self._sent.popleft()
        if not self._sent:
            return 0.0  # what is larger than a minute's share goes alone
        over_requests = self._requests is not None and len(self._sent) >= self._requests
        over_tokens = self._tokens is not None and sum(each for _, each in self._sent) + tokens > self._tokens
        return max(self._sent[0][0] + MINUTE_S - now, 1e-3) if over_requests or over_tokens else 0.0

    async def _change(self, wait_s: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(None if math.isinf(wait_s) else wait_s):
                await self._changed.wait()
        except TimeoutError:
            pass

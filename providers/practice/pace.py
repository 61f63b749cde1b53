"""When each token is due. Deadlines are absolute, so that a late wake-up delays one token and not all after it."""

import asyncio
from random import Random

from providers.practice.catalog import Pace

HEAD_PART = 0.6
"""The status line leaves when this part of the wait is over: the request has left the queue and is being read."""


class Metronome:
    """`start` is the loop's time when the request was received, `fresh` the prompt tokens that no cache held."""

    def __init__(self, pace: Pace, *, start: float, fresh: int, random: Random) -> None:
        prefill = fresh / pace.prefill_per_s if pace.prefill_per_s else 0.0
        wait = pace.ttft_ms / 1000.0 + prefill
        wait *= 1.0 + pace.jitter * random.uniform(-0.5, 1.0)
        self._head = start + wait * HEAD_PART
        self._first = start + wait
        self._gap = 1.0 / pace.tokens_per_s if pace.tokens_per_s else 0.0
        self._jitter = pace.jitter
        self._random = random

    def due(self, index: int) -> float:
        """When token `index`, counted from 0, should leave, in the loop's time. The first is never moved by jitter."""
        spread = self._random.uniform(-self._jitter, self._jitter) if index else 0.0
        return self._first + (index + spread) * self._gap

    def shift(self, seconds: float) -> None:
        """All that is still due is due so much later."""
        self._first += seconds

    async def wait_for_head(self) -> None:
        await _until(self._head)

    async def wait(self, index: int) -> None:
        """Returns when token `index` is due; at once if it is late, but never without a look at the other tasks."""
        await _until(self.due(index))


async def _until(due: float) -> None:
    await asyncio.sleep(max(due - asyncio.get_running_loop().time(), 0.0))

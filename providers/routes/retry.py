"""The same model again, after a pause."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count

from providers.errors import ErrorKind, Failure, ProviderError
from providers.events import Event, Finished, Notice
from providers.model import Model
from providers.routes.attempts import QUIET, Attempts
from providers.routes.retry_budget import RetryBudget
from providers.types import Request

BUSY: frozenset[ErrorKind] = frozenset({"rate", "overloaded"})
"""The server asks for less: pauses are twice as long."""

PATIENCE: frozenset[ErrorKind] = frozenset({"timeout_first", "timeout_idle"})
"""Whoever set a limit did not mean to wait for it again and again, nor to pay each time."""


@dataclass(frozen=True)
class Retry:
    """Asks again, at most `tries` times in all, when a transient failure came before any content.

    Pauses have full jitter: a random part of `base_s`, doubled each time, but not above `longest_s`. A server that
    says how long to wait is given that long; if that is more than `patience_s`, its failure is the failure. Whoever
    asks the same origin shares its `budget`.
    """

    model: Model
    tries: int = 3
    base_s: float = 0.5
    longest_s: float = 20.0
    patience_s: float = 60.0
    budget: RetryBudget = field(default_factory=RetryBudget)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        attempts = Attempts()
        for tried in count(1):
            child = attempts.child()
            self.budget.asked()
            try:
                async with aclosing(self.model.stream(request)) as events:
                    async for event in events:
                        if child.is_plain and type(event) in QUIET:
                            yield event
                            continue
                        if isinstance(event, Finished):
                            self.budget.succeeded()
                        yield child.own(event)
                return
            except ProviderError as error:
                if tried >= self.tries or not self._helps_with(error.failure):
                    raise
                if not self.budget.take(error.failure.kind):
                    raise
                failure = error.failure
            for event in child.failed(failure):
                yield event
            pause_s = self._pause_s(failure, tried)
            now_ns = time.perf_counter_ns()
            said = f"Try {tried + 1} of {self.tries} after {pause_s:.1f} s: {failure.message}"
            yield Notice(attempts.given - 1, now_ns, "retry", said, now_ns + round(pause_s * 1e9))
            await self.sleep(pause_s)

    def _helps_with(self, failure: Failure) -> bool:
        if failure.late or failure.kind in PATIENCE:
            return False
        return failure.retriable and (failure.retry_after_s or 0) <= self.patience_s

    def _pause_s(self, failure: Failure, tried: int) -> float:
        base_s = self.base_s * (2 if failure.kind in BUSY else 1)
        jittered_s: float = self.random() * min(base_s * 2 ** (tried - 1), self.longest_s)
        return max(jittered_s, failure.retry_after_s or 0)

"""Tells the window what caches decided, what they are never to match, and what one would have done."""

import asyncio
from collections.abc import Callable

from app.cache.comparing import Comparing
from app.cache.pair import Pair
from app.cache.shelf import CacheThread
from app.cache.store import NOTED, CacheFile
from app.cache.wishes import (
    AllowPair,
    AskPairs,
    CacheTold,
    CacheWish,
    CompareQuestions,
    ForbidPair,
    PairsTold,
    StopComparing,
)
from app.tasks import Tasks


class CacheDesk:
    def __init__(
        self, thread: CacheThread, tasks: Tasks, tell: Callable[[CacheTold], None], comparing: Comparing
    ) -> None:
        self._thread, self._tasks, self._tell, self._comparing = thread, tasks, tell, comparing
        self._comparison: asyncio.Task[None] | None = None

    def wish(self, wish: CacheWish) -> None:
        """Each of pairs is answered with all pairs as they are then."""
        match wish:
            case CompareQuestions():
                self._stop()
                comparison = self._comparing.compare(wish, self._thread, self._tell)
                self._comparison = self._tasks.start(comparison, name="comparison of questions")
            case StopComparing():
                self._stop()
            case AskPairs() | ForbidPair() | AllowPair():
                self._tasks.start(self._carry_out(wish), name="pairs of the cache")

    def _stop(self) -> None:
        if self._comparison is not None:
            self._comparison.cancel()

    async def _carry_out(self, wish: AskPairs | ForbidPair | AllowPair) -> None:
        def done(file: CacheFile) -> tuple[Pair, ...]:
            match wish:
                case ForbidPair(one=one, other=other):
                    file.forbid(one, other)
                case AllowPair(one=one, other=other):
                    file.allow(one, other)
                case AskPairs():
                    pass
            return file.pairs(limit=NOTED)

        nothing: tuple[Pair, ...] = ()
        pairs = await self._thread.do(done, nothing)
        self._tell(PairsTold(pairs, self._thread.trouble))

"""Tells the window what caches decided, and what they are never to match."""

from collections.abc import Callable

from app.cache.pair import Pair
from app.cache.shelf import CacheThread
from app.cache.store import NOTED, CacheFile
from app.cache.wishes import AllowPair, AskPairs, CacheWish, ForbidPair, PairsTold
from app.tasks import Tasks


class CacheDesk:
    def __init__(self, thread: CacheThread, tasks: Tasks, tell: Callable[[PairsTold], None]) -> None:
        self._thread, self._tasks, self._tell = thread, tasks, tell

    def wish(self, wish: CacheWish) -> None:
        """Each is answered with all pairs as they are then."""
        self._tasks.start(self._carry_out(wish), name="pairs of the cache")

    async def _carry_out(self, wish: CacheWish) -> None:
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

"""The cache as routes use it: off the loop, and without a failure of its own."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.cache.store import CacheFile
from providers.routes.cached import Entry
from providers.routes.similarity import Near

T = TypeVar("T")


class CacheThread:
    """The one thread that the file is used in; it is opened when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, "cache")
        self._file: CacheFile | None = None
        self.trouble = ""
        """Why the cache could not be used the last time, if it could not."""

    async def do(self, what: Callable[[CacheFile], T], instead: T) -> T:
        """What comes of it, or `instead` where the file cannot be used."""
        try:
            done = await asyncio.get_running_loop().run_in_executor(self._thread, self._in_thread, what)
        except (sqlite3.Error, OSError) as error:
            self.trouble = str(error)
            return instead
        self.trouble = ""
        return done

    def is_missed(self, key: str) -> bool:
        """Known at once, without the thread, once the file is open: most questions are new, and none should wait."""
        return self._file is not None and not self._file.may_hold(key)

    def _in_thread(self, what: Callable[[CacheFile], T]) -> T:
        if self._file is None:
            self._file = CacheFile(self._folder)
        return what(self._file)

    async def aclose(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True)
class CacheShelf:
    """One route's cache: both the exact one and the similar one."""

    thread: CacheThread
    cache: str
    ttl_s: float
    most: int

    async def exact(self, key: str) -> Entry | None:
        if self.thread.is_missed(key):
            return None
        return await self.thread.do(lambda file: file.exact(key, self.ttl_s), None)

    async def keep(self, key: str, rest: str, entry: Entry, vector: Sequence[float]) -> None:
        await self.thread.do(lambda file: file.keep(self.cache, key, rest, entry, vector, self.most), None)

    async def near(self, rest: str, vector: Sequence[float]) -> Sequence[Near]:
        nothing: list[Near] = []
        return await self.thread.do(lambda file: file.near(rest, vector, self.ttl_s), nothing)

    async def forbidden(self, one: str, other: str) -> bool:
        return await self.thread.do(lambda file: file.is_forbidden(one, other), True)

    async def looked(self, one: str, other: str, cosine: float, why: str, *, is_hit: bool) -> None:
        await self.thread.do(lambda file: file.looked(self.cache, one, other, cosine, why, is_hit=is_hit), None)

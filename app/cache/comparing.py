"""Embeds questions one after another and tells what a cache would have done with them. One comparison at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from app.cache.compare import Never, around_each, likenesses, savings
from app.cache.compared import Asked, Compared
from app.cache.shelf import CacheThread
from app.cache.wishes import CompareQuestions, QuestionsCompared
from app.lanes import LaneError
from app.quote import Call, PastCall, Quote
from providers.errors import ProviderError
from providers.events import Spent, Started
from providers.routes.similarity import Embedder, Vector

TELL_S = 0.2
"""Between two words of how far it has come."""

Price = Callable[[Call, datetime], Quote | None]
Tell = Callable[[QuestionsCompared], None]


class Comparing(NamedTuple):
    """What it takes. It waits until no stream is live: answers of an embedder would hold the loop that measures."""

    embedder: Callable[[str], Awaitable[Embedder]]
    quiet: asyncio.Event
    price: Price

    async def compare(self, wish: CompareQuestions, cache: CacheThread, tell: Tell) -> None:
        try:
            found = await self._compared(wish, cache, tell)
        except ProviderError as error:
            tell(QuestionsCompared(wish.id, trouble=error.failure.message))
        except LaneError as error:
            tell(QuestionsCompared(wish.id, trouble=str(error)))
        else:
            tell(QuestionsCompared(wish.id, len(wish.asked), found))

    async def _compared(self, wish: CompareQuestions, cache: CacheThread, tell: Tell) -> Compared:
        embedder = await self.embedder(wish.embed)
        made: list[_Embedded] = []
        said_s = time.monotonic()
        for each in wish.asked:
            await self.quiet.wait()
            made.append(await _embedded(embedder, each.question, self.price, wish.currency))
            if time.monotonic() - said_s >= TELL_S:
                said_s = time.monotonic()
                tell(QuestionsCompared(wish.id, len(made)))
        nothing: Never = frozenset()
        never = await cache.do(lambda file: file.forbidden(), nothing)
        await self.quiet.wait()
        return await asyncio.to_thread(_worked_out, wish.asked, made, never, embedder.name)


class _Embedded(NamedTuple):
    vector: tuple[float, ...]
    cost: Decimal | None
    took_ms: float


async def _embedded(embedder: Embedder, text: str, price: Price, currency: str) -> _Embedded:
    """Raises `ProviderError`."""
    vector: tuple[float, ...] = ()
    cost: Decimal | None = None
    started: Started | None = None
    began_ns = time.perf_counter_ns()
    async with aclosing(embedder.embed(text)) as sayings:
        async for said in sayings:
            if isinstance(said, Vector):
                vector = said.values
            elif isinstance(said, Started):
                started = said
            elif isinstance(said, Spent) and started is not None:
                cost = _cost(started, said, price, currency)
    return _Embedded(vector, cost, (time.perf_counter_ns() - began_ns) / 1e6)


def _cost(started: Started, spent: Spent, price: Price, currency: str) -> Decimal | None:
    """In that currency; None where it is unknown."""
    if spent.usage.cost_usd is not None:
        amount = Decimal(spent.usage.cost_usd)
        return amount if currency == "USD" or not amount else None
    now = datetime.now(UTC)
    call = PastCall(started.vendor, started.endpoint, started.model, started.model, spent.usage, now)
    quote = price(call, now)
    return quote.amount if quote is not None and quote.currency == currency else None


def _worked_out(asked: Sequence[Asked], made: Sequence[_Embedded], never: Never, name: str) -> Compared:
    near = likenesses(asked, [each.vector for each in made], never)
    costs = [each.cost for each in made if each.cost is not None]
    cost = sum(costs, Decimal(0)) / len(costs) if costs else None
    took_ms = sorted(each.took_ms for each in made)[len(made) // 2]  # no mean: the first may have to load a model
    return Compared(around_each(near), savings(asked, near, cost, took_ms), name, cost, took_ms)

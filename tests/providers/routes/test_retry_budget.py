"""How much trying again may cost: simulated calls, on a clock of their own."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import count

import pytest

from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Started
from providers.routes.retry import Retry
from providers.routes.retry_budget import FLOOR, TOKENS, WINDOW_S, RetryBudget
from providers.types import Request
from providers.usage import TokenUsage


class Unsteady:
    """Fails with a given chance, and counts how often it was asked."""

    name = "unsteady"

    def __init__(self, chance: float) -> None:
        self._chance = chance
        self._dice = random.Random(7)
        self.asked = 0

    async def stream(self, _: Request) -> AsyncGenerator[Event, None]:
        self.asked += 1
        yield Started(0, 0, role="answer", vendor="v", endpoint="e", model="m")
        if self._dice.random() < self._chance:
            raise ProviderError(Failure("server", "no"))
        yield Finished(0, 0, "m", TokenUsage(), "stop")


async def calls(model: Unsteady, number: int, budget: RetryBudget) -> None:
    async def at_once(_: float) -> None: ...

    for _ in range(number):
        try:
            async with aclosing(Retry(model, budget=budget, sleep=at_once).stream(Request.of("x"))) as events:
                async for _ in events:
                    pass
        except ProviderError:
            pass


@pytest.mark.parametrize(
    ("chance", "least", "most"), [(0.0, 1.0, 1.0), (0.1, 1.02, 1.2), (0.5, 1.02, 2.0), (1.0, 1.0, 1.1)]
)
def test_a_thousand_calls(chance: float, least: float, most: float) -> None:
    model, seconds = Unsteady(chance), count()
    asyncio.run(calls(model, 1000, RetryBudget(lambda: next(seconds) / 10)))

    assert least <= model.asked / 1000 <= most


def test_a_server_that_is_down_is_left_alone_once_the_budget_is_spent() -> None:
    model, seconds = Unsteady(1.0), count()
    budget = RetryBudget(lambda: next(seconds) / 10)
    asyncio.run(calls(model, 1000, budget))
    spent = model.asked
    asyncio.run(calls(model, 1000, budget))

    assert spent - 1000 <= TOKENS // 14
    assert model.asked == spent + 1000


def test_a_few_retries_are_always_free() -> None:
    budget = RetryBudget(lambda: 0.0)
    budget.asked()

    assert [budget.take("server") for _ in range(FLOOR + 1)] == [True] * FLOOR + [False]


def test_what_is_long_past_does_not_count() -> None:
    now = [0.0]
    budget = RetryBudget(lambda: now[0])
    assert [budget.take("rate") for _ in range(FLOOR + 1)][-1] is False
    now[0] = WINDOW_S + 1
    assert budget.take("rate")


def test_success_gives_back() -> None:
    budget = RetryBudget(lambda: 0.0)
    for _ in range(10_000):
        budget.asked()
    taken = 0
    while budget.take("server"):
        taken += 1
    assert taken == TOKENS // 14
    for _ in range(14):
        budget.succeeded()
    assert budget.take("server")


def test_pauses_are_spread_evenly() -> None:
    """Full jitter: a Kolmogorov-Smirnov test against the uniform distribution, at p = 0.01."""
    dice = random.Random(11)
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    async def main() -> None:
        for _ in range(2000):
            retry = Retry(Unsteady(1.0), tries=2, sleep=noted, random=dice.random)
            try:
                async with aclosing(retry.stream(Request.of("x"))) as events:
                    async for _ in events:
                        pass
            except ProviderError:
                pass

    asyncio.run(main())
    ordered = sorted(pause / 0.5 for pause in pauses)
    n = len(ordered)
    distance = max(max((i + 1) / n - x, x - i / n) for i, x in enumerate(ordered))
    assert n == 2000
    assert distance < 1.628 / n**0.5

"""Not more at once, nor in a minute, than a place is to be given."""

import asyncio
import math
from contextlib import aclosing

import pytest

from providers.errors import Failure, ProviderError
from providers.events import Finished, Notice
from providers.model import Model
from providers.routes.gate import Gate
from providers.routes.limit import Limit
from providers.scripted import Wait
from tests.providers.routes.transcript import RATE, REQUEST, SLOW, answers, model, transcript
from tests.providers.virtual_loop import VirtualLoop


async def ended(of: Model) -> float:
    """When its answer was there; -1 if it failed."""
    try:
        async with aclosing(of.stream(REQUEST)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return asyncio.get_running_loop().time()
    except ProviderError:
        return -1.0
    raise AssertionError


def together(gate: Gate, count: int, of: Model) -> list[float]:
    async def all_of_them() -> list[float]:
        return await asyncio.gather(*(ended(Limit(of, gate)) for _ in range(count)))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(all_of_them())


def test_so_many_at_once_in_the_order_of_asking() -> None:
    assert together(Gate(at_once=2), 5, answers("m", "a", after_s=1.0)) == pytest.approx([1, 1, 2, 2, 3])


def test_so_many_in_a_minute() -> None:
    assert together(Gate(requests_per_minute=2), 5, answers("m", "a")) == pytest.approx([0, 0, 60, 60, 120], abs=0.1)


def test_so_many_tokens_in_a_minute() -> None:
    gate = Gate(tokens_per_minute=7)
    assert together(gate, 3, answers("m", "a")) == pytest.approx([0, 0, 60], abs=0.1)


def test_what_is_larger_than_a_minutes_tokens_goes_alone() -> None:
    assert together(Gate(tokens_per_minute=1), 2, answers("m", "a")) == pytest.approx([0, 60], abs=0.1)


def test_a_wait_is_told() -> None:
    gate = Gate(at_once=1)

    async def second() -> list[str]:
        first = asyncio.get_running_loop().create_task(ended(Limit(answers("m", "a", after_s=2.0), gate)))
        await asyncio.sleep(0)
        async with aclosing(Limit(answers("m", "b"), gate).stream(REQUEST)) as events:
            said = [event.text async for event in events if isinstance(event, Notice)]
        await first
        return said

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(second()) == ["Limit: waited 2.0 s for its turn"]


def test_who_is_stopped_while_waiting_leaves_the_place_free() -> None:
    gate = Gate(at_once=1)

    async def stopped() -> float:
        loop = asyncio.get_running_loop()
        first = loop.create_task(ended(Limit(answers("m", "a", after_s=5.0), gate)))
        await asyncio.sleep(0)
        second = loop.create_task(ended(Limit(answers("m", "b"), gate)))
        await asyncio.sleep(1)
        second.cancel()
        await asyncio.wait([first, second])
        assert repr(gate).startswith("Gate(0 of 1 inside")
        return await ended(Limit(answers("m", "c"), gate))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(stopped()) == pytest.approx(5)


def test_who_is_stopped_inside_leaves() -> None:
    gate = Gate(at_once=1)
    transcript(Limit(model("m", SLOW), gate), stop_at_s=1.0)
    assert repr(gate).startswith("Gate(0 of 1")


def test_a_server_that_says_it_is_too_much_is_asked_less_and_slowly_more_again() -> None:
    gate = Gate(at_once=8)
    assert together(gate, 8, model("m", (RATE,))) == [-1.0] * 8
    assert gate.allowed == 4  # once for all that were under way

    for _ in range(40):
        gate.succeeded()
    assert gate.allowed == 8


def test_other_failures_change_nothing() -> None:
    gate = Gate(at_once=8)
    gate.failed(Failure("server", "oops"), 0.0)
    assert gate.allowed == 8


def test_no_limit_becomes_one_when_the_server_asks_for_it() -> None:
    gate = Gate()
    assert math.isinf(gate.allowed)
    together(gate, 6, model("m", (Wait(1.0), RATE)))
    assert gate.allowed == 3

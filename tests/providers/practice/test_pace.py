import asyncio
from random import Random

import pytest

from providers.practice.ask import PaceWish
from providers.practice.catalog import Pace
from providers.practice.pace import Metronome
from providers.practice.prefix_cache import PrefixCache

PACE = Pace(ttft_ms=100.0, prefill_per_s=1000.0, tokens_per_s=50.0, jitter=0.0)


def test_deadlines_are_absolute() -> None:
    metronome = Metronome(PACE, start=10.0, fresh=200, random=Random(1))
    assert metronome.due(0) == pytest.approx(10.0 + 0.1 + 0.2)
    assert metronome.due(500) == pytest.approx(10.3 + 10.0)


def test_jitter_moves_a_token_and_not_those_after_it() -> None:
    pace = Pace(ttft_ms=0.0, prefill_per_s=0.0, tokens_per_s=100.0, jitter=1.0)
    metronome = Metronome(pace, start=0.0, fresh=0, random=Random(1))
    errors = [metronome.due(index) - index * 0.01 for index in range(1, 2000)]
    assert max(abs(error) for error in errors) <= 0.01
    assert max(errors) > 0.005 > -0.005 > min(errors)


def test_a_late_token_does_not_wait() -> None:
    async def run() -> float:
        loop = asyncio.get_running_loop()
        metronome = Metronome(PACE, start=loop.time() - 100.0, fresh=0, random=Random(1))
        before = loop.time()
        for index in range(100):
            await metronome.wait(index)
        return loop.time() - before

    assert asyncio.run(run()) < 1.0


def test_a_wished_first_token_is_meant_whole_and_the_rest_stays() -> None:
    wished = PaceWish(ttft_ms=5.0).over(PACE)
    assert wished == Pace(ttft_ms=5.0, prefill_per_s=0.0, tokens_per_s=50.0, jitter=0.0)
    assert PaceWish().over(PACE) == PACE


def test_the_longest_beginning_seen_is_cached() -> None:
    cache = PrefixCache(prompts=2)
    assert cache.admit([1, 2, 3, 4]) == 0
    assert cache.admit([1, 2, 9]) == 2
    assert cache.admit([1, 2, 3, 4, 5]) == 4
    assert cache.admit([1, 2, 3, 4, 5]) == 4  # the last token is always read
    assert cache.admit([7]) == 0


def test_old_prompts_leave_the_cache() -> None:
    cache = PrefixCache(prompts=1)
    cache.admit([1, 2, 3])
    cache.admit([4, 5, 6])
    assert cache.admit([1, 2, 3]) == 0

"""When silence has lasted too long."""

import asyncio
import time

from providers.events import Event, Stop, Text, Timing
from providers.patience import Patience, Watch


def watched(patience: Patience, *steps: float | Event) -> Watch:
    """A watch that saw `steps`: events as they come, and seconds of silence between them."""

    async def test() -> Watch:
        watch = Watch(patience, time.perf_counter_ns())
        ended: list[bool] = []
        watch.over(lambda: ended.append(True))
        for step in steps:
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                watch.saw(step)
        watch.rest()
        assert watch.expired == bool(ended)
        return watch

    return asyncio.run(test())


def text() -> Text:
    return Text(0, time.perf_counter_ns(), "a")


def test_nothing_useful_in_time() -> None:
    watch = watched(Patience(first_s=0.03), Timing(0, time.perf_counter_ns(), "headers"), 0.08)

    assert watch.expired
    assert watch.error().failure.kind == "timeout_first"


def test_silence_after_the_first_token_is_another_matter() -> None:
    async def late() -> Watch:
        watch = Watch(Patience(first_s=10, idle_s=0.03), time.perf_counter_ns())
        watch.over(lambda: None)
        watch.saw(text())
        await asyncio.sleep(0.08)
        return watch

    watch = asyncio.run(late())

    assert watch.expired
    assert watch.error().failure.kind == "timeout_idle"
    assert watch.error().failure.late


def test_no_limit_means_no_limit() -> None:
    assert not watched(Patience(), 0.05).expired


def test_after_a_finish_reason_only_the_end_is_waited_for() -> None:
    watch = watched(Patience(first_s=5), text(), Stop(0, time.perf_counter_ns(), "stop"))

    assert watch.draining
    assert not watch.expired


def test_what_is_left_of_the_time_to_the_head() -> None:
    watch = Watch(Patience(first_s=10), time.perf_counter_ns() - 4_000_000_000)

    assert watch.left_s is not None
    assert 5.5 < watch.left_s <= 6
    assert Watch(Patience(), 0).left_s is None

"""The gauge of the measuring loop's own lag."""

import asyncio
import time

from app.lag import Gauge, LoopLag


def test_a_loop_that_was_held_up_says_so() -> None:
    async def main() -> Gauge:
        with LoopLag().gauge() as gauge:
            await asyncio.sleep(0.015)
            time.sleep(0.08)  # noqa: ASYNC251  # what is measured
            await asyncio.sleep(0.015)
        return gauge

    assert asyncio.run(main()).worst_ms > 60.0


def test_a_hold_up_at_the_very_end_counts() -> None:
    async def main() -> Gauge:
        with LoopLag().gauge() as gauge:
            await asyncio.sleep(0)
            time.sleep(0.08)  # noqa: ASYNC251
        return gauge

    assert asyncio.run(main()).worst_ms > 60.0


def test_no_lag_is_less_than_none() -> None:
    async def main() -> Gauge:
        with LoopLag().gauge() as gauge:
            pass
        return gauge

    assert asyncio.run(main()).worst_ms == 0.0


def test_nothing_is_sampled_when_nobody_wants_to_know() -> None:
    async def main() -> None:
        lag = LoopLag()
        with lag.gauge() as first:
            with lag.gauge():
                pass
            await asyncio.sleep(0.025)
        assert lag._timer is None
        seen = first.worst_ms
        time.sleep(0.03)  # noqa: ASYNC251
        await asyncio.sleep(0.02)
        assert first.worst_ms == seen

    asyncio.run(main())

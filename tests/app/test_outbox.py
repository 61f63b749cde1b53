"""What the engine tells, in batches and in order."""

import asyncio

from app.messages import Ended, Streamed, Up
from app.outbox import BATCH_S, Outbox
from app.run import RunFold
from providers.events import Event, Finished, Started, Text
from providers.usage import TokenUsage


def started() -> Event:
    return Started(0, 0, role="answer", vendor="v", endpoint="e", model="m")


def told(*steps: object) -> list[list[Up]]:
    """What is sent for `steps`: (run, event) pairs, messages, and seconds to wait."""
    batches: list[list[Up]] = []

    async def test() -> None:
        outbox = Outbox(batches.append)
        for step in steps:
            match step:
                case (int(run), event):
                    outbox.event(run, event)
                case float(seconds):
                    await asyncio.sleep(seconds)
                case message:
                    outbox.message(message)  # type: ignore[arg-type]
        await asyncio.sleep(0)

    asyncio.run(test())
    return batches


def test_events_of_several_runs_cross_together() -> None:
    batches = told((1, started()), (2, started()), 4 * BATCH_S)

    assert batches == [[Streamed(1, (started(),)), Streamed(2, (started(),))]]


def test_the_first_text_and_the_end_do_not_wait() -> None:
    end = Finished(0, 2, "m", TokenUsage(), "stop")

    assert told((1, started()), (1, Text(0, 1, "a"))) == [[Streamed(1, (started(), Text(0, 1, "a")))]]
    assert told((1, Text(0, 1, "a")), 0.0, (1, Text(0, 1, "b")), (1, end))[1:] == [
        [Streamed(1, (Text(0, 1, "b"), end))]
    ]


def test_later_text_waits_for_its_batch() -> None:
    assert len(told((1, Text(0, 1, "a")), 0.0, (1, Text(0, 1, "b")))) == 1


def test_nothing_of_a_run_follows_its_end() -> None:
    record = RunFold(run=1, lane_index=0, repeat=0, lane="a/b").record()
    batches = told((1, Text(0, 1, "a")), 0.0, (1, Text(0, 1, "b")), Ended(record), 4 * BATCH_S)

    assert batches[-1] == [Streamed(1, (Text(0, 1, "b"),)), Ended(record)]

"""Orders carried out: every way in which a stream may end becomes a record."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass
from typing import Any

import pytest

from app.execute import HOPS, StartLine, execute
from app.lag import LoopLag
from app.lanes import Lane, LaneError
from app.messages import RunOrder
from app.records import RunRecord
from app.run import unpriced
from providers.errors import Failure, ProviderError
from providers.events import Event, Started, Text
from providers.model import Model
from providers.scripted import Fail, Hang, Scripted, Step, Wait, answering
from providers.types import Request


def order(run: int = 0, **params: Any) -> RunOrder:
    return RunOrder(run, 0, 0, Lane("v/m", params), Request.of("hello", temperature=0.1, seed=1))


async def made(*script: Step) -> Model:
    return Scripted("m", script)


async def never_made(error: Exception) -> Model:
    raise error


async def carried_out(model: Awaitable[Model], line: StartLine | None = None, **more: Any) -> RunRecord:
    seen: list[Event] = more.pop("seen", [])
    return await execute(
        order(**more), model, line=line or StartLine(1), sink=lambda _, event: seen.append(event), lag=LoopLag(),
        price=unpriced,
    )  # fmt: skip


def test_a_stream_is_read_to_its_end_and_told_as_it_comes() -> None:
    seen: list[Event] = []
    record = asyncio.run(carried_out(made(*answering("one ", "two")), seen=seen))
    assert (record.outcome, record.text) == ("done", "one two")
    assert [type(event).__name__ for event in seen] == ["Started", "Text", "Text", "Usage", "Finished"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ProviderError(Failure("authentication", "no key")), "authentication"),
        (LaneError("no lane"), "bad_request"),
        (RuntimeError("oops"), "protocol"),
    ],
)
def test_a_model_that_cannot_be_made_is_a_failed_run(error: Exception, kind: str) -> None:
    logging.disable()
    record = asyncio.run(carried_out(never_made(error)))
    logging.disable(logging.NOTSET)
    assert record.outcome == "failed"
    assert record.error is not None
    assert record.error.kind == kind
    assert record.attempts == ()


def test_a_fault_of_ours_keeps_the_text_and_says_whose_it_is(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        name = "broken"

        async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
            yield Started(0, 0, role="answer", vendor="v", endpoint="", model="m")
            yield Text(0, 1, "so far")
            raise ZeroDivisionError("by zero")

    async def broken() -> Model:
        return Broken()

    record = asyncio.run(carried_out(broken()))
    assert (record.outcome, record.text) == ("failed", "so far")
    assert record.error is not None
    assert record.error.message == "a fault in Abreast itself: ZeroDivisionError: by zero"
    assert "by a fault of ours" in caplog.text


def test_a_stop_keeps_what_came() -> None:
    async def main() -> RunRecord:
        text = Text(0, 0, "so far")
        task = asyncio.get_running_loop().create_task(carried_out(made(text, Hang())))
        await asyncio.sleep(0.01)
        task.cancel()
        return await task

    record = asyncio.run(main())
    assert (record.outcome, record.text) == ("stopped", "so far")
    assert record.error is not None
    assert record.error.kind == "cancelled"


def test_a_failure_in_the_stream_is_the_runs_own() -> None:
    record = asyncio.run(carried_out(made(Text(0, 0, "x"), Fail(Failure("rate", "slow", 429, retry_after_s=3.0)))))
    assert record.error is not None
    assert (record.outcome, record.error.kind, record.error.retry_after_s) == ("failed", "rate", 3.0)


def test_a_lanes_parameters_go_over_the_requests() -> None:
    @dataclass
    class Asked:
        name: str = "asked"
        request: Request | None = None

        async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
            self.request = request
            async for event in Scripted("m", answering("x")).stream(request):
                yield event

    asked = Asked()

    async def model() -> Model:
        return asked

    asyncio.run(carried_out(model(), temperature=0.9))
    assert asked.request is not None
    assert asked.request.params == {"temperature": 0.9, "seed": 1}


def test_all_runs_of_a_line_start_together_however_slow_their_models_are_made() -> None:
    started: dict[int, int] = {}

    async def slowly(seconds: float) -> Model:
        await asyncio.sleep(seconds)
        return Scripted("m", (Wait(0.0), *answering("x")))

    def sink(run: int, event: Event) -> None:
        if isinstance(event, Started):
            started[run] = event.at_ns

    async def main() -> None:
        line = StartLine(4)
        models = [slowly(0.0), slowly(0.15), never_made(ProviderError(Failure("server", "no"))), slowly(0.0)]
        await asyncio.gather(
            *(
                execute(order(run), model, line=line, sink=sink, lag=LoopLag(), price=unpriced)
                for run, model in enumerate(models)
            )
        )

    asyncio.run(main())
    assert started.keys() == {0, 1, 3}
    assert max(started.values()) - min(started.values()) < 50_000_000


def test_a_run_that_is_stopped_while_its_model_is_made_keeps_nobody_waiting() -> None:
    async def for_ever() -> Model:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def main() -> list[RunRecord]:
        line = StartLine(2)
        loop = asyncio.get_running_loop()
        stuck = loop.create_task(carried_out(for_ever(), line))
        other = loop.create_task(carried_out(made(*answering("x")), line, run=1))
        await asyncio.sleep(0.01)
        stuck.cancel()
        return [await stuck, await other]

    stuck, other = asyncio.run(main())
    assert (stuck.outcome, other.outcome) == ("stopped", "done")


def test_runners_leave_one_after_the_other_and_none_stays() -> None:
    """A loop that is busy with one runner must not hold up what another has begun."""
    turns: list[str] = []

    async def runner(name: str, line: StartLine) -> None:
        line.arrive()
        await line.wait()
        turns.append(f"{name} begins")
        for _ in range(HOPS - 2):  # what a connection on this machine takes
            await asyncio.sleep(0)
        turns.append(f"{name} has sent")

    async def race() -> None:
        line = StartLine(4)
        stopped, *others = [asyncio.ensure_future(runner(name, line)) for name in ("stopped", *"abc")]
        stopped.cancel()
        line.arrive()  # it is stopped before it could
        await asyncio.wait_for(asyncio.gather(*others), 5)
        await asyncio.wait_for(line.wait(), 1)  # who comes late, goes at once

    asyncio.run(race())
    assert turns == [f"{name} {what}" for name in "abc" for what in ("begins", "has sent")]

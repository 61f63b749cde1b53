"""What the engine answers about lengths, with the real process that counts."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app import estimates
from app.estimates import Estimates
from app.messages import Estimate, Estimated, OutputEstimated, Up
from app.ranks import TokenizerError
from app.run import RunFold
from app.tasks import Tasks
from app.tokens import Count
from providers.events import Finished, Reasoning, Started, Text, ToolCall
from providers.usage import TokenUsage


def with_estimates(use: Callable[[Estimates, list[Up], asyncio.Event], Awaitable[None]]) -> list[Up]:
    told: list[Up] = []

    async def main() -> None:
        quiet = asyncio.Event()
        quiet.set()
        faults: list[BaseException] = []
        tasks = Tasks(faults.append)
        made = Estimates(quiet, tasks, told.append)
        try:
            async with asyncio.timeout(60):
                await use(made, told, quiet)
        finally:
            await tasks.end()
            await made.aclose()
        assert faults == []

    asyncio.run(main())
    return told


async def until(told: list[Up], count: int) -> None:
    while len(told) < count:
        await asyncio.sleep(0.01)


def test_one_count_for_each_encoding() -> None:
    async def use(made: Estimates, told: list[Up], _: asyncio.Event) -> None:
        made.ask(Estimate(7, ("be brief", "hello world"), ("gpt-4", "gpt-3.5-turbo")))
        await until(told, 1)
        made.ask(Estimate(8, ("hello world",), ("gpt-4", "swift")))
        await until(told, 2)

    assert with_estimates(use) == [
        Estimated(7, (Count(15, "cl100k_base", False),)),
        Estimated(8, (Count(9, "cl100k_base", False), Count(9, "o200k_base", True))),
    ]


def test_of_many_questions_the_newest_is_answered() -> None:
    async def use(made: Estimates, told: list[Up], quiet: asyncio.Event) -> None:
        quiet.clear()
        for number in range(50):
            made.ask(Estimate(number, ("hello " * (number + 1),), ("gpt-4",)))
            await asyncio.sleep(0)
        assert told == []
        quiet.set()
        while not any(isinstance(each, Estimated) and each.id == 49 for each in told):
            await asyncio.sleep(0.01)

    assert len(with_estimates(use)) <= 2


def record(output: int | None, *, empty: bool = False):  # type: ignore[no-untyped-def]
    fold = RunFold(run=3, lane_index=0, repeat=0, lane="openai/gpt-4")
    fold.add(Started(0, 0, role="answer", vendor="openai", endpoint="", model="gpt-4"))
    if not empty:
        fold.add(Reasoning(0, 1, "hello"))
        fold.add(Text(0, 2, "hello world"))
        fold.add(ToolCall(0, 3, 0, "c", "hello", "hello world", True))
    fold.add(Finished(0, 4, "gpt-4", TokenUsage(input=3, output=output), "stop"))
    return fold.record()


def test_an_answer_that_nobody_counted_is_estimated() -> None:
    async def use(made: Estimates, told: list[Up], _: asyncio.Event) -> None:
        made.ended(record(5))
        made.ended(record(None, empty=True))
        made.ended(record(None))
        await until(told, 1)
        await asyncio.sleep(0.05)

    assert with_estimates(use) == [OutputEstimated(3, Count(6, "cl100k_base", False))]


def test_what_cannot_be_counted_is_said_and_stays_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> int:
        raise TokenizerError("the ranks are damaged")

    monkeypatch.setattr(estimates.Tokenizer, "count", fail)

    async def use(made: Estimates, told: list[Up], _: asyncio.Event) -> None:
        made.ended(record(None))
        made.ask(Estimate(1, ("hello",), ("gpt-4",)))
        await until(told, 1)

    assert with_estimates(use) == [Estimated(1, (), "the ranks are damaged")]

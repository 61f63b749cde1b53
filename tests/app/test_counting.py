"""The process that counts tokens: started when it is needed and it is quiet, ended when it is not, never in the way."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from app.counting import Tokenizer
from app.ranks import TokenizerError
from app.tokenizer import Ask, Encodings


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def with_tokenizer(use: Callable[[Tokenizer, asyncio.Event], Awaitable[None]], *, idle_s: float = 60.0) -> None:
    async def main() -> None:
        quiet = asyncio.Event()
        quiet.set()
        tokenizer = Tokenizer(quiet, idle_s=idle_s)
        try:
            async with asyncio.timeout(60):
                await use(tokenizer, quiet)
        finally:
            await tokenizer.aclose()

    asyncio.run(main())


def test_it_counts_and_leaves_nothing_behind() -> None:
    pids: list[int | None] = []

    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        assert tokenizer.pid is None
        assert await tokenizer.count("cl100k_base", ("hello world", "hello")) == 3
        assert await tokenizer.count("cl100k_base", ()) == 0
        assert await tokenizer.count("cl100k_base", ("<|endoftext|>",)) > 1
        assert await tokenizer.count("cl100k_base", ("half \ud83d a character",)) > 1
        assert await tokenizer.count("cl100k_base", ("word " * 200_000,)) >= 200_000
        pids.append(tokenizer.pid)

    with_tokenizer(use)
    assert pids[0] is not None
    assert not alive(pids[0])


def test_many_who_ask_at_once_get_their_own_counts() -> None:
    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        asked = [tokenizer.count("cl100k_base", ("hello " * n,)) for n in range(1, 20)]
        counts = await asyncio.gather(*asked)
        assert counts == sorted(set(counts))

    with_tokenizer(use)


def test_it_does_not_start_while_a_stream_is_live() -> None:
    async def use(tokenizer: Tokenizer, quiet: asyncio.Event) -> None:
        quiet.clear()
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(tokenizer.count("cl100k_base", ("hello world",)))
            await asyncio.sleep(0.2)
            assert tokenizer.pid is None
            assert not asked.done()
            quiet.set()
        assert asked.result() == 2

    with_tokenizer(use)


def test_one_that_was_killed_is_started_again() -> None:
    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        await tokenizer.count("cl100k_base", ("hello",))
        first = tokenizer.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert await tokenizer.count("cl100k_base", ("hello world",)) == 2
        assert tokenizer.pid != first

    with_tokenizer(use)


def test_it_goes_to_rest_when_nobody_asks() -> None:
    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        assert await tokenizer.count("cl100k_base", ("hello",)) == 1
        while tokenizer.pid is not None:
            await asyncio.sleep(0.02)
        assert await tokenizer.count("cl100k_base", ("hello world",)) == 2

    with_tokenizer(use, idle_s=0.3)


def test_whoever_gives_up_waiting_does_not_spoil_the_next_count() -> None:
    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await tokenizer.count("cl100k_base", ("hello " * 500,))
        assert await tokenizer.count("cl100k_base", ("hello world",)) == 2

    with_tokenizer(use)


def test_one_that_cannot_run_is_an_error(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("app.counting.command", lambda *_: ["/bin/sh", "-c", "exit 3"])

    async def use(tokenizer: Tokenizer, _: asyncio.Event) -> None:
        for _again in range(2):
            with pytest.raises(TokenizerError, match="does not run"):
                await tokenizer.count("cl100k_base", ("hello",))

    with_tokenizer(use)


def test_damaged_ranks_are_an_answer_and_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fail(name: str) -> None:
        tried.append(name)
        raise TokenizerError("the ranks are damaged")

    monkeypatch.setattr("app.tokenizer.encoding", fail)
    encodings = Encodings()
    for _ in range(3):
        answer = encodings.answer(Ask("o200k_base", ("hello",)))
        assert (answer.tokens, answer.error) == (None, "the ranks are damaged")
    assert tried == ["o200k_base"]

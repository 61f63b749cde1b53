"""The practice server as a child: started when it is first needed, started again when it is gone, never left behind."""

import asyncio
import os
import signal

import pytest

from app.practice import PracticeServer
from providers.errors import ProviderError


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _is_starting(server: PracticeServer) -> int:
    """The server's process, before it has said where it is."""
    while server._process is None:
        await asyncio.sleep(0.005)
    return server._process.pid


def test_it_is_one_server_for_all_who_ask_at_once() -> None:
    async def main() -> int:
        server = PracticeServer()
        try:
            first, second = await asyncio.gather(server.address(), server.address())
            assert first is second
            assert first.openai_chat == f"{first.anthropic}/v1"
            assert first.models == ("swift", "steady", "deep")
            assert server._process is not None
            return server._process.pid
        finally:
            await server.aclose()

    assert not alive(asyncio.run(main()))


def test_one_that_died_is_started_again() -> None:
    async def main() -> None:
        server = PracticeServer()
        try:
            await server.address()
            assert server._process is not None
            before = server._process.pid
            os.kill(before, signal.SIGKILL)
            await server._process.wait()
            await server.address()
            assert server._process.pid != before
        finally:
            await server.aclose()

    asyncio.run(main())


def test_one_that_does_not_start_is_an_error_of_ours(capfd: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        server = PracticeServer("--fault", "nonsense")
        try:
            with pytest.raises(ProviderError, match="did not start"):
                await server.address()
        finally:
            await server.aclose()

    asyncio.run(main())
    assert "nonsense" in capfd.readouterr().err


def test_a_stop_while_it_starts_leaves_nothing_behind() -> None:
    async def main() -> int:
        server = PracticeServer()
        task = asyncio.get_running_loop().create_task(server.address())
        pid = await _is_starting(server)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.aclose()
        return pid

    assert not alive(asyncio.run(main()))


def test_who_stops_waiting_while_it_starts_leaves_the_start_to_the_others() -> None:
    async def main() -> None:
        server = PracticeServer()
        try:
            async with asyncio.TaskGroup() as group:
                stopped, other = (group.create_task(server.address()) for _ in range(2))
                pid = await _is_starting(server)
                stopped.cancel()
            assert stopped.cancelled()
            assert server._process is not None
            assert server._process.pid == pid, "it was not started again"
            assert await server.address() is other.result()
        finally:
            await server.aclose()

    asyncio.run(main())


def test_a_close_while_it_starts_is_told_to_who_waits() -> None:
    async def main() -> int:
        server = PracticeServer()
        waiting = asyncio.get_running_loop().create_task(server.address())
        pid = await _is_starting(server)
        await server.aclose()
        with pytest.raises(ProviderError, match="was closed"):
            await waiting
        return pid

    assert not alive(asyncio.run(main()))


def test_a_start_that_failed_is_told_to_all_and_tried_anew(capfd: pytest.CaptureFixture[str]) -> None:
    async def main() -> list[object]:
        server = PracticeServer("--fault", "nonsense")
        try:
            told: list[object] = [*await asyncio.gather(server.address(), server.address(), return_exceptions=True)]
            return [*told, *await asyncio.gather(server.address(), return_exceptions=True)]
        finally:
            await server.aclose()

    told = asyncio.run(main())
    assert [str(error) for error in told] == ["the practice models' server did not start"] * 3
    assert capfd.readouterr().err.count("there is no fault 'nonsense'") == 2

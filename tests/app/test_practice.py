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
        while server._process is None:
            await asyncio.sleep(0.005)
        pid = server._process.pid
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.aclose()
        return pid

    assert not alive(asyncio.run(main()))

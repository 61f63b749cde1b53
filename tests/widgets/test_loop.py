"""The window's loop: what qasync leaves out, and how it ends."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from PySide6.QtWidgets import QApplication

from tests.providers.servers import SSE_HEAD, Peer, serving
from widgets.loop import GuiLoop, run

ROOT = Path(__file__).parents[2]


async def left_half_way(log: list[str]) -> AsyncGenerator[int, None]:
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        log.append("closed")


async def leave_half_way(log: list[str]) -> None:
    async for _ in left_half_way(log):
        break


def test_returns_what_main_returns(qapp: QApplication) -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 7

    assert run(main, qapp) == 7


def test_an_abandoned_generator_is_closed(qapp: QApplication) -> None:
    log: list[str] = []

    async def main() -> None:
        await leave_half_way(log)
        await asyncio.sleep(0.01)
        assert log == ["closed"]

    run(main, qapp)


def test_a_generator_that_is_still_held_is_closed_at_the_end(qapp: QApplication) -> None:
    log: list[str] = []
    held = left_half_way(log)

    async def main() -> None:
        assert await anext(held) == 1
        assert log == []

    run(main, qapp)
    assert log == ["closed"]


def test_the_hooks_are_given_back(qapp: QApplication) -> None:
    before = sys.get_asyncgen_hooks()

    async def main() -> None:
        assert sys.get_asyncgen_hooks() != before

    run(main, qapp)
    assert sys.get_asyncgen_hooks() == before


def test_the_signals_file_is_given_back(qapp: QApplication) -> None:
    async def main() -> None:
        await asyncio.sleep(0)

    run(main, qapp)
    assert signal.set_wakeup_fd(-1) == -1


def test_the_hooks_that_are_repaired_exist(qapp: QApplication) -> None:
    loop = GuiLoop(qapp)
    try:
        assert callable(loop._asyncgen_firstiter_hook)
        assert callable(loop._asyncgen_finalizer_hook)
        assert loop._csock.fileno() >= 0
    finally:
        loop.close()


def test_the_server_sees_that_a_reader_broke_off(qapp: QApplication) -> None:
    closed = asyncio.Event()

    async def endless(peer: Peer) -> None:
        await peer.request()
        await peer.send(SSE_HEAD)
        await peer.send_chunk(b"data: 1\n\n")
        await peer.closed()
        closed.set()

    async def first_line(client: httpx.AsyncClient, url: str) -> str:
        async with client.stream("POST", url, content=b"{}") as response:
            async for line in response.aiter_lines():
                return line
        return ""

    async def main() -> None:
        async with serving(endless) as server, httpx.AsyncClient(trust_env=False) as client:
            assert await first_line(client, server.url) == "data: 1"
            async with asyncio.timeout(5):
                await closed.wait()

    run(main, qapp)
    assert closed.is_set()


PRELUDE = """
    import asyncio, os, signal, threading
    from PySide6.QtWidgets import QApplication, QWidget
    from widgets.loop import run

    async def nap():
        await asyncio.sleep(0.05)
"""


def program(code: str) -> subprocess.CompletedProcess[str]:
    """Runs `code` in a process of its own where every warning is an error."""
    whole = textwrap.dedent(PRELUDE) + textwrap.dedent(code)
    environment = {**os.environ, "PYTHONDEVMODE": "1", "QT_QPA_PLATFORM": "offscreen"}
    arguments = [sys.executable, "-W", "error", "-c", whole]
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30)


def test_closing_the_last_window_does_not_cut_the_end_short() -> None:
    ran = program("""
        async def main():
            window = QWidget()
            window.show()
            await nap()
            window.close()
            await nap()
            print("cleaned up")

        run(main, QApplication([]))
    """)

    assert (ran.stdout, ran.stderr, ran.returncode) == ("cleaned up\n", "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends a process there")
def test_ctrl_c_is_heard_while_qt_waits_and_main_cleans_up() -> None:
    ran = program("""
        async def main():
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                await asyncio.sleep(600)
            finally:
                await nap()
                print("cleaned up")

        try:
            run(main, QApplication([]))
        except KeyboardInterrupt:
            print("interrupted")
    """)

    assert (ran.stdout, ran.stderr, ran.returncode) == ("cleaned up\ninterrupted\n", "", 0)


def test_tasks_that_are_left_are_cancelled_at_the_end() -> None:
    ran = program("""
        async def left():
            try:
                await asyncio.sleep(600)
            finally:
                await nap()
                print("ended")

        async def main():
            global task
            task = asyncio.create_task(left())
            await nap()

        run(main, QApplication([]))
    """)

    assert (ran.stdout, ran.stderr, ran.returncode) == ("ended\n", "", 0)

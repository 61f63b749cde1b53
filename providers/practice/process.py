"""The practice server as a process: one line when it is ready, and an end with its standard input or a signal."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import uvicorn

from providers.practice.ask import PaceWish
from providers.practice.catalog import MODELS
from providers.practice.faults import parse as check
from providers.practice.protocol import PracticeProtocol
from providers.practice.request_log import RequestLog
from providers.practice.server import Server
from providers.practice.shelf import Shelf

HOST = "127.0.0.1"
ENDS = (signal.SIGINT, signal.SIGTERM)


def serve(
    port: int = 0,
    *,
    fault: str = "",
    log: str | None = None,
    stdin_ends: bool = True,
    pace: PaceWish | None = None,
) -> int:
    """Serves until stdin closes or a signal asks it to end; the exit code. Raises `FaultError` for a bad `fault`.

    Standard input counts if it is a pipe, a socket or a terminal; what a shell gives a job in the background does not.
    """
    check(fault)
    try:
        listening = _listen(port)
    except OSError as error:
        return _cannot(f"port {port} of {HOST} cannot be used: {error.strerror}")
    with listening, contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(Path(log).open("ab", buffering=0)) if log else None
        except OSError as error:
            return _cannot(f"the log {log} cannot be written: {error.strerror}")
        shelf = Shelf()
        server = Server(shelf=shelf, log=RequestLog(file), fault=fault, pace=pace)
        asyncio.run(_run(server, listening, shelf, stdin_ends=stdin_ends))
    return 0


class _Uvicorn(uvicorn.Server):
    """uvicorn that ends with an event instead of by signals, and does not wait for open streams."""

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None], ending: asyncio.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def main_loop(self) -> None:
        while not self._ending.is_set():
            await self.on_tick(0)  # keeps the date header right
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        answering = list(self.server_state.tasks)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)


def _cannot(why: str) -> int:
    sys.stderr.write(f"practice: {why}\n")
    return 1


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


async def _run(server: Server, listening: socket.socket, shelf: Shelf, *, stdin_ends: bool) -> None:
    config = uvicorn.Config(
        server.app(),
        http=PracticeProtocol,
        ws="none",
        loop="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        timeout_keep_alive=75,
    )
    ending = asyncio.Event()
    _end_on_signals(ending)
    if stdin_ends and _stdin_is_held():
        _end_with_stdin(ending)

    def ready() -> None:
        _say_ready(listening.getsockname()[1])
        _read_ahead(shelf)

    await _Uvicorn(config, ready=ready, ending=ending).serve([listening])


def _say_ready(port: int) -> None:
    root = f"http://{HOST}:{port}"
    line = {
        "schema": 1,
        "openai_chat": f"{root}/v1",
        "openai_responses": f"{root}/v1",
        "anthropic": root,
        "gemini": root,
        "ollama": root,
        "models": MODELS,
        "pid": os.getpid(),
        "practice": True,
    }
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()


def _read_ahead(shelf: Shelf) -> None:
    """Reads the articles while nobody waits. What is read stays, so later collections need not look at it."""
    shelf.read()
    gc.collect()
    gc.freeze()


def _end_on_signals(ending: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for each in ENDS:
        try:
            loop.add_signal_handler(each, ending.set)
        except NotImplementedError:  # Windows
            signal.signal(each, lambda *_: loop.call_soon_threadsafe(ending.set))


def _stdin_is_held() -> bool:
    """Whether somebody holds the other end of standard input, so that its end means something."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(0)


def _end_with_stdin(ending: asyncio.Event) -> None:
    """A thread, since not every system can wait for a pipe in the loop. It never outlives the process."""
    loop = asyncio.get_running_loop()

    def watch() -> None:
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            return  # a terminal of which this job is not in the foreground
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(ending.set)

    if hasattr(signal, "SIGTTIN"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    threading.Thread(target=watch, name="practice stdin", daemon=True).start()

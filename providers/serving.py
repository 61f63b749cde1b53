"""An HTTP server that ends in good order: with an event, a signal, or when whoever started it has gone."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

ENDS = (signal.SIGINT, signal.SIGTERM)


class EventServer(uvicorn.Server):
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


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at a host's address or name. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: else asyncio leaves Nagle's algorithm on, and what follows a response's head waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def end_on_signals(ending: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for each in ENDS:
        try:
            loop.add_signal_handler(each, ending.set)
        except NotImplementedError:  # Windows
            signal.signal(each, lambda *_: loop.call_soon_threadsafe(ending.set))


def stdin_is_held() -> bool:
    """Whether somebody holds the other end of standard input, so that its end means something."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(0)


def end_with_stdin(ending: asyncio.Event) -> None:
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
    threading.Thread(target=watch, name="stdin", daemon=True).start()


async def serve(
    app: ASGIApp,
    listening: socket.socket,
    *,
    ready: Callable[[], None],
    http: type[asyncio.Protocol] | str = "auto",
    stdin_ends: bool = True,
) -> None:
    """Until a signal, or the end of a standard input that somebody holds. Says nothing; `ready` is called when it can
    be asked."""
    config = uvicorn.Config(
        app,
        http=http,
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
    end_on_signals(ending)
    if stdin_ends and stdin_is_held():
        end_with_stdin(ending)
    await EventServer(config, ready=ready, ending=ending).serve([listening])

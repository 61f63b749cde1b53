"""The practice server as a process: one line when it is ready, and an end with its standard input or a signal."""

import asyncio
import contextlib
import gc
import os
import socket
import sys
from pathlib import Path

import msgspec

from providers import serving
from providers.practice.ask import PaceWish
from providers.practice.catalog import MODELS
from providers.practice.faults import parse as check
from providers.practice.protocol import PracticeProtocol
from providers.practice.request_log import RequestLog
from providers.practice.server import Server
from providers.practice.shelf import Shelf
from providers.serving import listen

HOST = "127.0.0.1"


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
        listening = listen(HOST, port)
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


def _cannot(why: str) -> int:
    sys.stderr.write(f"practice: {why}\n")
    return 1


async def _run(server: Server, listening: socket.socket, shelf: Shelf, *, stdin_ends: bool) -> None:
    def ready() -> None:
        _say_ready(listening.getsockname()[1])
        _read_ahead(shelf)

    await serving.serve(server.app(), listening, ready=ready, http=PracticeProtocol, stdin_ends=stdin_ends)


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

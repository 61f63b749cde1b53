"""The practice models' server as a child of whoever runs models: started on demand, ended with its owner."""

import asyncio
from asyncio.subprocess import PIPE, Process

import msgspec

from app.children import command, environment
from app.tasks import Tasks
from providers.errors import Failure, ProviderError

START_S = 20.0


class Address(msgspec.Struct, frozen=True):
    """What the server says when it is ready: one base URL for each dialect, and its models."""

    openai_chat: str
    openai_responses: str
    anthropic: str
    gemini: str
    ollama: str
    models: tuple[str, ...]


class PracticeServer:
    """Gives the server's address, and starts it first if it does not run (any more).

    The start belongs to the server, not to who asked first: whoever stops waiting leaves it to the others.
    """

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: Process | None = None
        self._tasks = Tasks(_nobody_else)
        self._starting: asyncio.Task[Address | Failure] | None = None

    async def address(self) -> Address:
        """Raises `ProviderError` if the server does not start, or is closed meanwhile."""
        if self._starting is None or (self._starting.done() and not self._runs):
            self._starting = self._tasks.start(self._start(), name="practice server's start")
        starting = self._starting
        await asyncio.wait((starting,))
        if starting.cancelled():
            raise ProviderError(Failure("cancelled", "the practice models' server was closed"))
        found = starting.result()
        if isinstance(found, Failure):
            raise ProviderError(found)
        return found

    @property
    def _runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _start(self) -> Address | Failure:
        await self._end_process()
        try:
            return await self._started()
        except (OSError, msgspec.DecodeError):
            await self._end_process()
            return Failure("server", "the practice models' server did not start")

    async def _started(self) -> Address:
        self._process = await asyncio.create_subprocess_exec(
            *command("providers.practice", "--die-with-parent", *self._options),
            stdin=PIPE,
            stdout=PIPE,
            env=environment(),
            start_new_session=True,  # or Ctrl-C in a terminal would end it under our runs before they are stopped
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            line = await self._process.stdout.readline()
        return msgspec.json.decode(line, type=Address)

    async def aclose(self) -> None:
        """A start that is under way is given up, and a server that runs is ended."""
        await self._tasks.end()
        await self._end_process()

    async def _end_process(self) -> None:
        """Closing its standard input ends the server; one that does not go is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(3.0):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # else it warns when it is collected


def _nobody_else(_error: BaseException) -> None:
    """Whoever waits for the start is told how it failed."""

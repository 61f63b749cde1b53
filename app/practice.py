"""The practice models' server as a child of whoever runs models: started on demand, ended with its owner."""

import asyncio
from asyncio.subprocess import PIPE, Process

import msgspec

from app.children import command, environment
from providers.errors import Failure, ProviderError

START_S = 20.0


class Address(msgspec.Struct, frozen=True):
    """What the server says when it is ready: one base URL for each dialect, and its models."""

    openai_chat: str
    anthropic: str
    gemini: str
    models: tuple[str, ...]


class PracticeServer:
    """Gives the server's address, and starts it first if it does not run (any more)."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: Process | None = None
        self._address: Address | None = None
        self._lock = asyncio.Lock()

    async def address(self) -> Address:
        """Raises `ProviderError` if the server does not start."""
        async with self._lock:
            if self._process is None or self._process.returncode is not None or self._address is None:
                await self._start()
            assert self._address is not None
            return self._address

    async def _start(self) -> None:
        await self.aclose()
        self._process = await asyncio.create_subprocess_exec(
            *command("providers.practice", "--die-with-parent", *self._options),
            stdin=PIPE,
            stdout=PIPE,
            env=environment(),
            start_new_session=True,  # or Ctrl-C in a terminal would end it under our runs before they are stopped
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_S):
                line = await self._process.stdout.readline()
            self._address = msgspec.json.decode(line, type=Address)
        except (TimeoutError, msgspec.DecodeError) as error:
            await self.aclose()
            raise ProviderError(Failure("server", "the practice models' server did not start")) from error

    async def aclose(self) -> None:
        """Closing its standard input ends the server; one that does not go is killed."""
        process, self._process, self._address = self._process, None, None
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

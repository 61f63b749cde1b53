"""The engine's side of the tokenizer process: started at first need, never while a stream is live."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process

from app.children import command, environment
from app.frames import HEAD, BrokenFrameError, Framer
from app.ranks import EncodingName, TokenizerError
from app.tokenizer import IDLE_S, Answer, Ask

ANSWER_S = 30.0
MAX_FAILURES = 3
"""Processes that died one after the other: then it is not tried again."""


class Tokenizer:
    """Counts tokens in a process of its own. `quiet` is set while no stream is live."""

    def __init__(self, quiet: asyncio.Event, *, idle_s: float = IDLE_S) -> None:
        self._quiet = quiet
        self._idle_s = idle_s
        self._process: Process | None = None
        self._lock = asyncio.Lock()
        self._failures = 0

    @property
    def pid(self) -> int | None:
        """The process's, None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def count(self, encoding: EncodingName, texts: tuple[str, ...]) -> int:
        """Tokens of all `texts` together. Raises `TokenizerError`."""
        ask = Ask(encoding, tuple(text.encode("utf-8", "replace").decode() for text in texts))
        async with self._lock:
            answer = await self._asked(ask)
        if answer.tokens is None:
            raise TokenizerError(answer.error)
        return answer.tokens

    async def _asked(self, ask: Ask) -> Answer:
        """A process that went to rest just as it was asked is asked again in its successor."""
        while self._failures < MAX_FAILURES:
            try:
                answer = await self._exchange(ask)
            except (OSError, EOFError, BrokenFrameError, TimeoutError):
                self._failures += 1
                await self._end()
            except BaseException:
                await self._end()  # its answer would be taken for the next one's
                raise
            else:
                self._failures = 0
                return answer
        raise TokenizerError("the process that counts tokens does not run")

    async def _exchange(self, ask: Ask) -> Answer:
        if self.pid is None:
            await self._quiet.wait()
            await self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asks: Framer[Ask] = Framer(Ask)
        answers: Framer[Answer] = Framer(Answer)
        async with asyncio.timeout(ANSWER_S):
            self._process.stdin.write(asks.pack([ask]))
            await self._process.stdin.drain()
            head = await self._process.stdout.readexactly(HEAD.size)
            body = await self._process.stdout.readexactly(*HEAD.unpack(head))
        (answer,) = answers.feed(head + body)
        return answer

    async def _start(self) -> None:
        await self._end()
        self._process = await asyncio.create_subprocess_exec(
            *command("app.tokenizer", str(self._idle_s)),
            stdin=PIPE,
            stdout=PIPE,
            env=environment(),
            start_new_session=True,  # Ctrl-C in a terminal is for the engine, which ends its children in order
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # else it warns when it is collected

    async def aclose(self) -> None:
        """Ends the process."""
        await self._end()

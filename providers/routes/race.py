"""Streams that run at the same time, until one of them has something to show."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

from msgspec.structs import replace

from providers.errors import ProviderError
from providers.events import CONTENT, Event, Finished, Started
from providers.model import Model
from providers.routes.attempts import Attempts, usage_of
from providers.types import Request, Role

LOST = "lost the race"


class Runner:
    """One stream of a race, read by a task of its own that never waits for the race's reader."""

    def __init__(self, model: Model, role: Role, attempts: Attempts) -> None:
        self.model, self.role, self.child = model, role, attempts.child()
        self.task: asyncio.Task[None]
        self.over = False


class Race:
    """The first runner that shows something, or that finishes, has won; the others are cancelled and run out.

    A runner's failure goes no further as long as another runs; the last one's, or the winner's, is the race's.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._attempts = Attempts()
        self._said: asyncio.Queue[tuple[Runner, Event | None]] = asyncio.Queue()
        self._runners: list[Runner] = []
        self._winner: Runner | None = None
        self._finished: Finished | None = None
        self._error: BaseException | None = None

    def enter(self, model: Model, role: Role = "answer") -> None:
        """Lets `model` run too, unless the race is decided."""
        if self._winner is None:
            runner = Runner(model, role, self._attempts)
            self._runners.append(runner)
            running = self._run(runner)
            runner.task = asyncio.get_running_loop().create_task(running, name=f"race: {role} by {model.name}")
            runner.task.add_done_callback(lambda _: self._said.put_nowait((runner, None)))

    @property
    def on(self) -> bool:
        """Whether anybody still runs."""
        return not all(runner.over for runner in self._runners)

    async def next(self) -> Iterator[Event]:
        """What is to be said next."""
        return self._heard(*await self._said.get())

    def result(self) -> Finished:
        """The end of a race that is not on any more. Raises what the race failed with."""
        if self._error is not None:
            raise self._error
        if self._finished is None:
            raise asyncio.CancelledError
        return self._finished

    async def end(self) -> None:
        """Cancels whoever runs and waits until all have run out; passes on a cancellation only after that."""
        for runner in self._runners:
            runner.task.cancel()
        stopped: asyncio.CancelledError | None = None
        while running := [runner.task for runner in self._runners if not runner.task.done()]:
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError as error:
                stopped = error
        if stopped is not None:
            raise stopped

    def held(self) -> Iterator[Event]:
        """What there is still to be said of a race that was stopped: what runners had said, and were paid for."""
        while not self._said.empty():
            yield from self._heard(*self._said.get_nowait())
        for runner in self._runners:
            if not runner.over:
                yield from self._ran_out(runner)
        if self._finished is not None:
            yield usage_of(self._finished)
        if self._winner is not None and isinstance(self._error, ProviderError):
            yield from self._winner.child.failed(self._error.failure)

    async def _run(self, runner: Runner) -> None:
        async with aclosing(runner.model.stream(self._request)) as events:
            async for event in events:
                self._said.put_nowait((runner, event))

    def _heard(self, runner: Runner, event: Event | None) -> Iterator[Event]:
        match event:
            case None:
                yield from self._ran_out(runner)
            case Started(role="answer"):
                yield runner.child.own(replace(event, role=runner.role))
            case Finished():
                yield from self._finish(runner, event)
            case _ if not isinstance(event, CONTENT):
                yield runner.child.own(event)
            case _ if self._wins(runner):
                yield runner.child.own(event)

    def _wins(self, runner: Runner) -> bool:
        if self._winner is None:
            self._decide_for(runner)
        return self._winner is runner

    def _decide_for(self, runner: Runner) -> None:
        self._winner = runner
        for other in self._runners:
            if other is not runner:
                other.task.cancel()

    def _finish(self, runner: Runner, event: Finished) -> Iterator[Event]:
        if self._wins(runner):
            self._finished = runner.child.own(event)
        else:
            yield runner.child.own(usage_of(event))

    def _ran_out(self, runner: Runner) -> Iterator[Event]:
        if runner.over:
            return
        runner.over = True
        error = None if runner.task.cancelled() else runner.task.exception()
        lost = self._winner not in (None, runner)
        if isinstance(error, ProviderError) and (lost or (self._winner is None and self.on)):
            yield from runner.child.failed(error.failure)
        elif error is not None:
            self._error = error
            self._decide_for(runner)
        elif lost:
            yield from runner.child.discarded(LOST)

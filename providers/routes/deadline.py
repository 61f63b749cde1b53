"""Something useful within a time, or failure."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.errors import Failure, ProviderError
from providers.events import CONTENT, Event, Failed, Finished, ToolCall
from providers.model import Model
from providers.routes.attempts import Attempts
from providers.types import Request

USEFUL = (*CONTENT, ToolCall, Finished)


@dataclass(frozen=True)
class Deadline:
    """Fails with `timeout_first` unless something useful comes within `first_s` seconds."""

    model: Model
    first_s: float

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        child = Attempts().child()
        limit = _Limit(self.first_s)
        async with aclosing(self.model.stream(request)) as events:
            while (event := await limit.next(events)) is not None:
                yield child.own(event)
                if limit.met:
                    break
            async for event in events:
                yield event
        if limit.met or not limit.expired:
            return
        failure = Failure("timeout_first", f"no answer began within {self.first_s:g} s", late=limit.late)
        for number in child.open[:-1]:
            yield Failed(number, time.perf_counter_ns(), failure)
        raise ProviderError(failure)


class _Limit:
    """The time in which something useful must come, applied to one `anext` at a time.

    Running out cancels that `anext`. The stream may yield what it holds while the cancellation passes through it, so
    it is read until it raises; what it raises then is this cancellation, unless the reader has been cancelled too.
    A reader that has is not timed any more: the timeout would take its cancellation for its own.
    """

    def __init__(self, first_s: float) -> None:
        self._at = asyncio.get_running_loop().time() + first_s
        self.met = self.expired = self.late = False

    async def next(self, events: AsyncGenerator[Event, None]) -> Event | None:
        """The next event, or None at the end of the stream or of the time."""
        timeout = asyncio.timeout_at(None if self.expired or _stopped() else self._at)
        try:
            async with timeout:
                event = await anext(events, None)
        except TimeoutError:
            self.expired = timeout.expired()
            if not self.expired:
                raise
            return None
        except asyncio.CancelledError:
            if not self.expired or _stopped():
                raise
            return None
        self.expired = self.expired or timeout.expired()
        self._saw(event)
        return event

    def _saw(self, event: Event | None) -> None:
        self.met = isinstance(event, Finished if self.expired else USEFUL)
        self.late = self.late or isinstance(event, CONTENT)


def _stopped() -> bool:
    """Whether the running task has been asked to stop."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

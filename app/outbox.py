"""What the window is to know, gathered and sent in batches."""

import asyncio
from collections.abc import Callable

from app.messages import Ended, Streamed, Up
from providers.events import CONTENT, Event, Finished

BATCH_S = 0.006
"""Events of several lanes cross the pipe together: fewer wake-ups on both sides, and less than half a frame late."""


class Outbox:
    """Gathers what the window is to know, in order, and sends it in batches; what the eye waits for at once."""

    def __init__(self, send: Callable[[list[Up]], None]) -> None:
        self._send = send
        self._events: dict[int, list[Event]] = {}
        self._seen: set[int] = set()
        self._timer: asyncio.Handle | None = None

    def event(self, run: int, event: Event) -> None:
        self._events.setdefault(run, []).append(event)
        first = isinstance(event, CONTENT) and run not in self._seen
        if first:
            self._seen.add(run)
        urgent = first or isinstance(event, Finished)
        self._arm(urgent=urgent)

    def message(self, message: Up) -> None:
        """Sends `message` after everything that is waiting."""
        if isinstance(message, Ended):
            self._seen.discard(message.record.run)
        self._send([*self._taken(), message])

    def _arm(self, *, urgent: bool) -> None:
        loop = asyncio.get_running_loop()
        if urgent:
            self._rest()
            self._timer = loop.call_soon(self.flush)
        elif self._timer is None:
            self._timer = loop.call_later(BATCH_S, self.flush)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def flush(self) -> None:
        if batch := self._taken():
            self._send(batch)

    def _taken(self) -> list[Up]:
        self._rest()
        batch: list[Up] = [Streamed(run, tuple(events)) for run, events in self._events.items()]
        self._events = {}
        return batch

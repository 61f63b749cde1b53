"""The contract that everything which answers a request keeps: a vendor's model, and any route made of others.

The laws, each a test in `tests/providers/laws.py`:

1. A stream ends with one `Finished`, or raises a `ProviderError`, or is cancelled. Nothing else.
2. Who swallows an error or an answer reports it, so that usage summed over attempts (the last `Usage` of each, plus
   `Spent`) is the usage spent, whatever the tree and however it ended.
3. `Failed` and `Discarded` void the text of their attempt, and nothing else does.
4. Every inner stream is read inside `aclosing`. Bookkeeping is done before `Finished` is yielded.
5. No `yield` inside a timeout, a task group or a cancel scope.

Stopping is cancelling the task that reads. Cancellation reaches the innermost `await`, and on its way out a stream
may still yield what it already holds (a hedge holds what its other branch has just reported); so a reader reads to the
end, and never leaves the loop by `break`.
"""

from collections.abc import AsyncGenerator
from typing import Protocol

from providers.events import Event
from providers.types import Request


class Model(Protocol):
    """Answers a request as a stream of events."""

    @property
    def name(self) -> str: ...

    def stream(self, request: Request) -> AsyncGenerator[Event, None]: ...

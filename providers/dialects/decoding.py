"""What the decoders of all dialects have in common: how they fail and how they end."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from providers import error_bodies
from providers.dialects import documents
from providers.errors import Failure, ProviderError
from providers.events import Event
from providers.sse import ServerEvent

T = TypeVar("T")

KEEP_ALIVE = frozenset({"ping", "keepalive", "keep-alive", "heartbeat"})
"""Names of events that say nothing, whatever their data: not all of it is JSON."""

TOO_DEEP = Failure("protocol", "the server sent a document that is nested too deeply")


class Decoding:
    """Reads through `_read` and `_read_whole`, which put what they find into a list and raise `ProviderError`.

    One server event may hold both words and an error. Then the words are given at once, and the error is raised by
    whatever is called next; `complete` is true meanwhile, as nothing of this answer follows.
    """

    def __init__(self) -> None:
        self._done_ns: int | None = None
        self._failure: Failure | None = None

    @property
    def complete(self) -> bool:
        return self._done_ns is not None or self._failure is not None

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        return self._collect(self._read, event, at_ns)

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        out = self._collect(self._read_body, body, at_ns)
        self._done_ns = at_ns
        return out

    def _collect(self, read: Callable[[T, int, list[Event]], None], what: T, at_ns: int) -> list[Event]:
        """What `read` finds in `what`; nothing after the end."""
        self._raise_failure()
        out: list[Event] = []
        if self._done_ns is not None:
            return out
        try:
            read(what, at_ns, out)
        except ProviderError as error:
            self._failure = error.failure
        except RecursionError:
            self._failure = TOO_DEEP
        if not out:
            self._raise_failure()
        return out

    def _read_body(self, body: bytes, at_ns: int, out: list[Event]) -> None:
        said = documents.decoded(body)
        if error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        self._read_whole(said, at_ns, out)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        raise NotImplementedError

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        raise NotImplementedError

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise ProviderError(self._failure)


def document_of(event: ServerEvent) -> Any:
    """The document in `event`, None if it says nothing. Raises `ProviderError` if it is none."""
    data = event.data.strip()
    if not data or data == b"[DONE]" or event.name in KEEP_ALIVE:
        return None
    try:
        return documents.decoded(data)
    except ProviderError:
        if not event.terminated:
            return None  # what was cut off in the middle says nothing
        if event.name == "error":
            raise ProviderError(error_bodies.in_stream(data.decode("utf-8", "replace"))) from None
        raise


def is_failing(event: ServerEvent, said: Any) -> bool:
    return said is not None and (event.name == "error" or error_bodies.is_error(said))

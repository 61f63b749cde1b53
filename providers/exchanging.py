"""What a leaf needs of whoever sends its requests: the real client, or one that plays faults in front of it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from providers.events import Phase, Stamp
from providers.streams import Piece
from providers.witness import NOBODY, Witness


class Answering(Protocol):
    """A response whose head has arrived; `providers.http.Exchange` says what each part is."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def http_version(self) -> str: ...
    @property
    def headers_ns(self) -> int: ...
    @property
    def stamp(self) -> Stamp: ...
    @property
    def marks(self) -> Mapping[Phase, tuple[int, int]]: ...
    @property
    def reused(self) -> bool: ...
    @property
    def warmed(self) -> bool: ...
    @property
    def reconnected(self) -> bool: ...

    def abort(self) -> None: ...
    def pieces(self) -> AsyncGenerator[Piece, None]: ...


class Client(Protocol):
    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: bytes | None = None,
        witness: Witness = NOBODY,
    ) -> AbstractAsyncContextManager[Answering]:
        """Raises `ProviderError`."""
        ...

"""Who is shown an exchange as it goes over the wire: its request with all headers, the answer's head, each piece."""

from typing import TYPE_CHECKING, Protocol

from providers.connection import Headers

if TYPE_CHECKING:
    from providers.http_model import HttpModel


class Witness(Protocol):
    """Of one exchange. What it is shown holds the key; it must cost next to nothing, since it is told of each piece."""

    def began(self, started_ns: int) -> None:
        """The clock of the attempt runs; `started_ns` is the stamp of its `Started`."""

    def asked(self, method: str, url: str, headers: Headers, body: bytes) -> None:
        """This is sent now. Told once more if a dead connection was replaced."""

    def answered(self, status: int, http_version: str, headers: Headers) -> None: ...

    def heard(self, at_ns: int, piece: bytes) -> None:
        """A piece of the body, decompressed, with its stamp."""


class Observer(Protocol):
    def attend(self, leaf: "HttpModel") -> Witness:
        """A leaf is about to open an attempt."""
        ...


class Nobody:
    """Looks away, as both."""

    def attend(self, leaf: "HttpModel") -> Witness:
        return self

    def began(self, started_ns: int) -> None:
        pass

    def asked(self, method: str, url: str, headers: Headers, body: bytes) -> None:
        pass

    def answered(self, status: int, http_version: str, headers: Headers) -> None:
        pass

    def heard(self, at_ns: int, piece: bytes) -> None:
        pass


NOBODY = Nobody()

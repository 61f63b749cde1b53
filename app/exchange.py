"""One HTTP exchange as it went over the wire, as values without any key. Light: the window reads them too."""

import msgspec

from providers.dialects.base import DialectName, Quirks

Pairs = tuple[tuple[str, str], ...]
"""Headers by name, in the order of the wire."""


class Asked(msgspec.Struct, frozen=True):
    method: str
    url: str
    headers: Pairs
    body: bytes

    @property
    def size(self) -> int:
        return len(self.body)


class Answered(msgspec.Struct, frozen=True):
    status: int
    http_version: str
    headers: Pairs

    def header(self, name: str) -> str:
        """By lower-case name; empty where there is none."""
        return ", ".join(value for each, value in self.headers if each.lower() == name)


class Exchange(msgspec.Struct, frozen=True):
    """`asked` is None for a request that could not be sent at all, `answered` where no head came.

    `started_ns` is the stamp of the attempt's `Started`. `pieces` are those of the body, decompressed, with their
    stamps; `missing` counts the bytes at its end that were not kept.
    """

    started_ns: int
    vendor: str
    dialect: DialectName
    model: str
    quirks: Quirks
    asked: Asked | None
    answered: Answered | None
    pieces: tuple[tuple[int, bytes], ...]
    missing: int = 0

    @property
    def body(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)

    @property
    def size(self) -> int:
        """Of the whole answer's body in bytes, kept or not."""
        return sum(len(piece) for _, piece in self.pieces) + self.missing

    @property
    def is_refused(self) -> bool:
        return self.answered is not None and not 200 <= self.answered.status < 300

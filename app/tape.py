"""What the engine keeps of each exchange so that it can be looked at afterwards: all that went over the wire, bounded.

It holds keys as they were sent; only `Take.exchange` gives something away, and that is redacted.
"""

from app.exchange import Answered, Asked, Exchange
from app.redaction import Redaction
from providers.connection import Headers
from providers.http_model import HttpModel

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Of one answer: more than 100,000 tokens in the wordiest protocol."""
MAX_BYTES = 128 * 1024 * 1024
"""Of all runs that are over."""
MAX_RUNS = 200


class Take:
    """One exchange, from the leaf that makes it."""

    def __init__(self, leaf: HttpModel) -> None:
        self._leaf = leaf
        self._started_ns = 0
        self._asked: tuple[str, str, Headers, bytes] | None = None
        self._answered: tuple[int, str, Headers] | None = None
        self._pieces: list[tuple[int, bytes]] = []
        self._heard = 0

    def began(self, started_ns: int) -> None:
        self._started_ns = started_ns

    def asked(self, method: str, url: str, headers: Headers, body: bytes) -> None:
        self._asked = (method, url, headers, body)

    def answered(self, status: int, http_version: str, headers: Headers) -> None:
        self._answered = (status, http_version, headers)

    def heard(self, at_ns: int, piece: bytes) -> None:
        self._heard += len(piece)
        if self._heard <= MAX_BODY_BYTES:
            self._pieces.append((at_ns, piece))

    @property
    def size(self) -> int:
        return min(self._heard, MAX_BODY_BYTES) + (len(self._asked[3]) if self._asked else 0)

    def exchange(self) -> Exchange:
        """What there is by now, without the key."""
        leaf, redacted = self._leaf, Redaction(self._leaf.key)
        asked = answered = None
        if self._asked is not None:
            method, url, headers, body = self._asked
            asked = Asked(method, redacted.text(url), redacted.headers(headers), redacted.body(body))
        if self._answered is not None:
            status, http_version, headers = self._answered
            answered = Answered(status, http_version, redacted.headers(headers))
        pieces = redacted.pieces(self._pieces)
        missing = self._heard - sum(len(piece) for _, piece in pieces)
        return Exchange(
            self._started_ns, leaf.vendor, leaf.dialect.name, leaf.model, leaf.quirks, asked, answered, pieces, missing
        )


class Tape:
    """The exchanges of one run, in the order in which they began."""

    def __init__(self) -> None:
        self._takes: list[Take] = []

    def attend(self, leaf: HttpModel) -> Take:
        take = Take(leaf)
        self._takes.append(take)
        return take

    @property
    def size(self) -> int:
        return sum(take.size for take in self._takes)

    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(take.exchange() for take in self._takes)


class Tapes:
    """Of the latest runs, by their numbers. The oldest go first, once there are too many or they are too large."""

    def __init__(self, *, max_runs: int = MAX_RUNS, max_bytes: int = MAX_BYTES) -> None:
        self._max_runs, self._max_bytes = max_runs, max_bytes
        self._tapes: dict[int, Tape] = {}

    def of_new(self, run: int) -> Tape:
        """An empty tape for a run that is about to begin."""
        size = sum(tape.size for tape in self._tapes.values())
        while self._tapes and (len(self._tapes) >= self._max_runs or size > self._max_bytes):
            size -= self._tapes.pop(next(iter(self._tapes))).size
        tape = self._tapes[run] = Tape()
        return tape

    def exchanges(self, run: int) -> tuple[Exchange, ...] | None:
        """None for a run of which nothing is kept any more."""
        tape = self._tapes.get(run)
        return None if tape is None else tape.exchanges()

"""A recorded exchange read once more: beside each raw event what the dialect made of it.

Decoding is pure, so reading the same bytes again says what was said in the run, to the last stamp.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.exchange import Exchange
from providers.body import Body
from providers.dialects import DIALECTS
from providers.dialects.base import Decoder
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished
from providers.sse import ServerEvent


@dataclass(frozen=True)
class Reading:
    """One raw event, a whole document, or the end of the stream, which has no data.

    `failure` is what it came to instead, or after `made`.
    """

    at_ns: int
    name: str
    data: bytes
    made: tuple[Event, ...] = ()
    failure: Failure | None = None
    is_end: bool = False


class _Watched:
    """A decoder whose every step becomes a reading."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._readings: list[Reading] = []

    def taken(self) -> list[Reading]:
        readings, self._readings = self._readings, []
        return readings

    @property
    def complete(self) -> bool:
        return self._decoder.complete

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        try:
            made = tuple(self._decoder.feed(event, at_ns))
        except ProviderError as error:
            self._readings.append(Reading(at_ns, event.name, event.data, failure=error.failure))
            raise
        self._readings.append(Reading(at_ns, event.name, event.data, made))
        return made

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        try:
            made = tuple(self._decoder.whole(body, at_ns))
        except ProviderError as error:
            self._readings.append(Reading(at_ns, "", body, failure=error.failure))
            raise
        self._readings.append(Reading(at_ns, "", body, made))
        return made

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        rest, finished = self._decoder.end(at_ns)
        self._readings.append(Reading(at_ns, "", b"", (*rest, finished), is_end=True))
        return rest, finished


def readings(exchange: Exchange, *, is_over: bool = True) -> Iterator[Reading]:
    """The exchange's answer, event by event. Of one that is not over yet, the end is left open."""
    if exchange.answered is None:
        return
    if exchange.is_refused:
        yield from _refusal(exchange)
        return
    dialect = DIALECTS[exchange.dialect]
    watched = _Watched(dialect.decoder(model=exchange.model, quirks=exchange.quirks))
    body = Body(watched, exchange.answered.header("content-type"), dialect.framing)
    at_ns = exchange.started_ns
    try:
        for at_ns, piece in exchange.pieces:
            for _ in body.feed(piece, at_ns):
                pass
            yield from watched.taken()
        if is_over and not exchange.missing:
            for _ in body.end(at_ns):
                pass
            yield from watched.taken()
    except ProviderError as error:
        said = watched.taken()
        yield from said
        if not said or said[-1].failure is None:
            yield Reading(at_ns, "", b"", failure=error.failure, is_end=True)


def _refusal(exchange: Exchange) -> Iterator[Reading]:
    answered = exchange.answered
    if answered is None or not exchange.pieces:
        return
    headers = {name.lower(): value for name, value in answered.headers}
    failure = DIALECTS[exchange.dialect].failure(answered.status, headers, exchange.body)
    yield Reading(exchange.pieces[-1][0], "", exchange.body, failure=failure)

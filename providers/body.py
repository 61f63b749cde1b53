"""The body of a successful response: a stream framed as its dialect has it, unless its first bytes show otherwise."""

from collections.abc import Iterator

from providers.dialects.base import Decoder, Framing
from providers.dialects.documents import parses
from providers.error_bodies import html_title
from providers.errors import Failure, ProviderError
from providers.events import Event
from providers.ndjson import NdjsonDecoder
from providers.sse import EventTooLargeError, SseDecoder

MAX_ANSWER_BYTES = 256 * 1024 * 1024

EXCERPT = 80
STARTS = frozenset(bytes([byte]) for byte in b"deir:{[<\xef")
"""How a stream may begin: a field, a comment, a byte order mark; or a document in its place."""
FIELDS = frozenset(bytes([byte]) for byte in b"deir:")
"""How server-sent events begin, also where a gateway puts them in the place of lines."""


class Body:
    """Fed pieces of the body, cut anywhere, it gives the events they complete. Raises only `ProviderError`."""

    def __init__(self, decoder: Decoder, content_type: str, framing: Framing = "sse") -> None:
        self._decoder = decoder
        self._framing = framing
        self._is_called_json = "json" in content_type.lower()
        self._is_called_stream = "event-stream" in content_type.lower()
        self._frames: SseDecoder | NdjsonDecoder = SseDecoder()
        self._seen = 0
        self._kind = b""
        """The first byte that is not white space."""
        self._first = b""
        self._whole: list[bytes] = []

    @property
    def begun(self) -> bool:
        return self._seen > 0

    @property
    def complete(self) -> bool:
        return self._decoder.complete

    def feed(self, piece: bytes, at_ns: int) -> Iterator[Event]:
        self._seen += len(piece)
        if self._seen > MAX_ANSWER_BYTES:
            raise ProviderError(Failure("protocol", f"the answer is larger than {MAX_ANSWER_BYTES >> 20} MiB"))
        if not self._kind:
            self._first = piece.lstrip()[:EXCERPT]
            self._kind = self._first[:1]
            if self._framing == "ndjson" and self._kind not in FIELDS:
                self._frames = NdjsonDecoder()
        if self._is_whole:
            self._whole.append(piece)
            return
        try:
            events = self._frames.feed(piece)
        except EventTooLargeError:
            raise ProviderError(Failure("protocol", "one event of the stream is larger than 64 MiB")) from None
        for event in events:
            yield from self._decoder.feed(event, at_ns)

    def end(self, at_ns: int) -> Iterator[Event]:
        """The rest and, last, `Finished`. Raises `ProviderError` after what there was, of kind `cut_off` without
        proof of completion."""
        if self._is_whole:
            yield from self._document(b"".join(self._whole), at_ns)
        for event in self._frames.end():
            yield from self._decoder.feed(event, at_ns)
        try:
            rest, finished = self._decoder.end(at_ns)
        except ProviderError as error:
            raise self._no_stream() or error from None
        yield from rest
        yield finished

    def _no_stream(self) -> ProviderError | None:
        """What to say of an answer that came to nothing, if it did not even begin like a stream."""
        if not self._kind or self._kind in STARTS:
            return None
        return ProviderError(Failure("protocol", f"the server answered with what is no stream: {self._first!r}"))

    @property
    def _is_whole(self) -> bool:
        """A page or a JSON document instead of a stream; some servers call their stream JSON, so look at it."""
        if isinstance(self._frames, NdjsonDecoder):
            return self._kind == b"<"
        return self._kind == b"<" or (not self._is_called_stream and self._kind in (b"{", b"["))

    def _document(self, body: bytes, at_ns: int) -> Iterator[Event]:
        if self._kind == b"<":
            title = html_title(body)
            what = f"an HTML page titled “{title}”" if title else "an HTML page"
            raise ProviderError(Failure("protocol", f"the server answered with {what} instead of a stream", 200))
        if self._is_called_json or parses(body):
            yield from self._decoder.whole(body, at_ns)
            return
        for event in self._frames.feed(body):  # an error without a field's name, and the rest of the stream behind it
            yield from self._decoder.feed(event, at_ns)

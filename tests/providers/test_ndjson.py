import pytest

from providers.ndjson import NdjsonDecoder
from providers.sse import EventTooLargeError, ServerEvent

BODY = b'{"a":1}\r\n\n  \n{"b":"\xe2\x80\xa8"}\n{"c":3}'
WHOLE = [ServerEvent("", b'{"a":1}'), ServerEvent("", b'{"b":"\xe2\x80\xa8"}'), ServerEvent("", b'{"c":3}', False)]


def read(*pieces: bytes) -> list[ServerEvent]:
    decoder = NdjsonDecoder()
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.end()]


@pytest.mark.parametrize("at", range(len(BODY)))
def test_lines_however_they_are_cut(at: int) -> None:
    assert read(BODY[:at], BODY[at:]) == WHOLE


def test_byte_by_byte() -> None:
    assert read(*(bytes([byte]) for byte in BODY)) == WHOLE


def test_a_carriage_return_ends_nothing() -> None:
    assert read(b'{"a":\r1}\n') == [ServerEvent("", b'{"a":\r1}')]


@pytest.mark.parametrize("piece", [b"x" * 11, b"x" * 11 + b"\n"])
def test_a_line_that_is_too_long(piece: bytes) -> None:
    with pytest.raises(EventTooLargeError):
        NdjsonDecoder(max_event_bytes=10).feed(piece)


def test_a_long_line_in_many_pieces_costs_no_more_than_its_length() -> None:
    decoder = NdjsonDecoder()
    for _ in range(20_000):
        decoder.feed(b"x" * 100)
    (event,) = decoder.feed(b"\n")
    assert len(event.data) == 2_000_000

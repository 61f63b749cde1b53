"""Server-sent events: every rule of the standard that matters, and every way in which servers stray from it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.sse import BARE, EventTooLargeError, ServerEvent, SseDecoder


def events_of(*pieces: bytes, max_event_bytes: int = 1 << 20) -> list[tuple[str, bytes, bool]]:
    decoder = SseDecoder(max_event_bytes=max_event_bytes)
    events: list[ServerEvent] = []
    for piece in pieces:
        events += decoder.feed(piece)
    events += decoder.end()
    return [(event.name, event.data, event.terminated) for event in events]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: a\n\n", [("", b"a", True)]),
        (b"data:a\n\n", [("", b"a", True)]),
        (b"data:  a \n\n", [("", b" a ", True)]),
        (b"data: a\ndata: b\n\n", [("", b"a\nb", True)]),
        (b"data: a\ndata\ndata:\n\n", [("", b"a\n\n", True)]),
        (b"event: x\ndata: a\n\ndata: b\n\n", [("x", b"a", True), ("", b"b", True)]),
        (b"event: x\n\ndata: b\n\n", [("", b"b", True)]),
        (b"data: a\nid: 3\nretry: 5\n: hush\n\n", [("", b"a", True)]),
        (b": hush\n\n:\n\n\n\n", []),
        (b"\xef\xbb\xbfdata: a\n\n", [("", b"a", True)]),
        (b"data: \xef\xbb\xbfa\n\n", [("", b"\xef\xbb\xbfa", True)]),
        (b"  data: a\n\n", [("", b"a", True)]),
        (b"data: a", [("", b"a", False)]),
        (b"data: a\n", [("", b"a", False)]),
        ("data: \u2028\u2029\u0085\x0b\x0c\x1c\n\n".encode(), [("", "\u2028\u2029\u0085\x0b\x0c\x1c".encode(), True)]),
        (b"error: broken\n\n", [("error", b"broken", True)]),
        (b"event: error\ndata: {}\n\n", [("error", b"{}", True)]),
        (b'{\n  "error": 1\n}\n\n', [(BARE, b'{\n  "error": 1\n}', True)]),
        (b'data: a\n{"error": 1}\n\n', [("", b"a", True), (BARE, b'{"error": 1}', True)]),
        (b'{"error": 1}\ndata: a\n\n', [(BARE, b'{"error": 1}', True), ("", b"a", True)]),
        (b"{\n\ndata: a\n}\n\n", [(BARE, b"{", True), ("", b"a", True), (BARE, b"}", True)]),
        (b'data: a\n{"error": 1}', [("", b"a", False), (BARE, b'{"error": 1}', False)]),
        (b"upstream died\n\n", [(BARE, b"upstream died", True)]),
        (b"x-custom: 5\ndata: a\n\n", [("", b"a", True)]),
        (b'dbta: {"a": 1}\n\n', [(BARE, b'dbta: {"a": 1}', True)]),
        (b"", []),
        (b"\xef\xbb", [(BARE, b"\xef\xbb", False)]),
    ],
)
def test_rules(body: bytes, expected: list[tuple[str, bytes, bool]]) -> None:
    assert events_of(body) == expected
    assert events_of(*(body[n : n + 1] for n in range(len(body)))) == expected


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_line_ends(line_end: bytes) -> None:
    body = line_end.join((b"event: x", b"data: a", b"data: b", b"", b"data: c", b"", b""))
    expected = [("x", b"a\nb", True), ("", b"c", True)]

    assert events_of(body) == expected
    assert events_of(*(body[n : n + 1] for n in range(len(body)))) == expected


def test_a_pair_of_cr_and_lf_in_two_pieces_is_one_line_end() -> None:
    assert events_of(b"data: a\r", b"\ndata: b\r", b"", b"\n\r", b"\n") == [("", b"a\nb", True)]


@pytest.mark.parametrize("between", [b"\n\n", b"\r\n\r\n", b"\n\r\n", b"\r\n\n", b"\r\r"])
@pytest.mark.parametrize("first", [b"", b"event: x\n", b"data: 0\r\n", b": hush\r", b"\xef\xbb\xbf"])
def test_pieces_that_are_whole_events(first: bytes, between: bytes) -> None:
    """Which take a shorter way than others."""
    pieces = [b"data: one", b"data: \r", b"data: ", b"data: two\ndata: three", b"data: four\rdata: five"]
    body = [first, *(piece + between for piece in pieces)]

    assert events_of(*body) == events_of(b"".join(body))


lines = st.sampled_from(
    [b"data: {}", b"data:x", b"data", b"event: e", b"event:", b"id: 1", b": c", b":", b"", b"", b"error: x", b"{", b"}",
     b"\xf0\x9f\x8c\x8a", b"data: \xf0\x9f\x8c\x8a", b"\xef\xbb\xbfdata: b", b" data: i", b"other: 1", b"other: {"]
)  # fmt: skip
streams = st.one_of(
    st.binary(max_size=80),
    st.lists(st.tuples(lines, st.sampled_from([b"\n", b"\r", b"\r\n"])), max_size=14).map(
        lambda parts: b"".join(line + end for line, end in parts)
    ),
)


@settings(max_examples=400, deadline=None)
@given(body=streams, cuts=st.lists(st.integers(0, 200), max_size=8))
def test_any_cutting_gives_the_same_events(body: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]

    assert events_of(*(body[a:b] for a, b in pairwise(places))) == events_of(body)


@settings(max_examples=200, deadline=None)
@given(body=streams, size=st.integers(1, 9), limit=st.integers(4, 30))
def test_any_cutting_refuses_the_same_sizes(body: bytes, size: int, limit: int) -> None:
    def refused(*pieces: bytes) -> bool:
        try:
            events_of(*pieces, max_event_bytes=limit)
        except EventTooLargeError:
            return True
        return False

    assert refused(*(body[at : at + size] for at in range(0, len(body), size))) == refused(body)


def test_what_is_held_is_counted_exactly() -> None:
    decoder = SseDecoder()
    held = []
    for piece in (b"da", b"ta: 12", b"34\n", b"data: 5", b"\n", b": six\n", b"\n", b"data: x\n\nda"):
        decoder.feed(piece)
        held.append(decoder.held_bytes)

    assert held == [2, 8, 10, 17, 17, 22, 0, 2]


def test_a_stream_of_small_events_may_be_of_any_size() -> None:
    decoder = SseDecoder(max_event_bytes=10)

    assert sum(len(decoder.feed(b"data: 1234\n\n")) for _ in range(1000)) == 1000


@pytest.mark.parametrize("piece", [b"data: 12345", b"data: 1234\n: ", b"data: 12345\n\n", b"event: 1234"])
def test_an_event_above_the_limit_is_refused(piece: bytes) -> None:
    with pytest.raises(EventTooLargeError):
        SseDecoder(max_event_bytes=10).feed(piece)


def test_a_long_line_in_many_pieces_takes_linear_time() -> None:
    """It would be a matter of minutes if every piece were joined to what is held."""
    decoder = SseDecoder()
    decoder.feed(b"data: ")
    for _ in range(200_000):
        decoder.feed(b"x" * 64)

    (event,) = decoder.feed(b"\n\n")

    assert len(event.data) == 200_000 * 64

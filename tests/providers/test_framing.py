"""Our framing beside h11's own: the same bytes, cut alike, must come to the same end."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from providers.breakage import LostError
from providers.connection import Connection, Question
from providers.framing import MAX_LINES_BYTES
from providers.network import Origin
from providers.streams import Stream

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Method = Literal["POST", "GET", "HEAD"]


class Verdict(NamedTuple):
    """What was made of a response: how it ended, the body up to there, and whether the connection is fit for more."""

    end: Literal["whole", "cut", "malformed"]
    body: bytes
    is_clean: bool = False


def theirs(pieces: list[bytes], method: Method) -> Verdict:
    judge = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_LINES_BYTES)
    judge.send(h11.Request(method=method, target="/", headers=[("host", "h")]))
    judge.send(h11.EndOfMessage())
    body = b""
    for n, piece in enumerate((*pieces, b"")):
        is_end = n == len(pieces)
        judge.receive_data(piece)
        try:
            while (event := judge.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Data):
                    body += bytes(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    is_kept = judge.their_state is h11.DONE and not is_end
                    return Verdict("whole", body, is_kept and not judge.trailing_data[0] and n == len(pieces) - 1)
        except h11.RemoteProtocolError:
            return Verdict("cut" if is_end else "malformed", body)
    raise AssertionError("h11 neither ended nor refused")


async def ours(pieces: list[bytes], method: Method, *, closes: bool = True) -> Verdict:
    stream = Stream(memoryview(bytearray(256 * 1024)))
    for piece in pieces:
        scratch = stream.get_buffer(-1)
        scratch[: len(piece)] = piece
        stream.buffer_updated(len(piece))
    if closes:
        stream.eof_received()
    body = b""
    try:
        question = Question(method, b"/", [(b"host", b"h")], b"")
        answer = await Connection(Origin(False, "h", 80), stream).ask(question, {})
        async for _, piece in answer.pieces():
            body += piece
    except LostError as error:
        return Verdict("malformed" if error.failure.kind == "protocol" else "cut", body)
    return Verdict("whole", body, answer.is_clean)


def agree(pieces: list[bytes], method: Method = "POST") -> Verdict:
    expected = theirs(pieces, method)
    assert asyncio.run(ours(pieces, method))[:2] == expected[:2]
    if expected.is_clean:
        assert asyncio.run(ours(pieces, method, closes=False)) == expected
    return expected


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(at for at in cuts if 0 < at < len(data))})
    return [data[a:b] for a, b in pairwise(edges)]


def everywhere(data: bytes) -> Iterator[list[bytes]]:
    """Whole, byte by byte, and cut in two at each place near its end."""
    yield [data] if data else []
    yield cut(data, list(range(len(data))))
    for at in range(max(1, len(data) - 24), len(data)):
        yield cut(data, [at])


CHUNKS: list[tuple[bytes, str]] = [
    (b"2\r\nok\r\n0\r\n\r\n", "whole"),
    (b"2;name=value\r\nok\r\n0;last\r\n\r\n", "whole"),
    (b'2;q="a;b"\r\nok\r\n0\r\n\r\n', "whole"),
    (b"2  \t\r\nok\r\n0 \r\n\r\n", "whole"),
    (b"2;a\r\rb\r\nok\r\n0\r\n\r\n", "whole"),
    (b"00000000000000000002\r\nok\r\n000\r\n\r\n", "whole"),
    (b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "whole"),
    (b"2\r\nok\r\n0\r\nx-trailer: said\r\nother:\r\n\r\n", "whole"),
    (b"2\r\nok\r\n0\r\nx-trailer: fol\r\n  ded\r\n\r\n", "whole"),
    (b"2\r\nok\r\n0\r\n\n", "whole"),
    (b"2\r\nok\r\n0\r\nx: y\n\n", "whole"),
    (b"0\r\n\r\n", "whole"),
    (b"2\r\nok\r\n0\r\n\r\nmore", "whole"),
    (b"2\r\nok\r\n0\r\n\r\n2\r\nok\r\n0\r\n\r\n", "whole"),
    (b"2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "whole"),
    (b"", "cut"),
    (b"2", "cut"),
    (b"2\r", "cut"),
    (b"2\r\n", "cut"),
    (b"2\r\no", "cut"),
    (b"2\r\nok", "cut"),
    (b"2\r\nok\r", "cut"),
    (b"2\r\nok\r\n", "cut"),
    (b"2\r\nok\r\n0", "cut"),
    (b"2\r\nok\r\n0\r\n", "cut"),
    (b"2\r\nok\r\n0\r\nx: y\r\n", "cut"),
    (b"ffffffffffffffffffff\r\nok", "cut"),
    (b"2\nok\n0\n\n", "cut"),
    (b"2\r\nokay\r\n0\r\n\r\n", "malformed"),
    (b"2\r\nok0\r\n\r\n", "malformed"),
    (b"2\r\nok\n0\r\n\r\n", "malformed"),
    (b"2\r\nok\rX0\r\n\r\n", "malformed"),
    (b"3\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"\r\n2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"-2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"+2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"0x2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"0_2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b" 2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"2 ;ext\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"2;a\nb\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"2 2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"g\r\nok\r\n0\r\n\r\n", "malformed"),
    (b";ext\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"\xd9\xa2\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"000000000000000000002\r\nok\r\n0\r\n\r\n", "malformed"),
    (b"2\r\nok\r\n0\r\nno header\r\n\r\n", "malformed"),
    (b"2\r\nok\r\n0\r\n folded at once\r\n\r\n", "malformed"),
    (b"2\r\nok\r\n0\r\nbad name: x\r\n\r\n", "malformed"),
    (b"2\r\nok\r\n0\r\nx: a\x00b\r\n\r\n", "malformed"),
    (b"data: not chunked at all\n\ndata: two\r\n", "malformed"),
]


@pytest.mark.parametrize(("body", "end"), CHUNKS)
def test_chunks_are_read_as_strictly_as_h11_reads_them(body: bytes, end: str) -> None:
    for pieces in everywhere(CHUNKED + body):
        assert agree(pieces).end == end


HEADERS: list[tuple[bytes, str]] = [
    (b"content-length: 2\r\n", "whole"),
    (b"Content-Length:2\r\n", "whole"),
    (b"content-length: 2, 2\r\n", "whole"),
    (b"content-length: 2\r\ncontent-length: 2\r\n", "whole"),
    (b"content-length: 0\r\n", "whole"),
    (b"content-length: 1\r\n", "whole"),
    (b"", "whole"),
    (b"connection: close\r\ncontent-length: 2\r\n", "whole"),
    (b"connection: keep-alive, Close\r\ncontent-length: 2\r\n", "whole"),
    (b"content-length: 3\r\n", "cut"),
    (b"content-length: 99999999999999999999\r\n", "cut"),
    (b"transfer-encoding: chunked\r\n", "cut"),
    (b"content-length: 2\r\ntransfer-encoding: chunked\r\n", "cut"),
    (b"content-length: 2\r\ncontent-length: 3\r\n", "malformed"),
    (b"content-length: 2, 3\r\n", "malformed"),
    (b"content-length: -2\r\n", "malformed"),
    (b"content-length: +2\r\n", "malformed"),
    (b"content-length: 0x2\r\n", "malformed"),
    (b"content-length: 2.0\r\n", "malformed"),
    (b"content-length: two\r\n", "malformed"),
    (b"content-length:\r\n", "malformed"),
    (b"content-length: 100000000000000000000\r\n", "malformed"),
    (b"transfer-encoding: gzip\r\n", "malformed"),
    (b"transfer-encoding: gzip, chunked\r\n", "malformed"),
    (b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "malformed"),
    (b"transfer-encoding : chunked\r\n", "malformed"),
]


@pytest.mark.parametrize(("headers", "end"), HEADERS)
@pytest.mark.parametrize("status", [b"HTTP/1.1 200 OK", b"HTTP/1.0 404 No"])
def test_what_delimits_a_body_is_what_h11_says(headers: bytes, end: str, status: bytes) -> None:
    for pieces in everywhere(status + b"\r\n" + headers + b"\r\nok"):
        assert agree(pieces).end == end


@pytest.mark.parametrize("head", [b"HTTP/1.1 204 No", b"HTTP/1.1 304 Same", b"HTTP/1.1 200 OK"])
@pytest.mark.parametrize("headers", [b"content-length: 5\r\n", b"transfer-encoding: chunked\r\n", b""])
@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_what_has_no_body(head: bytes, headers: bytes, method: Method) -> None:
    for after in (b"", b"hello"):
        agree([head + b"\r\n" + headers + b"\r\n" + after], method)


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n" + OK, "whole"),
        (b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok", "whole"),
        (b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok", "whole"),
        (b"HTTP/1.1 20 OK\r\n\r\n", "malformed"),
        (b"HTTP/2 200\r\n\r\n", "malformed"),
        (b"ICY 200 OK\r\n\r\n", "malformed"),
        (b"\x16\x03\x01", "malformed"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 90_000 + b"\r\ncontent-length: 0\r\n\r\n", "whole"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 110_000, "malformed"),
        (CHUNKED + b"2;" + b"y" * 110_000, "malformed"),
        (CHUNKED + b"2;" + b" " * 90_000 + b"\r\nok\r\n0\r\n\r\n", "whole"),
        (CHUNKED + b"0\r\nx: " + b"y" * 110_000, "malformed"),
    ],
)  # fmt: skip
def test_heads_and_long_lines(data: bytes, end: str) -> None:
    for size in (len(data), 7 if len(data) < 1000 else 4096):
        assert agree([data[at : at + size] for at in range(0, len(data), size)]).end == end


def test_a_line_of_blanks_is_refused_in_linear_time() -> None:
    """h11's own pattern takes time that grows with the square of it."""
    verdict = asyncio.run(ours([CHUNKED, b"2;" + b" " * 90_000 + b"\nX\r\nok\r\n"], "POST"))
    assert verdict.end == "malformed"


sizes = st.builds(
    lambda n, zeros, upper, tail: (b"%X" if upper else b"%x") % n if not zeros else b"0" * zeros + b"%x" % n + tail,
    st.integers(0, 40), st.integers(0, 18), st.booleans(), st.sampled_from([b"", b" ", b";x", b";x=\"y\" ", b" ;x"]),
)  # fmt: skip
chunk = st.builds(lambda data: b"%x\r\n%b\r\n" % (len(data), data), st.binary(min_size=1, max_size=40))
odd_chunk = st.builds(lambda size, data: size + b"\r\n" + data + b"\r\n", sizes, st.binary(max_size=40))
last = st.sampled_from(
    [b"0\r\n\r\n", b"0\r\nx: y\r\n\r\n", b"0;z\r\n\r\n", b"0\r\n", b"", b"0\r\n\r\ngarbage", b"0\n\n"]
)
bodies = st.builds(lambda parts, end: b"".join(parts) + end, st.lists(chunk | odd_chunk, max_size=5), last)
edits = st.lists(
    st.tuples(st.sampled_from("drif"), st.integers(0, 400), st.sampled_from(b"0aF\r\n;: -x\x00\xff")), max_size=2
)
header = st.sampled_from([line for line, _ in HEADERS] + [b"transfer-encoding: chunked\r\n"] * 20)


def edited(data: bytes, changes: list[tuple[str, int, int]]) -> bytes:
    """`data` with bytes deleted, replaced, inserted, or one bit flipped."""
    made = bytearray(data)
    for how, place, byte in changes:
        at = place % (len(made) or 1)
        match how:
            case "d":
                del made[at : at + 1]
            case "r":
                made[at : at + 1] = bytes([byte])
            case "i":
                made.insert(at, byte)
            case _:
                made[at : at + 1] = bytes(b ^ (1 << byte % 8) for b in made[at : at + 1])
    return bytes(made)


@settings(max_examples=1000, deadline=None)
@given(header, bodies, edits, st.lists(st.integers(1, 400), max_size=6), st.sampled_from(["POST", "HEAD"]))
@example(b"transfer-encoding: chunked\r\n", b"5\r\nhello\r\nZZ", [], [], "POST")
def test_whatever_comes_ends_as_h11_ends_it(
    headers: bytes, body: bytes, changes: list[tuple[str, int, int]], cuts: list[int], method: Method
) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n"
    agree(cut(head + edited(body, changes), cuts), method)


@settings(max_examples=300, deadline=None)
@given(header, bodies, edits, st.lists(st.integers(1, 400), max_size=6))
def test_damage_anywhere_ends_as_h11_ends_it(
    headers: bytes, body: bytes, changes: list[tuple[str, int, int]], cuts: list[int]
) -> None:
    agree(cut(edited(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body, changes), cuts))

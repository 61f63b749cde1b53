"""Streams composed by hand, one for each way in which servers are known to differ, and what each one means.

A `.json` beside a `.sse` or a `.ndjson` says what is expected; what it leaves out is empty. Streams that the inspector
has saved have the same form (`app/recorded_stream.py`), and may be put here as they are.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from providers.dialects.base import DialectName, Quirks
from providers.ndjson import NdjsonDecoder
from providers.sse import ServerEvent, SseDecoder
from tests.providers.folding import Fold, cut, fold

CASSETTES = Path(__file__).parents[2] / "cassettes"
DIALECT_OF: dict[str, DialectName] = {
    "chat": "openai_chat",
    "responses": "openai_responses",
    "messages": "anthropic",
    "gemini": "gemini",
    "ollama": "ollama",
}
EVENTS = sorted(path.stem for path in CASSETTES.glob("*.sse"))
LINES = sorted(path.stem for path in CASSETTES.glob("*.ndjson"))
NAMES = [*EVENTS, *LINES]
COUNTS = ("input", "cache_read", "cache_write", "cache_write_1h", "output", "reasoning", "cost_usd")

every_cassette = pytest.mark.parametrize("name", NAMES)
every_event_stream = pytest.mark.parametrize("name", EVENTS)
every_line_end = pytest.mark.parametrize(
    ("name", "line_end"),
    [
        *((name, end) for name in EVENTS for end in (b"\r\n", b"\r", b"\n")),
        *((n, e) for n in LINES for e in (b"\r\n", b"\n")),
    ],
)


@cache
def expected_of(name: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((CASSETTES / f"{name}.json").read_bytes())
    return said


@cache
def body_of(name: str) -> bytes:
    return (CASSETTES / f"{name}.{'ndjson' if name in LINES else 'sse'}").read_bytes()


def read(name: str, body: bytes, size: int = 1 << 30) -> Fold:
    """`name` is a cassette's, or any other that begins with a protocol's word."""
    expected = expected_of(name) if name in NAMES else {}
    quirks = msgspec.convert(expected.get("quirks", {}), Quirks)
    kind = expected.get("content_type", "text/event-stream")
    return fold(DIALECT_OF[name.partition("-")[0]], cut(body, size), quirks=quirks, content_type=kind)


def check(name: str, answer: Fold) -> None:
    expected = expected_of(name)
    failure = expected.get("failure")
    assert answer.text == expected.get("text", "")
    assert answer.reasoning == expected.get("reasoning", "")
    assert answer.refusal == expected.get("refusal", "")
    assert [list(tool) for tool in answer.tools] == expected.get("tools", [])
    assert [n for n, call in answer.calls.items() if not call.complete] == expected.get("broken", [])
    assert answer.stop == expected.get("stop")
    assert answer.notices == expected.get("notices", [])
    assert answer.logprobs == expected.get("logprobs", [])
    if "server_ms" in expected:
        assert answer.server_ms == expected["server_ms"]
    if "turn" in expected:
        assert (answer.turn and answer.turn.content) == expected["turn"]
    counts = {count: getattr(answer.usage, count) for count in COUNTS}
    assert {count: value for count, value in counts.items() if value is not None} == expected.get("usage", {})
    if "model" in expected:
        assert answer.model == expected["model"]
    if failure is None:
        assert answer.failure is None
        assert answer.finished is not None
        assert (answer.finished.stop, answer.finished.usage) == (answer.stop, answer.usage)
        assert answer.finished.model == (answer.model or "asked")
    else:
        assert answer.failure is not None, answer.finished
        assert {field: getattr(answer.failure, field) for field in failure} == failure


@every_cassette
def test_means_what_it_says(name: str) -> None:
    check(name, read(name, body_of(name)))


@every_cassette
@pytest.mark.parametrize("size", [1, 2, 7])
def test_in_small_pieces(name: str, size: int) -> None:
    check(name, read(name, body_of(name), size))


@every_line_end
def test_cut_in_two_at_every_byte(name: str, line_end: bytes) -> None:
    """A decoder is fed nothing but events, so what gives the same events means the same."""
    body = body_of(name).replace(b"\r\n", b"\n").replace(b"\n", line_end)
    framed = lines_of if name in LINES else events_of
    whole = framed(body)
    for at in range(1, len(body)):
        assert framed(body[:at], body[at:]) == whole, at


def lines_of(*pieces: bytes) -> list[ServerEvent]:
    decoder = NdjsonDecoder()
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.end()]


def events_of(*pieces: bytes) -> list[ServerEvent]:
    decoder = SseDecoder()
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.end()]


@every_line_end
def test_with_any_line_end(name: str, line_end: bytes) -> None:
    body = body_of(name).replace(b"\r\n", b"\n").replace(b"\n", line_end)

    check(name, read(name, body))
    check(name, read(name, body, 3))


@every_event_stream
def test_with_a_byte_order_mark(name: str) -> None:
    check(name, read(name, b"\xef\xbb\xbf" + body_of(name)))
    check(name, read(name, b"\xef\xbb\xbf" + body_of(name), 1))


@every_event_stream
def test_with_comments_and_ids_everywhere(name: str) -> None:
    body = body_of(name).replace(b"\r\n", b"\n")
    if b"\n\n" not in body:
        return
    noisy = body.replace(b"\n\n", b"\nid: 7\n\n: ping\nretry: 100\n\n:\n\n")

    check(name, read(name, b": first\n\n" + noisy))


@every_cassette
def test_without_its_last_line_ends(name: str) -> None:
    answer = read(name, body_of(name).rstrip())

    if "failure" not in expected_of(name):
        check(name, answer)
    else:
        assert answer.failure is not None
        assert answer.failure.kind == expected_of(name)["failure"]["kind"]


@every_cassette
def test_wherever_it_is_cut_off_it_never_passes_for_whole(name: str) -> None:
    """What is said of a part is a part of what is said of the whole, and no part is finished without its proof."""
    body = body_of(name)
    whole = read(name, body)
    edges = {at + after for at in range(len(body)) if body[at : at + 1] in b"\r\n" for after in (-1, 0, 1, 2)}
    for at in sorted(edges | set(range(0, len(body), 7))):
        part = read(name, body[:at])
        assert whole.text.startswith(part.text.rstrip("\ufffd"))
        assert whole.reasoning.startswith(part.reasoning)
        if part.finished is not None:
            assert whole.finished is not None
            assert (part.text, part.stop, part.tools) == (whole.text, whole.stop, whole.tools)
        else:
            assert part.failure is not None
            assert part.failure.kind == "cut_off" or expected_of(name).get("failure"), (at, part.failure)

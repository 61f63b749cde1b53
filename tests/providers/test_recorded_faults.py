"""Recorded streams of real providers, broken in many ways: nothing passes for whole that is not, and nothing hangs.

The short form runs always, the long one with `-m long`.
"""

import random
import time
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from providers.dialects import DIALECTS
from tests.providers.folding import Fold, fold
from tests.providers.test_recorded_streams import (
    DIALECT_OF,
    EVENT_EDGE,
    _proof,
    body_of,
    every_case,
    expected_of,
    folded,
)

LONGEST_S = 1.0


def counts(short: int, long: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("count", [short, pytest.param(long, marks=pytest.mark.long)])


def same(one: Fold, other: Fold) -> bool:
    """Whether two readings say the same; stamps and the number of pieces are no part of it."""
    fields = ("text", "reasoning", "refusal", "tools", "stop", "usage", "failure", "model")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def in_pieces(case: Path, pieces: list[bytes]) -> Fold:
    expected = expected_of(case)
    return fold(DIALECT_OF[expected["api"]], pieces, content_type=expected["content_type"])


@every_case
@pytest.mark.parametrize("size", [1, 2, 7, 64, 4096])
def test_in_pieces_of_one_size(case: Path, size: int) -> None:
    assert same(folded(case, body_of(case), size), folded(case, body_of(case), 1 << 30))


@every_case
def test_cut_at_random(case: Path) -> None:
    body = body_of(case)
    dice = random.Random(case.name)
    whole = folded(case, body, 1 << 30)
    for _ in range(20):
        places = sorted(dice.randrange(len(body) + 1) for _ in range(dice.randint(1, 30)))
        edges = [0, *places, len(body)]
        pieces = [body[begin:end] for begin, end in pairwise(edges) if end > begin]
        assert same(in_pieces(case, pieces), whole)


@every_case
@counts(20, 200)
def test_what_ends_early_is_never_whole(case: Path, count: int) -> None:
    expected, body = expected_of(case), body_of(case)
    proof = _proof(expected["api"], body)
    dice = random.Random(case.name)
    edges = [match.end() for match in EVENT_EDGE.finditer(body)]
    places = {*(edges if count > 20 else edges[:: max(1, len(edges) // 20)])}
    places |= {dice.randrange(1, len(body)) for _ in range(count)}
    for place in sorted(place for place in places if place < proof):
        answer = folded(case, body[:place], 1 << 30)
        assert answer.finished is None, place
        assert answer.failure is not None
        assert expected["text"].startswith(answer.text)
        assert expected["reasoning"].startswith(answer.reasoning)
        assert expected["refusal"].startswith(answer.refusal)


@every_case
@counts(6, 200)
def test_flipped_bits(case: Path, count: int) -> None:
    body = body_of(case)
    dice = random.Random(case.name)
    for _ in range(count):
        damaged = bytearray(body)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        began = time.monotonic()
        answer = folded(case, bytes(damaged), dice.choice([1 << 30, 4096, 700]))
        assert time.monotonic() - began < LONGEST_S
        assert (answer.failure is None) != (answer.finished is None)
        msgspec.json.encode(list(answer.calls.values()))


@every_case
@counts(2, 20)
def test_pieces_lost_and_doubled(case: Path, count: int) -> None:
    body = body_of(case)
    dice = random.Random(case.name)
    for _ in range(count):
        at, size = dice.randrange(len(body)), dice.randint(1, 400)
        for damaged in (body[:at] + body[at + size :], body[: at + size] + body[at:]):
            began = time.monotonic()
            answer = folded(case, damaged, 1 << 30)
            assert time.monotonic() - began < LONGEST_S
            assert (answer.failure is None) != (answer.finished is None)


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
@every_case
def test_with_other_line_ends(case: Path, line_end: bytes) -> None:
    dialect = DIALECTS[DIALECT_OF[expected_of(case)["api"]]]
    if getattr(dialect, "framing", "sse") != "sse" or not body_of(case).lstrip().startswith((b"data", b"event", b":")):
        pytest.skip("its lines are no server-sent events")
    body = body_of(case).replace(b"\r\n", b"\n")
    assert same(in_pieces(case, [b"\xef\xbb\xbf", body.replace(b"\n", line_end)]), in_pieces(case, [body]))

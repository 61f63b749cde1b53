"""No key in what is shown: under any header's name, and in any dress that a server might send it back in."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.redaction import KEY, WITHHELD, Redaction

SECRET = 'sk-proj-"7/α+é?Zz09'.encode("ascii", "ignore").decode()


@pytest.mark.parametrize(
    "name",
    ["authorization", "Authorization", "x-api-key", "api-key", "x-goog-api-key", "helicone-auth", "x-portkey-api-key",
     "set-cookie", "cookie", "proxy-authorization", "x-portkey-virtual-key", "x-amz-security-token"],
)  # fmt: skip
def test_a_header_that_carries_secrets_tells_none(name: str) -> None:
    redacted = Redaction(SECRET).headers([(name.encode(), b"Bearer " + SECRET.encode()), (name.encode(), b"of others")])
    assert redacted == ((name, f"Bearer {KEY}"), (name, WITHHELD))


@pytest.mark.parametrize("name", ["x-ratelimit-remaining-tokens", "www-authenticate", "content-type", "x-request-id"])
def test_other_headers_are_told_as_they_are(name: str) -> None:
    assert Redaction(SECRET).headers([(name.encode(), b"31")]) == ((name, "31"),)


def test_a_key_in_a_header_of_any_name_is_taken_out() -> None:
    assert Redaction(SECRET).headers([(b"x-echo", b"you sent " + SECRET.encode())]) == (("x-echo", f"you sent {KEY}"),)


def test_short_words_in_place_of_keys_are_no_secret() -> None:
    redaction = Redaction("none")
    assert redaction.body(b"there is none") == b"there is none"
    assert redaction.headers([(b"authorization", b"Bearer none")]) == (("authorization", f"Bearer {KEY}"),)


def test_without_a_key_only_names_count() -> None:
    assert Redaction(None).headers([(b"cookie", b"a=b"), (b"accept", b"*/*")]) == (
        ("cookie", WITHHELD),
        ("accept", "*/*"),
    )
    assert Redaction(None).body(b"anything") == b"anything"


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_base64_of_anything_around_the_key_does_not_give_it_away(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        masked = Redaction(SECRET).body(encode(before + SECRET.encode() + after))
        opened = base64.urlsafe_b64decode(masked.replace(b"+", b"-").replace(b"/", b"_").replace(b"*", b"A"))
        assert SECRET.encode() not in opened
        assert b"*" * 10 in masked


@given(st.integers(0, 60), st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_bytes_keep_their_places_however_the_key_was_cut(at: int, sizes: list[int]) -> None:
    whole = (
        b"." * at + SECRET.encode() + b"|" + json.dumps(SECRET).encode() + quote(SECRET, safe="").encode() + b"." * 9
    )
    pieces, start = [], 0
    for number, size in enumerate(sizes):
        pieces.append((number, whole[start : start + size]))
        start += size
    pieces.append((99, whole[start:]))
    redacted = Redaction(SECRET).pieces(pieces)
    assert [(at_ns, len(piece)) for at_ns, piece in redacted] == [(at_ns, len(piece)) for at_ns, piece in pieces]
    joined = b"".join(piece for _, piece in redacted)
    assert SECRET.encode() not in joined
    assert joined.startswith(b"." * at + b"*")
    assert joined.endswith(b"." * 9)

"""Lanes as `cli.md` writes them."""

import pytest

from app.lanes import LaneError, UrlTarget, VendorTarget, asked_model, is_loopback, parse
from providers.vendors import origin


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("practice/swift", VendorTarget("practice", "swift")),
        ("openrouter/anthropic/claude-x:free", VendorTarget("openrouter", "anthropic/claude-x:free")),
        ("vendor/openai_chat:x@http://h", VendorTarget("vendor", "openai_chat:x@http://h")),
        ("a/b:c", VendorTarget("a", "b:c")),
        ("openai_chat:m@http://h/v1", UrlTarget("openai_chat", "m", "http://h/v1")),
        ("ollama:qwen3:8b@http://h", UrlTarget("ollama", "qwen3:8b", "http://h")),
        ("openai_responses:m@http://h/v1", UrlTarget("openai_responses", "m", "http://h/v1")),
        ("anthropic:org/m:8b@q4@https://h:8443", UrlTarget("anthropic", "org/m:8b@q4", "https://h:8443")),
        ("gemini:m@http://h/@https://other", UrlTarget("gemini", "m", "http://h/@https://other")),
        ("openai_chat:m@http://h/v1?api-version=1", UrlTarget("openai_chat", "m", "http://h/v1?api-version=1")),
        ("openai_chat:m@http://[::1]:8000/v1", UrlTarget("openai_chat", "m", "http://[::1]:8000/v1")),
    ],
)
def test_a_lane_is_split_where_the_contract_says(text: str, target: object) -> None:
    assert parse(text) == target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither"),
        ("swift", "neither"),
        ("/swift", "neither"),
        ("practice/", "neither"),
        ("openai_chat:m", "no @http"),
        ("openai_chat:m@ftp://h", "no @http"),
        ("openai_chat:@http://h", "no model"),
        ("openai_chat:m@http://", "no host"),
        ("openai_chat:m@http://h:port", "not a URL"),
        ("openai_chat:m@http://h:99999", "not a URL"),
        ("openai_chat:m@http://[::1", "not a URL"),
        ("openai_chat:m@http://a b/", "white space"),
        ("openai_chat:m@http://h/\n", "white space"),
        ("openai_chat:m@http://me:secret@h/", "password"),
    ],
)
def test_a_lane_that_cannot_be_understood_is_told_why(text: str, said: str) -> None:
    with pytest.raises(LaneError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://API.Example.com/v1", "https://api.example.com:443"),
        ("http://example.com:8080/v1?x=1", "http://example.com:8080"),
        ("http://[::1]:8000/v1", "http://[::1]:8000"),
        ("HTTP://example.com", "http://example.com:80"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, place: str) -> None:
    assert origin(url) == place
    assert origin(place) == place


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_machine_is_recognised(host: str) -> None:
    assert is_loopback(f"http://{host}:8000/v1")
    assert is_loopback(origin(f"http://{host}:8000/v1"))


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "[::2]", "0.0.0.0"])
def test_no_other_machine_passes_for_this_one(host: str) -> None:
    assert not is_loopback(f"http://{host}:8000/v1")


def test_the_model_asked_for_is_known_without_an_answer() -> None:
    assert asked_model("anthropic:a@b@http://h") == "a@b"
    assert asked_model("practice/swift") == "swift"
    assert asked_model("no lane") == "no lane"

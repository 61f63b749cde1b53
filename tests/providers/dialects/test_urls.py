import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.dialects.urls import join
from providers.errors import ProviderError
from providers.types import Request


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("http://h/v1", "/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1/", "/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1//", "/chat/completions", "http://h/v1//chat/completions"),
        ("http://h", "/chat/completions", "http://h/chat/completions"),
        ("http://h/v1?api-version=2", "/chat/completions", "http://h/v1/chat/completions?api-version=2"),
        ("http://h/v1/?a=b&c=d", "/m:s?alt=sse", "http://h/v1/m:s?a=b&c=d&alt=sse"),
        ("http://h/v1", "/m:s?alt=sse", "http://h/v1/m:s?alt=sse"),
        ("http://h/v1?", "/x", "http://h/v1/x"),
        ("http://h/a;split=7", "/chat/completions", "http://h/a;split=7/chat/completions"),
    ],
)
def test_join(base: str, path: str, url: str) -> None:
    assert join(base, path) == url


@pytest.mark.parametrize(
    ("dialect", "base", "model", "path"),
    [
        ("openai_chat", "http://h/v1", "m", "/chat/completions"),
        ("anthropic", "http://h", "m", "/v1/messages"),
        ("anthropic", "http://h/v1", "m", "/messages"),
        ("anthropic", "http://h/v1/", "m", "/messages"),
        ("anthropic", "http://h/v1?key=v1", "m", "/messages"),
        ("anthropic", "http://h/api?x=/v1", "m", "/v1/messages"),
        ("gemini", "http://h", "g-1", "/v1beta/models/g-1:streamGenerateContent?alt=sse"),
        ("gemini", "http://h/v1beta", "g-1", "/models/g-1:streamGenerateContent?alt=sse"),
        ("gemini", "http://h/v1/", "g-1", "/models/g-1:streamGenerateContent?alt=sse"),
        (
            "gemini",
            "http://h/v1beta1/projects/p/locations/l/publishers/g",
            "g",
            "/models/g:streamGenerateContent?alt=sse",
        ),
        ("gemini", "http://h/v1things", "g-1", "/v1beta/models/g-1:streamGenerateContent?alt=sse"),
        ("gemini", "http://h", "models/g-1", "/v1beta/models/g-1:streamGenerateContent?alt=sse"),
        ("gemini", "http://h", "tunedModels/mine", "/v1beta/tunedModels/mine:streamGenerateContent?alt=sse"),
        ("gemini", "http://h", "a b?c#é%", "/v1beta/models/a%20b%3Fc%23%C3%A9%25:streamGenerateContent?alt=sse"),
    ],
)
def test_paths(dialect: DialectName, base: str, model: str, path: str) -> None:
    encoded = DIALECTS[dialect].encode(Request.of("Hi"), model=model, base_url=base, quirks=Quirks())

    assert encoded.path == path


def test_half_a_character_in_a_models_name_is_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        DIALECTS["gemini"].encode(Request.of("Hi"), model="g\ud83d", base_url="http://h", quirks=Quirks())

    assert caught.value.failure.kind == "bad_request"

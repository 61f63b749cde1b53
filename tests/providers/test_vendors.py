import pytest

from providers.dialects import DIALECTS
from providers.dialects.urls import join
from providers.types import KNOWN_PARAMS, Request
from providers.vendors import VENDORS, origin, vendor, vendor_of_origin

PLACES = {
    "openai": "https://api.openai.com/v1/chat/completions",
    "anthropic": "https://api.anthropic.com/v1/messages",
    "google": "https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse",
    "deepseek": "https://api.deepseek.com/chat/completions",
    "mistral": "https://api.mistral.ai/v1/chat/completions",
    "qwen": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions",
    "openrouter": "https://openrouter.ai/api/v1/chat/completions",
    "groq": "https://api.groq.com/openai/v1/chat/completions",
    "together": "https://api.together.xyz/v1/chat/completions",
    "fireworks": "https://api.fireworks.ai/inference/v1/chat/completions",
    "xai": "https://api.x.ai/v1/chat/completions",
    "moonshot": "https://api.moonshot.ai/v1/chat/completions",
    "cerebras": "https://api.cerebras.ai/v1/chat/completions",
    "perplexity": "https://api.perplexity.ai/chat/completions",
}


def test_every_vendor_is_asked_at_its_own_place() -> None:
    asked = {}
    for row in VENDORS:
        if not row.is_practice:
            encoded = DIALECTS[row.dialect].encode(
                Request.of("Hi"), model="m", base_url=row.base_url, quirks=row.quirks
            )
            asked[row.id] = join(row.base_url, encoded.path)

    assert asked == PLACES


def test_rows_are_sound() -> None:
    assert len({row.id for row in VENDORS}) == len(VENDORS)
    for row in VENDORS:
        assert "/" not in row.id
        assert row.is_practice or row.base_url.startswith("https://")
        assert bool(row.key_env) == row.needs_key
        assert not row.base_url.endswith("/")
        assert row.quirks.refuses | row.quirks.ignores | row.quirks.renames.keys() <= KNOWN_PARAMS


def test_practice_speaks_three_dialects() -> None:
    assert {row.dialect for row in VENDORS if row.is_practice} == {"openai_chat", "anthropic", "gemini"}


def test_by_id() -> None:
    assert vendor("google").key_env == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    with pytest.raises(KeyError):
        vendor("nobody")


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://API.OpenAI.com:443/anything?x=1", "openai"),
        ("https://api.deepseek.com/anthropic", "deepseek"),
        ("http://api.openai.com/v1", None),
        ("https://api.openai.com:8443/v1", None),
        ("https://api.openai.com.evil.example/v1", None),
        ("https://api.openai.com@evil.example/v1", None),
        ("https://evil.example/api.openai.com", None),
        ("http://127.0.0.1:8000/v1", None),
    ],
)
def test_by_origin(url: str, id_: str | None) -> None:
    found = vendor_of_origin(url)

    assert (found.id if found else None) == id_


def test_origin_says_the_port() -> None:
    assert origin("https://Example.org/x") == "https://example.org:443"
    assert origin("http://[::1]:8080/v1") == "http://[::1]:8080"

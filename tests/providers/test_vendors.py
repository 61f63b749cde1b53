import pytest

from providers.dialects import DIALECTS
from providers.dialects.urls import join
from providers.types import KNOWN_PARAMS, Request
from providers.vendors import VENDORS, origin, quirks_of_url, vendor, vendor_of_origin

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
    "openai-responses": "https://api.openai.com/v1/responses",
    "qwen-cn": "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    "qwen-us": "https://dashscope-us.aliyuncs.com/compatible-mode/v1/chat/completions",
    "qwen-hk": "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    "ollama-cloud": "https://ollama.com/api/chat",
    "tokenmix": "https://api.tokenmix.ai/v1/chat/completions",
    "helicone": "https://ai-gateway.helicone.ai/v1/chat/completions",
    "portkey": "https://api.portkey.ai/v1/chat/completions",
    "portkey-local": "http://127.0.0.1:8787/v1/chat/completions",
    "litellm": "http://127.0.0.1:4000/v1/chat/completions",
    "vllm": "http://127.0.0.1:8000/v1/chat/completions",
    "sglang": "http://127.0.0.1:30000/v1/chat/completions",
    "tgi": "http://127.0.0.1:3000/v1/chat/completions",
    "llamacpp": "http://127.0.0.1:8080/v1/chat/completions",
    "lmstudio": "http://127.0.0.1:1234/v1/chat/completions",
    "ollama": "http://127.0.0.1:11434/api/chat",
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
        local = row.base_url.startswith("http://127.0.0.1:")
        assert row.is_practice or local or row.base_url.startswith("https://")
        assert row.needs_key == (not local and not row.is_practice)
        assert row.key_env or not row.needs_key
        assert not row.base_url.endswith("/")
        assert row.quirks.refuses | row.quirks.ignores | row.quirks.renames.keys() <= KNOWN_PARAMS
        assert all(rule.refuses <= KNOWN_PARAMS for rule in row.quirks.models)


def test_practice_speaks_every_dialect() -> None:
    assert sorted(row.dialect for row in VENDORS if row.is_practice) == sorted(DIALECTS)


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


def test_one_origin_two_dialects() -> None:
    here = "https://api.openai.com/v1"
    assert [
        (found := vendor_of_origin(here, dialect)) and found.id for dialect in ("openai_chat", "openai_responses")
    ] == [
        "openai",
        "openai-responses",
    ]


@pytest.mark.parametrize(
    ("url", "key_header"),
    [
        ("https://mine.openai.azure.com/openai/v1", "api-key"),
        ("https://mine.openai.azure.com.evil.example/openai/v1", ""),
        ("https://api.example.org/v1", ""),
    ],
)
def test_hosts_of_customers_behave_as_their_vendor(url: str, key_header: str) -> None:
    assert quirks_of_url(url, "openai_chat").key_header == key_header
    assert vendor_of_origin(url) is None, "each customer's host is another's: no key goes there unasked"


def test_origin_says_the_port() -> None:
    assert origin("https://Example.org/x") == "https://example.org:443"
    assert origin("http://[::1]:8080/v1") == "http://[::1]:8080"

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.dialects.urls import join, normalised
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


@pytest.mark.parametrize(
    ("dialect", "pasted", "base_url"),
    [
        ("openai_chat", "http://localhost:8000", "http://localhost:8000/v1"),
        ("openai_chat", "http://localhost:8000/", "http://localhost:8000/v1"),
        ("openai_chat", "localhost:8000", "http://localhost:8000/v1"),
        ("openai_chat", "gpu-box:30000/v1", "http://gpu-box:30000/v1"),
        ("openai_chat", "192.168.0.7/v1/", "http://192.168.0.7/v1"),
        ("openai_chat", "0.0.0.0:8000", "http://127.0.0.1:8000/v1"),
        ("openai_chat", "http://[::]:8000", "http://[::1]:8000/v1"),
        ("openai_chat", "http://[::1]", "http://[::1]/v1"),
        ("openai_chat", "api.example.com", "https://api.example.com/v1"),
        ("openai_chat", "api.example.com:443/openai/v1", "https://api.example.com:443/openai/v1"),
        ("openai_chat", ' "https://API.Example.com/V1/", ', "https://api.example.com/V1"),
        ("openai_chat", "<http://h:1/v1/chat/completions>", "http://h:1/v1"),
        ("openai_chat", "http://h//v1//", "http://h/v1"),
        ("openai_chat", "https://api.perplexity.ai/chat/completions", "https://api.perplexity.ai#"),
        ("openai_chat", "https://h/v1/models", "https://h/v1"),
        ("openai_chat", "http://h/v1#section", "http://h/v1"),
        ("openai_chat", "http://h#", "http://h#"),
        ("openai_chat", "http://h/a/#", "http://h/a/#"),
        ("openai_chat", "http://h/models/chat/completions", "http://h/models#"),
        ("openai_chat", "http://h/v1/Chat/Completions/", "http://h/v1"),
        ("openai_chat", "http://h/v1/messages", "http://h/v1"),
        ("openai_chat", "http://h:11434/api/chat", "http://h:11434/v1"),
        ("openai_chat", "http://h:/v1", "http://h/v1"),
        ("openai_chat", "http:/h/v1", "http://h/v1"),
        ("openai_chat", "//h/v1", "http://h/v1"),
        ("openai_chat", "http://bücher.example/v1", "http://bücher.example/v1"),
        ("openai_chat", "http://[FE80::1]:8000", "http://[fe80::1]:8000/v1"),
        ("openai_chat", "\ufeffhttp://h\u200b/v1\u00a0", "http://h/v1"),
        ("openai_chat", "export OPENAI_BASE_URL='http://h/v1'", "http://h/v1"),
        ("openai_chat", '"base_url": "http://h/v1",', "http://h/v1"),
        ("openai_chat", "curl -s http://h/v1/chat/completions -H 'Authorization: Bearer s3cret'", "http://h/v1"),
        ("openai_chat", "http://h/v1?sig=s3cret&x-goog-api-key=s3cret&subscription-key=s3cret&a", "http://h/v1?a="),
        (
            "openai_chat",
            "api.example.com/v1?next=https://other.example",
            "https://api.example.com/v1?next=https%3A%2F%2Fother.example",
        ),
        (
            "openai_chat",
            "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21&api-key=s3cret",
            "https://x.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
        ),
        ("openai_responses", "https://h/v1/responses", "https://h/v1"),
        ("openai_responses", "https://h", "https://h/v1"),
        ("anthropic", "https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"),
        ("anthropic", "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1"),
        ("anthropic", "https://h/anthropic", "https://h/anthropic"),
        ("gemini", "https://h/v1beta/models/g-1:streamGenerateContent?alt=sse&key=s3cret", "https://h/v1beta"),
        ("gemini", "https://h", "https://h"),
        ("gemini", "https://h/v1beta/openai/chat/completions", "https://h/v1beta"),
        ("anthropic", "http://h/v1/chat/completions", "http://h/v1"),
        ("anthropic", "http://h/v1/messages?beta=true", "http://h/v1?beta=true"),
        ("ollama", "http://localhost:11434/v1/chat/completions", "http://localhost:11434"),
        ("ollama", "localhost:11434/api/chat", "http://localhost:11434"),
        ("ollama", "http://localhost:11434/api", "http://localhost:11434"),
    ],
)
def test_what_people_paste(dialect: DialectName, pasted: str, base_url: str) -> None:
    assert normalised(pasted, dialect) == base_url


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("ftp://h", "only http"),
        ("unix:///run/x.sock", "socket"),
        ("unix:/run/x.sock", "socket"),
        ("/run/x.sock", "socket"),
        ("~/x.sock", "socket"),
        ("file:///x", "only http"),
        ("http://{host}/v1", "cannot be one"),
        ("http://a..b", "cannot be one"),
        ("::1:8000", r"IPv6 is \[::1\]:8000"),
        ("http://", "no host"),
        ("", "no host"),
        ("http://a b", "white space"),
        ("http://a\\b", "backslash"),
        ("http://h:99999", "not a URL"),
        ("http://[::1", "not a URL"),
        ("http://me:s3cret@h", "user name or a password"),
        ("http://h:port/?key=s3cret", "not a URL"),
        ("http://h:s3cret", "not a URL"),
    ],
)
def test_what_can_be_no_base_url_is_said_without_its_secrets(pasted: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        normalised(pasted, "openai_chat")

    assert "s3cret" not in str(caught.value)


HOSTS = st.sampled_from(
    ["h", "localhost:8000", "api.example.com", "10.0.0.1:80", "[::1]:1", "0.0.0.0:9", "UPPER.example", "日本.example"]
)
STEPS = st.lists(
    st.sampled_from(
        [
            "v1",
            "v1beta",
            "openai",
            "api",
            "chat",
            "completions",
            "models",
            "g:x",
            "messages",
            "responses",
            "",
            "a b",
            "é",
        ]
    ),
    max_size=5,
)
SCHEMES = st.sampled_from(["", "http://", "https://", "HTTPS://", "//", "https:"])
ENDS = st.sampled_from(["", "/", "?x=1", "#", "?key=s3cret", "?x=%20&api-key=s3cret#", "#part", "/ ,"])
DIALECT_NAMES = st.sampled_from(sorted(DIALECTS))


def endpoint(base_url: str, dialect: DialectName) -> str:
    base_url = base_url.removesuffix("#")
    return join(
        base_url, DIALECTS[dialect].encode(Request.of("Hi"), model="m", base_url=base_url, quirks=Quirks()).path
    )


@given(SCHEMES, HOSTS, STEPS, ENDS, DIALECT_NAMES)
def test_what_is_in_order_stays_as_it_is(
    scheme: str, host: str, steps: list[str], end: str, dialect: DialectName
) -> None:
    try:
        once = normalised(f"{scheme}{host}/{'/'.join(steps)}{end}", dialect)
    except ValueError:
        assert "a b" in steps
        return
    assert normalised(once, dialect) == once
    assert once.startswith(("http://", "https://"))
    assert "s3cret" not in once
    assert once.endswith("#") or not once.endswith("/")


@given(HOSTS, STEPS, st.sampled_from(["", "?x=1"]), DIALECT_NAMES)
def test_an_endpoint_leads_back_to_itself(host: str, steps: list[str], end: str, dialect: DialectName) -> None:
    base = normalised(f"http://{host}/{'/'.join(step for step in steps if step != 'a b')}{end}", dialect)
    asked = endpoint(base, dialect)

    assert endpoint(normalised(asked, dialect), dialect) == asked


@given(st.text(max_size=40), DIALECT_NAMES)
def test_any_text_is_put_in_order_for_good_or_refused(text: str, dialect: DialectName) -> None:
    try:
        once = normalised(text, dialect)
    except ValueError:
        return
    assert normalised(once, dialect) == once

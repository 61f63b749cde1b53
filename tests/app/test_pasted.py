"""What is written or pastes where a lane is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lanes import LaneError, UrlTarget, parse
from app.pasted import lane_text


@pytest.mark.parametrize(
    ("pasted", "lane"),
    [
        ("openai/gpt-5", "openai/gpt-5"),
        ("openrouter/anthropic/claude-x:free", "openrouter/anthropic/claude-x:free"),
        (" `practice/swift` ", "practice/swift"),
        ("openai_chat:m@http://127.0.0.1:8000/v1", "openai_chat:m@http://127.0.0.1:8000/v1"),
        ("openai_chat:m@localhost:8000", "openai_chat:m@http://localhost:8000/v1"),
        ("openai_chat:a@b/c:d@http://h:1/v1/chat/completions", "openai_chat:a@b/c:d@http://h:1/v1"),
        ("openai_chat:m@https://api.groq.com", "openai_chat:m@https://api.groq.com/openai/v1"),
        ("openai_chat:m@https://api.deepseek.com/v1/chat/completions", "openai_chat:m@https://api.deepseek.com"),
        ("openai_chat:m@https://api.groq.com#", "openai_chat:m@https://api.groq.com#"),
        (
            "openai_chat:m@https://api.example.com/chat/completions",
            "openai_chat:m@https://api.example.com#",
        ),
        ("openai_chat:d@my.openai.azure.com", "openai_chat:d@https://my.openai.azure.com/openai/v1"),
        (
            "https://my.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21&api-key=s3cret",
            "openai_chat:d@https://my.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
        ),
        ("openai_chat:m@ http://h/v1", "openai_chat:m@http://h/v1"),
        ("ollama:qwen3:8b@localhost:11434/v1", "ollama:qwen3:8b@http://localhost:11434"),
        (
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=s3cret",
            "gemini:gemini-2.5-flash@https://generativelanguage.googleapis.com/v1beta",
        ),
    ],
)
def test_it_becomes_a_lane(pasted: str, lane: str) -> None:
    assert lane_text(pasted) == lane
    assert lane_text(lane) == lane
    parse(lane)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("http://localhost:8000/", "openai_chat:MODEL@http://localhost:8000/v1"),
        ("https://api.groq.com", "openai_chat:MODEL@https://api.groq.com/openai/v1"),
        ("localhost:11434", "ollama:MODEL@http://localhost:11434"),
        ("http://gpu:8000/v1/messages", "anthropic:MODEL@http://gpu:8000/v1"),
        ("https://api.openai.com/v1/responses", "openai_responses:MODEL@https://api.openai.com/v1"),
        ("https://api.anthropic.com", "anthropic:MODEL@https://api.anthropic.com"),
        ("api.example.com", "openai_chat:MODEL@https://api.example.com/v1"),
        ("[::1]:8000", r"openai_chat:MODEL@http://\[::1\]:8000/v1"),
        ("curl http://h/v1/chat/completions -H 'x-api-key: s3cret'", "openai_chat:MODEL@http://h/v1"),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions?key=s3cret",
            "openai_chat:MODEL@https://generativelanguage.googleapis.com/v1beta/openai",
        ),
        ("http://[::1", "not a URL"),
        ("http://h:s3cret", "not a URL"),
        ("ftp://h/x", "only http"),
        ("unix:///run/x.sock", "socket"),
        ("/run/x.sock", "socket"),
        ("llama3.1", "neither vendor/model nor"),
        ("openai_chat:m@ftp://x", "only http"),
        ("openai_chat:m@http://me:s3cret@h", "user name or a password"),
        ("openai_chat:@http://h", "names no model"),
        ("deepseek", "neither vendor/model nor"),
        ("openai_chat:m", "neither vendor/model nor|no @http"),
    ],
)
def test_or_it_is_said_what_is_missing(pasted: str, said: str) -> None:
    with pytest.raises(LaneError, match=said) as caught:
        lane_text(pasted)

    assert "s3cret" not in str(caught.value)


def test_the_sign_that_keeps_a_path_is_never_sent() -> None:
    assert parse("openai_chat:m@https://h#") == UrlTarget("openai_chat", "m", "https://h")


@given(
    st.text(max_size=40), st.sampled_from(["", "openai_chat:m@", "gemini:@", "ollama:a@http://", "http://[", "a.b:1/"])
)
def test_any_text_is_a_lane_or_a_reason(text: str, before: str) -> None:
    try:
        lane = lane_text(before + text)
    except LaneError:
        return
    parse(lane)
    assert lane_text(lane) == lane

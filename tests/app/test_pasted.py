"""What is written or pastes where a lane is asked for."""

import pytest

from app.lanes import LaneError
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
        ("openai_chat:m@https://api.groq.com#", "openai_chat:m@https://api.groq.com"),
        ("ollama:qwen3:8b@localhost:11434/v1", "ollama:qwen3:8b@http://localhost:11434"),
        (
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=s3cret",
            "gemini:gemini-2.5-flash@https://generativelanguage.googleapis.com/v1beta",
        ),
    ],
)
def test_it_becomes_a_lane(pasted: str, lane: str) -> None:
    assert lane_text(pasted) == lane
    assert lane_text(lane) == lane or "#" in pasted


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("http://localhost:8000/", "openai_chat:MODEL@http://localhost:8000/v1"),
        ("https://api.groq.com", "openai_chat:MODEL@https://api.groq.com/openai/v1"),
        ("localhost:11434", "ollama:MODEL@http://localhost:11434"),
        ("http://gpu:8000/v1/messages", "anthropic:MODEL@http://gpu:8000"),
        ("https://api.openai.com/v1/responses", "openai_responses:MODEL@https://api.openai.com/v1"),
        ("https://api.anthropic.com", "anthropic:MODEL@https://api.anthropic.com"),
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

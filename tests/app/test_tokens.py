"""Which encoding a model is counted with, and how an estimate is worded."""

import pytest

from app.tokens import Count, choice, note, overhead, said


@pytest.mark.parametrize(
    ("model", "encoding", "rough"),
    [
        ("gpt-4o", "o200k_base", False),
        ("gpt-4o-mini-2024-07-18", "o200k_base", False),
        ("gpt-4.1-nano", "o200k_base", False),
        ("gpt-5.2", "o200k_base", False),
        ("o3", "o200k_base", False),
        ("o4-mini", "o200k_base", False),
        ("openai/gpt-oss-120b", "o200k_base", False),
        ("gpt-oss:20b", "o200k_base", False),
        ("ft:gpt-4o-mini:me::x", "o200k_base", False),
        ("GPT-4", "cl100k_base", False),
        ("gpt-4-turbo", "cl100k_base", False),
        ("gpt-3.5-turbo", "cl100k_base", False),
        ("gpt-35-turbo", "cl100k_base", False),
        ("claude-sonnet-4-5", "o200k_base", True),
        ("qwen3:8b", "o200k_base", True),
        ("olmo-2", "o200k_base", True),
        ("", "o200k_base", True),
    ],
)
def test_each_model_has_an_encoding(model: str, encoding: str, rough: bool) -> None:
    found = choice(model)
    assert (found.encoding, found.rough) == (encoding, rough)


def test_a_chat_has_marks_around_its_texts() -> None:
    assert overhead(2) - overhead(1) == 4
    assert overhead(1) == 7


def test_estimates_are_marked() -> None:
    one, other = Count(61, "o200k_base", False), Count(1059, "cl100k_base", True)
    assert said(()) == ""
    assert said((one,)) == "≈ 61 tokens"
    assert said((Count(1, "o200k_base", False),)) == "≈ 1 token"
    assert said((one, other)) == "≈ 61–1,059 tokens"
    assert "rough" not in note((one,))
    assert "o200k_base and cl100k_base" in note((one, other))
    assert "rough" in note((one, other))

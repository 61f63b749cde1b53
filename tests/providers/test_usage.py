"""One convention for all providers' counts, and kinds that do not overlap."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.dialects import anthropic_usage, chat_usage, gemini_usage
from providers.usage import TokenClasses, TokenUsage, classes, merged, total


def disjoint(**counts: int) -> TokenClasses:
    return TokenClasses(**{name: counts.get(name, 0) for name in TokenClasses.__struct_fields__})


def test_counts_are_taken_apart() -> None:
    usage = TokenUsage(
        input=1000,
        cache_read=600,
        cache_write=100,
        cache_write_1h=40,
        input_audio=50,
        output=300,
        reasoning=120,
        output_audio=30,
    )
    assert classes(usage) == TokenClasses(250, 600, 60, 40, 50, 150, 120, 30)


@pytest.mark.parametrize(
    "usage",
    [
        TokenUsage(),
        TokenUsage(input=1),
        TokenUsage(output=1),
        TokenUsage(input=10, cache_read=11, output=1),
        TokenUsage(input=10, cache_read=6, cache_write=5, output=1),
        TokenUsage(input=10, cache_write=4, cache_write_1h=5, output=1),
        TokenUsage(input=10, output=5, reasoning=6),
        TokenUsage(input=10, output=5, reasoning=3, output_audio=3),
    ],
)
def test_counts_that_are_unknown_or_contradict_each_other_have_no_classes(usage: TokenUsage) -> None:
    assert classes(usage) is None


counts = st.none() | st.integers(0, 1000)


@given(st.builds(TokenUsage, *[counts] * 8))
def test_the_classes_always_sum_to_the_whole(usage: TokenUsage) -> None:
    found = classes(usage)
    if found is not None:
        assert (found.input, found.output) == (usage.input, usage.output)
        assert min(getattr(found, name) for name in found.__struct_fields__) >= 0


AUDIO = [{"modality": "TEXT", "tokenCount": 60}, {"modality": "AUDIO", "tokenCount": 40}]


@pytest.mark.parametrize(
    ("read", "raw", "expected"),
    [
        (
            chat_usage.usage_of,
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "prompt_tokens_details": {"cached_tokens": 20, "audio_tokens": 30},
                "completion_tokens_details": {"audio_tokens": 10, "reasoning_tokens": 5},
            },
            disjoint(input_uncached=50, cache_read=20, input_audio=30, output_text=35, reasoning=5, output_audio=10),
        ),
        (
            gemini_usage.usage_of,
            {"promptTokenCount": 100, "promptTokensDetails": AUDIO, "candidatesTokenCount": 9, "thoughtsTokenCount": 4},
            disjoint(input_uncached=60, input_audio=40, output_text=9, reasoning=4),
        ),
        (
            anthropic_usage.usage_of,
            {
                "input_tokens": 12,
                "cache_read_input_tokens": 900,
                "cache_creation_input_tokens": 100,
                "cache_creation": {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 70},
                "output_tokens": 85,
            },
            disjoint(input_uncached=12, cache_read=900, cache_write_5m=30, cache_write_1h=70, output_text=85),
        ),
        (
            chat_usage.usage_of,  # LiteLLM's way of passing Anthropic's split on
            {
                "prompt_tokens": 1012,
                "completion_tokens": 7,
                "total_tokens": 1019,
                "prompt_tokens_details": {
                    "cached_tokens": 900,
                    "cache_creation_tokens": 100,
                    "cache_creation_token_details": {"ephemeral_1h_input_tokens": 70},
                },
            },
            disjoint(input_uncached=12, cache_read=900, cache_write_5m=30, cache_write_1h=70, output_text=7),
        ),
    ],
)
def test_each_vendors_form_is_read(read: Any, raw: dict[str, Any], expected: TokenClasses) -> None:
    assert classes(read(raw)) == expected


@pytest.mark.parametrize(
    ("raw", "cost"),
    [
        ({"cost": 0.000195}, "0.000195"),
        ({"cost": 1.5e-07}, "0.00000015"),
        ({"cost": 0}, "0"),
        ({"cost": "0.25"}, "0.25"),
        ({"cost": {"total_cost": 0.5}}, "0.5"),
        ({"cost_in_usd_ticks": 515000}, "0.0000515"),
        ({"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.002}}, "0.0021"),
        ({"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": None}}, None),
        ({"cost": 0.0001, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}, "0.0001"),
        ({"cost": None}, None),
        ({"cost": True}, None),
        ({"cost": -1}, None),
        ({"cost": "much"}, None),
        ({"cost": "NaN"}, None),
        ({}, None),
    ],
)
def test_a_cost_that_the_provider_tells_is_read(raw: dict[str, Any], cost: str | None) -> None:
    assert chat_usage.usage_of(raw).cost_usd == cost


def test_sums_keep_what_is_unknown_unknown() -> None:
    summed = total([TokenUsage(input=1, output=2, input_audio=3), TokenUsage(input=10)])
    assert (summed.input, summed.output, summed.input_audio, summed.output_audio) == (11, 2, 3, None)
    assert total([]) == TokenUsage()


def test_the_last_value_wins_and_null_never_does() -> None:
    old = {"a": 1, "b": {"c": 2, "d": 3}, "e": 4}
    assert merged(old, {"a": 5, "b": {"c": None, "d": 6}, "e": None, "f": None}) == {
        "a": 5,
        "b": {"c": 2, "d": 6},
        "e": 4,
        "f": None,
    }

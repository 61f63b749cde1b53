"""More costs worked out by hand, over the ways in which five vendors count; with `test_costs` more than fifty."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.ledger.making import rows_of
from app.pricing import Prices
from app.run import RunFold
from providers.dialects import anthropic_usage, gemini_usage
from providers.events import Finished, Started
from providers.usage import TokenUsage
from tests.app import test_costs
from tests.app.test_costs import Read, at, chat, claude, google, openai, prices, summed, xai

__all__ = ["at", "prices"]  # fixtures
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 10, 1, 2, tzinfo=UTC)


def responses(given: int, produced: int, cached: int = 0, reasoning: int = 0) -> dict[str, Any]:
    """OpenAI's other API: the same convention under other names."""
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": produced,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": given + produced,
    }


def deepseek(hit: int, miss: int, completion: int, reasoning: int = 0) -> dict[str, Any]:
    return {
        "prompt_tokens": hit + miss,
        "prompt_cache_hit_tokens": hit,
        "prompt_cache_miss_tokens": miss,
        "completion_tokens": completion,
        "total_tokens": hit + miss + completion,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }


def grok(prompt: int, completion: int, reasoning: int, cached: int = 0) -> dict[str, Any]:
    """xAI's chat: reasoning stands beside the completion, as its total tells."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion + reasoning,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }


def thought(raw: dict[str, Any], tokens: int) -> dict[str, Any]:
    return raw | {"output_tokens_details": {"thinking_tokens": tokens}}


ANTHROPIC, GEMINI = anthropic_usage.usage_of, gemini_usage.usage_of
CASES: list[tuple[str, str, Read, dict[str, Any], datetime, str]] = [
    ("openai", "gpt-4.1-mini", chat, openai(1234, 567), NOON, "1234*0.4 + 567*1.6"),
    ("openai", "gpt-4.1-nano", chat, openai(100_001, 3, cached=99_968), NOON, "33*0.1 + 99968*0.025 + 3*0.4"),
    ("openai", "o3", chat, openai(50, 4000, reasoning=3968), NOON, "50*2 + 4000*8"),
    ("openai", "o4-mini", responses, responses(75, 1186, reasoning=1024), NOON, "75*1.1 + 1186*4.4"),
    ("openai", "gpt-5-mini", responses, responses(2048, 64, cached=1920), NOON, "128*0.25 + 1920*0.025 + 64*2"),
    ("openai", "gpt-4o-mini", chat, openai(1, 1), NOON, "1*0.15 + 1*0.6"),
    ("openai", "gpt-4o-mini", chat, openai(0, 0), NOON, "0*0.15"),
    ("anthropic", "claude-opus-4-1", ANTHROPIC, claude(10, 20), NOON, "10*15 + 20*75"),
    ("anthropic", "claude-opus-4-1", ANTHROPIC, claude(0, 1, 0, 2000), NOON, "2000*18.75 + 1*75"),
    ("anthropic", "claude-3-5-haiku-latest", ANTHROPIC, claude(7, 9, read=4096), NOON, "7*0.8 + 4096*0.08 + 9*4"),
    ("anthropic", "claude-sonnet-4-0", ANTHROPIC, thought(claude(30, 900), 800), NOON, "30*3 + 900*15"),
    ("anthropic", "claude-haiku-4-5", ANTHROPIC, claude(1, 1, 1, 1, 1), NOON, "1*1 + 1*0.1 + 1*1.25 + 1*2 + 1*5"),
    ("google", "gemini-2.5-flash-lite", GEMINI, google(5000, 50, 0, 4000), NOON, "1000*0.1 + 4000*0.01 + 50*0.4"),
    ("google", "gemini-2.0-flash", GEMINI, google(333, 77), NOON, "333*0.1 + 77*0.4"),
    ("google", "gemini-3-pro-preview", GEMINI, google(100, 10, 1000), NOON, "100*2 + 1010*12"),
    (
        "google",
        "gemini-2.5-flash",
        GEMINI,
        google(1000, 100) | {"toolUsePromptTokenCount": 200, "totalTokenCount": 1300},
        NOON,
        "1200*0.3 + 100*2.5",
    ),
    ("deepseek", "deepseek-v4-flash", chat, deepseek(0, 500, 100), NOON, "500*0.15 + 100*0.6"),
    ("deepseek", "deepseek-v4-flash", chat, deepseek(512, 0, 0), NOON, "512*0.003"),
    ("deepseek", "deepseek-v4-flash", chat, deepseek(512, 88, 40, 30), NIGHT, "88*0.3 + 512*0.006 + 40*1.2"),
    ("deepseek", "deepseek-v4-pro", chat, deepseek(1024, 76, 2000, 1500), NOON, "76*0.66 + 1024*0.022 + 2000*1.98"),
    ("xai", "grok-4-0709", xai, grok(200, 30, 400), NOON, "200*3 + 430*15"),
    ("xai", "grok-4-0709", xai, grok(200, 30, 400, cached=192), NOON, "8*3 + 192*0.75 + 430*15"),
    ("xai", "grok-3-mini", xai, grok(10, 5, 0), NOON, "10*0.3 + 5*0.5"),
    ("xai", "grok-code-fast-1", xai, grok(9999, 1, 9998, cached=9984), NOON, "15*0.2 + 9984*0.02 + 9999*1.5"),
    ("xai", "grok-4-fast-reasoning", xai, grok(1000, 10, 90), NOON, "1000*0.2 + 100*0.5"),
]
CASES = [(vendor, model, chat if read is responses else read, *rest) for vendor, model, read, *rest in CASES]  # type: ignore[misc]


@pytest.mark.parametrize(("vendor", "model", "read", "raw", "moment", "by_hand"), CASES)
def test_what_the_ledger_keeps_agrees_with_the_hand(
    prices: Prices,
    at: Callable[[datetime], None],
    vendor: str,
    model: str,
    read: Read,
    raw: dict[str, Any],
    moment: datetime,
    by_hand: str,
) -> None:
    at(moment)
    fold = RunFold(run=0, lane_index=0, repeat=0, lane=f"{vendor}/{model}")
    fold.add(Started(0, 0, "answer", vendor, "", model))
    fold.add(Finished(0, 1, model, read(raw), "stop"))
    (row,) = rows_of(fold, fold.record(price=prices.of), user="ann", computed=prices.computed)
    assert row.cost is not None
    assert Decimal(row.cost.amount) == summed(by_hand)
    assert row.computed == row.cost


def test_there_are_more_than_fifty() -> None:
    vendors = ("openai", "anthropic", "google", "deepseek", "xai")
    before = [vendor for vendor, *_ in test_costs.BY_HAND if vendor in vendors]
    assert len(before) + len(CASES) + len(("deepseek",) * 4) >= 50
    assert {vendor for vendor, *_ in CASES} == set(vendors)


def test_a_part_that_is_larger_than_its_whole_prices_nothing(prices: Prices) -> None:
    wrong = TokenUsage(input=10, cache_read=20, output=5)
    assert prices.of(test_costs.attempt("openai", "gpt-4o", wrong)) is None

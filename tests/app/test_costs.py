"""Costs worked out by hand over the vendors' ways of counting: what a usage object says, and what it comes to."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import pytest

from app import pricing
from app.attempt import Attempt
from app.own_prices import OwnPrices, read
from app.pricing import ListedPrice, Prices
from app.records import Cost
from app.tariff import Rates, Tariff, Tier
from providers.dialects import anthropic_usage, chat_usage, gemini_usage
from providers.events import Started
from providers.usage import TokenClasses, TokenUsage
from providers.vendors import Vendor
from tests.app.conftest import Call
from tests.app.recorded import Server

Read = Callable[[dict[str, Any]], TokenUsage]
M = Decimal(1_000_000)


def chat(raw: dict[str, Any]) -> TokenUsage:
    return chat_usage.usage_of(raw)


def xai(raw: dict[str, Any]) -> TokenUsage:
    return chat_usage.usage_of(raw, excludes_reasoning=True)


def openai(prompt: int, completion: int, cached: int = 0, reasoning: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
        **more,
    }


def claude(fresh: int, output: int, read: int = 0, for_5m: int = 0, for_1h: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": fresh,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": for_5m + for_1h,
        "cache_creation": {"ephemeral_5m_input_tokens": for_5m, "ephemeral_1h_input_tokens": for_1h},
        "output_tokens": output,
    }


def google(prompt: int, spoken: int, thought: int = 0, cached: int = 0) -> dict[str, Any]:
    return {
        "promptTokenCount": prompt,
        "candidatesTokenCount": spoken,
        "thoughtsTokenCount": thought,
        "cachedContentTokenCount": cached,
        "totalTokenCount": prompt + spoken + thought,
    }


@pytest.fixture(scope="module")
def prices() -> Prices:
    loaded = Prices()
    loaded.load()
    return loaded


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(pricing, "sent_at", lambda _: moment)

    return set_to


def attempt(vendor: str, model: str, usage: TokenUsage, endpoint: str = "", served: str = "") -> Attempt:
    made = Attempt(Started(0, 0, role="answer", vendor=vendor, endpoint=endpoint, model=model))
    made.model = served or model
    made.usage = usage
    return made


# (vendor, model, how its usage is read, usage, millionths of a dollar by hand)
BY_HAND: list[tuple[str, str, Read, dict[str, Any], str]] = [
    # OpenAI: the cache is inside the prompt, reasoning inside the completion.
    ("openai", "gpt-4.1", chat, openai(1000, 200), "1000*2 + 200*8"),
    ("openai", "gpt-4.1", chat, openai(1000, 200, cached=600), "400*2 + 600*0.5 + 200*8"),
    ("openai", "gpt-4.1-2025-04-14", chat, openai(1000, 200, cached=1000), "1000*0.5 + 200*8"),
    ("openai", "gpt-4o", chat, openai(2006, 300, cached=1920), "86*2.5 + 1920*1.25 + 300*10"),
    ("openai", "gpt-5", chat, openai(100, 1000, reasoning=900), "100*1.25 + 1000*10"),
    ("openai", "gpt-5", chat, openai(5000, 10, cached=4096), "904*1.25 + 4096*0.125 + 10*10"),
    ("openai", "gpt-4o", chat, openai(7, 0), "7*2.5"),
    # Anthropic: the cache is outside the input; five minutes cost 1.25 times the input price, an hour twice it.
    ("anthropic", "claude-haiku-4-5", anthropic_usage.usage_of, claude(12, 85), "12*1 + 85*5"),
    ("anthropic", "claude-haiku-4-5", anthropic_usage.usage_of, claude(12, 85, read=900), "12*1 + 900*0.1 + 85*5"),
    ("anthropic", "claude-haiku-4-5", anthropic_usage.usage_of, claude(12, 85, for_5m=100), "12*1 + 100*1.25 + 85*5"),
    ("anthropic", "claude-haiku-4-5", anthropic_usage.usage_of, claude(12, 85, for_1h=100), "12*1 + 100*2 + 85*5"),
    (
        "anthropic",
        "claude-opus-4-5",
        anthropic_usage.usage_of,
        claude(3, 50, read=1000, for_5m=200, for_1h=400),
        "3*5 + 1000*0.5 + 200*6.25 + 400*10 + 50*25",
    ),
    ("anthropic", "claude-opus-4-5-20251101", anthropic_usage.usage_of, claude(0, 1, read=10), "10*0.5 + 1*25"),
    (
        "anthropic",
        "claude-sonnet-4-5",
        anthropic_usage.usage_of,
        claude(300, 200, 600, 100),
        "300*3+600*0.3+100*3.75+200*15",
    ),
    # A price that is a cliff: from 200,000 tokens of input on, cached ones counted, everything is dearer.
    ("anthropic", "claude-sonnet-4-5", anthropic_usage.usage_of, claude(199_999, 10), "199999*3 + 10*15"),
    ("anthropic", "claude-sonnet-4-5", anthropic_usage.usage_of, claude(250_000, 10), "250000*6 + 10*22.5"),
    (
        "anthropic",
        "claude-sonnet-4-5",
        anthropic_usage.usage_of,
        claude(50_000, 10, 200_000),
        "50000*6+200000*0.6+10*22.5",
    ),
    # Gemini: the cache is inside the prompt, thoughts are outside the candidates.
    ("google", "gemini-2.5-flash", gemini_usage.usage_of, google(1000, 100), "1000*0.3 + 100*2.5"),
    ("google", "gemini-2.5-flash", gemini_usage.usage_of, google(1000, 100, 400), "1000*0.3 + 500*2.5"),
    ("google", "gemini-2.5-flash", gemini_usage.usage_of, google(1000, 100, 0, 800), "200*0.3 + 800*0.03 + 100*2.5"),
    ("google", "gemini-2.5-pro", gemini_usage.usage_of, google(1000, 100, 50), "1000*1.25 + 150*10"),
    ("google", "gemini-2.5-pro", gemini_usage.usage_of, google(200_000, 100), "200000*1.25 + 100*10"),
    ("google", "gemini-2.5-pro", gemini_usage.usage_of, google(200_001, 100), "200001*2.5 + 100*15"),
    (
        "google",
        "gemini-2.5-flash",
        gemini_usage.usage_of,
        google(1000, 100) | {"promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 600}]},
        "400*0.3 + 600*1 + 100*2.5",
    ),
    # xAI's chat counts reasoning outside the completion, unless its own total says otherwise.
    (
        "xai",
        "grok-3",
        xai,
        {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "total_tokens": 170,
            "prompt_tokens_details": {"cached_tokens": 60},
            "completion_tokens_details": {"reasoning_tokens": 50},
        },
        "40*3 + 60*0.75 + 70*15",
    ),
    ("xai", "grok-3", xai, openai(100, 70, cached=60, reasoning=50), "40*3 + 60*0.75 + 70*15"),
    (
        "xai",
        "grok-3",
        xai,
        {
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "total_tokens": 55,
            "prompt_tokens_details": {"cached_tokens": 40},
        },
        "10*3 + 40*0.75 + 5*15",
    ),
    # Groq and Together are as OpenAI.
    ("groq", "llama-3.3-70b-versatile", chat, openai(1000, 500), "1000*0.59 + 500*0.79"),
    ("moonshot", "kimi-k2-0905-preview", chat, openai(1000, 10, cached=700), "300*0.6 + 700*0.15 + 10*2.5"),
]


def summed(text: str) -> Decimal:
    """`2*3 + 4*0.5`, in millionths."""
    products = [each.split("*") for each in text.replace(" ", "").split("+")]
    return sum((Decimal(count) * Decimal(rate) for count, rate in products), Decimal(0)) / M


@pytest.mark.parametrize(("vendor", "model", "read", "raw", "by_hand"), BY_HAND)
def test_list_prices_agree_with_the_hand(
    prices: Prices, vendor: str, model: str, read: Read, raw: dict[str, Any], by_hand: str
) -> None:
    cost = prices.of(attempt(vendor, model, read(raw)))
    assert cost is not None
    assert Decimal(cost.amount) == summed(by_hand)
    assert (cost.currency, cost.source, cost.as_of) == ("USD", "genai-prices 0.2.3", "2026-11-10")


@pytest.mark.parametrize(
    ("moment", "by_hand"),
    [
        (datetime(2026, 9, 1, 12, tzinfo=UTC), "300*0.22 + 700*0.007 + 100*0.66"),
        (datetime(2026, 10, 1, 12, tzinfo=UTC), "300*0.15 + 700*0.003 + 100*0.6"),
        (datetime(2026, 10, 1, 2, tzinfo=UTC), "300*0.3 + 700*0.006 + 100*1.2"),
        (datetime(2026, 10, 1, 9, 59, 59, tzinfo=UTC), "300*0.3 + 700*0.006 + 100*1.2"),
    ],
)
def test_deepseek_costs_what_it_cost_at_that_hour(
    prices: Prices, at: Callable[[datetime], None], moment: datetime, by_hand: str
) -> None:
    at(moment)
    raw = {
        "prompt_tokens": 1000,
        "prompt_cache_hit_tokens": 700,
        "prompt_cache_miss_tokens": 300,
        "completion_tokens": 100,
        "total_tokens": 1100,
        "completion_tokens_details": {"reasoning_tokens": 60},
    }
    cost = prices.of(attempt("deepseek", "deepseek-v4-flash", chat(raw)))
    assert cost is not None
    assert Decimal(cost.amount) == summed(by_hand)


@pytest.mark.parametrize(
    ("vendor", "raw", "amount"),
    [
        ("openrouter", openai(20, 9, cost=0.000195, is_byok=False), "0.000195"),
        ("litellm", openai(20, 9, cost=0.0123), "0.0123"),
        ("xai", openai(100, 70, cost_in_usd_ticks=515000), "0.0000515"),
        ("openai", openai(20, 9, cost=0), "0"),
    ],
)
def test_what_the_provider_says_goes_before_every_list(
    prices: Prices, vendor: str, raw: dict[str, Any], amount: str
) -> None:
    assert prices.of(attempt(vendor, "gpt-4o", chat(raw))) == Cost(amount, "USD", "provider", None)


# Prices that nobody else lists

QWEN = {
    "qwen/qwen-plus": {"input": "0.4", "cached": "0.16", "cache_write": "0.5", "output": "1.2", "as_of": "2026-11-01"}
}


def own(raw: dict[str, Any], at_hand: Prices | None = None) -> Prices:
    found = at_hand or Prices()
    found.own, wrong = read(raw)
    assert wrong == ()
    return found


def test_qwen_is_listed_nowhere_and_costs_what_the_user_says(prices: Prices) -> None:
    raw = openai(1000, 50, reasoning=20)
    raw["prompt_tokens_details"] = {"cached_tokens": 600, "cache_creation_input_tokens": 300}
    assert prices.of(attempt("qwen", "qwen-plus", chat(raw))) is None
    cost = own(QWEN).of(attempt("qwen", "qwen-plus", chat(raw), served="qwen-plus-2026-09-01"))
    assert cost == Cost("0.000346", "USD", "user", "2026-11-01")
    assert Decimal(cost.amount) == summed("100*0.4 + 600*0.16 + 300*0.5 + 50*1.2")


PORTKEY = {"custom/claude-sonnet-4-5": {"input": "3", "cached": "0.3", "cache_write": "3.75", "output": "15"}}


@pytest.mark.parametrize(
    ("raw", "by_hand"),
    [
        (  # Portkey before Anthropic: the cache is outside the prompt
            {
                "prompt_tokens": 12,
                "cache_read_input_tokens": 900,
                "cache_creation_input_tokens": 100,
                "completion_tokens": 85,
                "total_tokens": 1097,
                "prompt_tokens_details": {"cached_tokens": 900},
            },
            "12*3 + 900*0.3 + 100*3.75 + 85*15",
        ),
        (  # the same without a total: a part that is larger than its whole tells
            {
                "prompt_tokens": 12,
                "cache_read_input_tokens": 900,
                "cache_creation_input_tokens": 100,
                "completion_tokens": 85,
            },
            "12*3 + 900*0.3 + 100*3.75 + 85*15",
        ),
        (  # Portkey before Gemini: thoughts are outside the completion
            {
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1500,
                "completion_tokens_details": {"reasoning_tokens": 400},
            },
            "1000*3 + 500*15",
        ),
    ],
)
def test_gateways_that_count_otherwise_are_seen_through(raw: dict[str, Any], by_hand: str) -> None:
    cost = own(PORTKEY).of(attempt("custom", "claude-sonnet-4-5", chat(raw)))
    assert cost is not None
    assert Decimal(cost.amount) == summed(by_hand)


LANE = "openai_chat:my-model@http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("named", "model", "endpoint", "known"),
    [
        (LANE, "my-model", "http://127.0.0.1:8000/v1", True),
        (LANE, "other", "http://127.0.0.1:8000/v1", False),
        (LANE, "my-model", "http://127.0.0.1:8001/v1", False),
        ("http://127.0.0.1:8000", "other", "http://127.0.0.1:8000/v1", True),
        ("http://127.0.0.1:8000/v1/", "any/model:x", "http://127.0.0.1:8000/v1", True),
        ("https://127.0.0.1:8000", "other", "http://127.0.0.1:8000/v1", False),
        ("custom/my-model", "my-model", "http://127.0.0.1:8000/v1", True),
        ("openai/my-model", "my-model", "http://127.0.0.1:8000/v1", False),
    ],
)
def test_own_prices_hold_for_what_they_are_set_for(named: str, model: str, endpoint: str, known: bool) -> None:
    prices = own({named: {"input": 1, "output": "2.5", "currency": "eur"}})
    cost = prices.of(attempt("custom", model, TokenUsage(input=100, output=10), endpoint))
    assert cost == (Cost("0.000125", "EUR", "user", None) if known else None)


def test_the_users_own_price_goes_before_a_list(prices: Prices) -> None:
    mine = own({"openai/gpt-4o": {"input": "1", "output": "1"}})
    mine.load()
    cost = mine.of(attempt("openai", "gpt-4o", TokenUsage(input=1, output=1)))
    assert cost == Cost("0.000002", "USD", "user", None)


@pytest.mark.parametrize(
    "said",
    [
        "free",
        {},
        {"input": "1"},
        {"input": "1", "output": "-1"},
        {"input": "1", "output": "NaN"},
        {"input": "1", "output": "1e40"},
        {"input": "1", "output": True},
        {"input": "1", "output": "1", "cached": "cheap"},
        {"input": "1", "output": "1", "currency": 7},
        {"input": "1", "output": "1", "as_of": 2026},
    ],
)
def test_what_is_no_price_is_told_and_prices_nothing(said: Any) -> None:
    found, wrong = read({"openai/gpt-4o": said, "openai/o3": {"input": 1, "output": 1}})
    assert wrong == ("openai/gpt-4o",)
    assert found.of("openai", "", "gpt-4o") is None
    assert found.of("openai", "", "o3") is not None


def test_settings_that_hold_no_prices_set_none() -> None:
    assert read(None)[1] == ()
    assert read(["free"])[1] == ("own_prices",)
    assert isinstance(read(3)[0], OwnPrices)


def test_the_command_line_reads_the_users_prices(call: Call, server: Server, tmp_path: Path) -> None:
    prices = {server.root: {"input": "10", "output": "20", "currency": "EUR"}, "bad": 3}
    (tmp_path / "settings.json").write_text(json.dumps({"own_prices": prices}))
    lane = f"openai_chat:m@{server.root}/chat-text"
    said = call("run", "--prompt", "x", "--lane", lane, "--json")
    usage = said.only["usage"]
    amount = (Decimal(usage["input"]) * 10 + Decimal(usage["output"]) * 20) / M
    assert said.only["cost"] == {"amount": str(amount), "currency": "EUR", "source": "user", "as_of": None}
    assert said.err == "abreast run: own prices in the settings that are none: bad\n"


# The vendor's own list

TIERED = Tariff(
    Rates(Decimal("1.25"), Decimal(10), cache_read=Decimal("0.125"), request=Decimal("0.01")),
    tiers=(Tier(Rates(Decimal("2.5"), Decimal(15)), over_input=200_000),),
)


@pytest.mark.parametrize(
    ("usage", "amount"),
    [
        (TokenUsage(input=1000, cache_read=400, output=100), "0.0118"),
        (TokenUsage(input=200_000, cache_read=400, output=100), "0.5015"),
    ],
)
def test_a_gateways_own_list_goes_before_the_price_list(usage: TokenUsage, amount: str) -> None:
    def listed(row: Vendor, model: str) -> ListedPrice | None:
        return ListedPrice(TIERED, "2026-11-20") if (row.id, model) == ("openrouter", "openai/gpt-4o") else None

    prices = Prices(listed)
    prices.load()
    cost = prices.of(attempt("openrouter", "openai/gpt-4o", usage))
    assert cost == Cost(amount, "USD", "vendor list", "2026-11-20")
    other = prices.of(attempt("openrouter", "openai/gpt-4.1", usage))
    assert other is not None
    assert other.source == "genai-prices 0.2.3"


def test_other_vendors_lists_serve_where_the_price_list_knows_nothing() -> None:
    prices = Prices(lambda *_: ListedPrice(TIERED, "2026-11-20"))
    prices.load()
    known = prices.of(attempt("openai", "gpt-4o", TokenUsage(input=1, output=1)))
    unknown = prices.of(attempt("openai", "no-such-model-7", TokenUsage(input=1, output=1)))
    assert known is not None
    assert unknown is not None
    assert (known.source, unknown.source) == ("genai-prices 0.2.3", "vendor list")


def at_night(tier: Tier, hour: int, tokens: TokenClasses) -> bool:
    return tier.holds(tokens, datetime(2026, 10, 1, hour, tzinfo=UTC))


def test_tiers_hold_over_a_size_and_between_hours() -> None:
    free = Rates(Decimal(0), Decimal(0))
    some = TokenClasses(100, 0, 0, 0, 0, 1, 0, 0)
    day, night = Tier(free, begins=time(8), ends=time(20)), Tier(free, begins=time(20), ends=time(8))
    assert [at_night(day, hour, some) for hour in (7, 8, 19, 20)] == [False, True, True, False]
    assert [at_night(night, hour, some) for hour in (7, 8, 19, 20)] == [True, False, False, True]
    assert [Tier(free, over_input=size).holds(some, datetime.now(UTC)) for size in (99, 100, 101)] == [
        True,
        True,
        False,
    ]
    both = Tariff(Rates(Decimal(1), Decimal(1)), tiers=(Tier(free, over_input=100), Tier(Rates(M, M), over_input=101)))
    assert both.amount(some, datetime.now(UTC)) == 0
    assert both.amount(TokenClasses(101, 0, 0, 0, 0, 0, 0, 0), datetime.now(UTC)) == 101


def test_a_kind_without_a_rate_costs_what_its_whole_costs() -> None:
    every = TokenClasses(1, 10, 100, 1000, 10_000, 1, 10, 100)
    assert Rates(Decimal(1), Decimal(2)).amount(every) * M == 11_111 + 222
    apart = Rates(Decimal(1), Decimal(2), *[Decimal(n) for n in (3, 4, 5, 6, 7, 8)], request=Decimal("0.5"))
    assert (apart.amount(every) - Decimal("0.5")) * M == 1 + 30 + 400 + 5000 + 70_000 + 2 + 60 + 800


def test_the_wall_clock_of_sending_is_known() -> None:
    made = attempt("openai", "gpt-4o", TokenUsage())
    made.started_ns = perf_counter_ns() - 3_600_000_000_000
    ago = datetime.now(UTC) - pricing.sent_at(made)
    assert 3590 < ago.total_seconds() < 3660

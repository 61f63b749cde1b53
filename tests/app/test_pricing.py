"""What attempts cost, worked out by hand or by the price list itself."""

from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version

import genai_prices
import pytest

from app.attempt import Attempt
from app.directory import Directory
from app.price_list import LISTED_AS, PriceList, is_listed
from app.pricing import Prices
from app.records import Cost
from providers.events import Started
from providers.usage import TokenClasses, TokenUsage
from providers.vendors import VENDORS


def attempt(vendor: str, model: str, usage: TokenUsage) -> Attempt:
    made = Attempt(Started(0, 0, role="answer", vendor=vendor, endpoint="", model=model))
    made.usage = usage
    return made


@pytest.fixture(scope="module")
def prices() -> Prices:
    loaded = Prices()
    loaded.load()
    return loaded


def test_the_providers_own_figure_goes_first(prices: Prices) -> None:
    usage = TokenUsage(input=10, output=10, cost_usd="0.004455")
    assert prices.of(attempt("openai", "gpt-4o", usage)) == Cost("0.004455", "USD", "provider", None)


@pytest.mark.parametrize("vendor", [row.id for row in VENDORS if row.is_practice])
def test_practice_models_cost_play_money(vendor: str) -> None:
    cost = Prices().of(attempt(vendor, "steady", TokenUsage(input=1000, cache_read=600, output=100)))
    assert cost is not None
    assert Decimal(cost.amount) == (400 * Decimal("0.60") + 600 * Decimal("0.15") + 100 * Decimal("2.40")) / 1_000_000
    assert (cost.amount, cost.source) == ("0.00057", "vendor list")
    assert cost.as_of is not None


def test_listed_models_are_priced_by_disjoint_classes(prices: Prices) -> None:
    usage = TokenUsage(input=2112, cache_read=2000, cache_write=100, output=25)
    cost = prices.of(attempt("anthropic", "claude-sonnet-4-5", usage))
    assert cost is not None
    by_hand = (12 * Decimal("3") + 2000 * Decimal("0.3") + 100 * Decimal("3.75") + 25 * Decimal("15")) / 1_000_000
    assert Decimal(cost.amount) == by_hand
    assert cost.source == f"genai-prices {version('genai-prices')}"


@pytest.mark.parametrize(
    ("vendor", "model", "usage"),
    [
        ("openai", "gpt-4o", TokenUsage()),
        ("openai", "gpt-4o", TokenUsage(input=10)),
        ("openai", "gpt-4o", TokenUsage(output=10)),
        ("openai", "no-such-model-7", TokenUsage(input=10, output=10)),
        ("custom", "gpt-4o", TokenUsage(input=10, output=10)),
        ("practice", "colossus", TokenUsage(input=10, output=10)),
        ("openai", "gpt-4o", TokenUsage(input=10, cache_read=50, output=10)),
    ],
)
def test_what_is_unknown_is_not_zero(prices: Prices, vendor: str, model: str, usage: TokenUsage) -> None:
    assert prices.of(attempt(vendor, model, usage)) is None


def test_no_answer_is_priced_at_nothing_for_output(prices: Prices) -> None:
    cost = prices.of(attempt("openai", "gpt-4o", TokenUsage(input=1_000_000, output=0)))
    assert cost is not None
    assert cost.amount == "2.5"


def test_a_list_that_is_not_loaded_knows_nothing() -> None:
    assert Prices().of(attempt("openai", "gpt-4o", TokenUsage(input=10, output=10))) is None


def test_our_names_for_vendors_are_theirs() -> None:
    assert LISTED_AS.keys() <= {row.id for row in VENDORS}
    theirs = {provider.id for provider in genai_prices.data_snapshot.get_snapshot().providers}
    assert set(LISTED_AS.values()) <= theirs


@pytest.mark.parametrize(
    ("lane", "listed"),
    [
        ("openai/gpt-4o", True),
        ("openai-responses/gpt-4o", True),
        ("openrouter/a/b:free", True),
        ("openai_chat:gpt-4o@https://api.openai.com/v1", True),
        ("openai_chat:gpt-4o@http://127.0.0.1:8000/v1", False),
        ("practice/swift", False),
        ("qwen/qwen-plus", False),
        ("nonsense", False),
    ],
)
def test_the_list_is_loaded_only_for_lanes_that_it_may_know(lane: str, listed: bool) -> None:
    assert is_listed(lane, Directory()) == listed


@pytest.mark.parametrize(
    ("vendor", "model", "tokens", "by_hand"),
    [
        ("deepseek", "deepseek-v3.2", TokenClasses(400, 600, 0, 0, 0, 100, 0, 0), "1000 * 0.2288 + 100 * 0.3432"),
        ("openai", "gpt-4.1", TokenClasses(400, 0, 100, 50, 0, 60, 40, 0), "550 * 2 + 100 * 8"),
        ("openai", "gpt-4o", TokenClasses(400, 0, 0, 0, 100, 100, 0, 50), "500 * 2.5 + 150 * 10"),
    ],
)
def test_kinds_that_the_list_does_not_price_cost_what_their_whole_costs(
    vendor: str, model: str, tokens: TokenClasses, by_hand: str
) -> None:
    listed = PriceList()
    listed.load()
    products = (term.split(" * ") for term in by_hand.split(" + "))
    expected = sum(Decimal(count) * Decimal(rate) for count, rate in products) / 1_000_000
    assert listed.amount(vendor, model, tokens, datetime(2026, 11, 20, tzinfo=UTC)) == expected

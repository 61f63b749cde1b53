"""The arithmetic of a cost: its terms add up to it, to the last digit, whoever's prices they are."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.own_prices import read
from app.price_list import LISTED_AS, PriceList
from app.pricing import Prices
from app.quote import PastCall, Quote
from app.tariff import Line, Rates, total
from providers.usage import TokenClasses, TokenUsage

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def call(vendor: str, model: str, usage: TokenUsage) -> PastCall:
    return PastCall(vendor, "https://x.example", model, model, usage, AT)


@pytest.fixture(scope="module")
def listed() -> PriceList:
    made = PriceList()
    made.load()
    return made


def test_terms_of_every_listed_model_add_up(listed: PriceList) -> None:
    chance = random.Random(6)
    told = by_sides = 0
    for vendor in LISTED_AS:
        for model in listed.models(vendor):
            tokens = TokenClasses(*(chance.choice((0, 7, 1_234, 300_000)) for _ in range(8)))
            amount = listed.amount(vendor, model.model, tokens, AT)
            lines = listed.lines(vendor, model.model, tokens, AT)
            if amount is None or lines is None:
                assert amount is None
                assert lines is None
                continue
            assert total(lines) == amount, (vendor, model.model, tokens)
            told += 1
            by_sides += any(line.rate is None for line in lines)
    assert told > 300
    assert by_sides < told / 20, "nearly every price is told by class"


def test_each_term_is_its_count_times_its_rate() -> None:
    rates = Rates(Decimal("3"), Decimal("15"), cache_read=Decimal("0.3"), request=Decimal("0.01"))
    lines = rates.lines(TokenClasses(12, 2000, 100, 0, 0, 25, 5, 0))
    assert [(line.name, line.count, line.rate) for line in lines] == [
        ("input", 12, Decimal(3)),
        ("cache read", 2000, Decimal("0.3")),
        ("cache write", 100, Decimal(3)),
        ("output", 25, Decimal(15)),
        ("reasoning", 5, Decimal(15)),
        ("request", 1, Decimal("0.01")),
    ]
    assert all(line.rate is not None and line.amount * line.per == line.count * line.rate for line in lines)
    assert total(lines) == Decimal("0.011386")


def test_own_prices_tell_whose_they_are() -> None:
    prices = Prices()
    prices.own, wrong = read({"mine": {"input": "2", "output": "8", "currency": "EUR"}})
    assert not wrong
    quote = prices.quote(call("mine", "m", TokenUsage(input=1000, output=10)), AT)
    assert quote is not None
    assert (quote.source, quote.currency, quote.amount) == ("user", "EUR", Decimal("0.00208"))
    assert quote.cost.amount == "0.00208"


def test_without_usage_there_is_no_arithmetic() -> None:
    assert Prices().quote(call("practice", "swift", TokenUsage(input=3)), AT) is None


def test_a_call_that_is_free_costs_nothing_by_no_terms() -> None:
    assert Quote((), "USD", "user", None).cost.amount == "0"
    assert Line.of("input", 3, Decimal(0)).amount == 0

"""Money is right to the last digit, or it is refused."""

from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import histogram
from app.ledger.money import charge, of_units, plus, total, units
from tests.app.ledger.made import a_row

AMOUNTS = st.decimals(min_value=0, max_value=10**9, allow_nan=False, allow_infinity=False, places=10)


@given(st.lists(AMOUNTS, max_size=30))
def test_units_sum_to_what_the_amounts_sum_to(amounts: list[Decimal]) -> None:
    whole = [units(str(amount)) for amount in amounts]
    known = [each for each in whole if each is not None]
    rest = [amount for amount, each in zip(amounts, whole, strict=True) if each is None]
    assert plus(of_units(sum(known)), total(rest)) == total(amounts)


@pytest.mark.parametrize(
    ("amount", "found"),
    [("0.0000000001", 1), ("0.00000000001", None), ("1", 10**10), ("99999.9999999999", 10**15 - 1), ("100000", None)],
)
def test_what_is_finer_or_larger_is_not_made_units(amount: str, found: int | None) -> None:
    assert units(amount) == found


def test_a_sum_fails_rather_than_being_rounded() -> None:
    with pytest.raises(Inexact):
        plus(Decimal("1e3000"), Decimal("1e-3000"))


def test_a_hundred_thousand_small_amounts_lose_nothing() -> None:
    amounts = [Decimal("0.0000000000000000000000000001"), Decimal("123456789012345678")] * 1000
    assert total(amounts) == Decimal("123456789012345678000.0000000000000000000000001")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "known"),
        ({"cost": None}, "unknown"),
        ({"cost": None, "status": 429, "error": "rate"}, "none"),
        ({"cost": None, "status": None, "role": "cache", "vendor": "cache", "endpoint": ""}, "none"),
        ({"cost": None, "status": None, "error": "authentication", "endpoint": ""}, "none"),
        ({"cost": None, "status": None, "role": "embedding", "vendor": "local", "endpoint": "local"}, "none"),
        ({"cost": None, "status": None, "error": "network", "sent_ms": None}, "none"),
        ({"cost": None, "status": None, "error": "network"}, "unknown"),
        ({"cost": None, "status": None, "error": "timeout_first"}, "unknown"),
        ({"cost": None, "status": None, "error": "cancelled", "sent_ms": None}, "unknown"),
    ],
)
def test_what_may_have_been_charged_is_unknown_and_not_nothing(changes: dict[str, object], said: str) -> None:
    assert charge(a_row(**changes)) == said  # type: ignore[arg-type]


@given(st.floats(min_value=0.001, max_value=1e9))
def test_a_bucket_stands_for_its_values_to_half_a_percent(value: float) -> None:
    assert abs(histogram.value(histogram.bucket(value)) - value) <= value * (histogram.ERROR + 1e-9)


@given(st.lists(st.floats(min_value=0.001, max_value=1e9)), st.lists(st.floats(min_value=0.001, max_value=1e9)))
def test_histograms_add_up(a: list[float], b: list[float]) -> None:
    added = histogram.added(histogram.packed(histogram.counted(a)), histogram.counted(b))
    assert histogram.unpacked(added) == histogram.counted([*a, *b])

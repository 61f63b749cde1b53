"""Budgets as values: whom they concern, which time it is, how they are written and what is said of them."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.budgets import words
from app.budgets.budget import Budget, Payer
from app.budgets.file import FILE, BudgetError, BudgetFile
from app.budgets.meter import Meter, estimated_input
from app.budgets.period import period
from app.budgets.written import WrittenError, budget
from providers.events import Text, ToolCallDelta
from providers.types import Request
from providers.usage import TokenUsage

PAYER = Payer("me", "openai", "gpt-5", "https://api.openai.com:443", "s1")
AT = datetime(2026, 11, 27, 21, 30, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("scope", "counter"),
    [
        ("user", "user:me USD day"),
        ("vendor", "vendor:openai USD day"),
        ("vendor:openai", "vendor:openai USD day"),
        ("vendor:anthropic", None),
        ("model:openai/gpt-5", "model:openai/gpt-5 USD day"),
        ("model:gpt-5", "model:openai/gpt-5 USD day"),
        ("model:gpt-4", None),
        ("endpoint:https://api.openai.com/v1", "endpoint:https://api.openai.com:443 USD day"),
        ("session", "session:s1 USD day"),
        ("session:s2", None),
    ],
)
def test_whom_it_concerns(scope: str, counter: str | None) -> None:
    assert budget(scope, "5 USD", "day").counter(PAYER) == counter


def test_without_a_session_there_is_none_to_count_for() -> None:
    nowhere = msgspec.structs.replace(PAYER, session="")
    assert budget("session", "5 USD", "day").counter(nowhere) is None


@pytest.mark.parametrize(
    ("limit", "amount", "unit"),
    [
        ("5 USD", "5", "USD"),
        ("$0.50", "0.50", "USD"),
        ("2 eur", "2", "EUR"),
        ("200k tokens", "200000", "tokens"),
        ("1.5M tokens", "1500000", "tokens"),
        ("1,000 requests", "1000", "requests"),
        ("1 request", "1", "requests"),
    ],
)
def test_how_limits_are_written(limit: str, amount: str, unit: str) -> None:
    made = budget("user", limit, "day")
    assert (made.limit, made.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize(
    ("scope", "limit", "window", "said"),
    [
        ("team", "5 USD", "day", "is for nobody"),
        ("user:me", "5 USD", "day", "has no name"),
        ("endpoint:gpu", "5 USD", "day", "is no server"),
        ("user", "much", "day", "is no limit"),
        ("user", "5", "day", "is no limit"),
        ("user", "-5 USD", "day", "is no limit"),
        ("user", "5 apples", "day", "is no limit"),
        ("user", "1.5 tokens", "day", "no part of a token"),
        ("route:r", "1 USD", "day", "stands in it"),
        ("user", "5 USD", "week", "is no time"),
    ],
)
def test_mistakes_are_told(scope: str, limit: str, window: str, said: str) -> None:
    with pytest.raises(WrittenError, match=said):
        budget(scope, limit, window)


def test_periods_are_those_of_the_calendar() -> None:
    assert [period(window, AT) for window in ("hour", "day", "month")] == [
        "2026-11-27T21+0000",
        "2026-11-27",
        "2026-11",
    ]


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1)]
    assert len({period("hour", at) for at in twice}) == 2
    assert len({period("day", at) for at in twice}) == 1


def test_what_is_said() -> None:
    five = budget("vendor", "5 USD", "day")
    assert words.title(five) == "$5 a day for each vendor"
    assert words.title(five, "openai") == "$5 a day for openai"
    assert words.title(budget("user", "10 requests", "hour")) == "10 requests an hour for you"
    said = words.refused(five, "openai", Decimal("0.0012"), Decimal("0.0031"), AT.astimezone())
    assert "has only $0.0012 left, and this needs about $0.0031" in said
    assert "begins anew on 2026-11-28" in said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [("0.00001234", "USD", "$0.000012"), ("4.2", "USD", "$4.20"), ("5", "USD", "$5"), ("0", "USD", "$0"),
     ("1234.5", "EUR", "1,234.50 EUR"), ("12000", "tokens", "12,000 tokens"), ("1", "requests", "1 request")],
)  # fmt: skip
def test_amounts(value: str, unit: str, said: str) -> None:
    assert words.amount(Decimal(value), unit) == said


def test_the_file_keeps_them_and_tells_of_changes_by_others(tmp_path: Path) -> None:
    ours, theirs = BudgetFile(tmp_path), BudgetFile(tmp_path)
    assert ours.budgets() == ()
    first, second = budget("user", "5 USD", "day"), budget("vendor", "9 EUR", "month", then="warn", warn="50%")
    theirs.put(first)
    theirs.put(second)
    assert ours.budgets() == (first, second)
    changed = budget("user", "6 USD", "day")
    ours.put(changed)
    assert theirs.budgets() == (changed, second)
    ours.put(first, instead_of=second.id)
    assert theirs.budgets() == (first,)
    assert theirs.remove(first.id)
    assert not theirs.remove(first.id)
    assert ours.budgets() == ()


@pytest.mark.parametrize(
    "said",
    ["{", "[]", '{"version": 2, "budgets": []}', '{"version": 1, "budgets": [{"scope": "team"}]}',
     '{"version": 1, "budgets": [{"scope": "user", "name": "", "window": "day", "unit": "USD", "limit": "NaN"}]}'],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_told_and_not_overwritten(tmp_path: Path, said: str) -> None:
    (tmp_path / FILE).write_text(said)
    file = BudgetFile(tmp_path)
    with pytest.raises(BudgetError, match="cannot be read"):
        file.budgets()
    with pytest.raises(BudgetError):
        file.put(budget("user", "5 USD", "day"))
    assert (tmp_path / FILE).read_text() == said


def test_the_running_estimate() -> None:
    meter = Meter(10)
    for piece in ("a", " b", "", " seventeen letters"):
        meter.saw(Text(0, 0, piece))
    assert (meter.output, meter.largest) == (6, 4)
    meter.saw(ToolCallDelta(0, 0, 0, None, "look", '{"at": 1}'))
    assert meter.output == 9
    meter.reported(TokenUsage(input=12, output=5))
    assert (meter.input, meter.output) == (12, 9), "what has come is not taken back"
    meter.reported(TokenUsage(output=40))
    assert (meter.input, meter.output) == (12, 40)


def test_letters_of_many_bytes_are_more_tokens() -> None:
    assert estimated_input(Request.of("船はなぜ浮くのか")) > estimated_input(Request.of("ABCDEFGH"))


def test_budgets_are_one_for_each_id() -> None:
    one: Budget = budget("user", "5 USD", "day")
    assert one.id == budget("user", "9 USD", "day").id
    assert len({one.id, budget("user", "5 EUR", "day").id, budget("user", "5 USD", "hour").id}) == 3

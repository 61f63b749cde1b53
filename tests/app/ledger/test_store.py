"""The ledger's database: sums are those of the rows to the last digit, and rows are never changed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.ledger.drain import _kept
from app.ledger.errors import RowsError
from app.ledger.money import charge, is_usage_unknown, total
from app.ledger.questions import (
    AskColumns,
    AskFacts,
    AskRows,
    AskSpread,
    AskTotals,
    Columns,
    Dimension,
    Facts,
    Line,
    Rows,
    Spread,
    Totals,
    Where,
    cumulated,
    day_of,
)
from app.ledger.row import Row
from app.ledger.store import Store
from app.metrics import percentile
from app.records import Cost
from tests.app.ledger.made import a_row, many

EVERYTHING = Where()
TOKENS = ("input", "cache_read", "cache_write", "output", "reasoning")


@pytest.fixture
def store(folder: Path, url: str) -> Iterator[Store]:
    opened = Store(folder, url)
    yield opened
    opened.close()


def totals(store: Store, *by: Dimension, where: Where = EVERYTHING) -> dict[tuple[str, ...], Line]:
    found = store.answer(AskTotals(by, where))
    assert isinstance(found, Totals)
    return {line.key: line for line in found.lines}


def agrees(line: Line, rows: list[Row]) -> bool:
    """Counted and summed by hand."""
    sums = {currency: [] for currency in ("EUR", "USD")}  # type: dict[str, list[Decimal]]
    for row in rows:
        if row.cost is not None:
            sums[row.cost.currency].append(Decimal(row.cost.amount))
    assert {cost.currency: Decimal(cost.amount) for cost in line.costs} == {
        currency: total(amounts) for currency, amounts in sums.items() if amounts
    }
    assert {name: getattr(line.tokens, name) for name in TOKENS} == {
        name: sum(getattr(row, name) or 0 for row in rows) for name in TOKENS
    }
    assert (line.attempts, line.unknown, line.usage_unknown) == (
        len(rows),
        sum(charge(row) == "unknown" for row in rows),
        sum(is_usage_unknown(row) for row in rows),
    )
    return True


def ledger_of(store: Store, count: int) -> list[Row]:
    rows = many(count)
    for start in range(0, count, 400):
        store.keep(rows[start : start + 400])
    return rows


def sums_are_those_of_the_parts(store: Store, count: int) -> None:
    rows = ledger_of(store, count)
    assert agrees(totals(store)[()], rows)
    for by in ("vendor", "model", "user", "day", "session", "outcome", "role"):
        lines = totals(store, by)  # type: ignore[arg-type]
        kinds: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            kinds.setdefault((day_of(row.at_us) if by == "day" else getattr(row, by),), []).append(row)
        assert lines.keys() == kinds.keys()
        assert all(agrees(lines[key], kinds[key]) for key in kinds)


def test_sums_are_those_of_the_parts_to_the_last_digit(store: Store) -> None:
    sums_are_those_of_the_parts(store, 500)


@pytest.mark.long
def test_sums_of_ten_thousand_calls(store: Store) -> None:
    sums_are_those_of_the_parts(store, 10_000)


def test_a_part_of_a_day_is_summed_off_the_rows_and_agrees(store: Store) -> None:
    rows = ledger_of(store, 300)
    middle = sorted(row.at_us for row in rows)[150]
    late = [row for row in rows if row.at_us >= middle and row.vendor == "own"]
    where = Where(since_us=middle, vendor=("own",))
    assert agrees(totals(store, where=where)[()], late)
    by_day = totals(store, "day", "user", where=where)
    assert all(
        agrees(line, [row for row in late if (day_of(row.at_us), row.user) == key]) for key, line in by_day.items()
    )


def test_a_row_that_is_delivered_again_changes_nothing(store: Store) -> None:
    row = a_row()
    assert store.keep([row, row]) == 1
    assert store.keep([replace(row, input=5, cost=None), a_row(1)]) == 1
    line = totals(store)[()]
    assert (line.attempts, line.tokens.input, line.costs[0].amount) == (2, 2000, "0.008")


def test_rows_come_back_as_they_were_written(store: Store) -> None:
    rows = many(250)
    store.keep(rows)
    found: list[Row] = []
    before = None
    while True:
        page = store.answer(AskRows(Where(), 100, before))
        assert isinstance(page, Rows)
        found += page.rows
        before = page.next
        if before is None:
            break
    assert found == sorted(rows, key=lambda row: (row.at_us, row.id), reverse=True)


def test_unknown_is_no_part_of_a_sum_and_is_counted(store: Store) -> None:
    stopped = {"outcome": "stopped", "error": "cancelled", "cost": None, "input": None, "output": None}
    refused = {"outcome": "failed", "error": "rate", "status": 429, "cost": None, "input": None, "output": None}
    never = {"outcome": "failed", "error": "network", "status": None, "sent_ms": None, "cost": None, "input": None}
    free = {"cost": replace(a_row().cost, amount="0")}  # type: ignore[type-var]
    store.keep([a_row(0), a_row(1, **stopped), a_row(2, **refused), a_row(3, **never), a_row(4, **free)])
    line = totals(store)[()]
    assert [(cost.amount, cost.currency) for cost in line.costs] == [("0.004", "USD")]
    assert (line.attempts, line.unknown, line.usage_unknown) == (5, 1, 1)


def test_practice_is_left_out_unless_it_is_asked_for(store: Store) -> None:
    store.keep([a_row(0), a_row(1, vendor="practice", endpoint="http://127.0.0.1:40001")])
    store.keep([a_row(2, vendor="practice", endpoint="http://127.0.0.1:40002")])
    assert totals(store, "vendor").keys() == {("openai",)}
    assert totals(store, "endpoint", where=Where(practice=True)).keys() == {("",), ("https://api.openai.com:443",)}


@pytest.mark.parametrize("session", [(), ("s1",)])
def test_percentiles_of_kept_sums_are_right_to_half_a_percent(store: Store, session: tuple[str, ...]) -> None:
    rows = many(500)
    rows += [replace(row, id=f"{row.id}w", warmup=True, ttft_ms=9e9) for row in rows[:5]]
    store.keep(rows)
    found = store.answer(AskSpread("ttft_ms", ("model",), Where(session=session)))
    assert isinstance(found, Spread)
    for line in found.lines:
        values = sorted(
            row.ttft_ms or 0
            for row in rows
            if (row.model,) == line.key and row.outcome == "done" and row.role == "answer" and not row.warmup
            if not session or row.session in session
        )
        assert line.count == len(values)
        for share, read in ((0.5, line.p50), (0.9, line.p90), (0.95, line.p95), (0.99, line.p99)):
            low, high = values[int(share * (len(values) - 1))], percentile(values, share)
            assert min(low, high) * 0.9949 <= read <= max(low, high) * 1.0051
    assert len(found.lines) == 4


def test_columns_for_drawing_are_the_newest_oldest_first(store: Store) -> None:
    store.keep([a_row(number, ttft_ms=float(number)) for number in range(10)])
    found = store.answer(AskColumns(("ttft_ms", "cost_amount", "no_such_field", "model"), limit=4))
    assert found == Columns(
        ("ttft_ms", "cost_amount", "model"), ([6.0, 7.0, 8.0, 9.0], ["0.004"] * 4, ["gpt-4o-2024-08-06"] * 4), True
    )


def test_costs_cumulate_by_day(store: Store) -> None:
    day = 86_400_000_000
    store.keep([a_row(n, at_us=a_row().at_us + n // 2 * day, model=f"m{n % 2}") for n in range(6)])
    asked = store.answer(AskTotals(("day", "model")))
    assert isinstance(asked, Totals)
    assert [(step.day, step.key, step.cumulated) for step in cumulated(asked)][-2:] == [
        ("2026-11-26", ("m0",), "0.012"),
        ("2026-11-26", ("m1",), "0.012"),
    ]


def test_signs_that_a_database_cannot_hold_are_replaced(store: Store) -> None:
    store.keep([a_row(model="a\0b", request_id="\0")])
    assert totals(store, "model").keys() == {("a\N{REPLACEMENT CHARACTER}b",)}


@pytest.mark.parametrize(
    "wrong", [{"input": 2**70}, {"cost": Cost("much", "USD", "user", None)}, {"model": "\ud800"}, {"at_us": 10**18}]
)
def test_a_row_that_cannot_be_held_keeps_no_other_out(store: Store, folder: Path, wrong: dict[str, Any]) -> None:
    rows = [a_row(number) for number in range(9)]
    rows[4] = replace(rows[4], **wrong)
    with pytest.raises(RowsError):
        store.keep(rows)
    assert _kept(rows, store.keep) == (8, 1)
    assert totals(store)[()].attempts == 8


def test_facts_tell_how_much_there_is(store: Store, url: str) -> None:
    store.keep([a_row(0), a_row(1)])
    facts = store.answer(AskFacts())
    assert isinstance(facts, Facts)
    assert (facts.rows, facts.first_us, facts.last_us) == (2, a_row(0).at_us, a_row(1).at_us)
    assert facts.size_bytes > 0
    assert facts.place.endswith("ledger.sqlite3") == (url == "")

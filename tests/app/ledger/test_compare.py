"""Re-pricing a period, and what providers say beside what lists say."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.directory import Directory
from app.ledger.comparisons import AskReconcile, AskReprice, ReconciledLine, Repriced
from app.ledger.errors import LedgerError
from app.ledger.money import total
from app.ledger.pricebook import book
from app.ledger.questions import AskTotals, Money, Totals, Where
from app.ledger.store import Store
from app.pricing import Prices
from app.records import Cost, plain
from tests.app.conftest import Call
from tests.app.ledger.made import a_row, many

M = Decimal(1_000_000)


@pytest.fixture
def store(folder: Path, url: str) -> Iterator[Store]:
    opened = Store(folder, url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices(directory=Directory())


def repriced(store: Store, asked: AskReprice, prices: Prices) -> Repriced:
    return store.reprice(asked, book(asked.prices, prices, Directory()), "ann")


UNKNOWN = {"outcome": "stopped", "cost": None, "input": None, "output": None}
REFUSED = {"outcome": "failed", "status": 429, "cost": None, "input": None, "output": None}


def test_what_would_it_have_cost_on_another_model(store: Store, prices: Prices) -> None:
    store.keep([a_row(0), a_row(1, model="x", cost=None), a_row(2, model="x", **UNKNOWN), a_row(3, **REFUSED)])
    found = repriced(store, AskReprice("openai/gpt-4.1", ()), prices)
    each = (Decimal(600) * 2 + 400 * Decimal("0.5") + 200 * 8) / M  # by hand: 1000 in of which 400 cached, 200 out
    (line,) = found.lines
    assert found.prices == "openai/gpt-4.1"
    assert line.now == (Money("USD", plain(2 * each)),)
    assert (line.attempts, line.unknown, line.unpriced) == (4, 2, 1)
    assert (line.was, line.difference) == ((Money("USD", "0.004"),), (Money("USD", plain(each - Decimal("0.004"))),))


def test_a_file_of_prices_says_nothing_of_what_it_does_not_name(store: Store, prices: Prices, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(
        json.dumps({"own_prices": {"openai/gpt-4o": {"input": 1, "output": 1, "currency": "EUR"}}})
    )
    store.keep([a_row(0), a_row(1, vendor="anthropic", model="other", asked="other")])
    found = repriced(store, AskReprice(str(tmp_path / "p.json")), prices)
    assert [(line.key, line.now, line.unpriced, line.difference) for line in found.lines] == [
        (("gpt-4o-2024-08-06",), (Money("EUR", "0.0012"),), 0, ()),
        (("other",), (), 1, ()),
    ]


def test_a_kept_repricing_adds_rows_and_changes_none(store: Store, prices: Prices) -> None:
    rows = many(300)
    store.keep(rows)
    before = store.answer(AskTotals(("model",)))
    found = repriced(store, AskReprice("openai/gpt-4.1-mini", ("model",), keep=True), prices)
    assert store.answer(AskTotals(("model",))) == before
    after = store.answer(AskTotals(("model",), repricing=found.id))
    assert isinstance(after, Totals)
    told = {line.key: line.now for line in found.lines}
    for line in after.lines:
        kept = [
            row.cost for row in rows if (row.model,) == line.key and row.cost and (row.output is None or not row.input)
        ]
        now = {each.currency: Decimal(each.amount) for each in told[line.key]}
        assert total([now["USD"], *(Decimal(cost.amount) for cost in kept if cost.currency == "USD")]) == Decimal(
            next(cost.amount for cost in line.costs if cost.currency == "USD")
        )
    assert repriced(store, AskReprice("openai/gpt-4.1-mini", keep=True), prices).id != found.id


@pytest.mark.parametrize("said", ["nobody/model", "openai/no-such-model-7", "gpt", "openai/"])
def test_prices_that_there_are_not_are_said(prices: Prices, said: str) -> None:
    with pytest.raises(LedgerError, match=said):
        book(said, prices, Directory())


@pytest.mark.parametrize(("text", "why"), [("{", "not JSON"), ('{"openai/m": 3}', "are none"), ("[1]", "are none")])
def test_files_that_hold_no_prices_are_said(prices: Prices, tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(LedgerError, match=why):
        book(str(tmp_path / "p.json"), prices, Directory())


def told(amount: str) -> Cost:
    return Cost(amount, "USD", "provider", None)


def ours(amount: str) -> Cost:
    return Cost(amount, "USD", "genai-prices 0.2.3", "2026-11-10")


def test_what_providers_report_stands_beside_what_was_computed(store: Store) -> None:
    store.keep(
        [
            a_row(0, vendor="openrouter", cost=told("0.01"), computed=ours("0.01")),
            a_row(1, vendor="openrouter", cost=told("0.0100001"), computed=ours("0.01")),
            a_row(2, vendor="openrouter", cost=told("0.02"), computed=ours("0.01")),
            a_row(3, vendor="openrouter", cost=told("0.02"), computed=None),
            a_row(4, vendor="xai", model="grok", cost=told("0"), computed=ours("0")),
            a_row(5, vendor="xai", model="free", cost=told("0.1"), computed=ours("0")),
            a_row(6, vendor="openai", cost=ours("0.01"), computed=ours("0.01")),
        ]
    )
    model = "gpt-4o-2024-08-06"
    lines = store.reconcile(AskReconcile()).lines
    assert lines == (
        ReconciledLine(("openrouter", model), 4, 3, "USD", "0.0400001", "0.03", "0.0100001", 1, 1.0),
        ReconciledLine(("xai", "free"), 1, 1, "USD", "0.1", "0", "0.1", 1, None),
        ReconciledLine(("xai", "grok"), 1, 1, "USD", "0", "0", "0", 0, 0.0),
    )
    assert store.reconcile(AskReconcile(where=Where(vendor=("openai",)))).lines == ()


def test_the_command_line_reprices_and_reconciles(call: Call, tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    store.keep([a_row(0), a_row(1, model="m2", cost=told("0.02"), computed=ours("0.01"))])
    store.close()
    said = call("ledger", "reprice", "--with", "openai/gpt-4.1", "--keep")
    assert said.out.decode().splitlines() == [
        "model              attempts       cost  unknown  by openai/gpt-4.1  unpriced  difference",
        "gpt-4o-2024-08-06         1  0.004 USD        0          0.003 USD         0  -0.001 USD",
        "m2                        1   0.02 USD        0          0.003 USD         0  -0.017 USD",
        "all                       2  0.024 USD        0          0.006 USD         0  -0.018 USD",
        "The difference is over the attempts of which both costs are known.",
    ]
    assert said.code == 0
    id_ = said.err.split()[-1]
    assert [line["costs"][0]["amount"] for line in call("ledger", "--json", "--repriced", id_).lines] == ["0.003"] * 2
    beside = call("ledger", "reconcile", "--json")
    assert (beside.code, beside.only["difference"], beside.only["worst"]) == (0, "0.01", 1.0)
    assert b"1 of 1 lines hold attempts that differ by more than 1%." in call("ledger", "reconcile").out
    wrong = call("ledger", "reprice", "--with", "nobody/x")
    assert (wrong.code, wrong.out) == (1, b"")
    assert "'nobody/x' is no vendor/model" in wrong.err
    unknown = call("ledger", "--repriced", "0f0f")
    assert (unknown.code, unknown.out) == (1, b"")
    assert "there is no kept re-pricing '0f0f'" in unknown.err
    none = call("ledger", "reconcile", "--since", "2030")
    assert (none.code, none.out) == (1, b"No provider has reported a cost then.\n")

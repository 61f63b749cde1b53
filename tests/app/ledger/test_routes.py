"""Every attempt of a route is a row: asked for real, of practice models over HTTP, and read out of the database."""

import json
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.budgets.file import BudgetFile
from app.budgets.written import budget
from app.children import ROOT, command
from app.ledger.drain import drain_dead
from app.ledger.money import charge, total
from app.ledger.place import SPOOL
from app.ledger.questions import AskRows, AskTotals, Rows, Totals, Where
from app.ledger.row import Row
from app.ledger.store import Store
from app.routes.shelf import RouteShelf
from app.routes.spec import Cached, Consistent, Escalate, Fallback, Graded, Hedge, Node, Route, Ruled, Similar
from tests.app.conftest import Call

EVERYTHING = Where(practice=True)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of a practice server."""
    words = [*command("app", "practice")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["openai_chat"]
        server.stdin.close()


class Home:
    def __init__(self, folder: Path, url: str, call: Call) -> None:
        self._folder, self._url, self._call = folder, url, call

    def lane(self, model: str, fault: str = "") -> str:
        return f"openai_chat:{model}@{self._url.replace('/v1', f'/fault/{fault}/v1') if fault else self._url}"

    def ran(self, root: Node, *more: str) -> list[dict[str, Any]]:
        RouteShelf(self._folder).keep(Route("r", root))
        words = ("--prompt", "Why do ships float?", "--param", "max_tokens=12", "--param", "temperature=0", "--json")
        return self._call("run", "--lane", "route:r", *words, *more).lines

    def rows(self) -> list[Row]:
        """In the order in which they were asked; and the sums agree with them."""
        store = Store(self._folder / "data")
        drain_dead(self._folder / "data" / SPOOL, "", store.keep)
        found, totals = store.answer(AskRows(EVERYTHING)), store.answer(AskTotals(("role", "outcome"), EVERYTHING))
        store.close()
        assert isinstance(found, Rows)
        assert isinstance(totals, Totals)
        assert sum(line.attempts for line in totals.lines) == len(found.rows)
        summed = total(Decimal(money.amount) for line in totals.lines for money in line.costs)
        assert summed == total(Decimal(row.cost.amount) for row in found.rows if row.cost is not None)
        return sorted(found.rows, key=lambda row: (row.at_us, row.attempt))


@pytest.fixture
def home(tmp_path: Path, url: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("ABREAST_LEDGER", raising=False)
    return Home(tmp_path, url, call)


def told(rows: list[Row]) -> list[tuple[str, str, str]]:
    assert {row.route for row in rows} == {"r"}
    assert {row.lane for row in rows} == {"route:r"}
    return [(row.asked, row.role, row.outcome) for row in rows]


def agrees(line: dict[str, Any], rows: list[Row]) -> bool:
    """What the run cost is the sum of its rows, to the last digit; where one is unknown, so is the run."""
    if line["cost"] is None:
        return any(charge(row) == "unknown" for row in rows)
    return Decimal(line["cost"]["amount"]) == total(Decimal(row.cost.amount) for row in rows if row.cost is not None)


def test_what_failed_and_what_answered_in_its_place(home: Home) -> None:
    broken = home.lane("swift", "500")
    (line,) = home.ran(Fallback((broken, home.lane("deep")), cooldown_s=0))
    rows = home.rows()
    assert told(rows) == [("swift", "answer", "failed"), ("deep", "answer", "done")]
    assert (rows[0].error, rows[0].status, rows[0].fault, rows[1].fault) == ("server", 500, "500", "")
    assert [row.attempt for row in rows] == [0, 1]
    assert agrees(line, rows)


def test_a_judge_is_a_row(home: Home) -> None:
    (line,) = home.ran(Escalate("practice/swift", "practice/deep", Graded(0.0, "practice/steady")))
    rows = home.rows()
    assert told(rows) == [("swift", "answer", "done"), ("steady", "judge", "done")]
    assert rows[1].output
    assert agrees(line, rows)


def test_so_is_what_a_judge_has_set_aside(home: Home) -> None:
    (line,) = home.ran(Escalate("practice/swift", "practice/deep", Ruled(found="zzz")))
    rows = home.rows()
    assert told(rows) == [("swift", "answer", "discarded"), ("deep", "answer", "done")]
    assert rows[0].reason
    assert rows[0].output
    assert agrees(line, rows)


def test_samples_are_rows_of_their_own(home: Home) -> None:
    (line,) = home.ran(Escalate("practice/swift", "practice/deep", Consistent(0.0, samples=2)))
    rows = home.rows()
    assert sorted(told(rows)) == [("swift", "answer", "done"), *[("swift", "sample", "done")] * 2]
    assert agrees(line, rows)


def test_a_cache_hit_is_a_row_that_costs_nothing(home: Home) -> None:
    lines = home.ran(Cached("practice/swift"), "--repeat", "2", "--concurrency", "1")
    rows = home.rows()
    assert [(role, outcome) for _, role, outcome in told(rows)] == [("answer", "done"), ("cache", "done")]
    assert agrees(lines[0], rows[:1])
    assert agrees(lines[1], rows[1:])
    assert rows[1].cost is not None
    assert (rows[1].cost.amount, rows[1].cost.source) == ("0", "cache")
    assert len({row.run for row in rows}) == 2


def test_embeddings_of_a_cache_that_looks_for_what_is_alike(home: Home) -> None:
    similar = Similar(home.lane("practice-embed"), threshold=0.9)
    lines = home.ran(Cached("practice/swift", similar=similar))
    rows = home.rows()
    assert sorted(told(rows)) == [("practice-embed", "embedding", "done"), ("swift", "answer", "done")]
    assert agrees(lines[0], rows)


def test_both_of_a_hedge_are_rows(home: Home) -> None:
    slow = home.lane("steady", "slow_first:s=5")
    (line,) = home.ran(Hedge(slow, "practice/swift", after_s=0.05))
    rows = home.rows()
    assert told(rows) == [("steady", "answer", "discarded"), ("swift", "hedge", "done")]
    assert rows[0].fault == "slow_first:s=5"
    assert rows[0].reason
    assert line["outcome"] == "done"
    assert agrees(line, rows)


def test_a_budget_that_stops_an_answer_is_its_reason(home: Home) -> None:
    BudgetFile(home._folder).put(budget("user", "60 tokens", "day"))
    (line,) = home.ran("practice/deep", "--param", "max_tokens=500")
    (row,) = home.rows()
    assert (line["outcome"], row.outcome) == ("stopped", "stopped")
    assert row.reason is not None
    assert "60 tokens a day" in row.reason

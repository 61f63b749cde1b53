"""Budgets in a real engine: set over the pipe, obeyed by its runs, free again when it is killed."""

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.budgets.wishes import AskBudgets, BudgetNear, BudgetsTold, BudgetTold, Foresee, Foreseen, SetBudget
from app.budgets.written import budget
from app.lanes import Lane
from app.tokens import Count
from tests.widgets.test_engine_client import LONG, Heard, client, order
from widgets.engine_client import EngineClient

__all__ = ["client"]


@pytest.fixture
def told(client: EngineClient) -> list[BudgetTold]:
    heard: list[BudgetTold] = []
    client.budget_told.connect(heard.append)
    return heard


def test_a_budget_stops_a_run_says_so_and_is_free_again_when_the_engine_is_killed(
    client: EngineClient, told: list[BudgetTold], qtbot: QtBot, tmp_path: Path
) -> None:
    heard = Heard(client)
    client.budget(SetBudget(budget("vendor:practice", "200 tokens", "month", warn="50")))
    qtbot.waitUntil(lambda: _is_set("200", told), timeout=20_000)
    client.start((order(1, "practice/deep", **LONG),))
    qtbot.waitUntil(lambda: 1 in heard.records, timeout=20_000)
    record = heard.records[1]
    assert record.outcome == "stopped"
    assert record.error is not None
    assert "stopped by the budget of 200 tokens a month for practice" in record.error.message
    assert heard.text(1) == record.text
    client.budget(Foresee(1, (Count(9, "o200k_base", False),), (Lane("practice/deep"),)))
    qtbot.waitUntil(lambda: any(isinstance(each, Foreseen) for each in told), timeout=5_000)
    (near,) = [each.text for each in told if isinstance(each, BudgetNear)]
    assert "of the budget of 200 tokens a month for practice" in near
    (foreseen,) = [each for each in told if isinstance(each, Foreseen)]
    assert foreseen.lanes[0].blocked

    client.budget(SetBudget(budget("vendor:practice", "9k tokens", "month")))
    qtbot.waitUntil(lambda: _is_set("9,000", told), timeout=5_000)
    client.start((order(2, "practice/deep", **LONG),))
    qtbot.waitUntil(lambda: bool(heard.text(2)), timeout=20_000)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: heard.readies == 2, timeout=20_000)
    told.clear()
    client.budget(AskBudgets())
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    assert isinstance(told[0], BudgetsTold)
    (row,) = told[0].rows
    assert row.held == 0
    assert row.spent > 150, "what both runs have used"


def _is_set(limit: str, told: list[BudgetTold]) -> bool:
    return any(isinstance(each, BudgetsTold) and each.said.startswith(f"Set: {limit}") for each in told)

"""Many runs in several processes against the real practice server: they never pass a limit, and the dead hold nothing.

The truth is the server's own: its log says how many tokens it has sent for each request, and that a client was gone.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.budgets.file import BudgetFile
from app.budgets.gate import user
from app.budgets.overview import Row, overview
from app.budgets.store import Store
from app.budgets.written import budget
from app.children import ROOT, command
from app.routes.shelf import RouteShelf
from app.routes.spec import Fallback, Route
from tests.app.conftest import Call

PROMPT = "Explain how ships float, please, run"
ON_THE_WAY = 60
"""Tokens that the server may have sent to a client which was closing just then: those of a second, at its pace, by
which a client on a busy machine may be behind."""


@dataclass
class Practice:
    url: str
    log: Path

    @property
    def anthropic(self) -> str:
        """The dialect in which the practice models do not tell what they cost."""
        return self.url.removesuffix("/v1")

    @property
    def ends(self) -> list[dict[str, Any]]:
        """Of all requests: the server notes a moment later that a client is gone."""
        for _ in range(200):
            lines = [json.loads(line) for line in self.log.read_text().splitlines()]
            ends = [line for line in lines if line["event"] == "end"]
            if len(ends) == sum(line["event"] == "request" for line in lines):
                break
            time.sleep(0.02)
        return ends


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    log = tmp_path / "requests.jsonl"
    words = command("providers.practice", "--die-with-parent", "--log", str(log), "--tokens-per-s", "60")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield Practice(json.loads(server.stdout.readline())["openai_chat"], log)
        server.stdin.close()
        server.wait()


def worker(home: Path, lane: str, runs: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.app.budgets.worker", lane, str(runs), PROMPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ABREAST_HOME": str(home)},
        cwd=ROOT,
    )


def spend(home: Path, lane: str, processes: int, runs: int) -> list[dict[str, Any]]:
    """All processes start in the same moment; the records of all their runs."""
    workers = [worker(home, lane, runs) for _ in range(processes)]
    for each in workers:
        assert each.stderr is not None
        assert each.stderr.readline() == b"ready\n"
    for each in workers:
        assert each.stdin is not None
        each.stdin.write(b"go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=180) for each in workers]
    assert [each.returncode for each in workers] == [0] * processes, told
    return [json.loads(line) for out, _ in told for line in out.splitlines()]


def rows(home: Path) -> tuple[Row, ...]:
    store = Store(home / "data")
    try:
        with store.transaction():
            return overview(store, BudgetFile(home).budgets(), user(home))
    finally:
        store.close()


@dataclass
class Found:
    outcomes: dict[str, int]
    requests: int
    gone: int
    """Clients that the server saw going, in the middle of its answer."""
    asked: int
    """Tokens of input of the runs that are done."""
    sent: int
    """Tokens of output, as the server tells, of all of them."""
    spent: list[str]


def check(home: Path, practice: Practice, processes: int, runs: int, limits: tuple[str, ...]) -> Found:
    """Nothing has passed its limit: neither by what was counted, nor by what the server has really sent."""
    file = BudgetFile(home)
    for limit in limits:
        file.put(budget("user", limit, "month"))
    in_money = any("USD" in limit for limit in limits)
    lane = f"anthropic:swift@{practice.anthropic}" if in_money else f"openai_chat:swift@{practice.url}"
    records = spend(home, lane, processes, runs)
    assert len(records) == processes * runs
    outcomes = [record["outcome"] for record in records]
    ends = practice.ends
    for row in rows(home):
        assert row.held == 0
        assert row.spent <= row.budget.limit
    stopped, sent = outcomes.count("stopped"), sum(end["tokens"] for end in ends)
    done = [record for record in records if record["outcome"] == "done"]
    rest = sent - sum(record["usage"]["output"] for record in done)
    found = Found(
        {name: outcomes.count(name) for name in sorted(set(outcomes))},
        len(ends),
        sum(end["how"] == "client_closed" for end in ends),
        sum(record["usage"]["input"] or 0 for record in records),
        sent,
        [f"{row.spent:f} of {row.budget.limit:f} {row.budget.unit}" for row in rows(home)],
    )
    for row in rows(home):
        truth = {"tokens": Decimal(found.asked + sent), "requests": Decimal(len(ends))}
        money = sum((Decimal(each["cost"]["amount"]) for each in done), Decimal(0)) + Decimal(15 * rest) / 1_000_000
        on_the_way = {"tokens": stopped * ON_THE_WAY, "USD": stopped * ON_THE_WAY * Decimal(15) / 1_000_000}
        assert truth.get(row.budget.unit, money) <= row.budget.limit + on_the_way.get(row.budget.unit, 0), found
    return found


@pytest.mark.parametrize("limits", [("1500 tokens",), ("0.015 USD", "16 requests")], ids=["tokens", "money"])
def test_forty_runs_in_two_processes_never_pass_a_limit(
    tmp_path: Path, practice: Practice, limits: tuple[str, ...]
) -> None:
    found = check(tmp_path, practice, 2, 20, limits)
    assert set(found.outcomes) <= {"done", "failed", "stopped"}
    assert found.outcomes["failed"], "some found nothing left"
    assert found.requests <= 16 or len(limits) == 1
    assert found.gone <= found.outcomes.get("stopped", 0), "some had been sent all of it just before"


@pytest.mark.long
@pytest.mark.parametrize(
    "limits", [("8k tokens",), ("0.08 USD",), ("60 requests",), ("8k tokens", "0.08 USD", "150 requests")]
)
def test_two_hundred_runs_in_four_processes_never_pass_a_limit(
    tmp_path: Path, practice: Practice, limits: tuple[str, ...]
) -> None:
    found = check(tmp_path, practice, 4, 50, limits)
    print(limits, found)
    assert sum(found.outcomes.values()) == 200
    assert found.outcomes["failed"]


def test_a_killed_process_holds_nothing_and_another_goes_on(tmp_path: Path, practice: Practice) -> None:
    BudgetFile(tmp_path).put(budget("user", "40k tokens", "month"))
    lane = f"openai_chat:deep@{practice.url}"
    with worker(tmp_path, lane, 8) as doomed:
        assert doomed.stdin is not None
        assert doomed.stderr is not None
        doomed.stderr.readline()
        doomed.stdin.write(b"go\n")
        doomed.stdin.flush()
        while not practice.log.exists() or practice.log.read_text().count("first_byte") < 8:
            assert doomed.poll() is None
        (before,) = rows(tmp_path)
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
    assert before.held > 0
    (after,) = rows(tmp_path)
    assert after.held == 0
    assert 0 < after.spent < 8 * 200, "what they had used is spent"
    (record,) = spend(tmp_path, lane, 1, 1)
    assert record["outcome"] == "done"


def test_the_command_line_obeys_and_says_so(call: Call, practice: Practice, tmp_path: Path) -> None:
    lane = ("--lane", f"openai_chat:deep@{practice.url}", "--json")
    assert call("budgets", "set", "user", "60 tokens", "day", "--warn", "50%").code == 0
    stopped = call("run", "--prompt", "Why do ships float?", *lane)
    assert stopped.code == 1
    assert stopped.only["outcome"] == "stopped"
    assert "stopped by the budget of 60 tokens a day for you" in stopped.only["error"]["message"]
    assert [end["how"] for end in practice.ends] == ["client_closed"]
    assert any(notice["kind"] == "limit" for notice in stopped.only["notices"])
    refused = call("run", "--prompt", "Why do ships float?", *lane)
    assert (refused.code, refused.only["outcome"], refused.only["error"]["kind"]) == (1, "failed", "quota")
    assert refused.only["attempts"] == []
    assert len(practice.ends) == 1, "nothing was sent"


def test_a_route_goes_on_to_a_model_whose_budget_is_not_used_up(call: Call, tmp_path: Path) -> None:
    RouteShelf(tmp_path).keep(Route("cheap", Fallback(("practice/deep", "practice/swift"))))
    assert call("budgets", "set", "model:practice/deep", "20 tokens", "month").code == 0
    said = call("run", "--prompt", "Why do ships float?", "--lane", "route:cheap", "--json")
    assert (said.code, said.only["outcome"], said.only["model"]) == (0, "done", "swift")
    assert [attempt["model"] for attempt in said.only["attempts"]] == ["swift"]
    assert any("20 tokens a month for practice/deep" in notice["text"] for notice in said.only["notices"])

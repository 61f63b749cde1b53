"""`abreast ledger`, and what `abreast run` leaves for it."""

import csv
import io
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from app.ledger import place
from app.ledger.money import total
from app.ledger.period import PeriodError, since, until
from app.ledger.questions import AskTotals, Totals, Where, day_of
from app.ledger.store import Store
from app.records import Cost
from tests.app.conftest import Call
from tests.app.ledger.made import a_row, many
from tests.app.recorded import Server

ROOT = Path(__file__).parents[3]


@pytest.fixture
def filled(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    stopped = {"outcome": "stopped", "cost": None, "input": None, "output": None}
    store.keep([a_row(0), a_row(1, model="other"), a_row(2, **stopped), a_row(3, at_us=a_row().at_us - 86_400_000_000)])
    store.close()


def test_a_run_is_in_the_ledger_once(call: Call, server: Server, tmp_path: Path) -> None:
    lane = f"openai_chat:m@{server.root}/chat-text"
    said = call("run", "--prompt", "x", "--lane", lane, "--lane", lane, "--json")
    assert said.code == 0
    assert [path.suffix for path in (tmp_path / "data" / place.SPOOL).iterdir()].count(".jsonl") == 1
    assert not (tmp_path / "data" / place.FILE).exists()
    for _ in range(2):
        told = call("ledger", "--by", "lane", "--json")
        assert told.code == 0
        assert (told.only["lane"], told.only["attempts"], told.only["usage_unknown"]) == (lane, 2, 0)
        assert told.only["tokens"]["input"] == 2 * said.lines[0]["usage"]["input"]
    assert list((tmp_path / "data" / place.SPOOL).iterdir()) == []


def test_running_loads_no_database() -> None:
    check = "import sys, app.cli_run, app.engine; print([m for m in ('sqlalchemy', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("filled")
def test_sums_are_printed_for_people(call: Call) -> None:
    said = call("ledger", "--by", "model")
    assert (said.code, said.err) == (0, "")
    assert said.out.decode().splitlines() == [
        "model              attempts  input  cached  output  cost",
        "gpt-4o-2024-08-06         3  2,000   1,200     400  0.008 USD + 1 of unknown cost (usage unknown)",
        "other                     1  1,000     400     200  0.004 USD",
        "all                       4  3,000   1,600     600  0.012 USD + 1 of unknown cost (usage unknown)",
    ]


@pytest.mark.usefixtures("filled")
def test_sums_are_printed_for_programs(call: Call) -> None:
    lines = call("ledger", "--by", "day", "--by", "user", "--json").lines
    assert [(line["day"], line["user"], line["attempts"], line["unknown"]) for line in lines] == [
        ("2026-11-23", "ann", 1, 0),
        ("2026-11-24", "ann", 3, 1),
    ]
    table = list(csv.DictReader(io.StringIO(call("ledger", "--csv", "--since", "2026-11-24").out.decode())))
    assert [(line["model"], line["cost"], line["currency"]) for line in table] == [
        ("gpt-4o-2024-08-06", "0.004", "USD"),
        ("other", "0.004", "USD"),
    ]


@pytest.mark.usefixtures("filled")
def test_a_period_that_ends_before_it_begins_is_refused(call: Call) -> None:
    told = call("ledger", "--since", "2026-11", "--until", "2026-10")
    assert (told.code, told.out) == (2, b"")
    assert told.err == "abreast ledger: --since 2026-11 is after --until 2026-10\n"


def test_a_period_without_runs_is_said(call: Call) -> None:
    said = call("ledger", "--until", "2025")
    assert (said.code, said.out) == (1, b"Nothing was run then.\n")
    assert "practice" in said.err


@pytest.mark.parametrize("what", ["reprice", "reconcile"])
def test_comparisons_say_that_practice_models_are_left_out(call: Call, tmp_path: Path, what: str) -> None:
    store = Store(tmp_path / "data")
    paid = Cost("5", "USD", "provider", None)
    store.keep([a_row(1, vendor="practice", lane="practice/swift", model="swift", cost=paid, computed=paid)])
    store.close()
    said = call("ledger", what)
    assert (said.code, said.err) == (1, "abreast ledger: practice models are left out; --practice shows them\n")
    told = call("ledger", what, "--practice", "--json")
    assert (told.code, told.err) == (0, "")
    assert (told.only["model"], told.only["attempts"]) == ("swift", 1)


@pytest.mark.parametrize("said", ["yesterday", "2026-13", "2026-02-30", "0000", "7x", "2026-1-1-1", "99999d"])
def test_what_is_no_date_is_a_usage_error(call: Call, said: str) -> None:
    told = call("ledger", "--since", said)
    assert (told.code, told.out) == (2, b"")
    assert repr(said) in told.err
    with pytest.raises(PeriodError):
        until(said)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2026-11-24", "2026-11-24", "2026-11-24"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_days_months_and_years_are_whole(said: str, first: str, last: str) -> None:
    assert day_of(since(said) or 0) == first
    assert day_of((until(said) or 0) - 1) == last


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://root:secret@db/x", "neither"),
        ("postgresql://ann:secret@127.0.0.1:1/none?connect_timeout=1", "cannot be opened"),
        ("post gres", "no address"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(call: Call, url: str, words: str) -> None:
    said = call("ledger", ABREAST_LEDGER=url)
    assert (said.code, said.out) == (1, b"")
    assert words in said.err
    assert "secret" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:s3/cr@db:5432/x", "postgresql://ann:…@db:5432/x"),
        (
            "postgresql://db/x?user=ann&password=s3cr&sslmode=require",
            "postgresql://db/x?user=ann&password=…&sslmode=require",
        ),
        ("postgresql://ann@db/x", "postgresql://ann@db/x"),
    ],
)
def test_addresses_are_shown_without_passwords(url: str, shown: str) -> None:
    assert place.readable(url) == shown
    assert place.has_password(url) == (shown != url)


def test_the_environment_goes_before_the_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"ledger": "postgresql://db/x", "user": "team"}')
    assert place.address(tmp_path, {}) == "postgresql://db/x"
    assert place.address(tmp_path, {"ABREAST_LEDGER": "postgresql://other/x"}) == "postgresql://other/x"
    assert place.user(tmp_path) == "team"
    assert place.user(tmp_path / "none") != ""


def test_a_team_shares_a_database(call: Call, postgresql: str, tmp_path: Path) -> None:
    store = Store(tmp_path, postgresql)
    store.keep([a_row(0), a_row(1, user="bob")])
    store.close()
    told = call("ledger", "--by", "user", "--json", ABREAST_LEDGER=postgresql)
    assert [(line["user"], line["attempts"]) for line in told.lines] == [("ann", 1), ("bob", 1)]
    assert not (tmp_path / "data" / place.FILE).exists()


KEEPS = """
import sys
from pathlib import Path
from app.ledger.store import Store
from tests.app.ledger.made import many
rows = many(240)
store = Store(Path(sys.argv[1]), sys.argv[2])
for start in range(int(sys.argv[3]), 240, 30):
    store.keep(rows[start : start + 60])
"""


def test_several_processes_add_at_the_same_time_and_nothing_is_counted_twice(folder: Path, url: str) -> None:
    Store(folder, url).close()
    children = [
        subprocess.Popen([sys.executable, "-c", KEEPS, str(folder), url, str(first)], cwd=ROOT, env={**os.environ})
        for first in (0, 30)
    ]
    assert [child.wait(60) for child in children] == [0, 0]
    store, rows = Store(folder, url), many(240)
    for where in (Where(), Where(since_us=1)):  # as kept ready, and off the rows
        totals = store.answer(AskTotals((), where))
        assert isinstance(totals, Totals)
        (line,) = totals.lines
        assert (line.attempts, line.tokens.input) == (240, sum(row.input or 0 for row in rows))
        known = [row.cost for row in rows if row.cost is not None and row.cost.currency == "USD"]
        assert Decimal(line.costs[1].amount) == total(Decimal(cost.amount) for cost in known)
    store.close()


def test_a_damaged_ledger_is_set_aside_and_said(call: Call, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / place.FILE).write_bytes(b"this is no database, and never was" * 100)
    said = call("ledger")
    assert said.code == 1
    assert "damaged" in said.err
    assert (tmp_path / "data" / "ledger.damaged-1.sqlite3").exists()


def test_a_newer_ledger_is_left_alone(call: Call, tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE laid_out SET version = 99")
    store.close()
    said = call("ledger")
    assert said.code == 1
    assert "newer Abreast" in said.err

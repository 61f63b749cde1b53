"""What is spent and held: exact, never past a limit, and free again when its holder is gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budgets.budget import Budget
from app.budgets.claim import Claim, Opened, Refused, Taken
from app.budgets.file import BudgetError
from app.budgets.overview import overview
from app.budgets.store import FILE, Store
from app.budgets.written import budget
from app.children import ROOT

TODAY = datetime.now().strftime("%Y-%m-%d")
HUNDRED = budget("user", "100 tokens", "day")


def claim(of: Budget = HUNDRED, first: str = "10", each: str = "1", today: str = TODAY) -> Claim:
    return Claim(of, "me", f"user:me {of.unit} {of.window}", today, Decimal(first), Decimal(each))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def opened(store: Store, lease: str, *claims: Claim, most: int = 64) -> Opened | Refused:
    with store.transaction():
        used = tuple(each.first for each in claims)
        return store.open(lease, claims, used, least=1, most=most)


def taken(store: Store, lease: str, used: int, *claims: Claim, least: int = 1) -> Taken | Refused:
    with store.transaction():
        return store.take(lease, claims, tuple(Decimal(used) for _ in claims), least=least, most=64)


def settled(store: Store, lease: str, spent: str, *claims: Claim) -> None:
    with store.transaction():
        store.settle(lease, claims, tuple(Decimal(spent) for _ in claims))


def sums(store: Store, of: Claim) -> tuple[Decimal, Decimal]:
    (standing,) = store.standings(((of.counter, of.period),))
    return standing.spent, standing.held


def test_slices_shrink_as_the_limit_gets_near_until_there_are_none(store: Store) -> None:
    one = claim()
    first = opened(store, "a", one)
    assert isinstance(first, Opened)
    slices = [first.tokens]
    while isinstance(found := taken(store, "a", 10 + sum(slices), one), Taken):
        slices.append(found.tokens)
    assert slices[0] == (100 - 10) // 4
    assert slices == sorted(slices, reverse=True)
    assert sums(store, one) == (0, 100)
    assert isinstance(opened(store, "b", one), Refused)


def test_what_was_not_used_is_given_back(store: Store) -> None:
    one = claim()
    opened(store, "a", one)
    settled(store, "a", "17", one)
    assert sums(store, one) == (17, 0)


def test_more_than_was_held_counts_as_well(store: Store) -> None:
    one = claim()
    opened(store, "a", one)
    settled(store, "a", "170", one)
    assert sums(store, one) == (170, 0)
    found = opened(store, "b", one)
    assert isinstance(found, Refused)
    assert (found.left, found.needs) == (-70, 11)


def test_a_budget_that_only_warns_refuses_nothing_and_counts_all(store: Store) -> None:
    soft = claim(budget("user", "100 tokens", "day", then="warn"))
    settled(store, "x", "95", soft)
    found = opened(store, "a", soft)
    assert isinstance(found, Opened)
    assert isinstance(taken(store, "a", 74, soft), Taken)
    assert sums(store, soft)[1] == 10 + 64 + 64


def test_one_that_blocks_lets_end_what_streams(store: Store) -> None:
    blocking = claim(budget("user", "100 tokens", "day", then="block"))
    assert isinstance(opened(store, "a", blocking), Opened)
    assert isinstance(taken(store, "a", 200, blocking), Taken)
    assert isinstance(opened(store, "b", blocking), Refused)


def test_the_tightest_of_several_decides(store: Store) -> None:
    tokens, money = claim(), claim(budget("user", "0.0001 USD", "day"), "0.00001", "0.00001")
    found = opened(store, "a", tokens, money)
    assert isinstance(found, Opened)
    assert found.tokens == 9 // 4
    settled(store, "a", "0.00009", money)
    refused = opened(store, "b", tokens, money)
    assert isinstance(refused, Refused)
    assert refused.claim == money


def test_nothing_is_held_where_nothing_is_granted(store: Store) -> None:
    tokens, money = claim(), claim(budget("user", "0.0001 USD", "day"), "1", "1")
    assert isinstance(opened(store, "a", tokens, money), Refused)
    assert sums(store, tokens) == (0, 0)


def test_requests_are_counted_one_by_one(store: Store) -> None:
    two = claim(budget("user", "2 requests", "hour"), "1", "0")
    assert [type(opened(store, lease, two)) for lease in "abc"] == [Opened, Opened, Refused]
    settled(store, "a", "1", two)
    settled(store, "b", "0", two)
    assert isinstance(opened(store, "d", two), Opened)


def test_a_share_is_told_once_in_a_period(store: Store, tmp_path: Path) -> None:
    one = claim()
    with store.transaction():
        assert store.settle("a", (one,), (Decimal(79),)) == ()
        assert [warned.spent for warned in store.settle("b", (one,), (Decimal(1),))] == [80]
        assert store.settle("c", (one,), (Decimal(1),)) == ()
    other = Store(tmp_path)
    with other.transaction():
        assert other.settle("d", (one,), (Decimal(1),)) == ()
        later = Claim(one.budget, one.name, one.counter, "2999-01-01", one.first, one.each)
        assert len(other.settle("e", (later,), (Decimal(90),))) == 1
    other.close()


amounts = st.lists(st.decimals("0", "10", places=12), min_size=1, max_size=20)


@settings(max_examples=25, deadline=None)
@given(amounts)
def test_sums_are_exact_to_the_last_digit(tmp_path_factory: pytest.TempPathFactory, each: list[Decimal]) -> None:
    store = Store(tmp_path_factory.mktemp("budgets"))
    one = claim(budget("user", "1 USD", "day", then="warn"), "0", "0.000000000001")
    for number, amount in enumerate(each):
        opened(store, str(number), one)
        settled(store, str(number), format(amount, "f"), one)
    assert Fraction(sums(store, one)[0]) == sum(map(Fraction, each))
    store.close()


HOLDER = """
import sys, time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from app.budgets.store import Store
from tests.app.budgets.test_store import claim
store, one = Store(Path(sys.argv[1])), claim(today=sys.argv[2])
with store.transaction():
    store.open("theirs", (one,), (Decimal(10),), least=1, most=64)
    store.use("theirs", (one,), (Decimal(21),))
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_process_holds_nothing_and_what_it_used_is_spent(store: Store, tmp_path: Path) -> None:
    one = claim()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), TODAY],  # told: a suite may run past midnight
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with store.transaction():
            assert not store.free_the_dead(), "it lives"
        assert sums(store, one) == (0, 32)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with store.transaction():
        (row,) = overview(store, (HUNDRED,), "me")
        assert store.free_the_dead() is False, "the overview has freed it"
    assert sums(store, one) == (21, 0)
    assert row.budget == HUNDRED
    assert [path.name for path in (tmp_path / "budgets").glob("*.lock")] == [f"{store._owner.name}.lock"]


def test_who_finds_too_little_looks_for_the_dead_first(store: Store, tmp_path: Path) -> None:
    gone = Store(tmp_path)
    assert isinstance(opened(gone, "theirs", claim(first="90")), Opened)
    assert isinstance(opened(store, "ours", claim(first="40")), Refused)
    gone.close()
    assert isinstance(opened(store, "ours", claim(first="5")), Opened)


def test_what_the_dead_have_left_and_what_was_long_ago_is_cleared_away(tmp_path: Path) -> None:
    store, long_ago = Store(tmp_path), Claim(HUNDRED, "me", "user:me tokens day", "2020-01-01", Decimal(1), Decimal(1))
    settled(store, "a", "5", long_ago)
    settled(store, "b", "5", claim())
    store.close()
    (tmp_path / "budgets" / "1-dead.lock").touch()
    store = Store(tmp_path)
    assert (sums(store, long_ago)[0], sums(store, claim())[0]) == (0, 5)
    assert [path.stem for path in (tmp_path / "budgets").glob("*.lock")] == [store._owner.name]
    store.close()


def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, " * 100)
    store = Store(tmp_path)
    assert "damaged" in store.said
    assert isinstance(opened(store, "a", claim()), Opened)
    store.close()
    assert list(tmp_path.glob("*.damaged-1.sqlite3"))


def test_one_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store._db.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(BudgetError, match="newer Abreast"):
        Store(tmp_path)

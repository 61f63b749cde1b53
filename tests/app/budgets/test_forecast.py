"""Before sending: what a prompt may cost, lane by lane and in sum, and what it would not fit."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from app.budgets.desk import BudgetDesk, gate_of
from app.budgets.forecast import (
    Forecast,
    Left,
    Sizes,
    all_blocked,
    cautions,
    lines,
    longest,
    of_route,
    overflow,
    summed,
)
from app.budgets.seer import Seer
from app.budgets.wishes import (
    AskBudgets,
    BudgetsTold,
    BudgetTold,
    BudgetWish,
    Foresee,
    Foreseen,
    RemoveBudget,
    SetBudget,
)
from app.budgets.written import budget
from app.lanes import Lane
from app.messages import Up
from app.own_prices import OwnPrice, OwnPrices
from app.pricing import Prices
from app.routes.shelf import RouteShelf
from app.routes.spec import Ask, Budgeted, Fallback, Route
from app.shelf import Shelf
from app.tariff import Rates, Tariff
from app.tasks import Tasks
from app.tokens import Count

SWIFT = Forecast("swift", 61, 1000, Decimal("0.0000065"), Decimal("0.0004061"), "USD")
LEFT = Left(budget("user", "5 USD", "day"), "me", Decimal("4.2"))


@pytest.mark.parametrize(
    ("lanes", "left", "said"),
    [
        ((SWIFT,), (), "1 lane · $0.0000065–0.00041"),
        ((SWIFT, SWIFT), (LEFT,), "2 lanes · $0.000013–0.00081 of $4.20 left today"),
        ((Forecast("m", 5, None, Decimal("0.001"), None, "USD"),), (LEFT,), "1 lane · from $0.001 of $4.20 left today"),
        ((SWIFT, Forecast("m", 5, None)), (), "2 lanes · $0.0000065–0.00041 for 1 of them"),
        ((Forecast("m", 5, None),), (), "1 lane"),
        (
            (Forecast("m", 5, None),),
            (Left(budget("user", "20k tokens", "hour"), "me", Decimal(12_000)),),
            "1 lane · of 12,000 tokens left this hour",
        ),
    ],
)
def test_the_sum(lanes: tuple[Forecast, ...], left: tuple[Left, ...], said: str) -> None:
    assert summed(lanes, left) == said


def test_the_tightest_budget_is_the_one_that_is_told() -> None:
    month = Left(budget("vendor", "100 USD", "month"), "practice", Decimal("0.5"))
    assert summed((SWIFT,), (LEFT, month)).endswith("of $0.50 left this month")


def test_money_of_several_kinds_is_not_summed() -> None:
    assert summed((SWIFT, Forecast("m", 5, 5, Decimal(1), Decimal(2), "EUR")), ()) == "2 lanes · in EUR and USD"


@pytest.mark.parametrize(
    ("tokens", "allowed", "sizes", "output"),
    [
        (10, None, Sizes(), None),
        (10, 50, Sizes(), 50),
        (10, None, Sizes(100, 40), 40),
        (10, 200, Sizes(100, 40), 90),
        (10, None, Sizes(100), 90),
        (200, None, Sizes(100, 40), 0),
    ],
)
def test_the_longest_answer(tokens: int, allowed: int | None, sizes: Sizes, output: int | None) -> None:
    assert longest(tokens, allowed, sizes) == output


def test_what_does_not_fit_is_said_before() -> None:
    assert overflow("m", 200, None, Sizes(100)) == "m: ≈ 200 tokens do not fit its context of 100"
    assert "max_tokens 50" in overflow("m", 60, 50, Sizes(100))
    assert overflow("m", 50, 50, Sizes(100)) == ""
    assert overflow("m", 10**9, None, Sizes()) == "", "nobody knows"


def test_one_line_for_each_lane_and_budget() -> None:
    told = lines((SWIFT, Forecast("m", 5, None)), (LEFT,))
    assert told == (
        "swift: ≈ 61 tokens in, at most 1,000 out, $0.0000065–0.00041",
        "m: ≈ 5 tokens in, an unknown number of out, price unknown",
        "$5 a day for you: $4.20 left",
    )


def asked(home: Path, monkeypatch: pytest.MonkeyPatch, *wishes: BudgetWish) -> list[BudgetTold]:
    """What the engine's side tells, wish after wish."""
    monkeypatch.setenv("ABREAST_HOME", str(home))
    told: list[BudgetTold] = []

    def say(up: Up) -> None:
        told.append(up)  # type: ignore[arg-type]

    async def main() -> None:
        prices = Prices()
        prices.own = OwnPrices({"ollama/qwen": OwnPrice(Tariff(Rates(Decimal(1), Decimal(2))), None)})
        gate, quiet, tasks = gate_of(prices, say), asyncio.Event(), Tasks(pytest.fail)
        quiet.set()
        desk = BudgetDesk(gate, Seer(gate, Shelf(home / "cache"), prices), quiet, tasks, say)
        for number, wish in enumerate(wishes, 1):
            desk.wish(wish)
            while len(told) < number:
                await asyncio.sleep(0.005)
        gate.close()

    asyncio.run(main())
    return told


def foresee(*lanes: Lane, tokens: int = 61) -> Foresee:
    return Foresee(1, (Count(tokens, "o200k_base", False),), lanes)


def test_prices_and_sizes_are_those_of_the_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = (Lane("practice/swift"), Lane("ollama/qwen", {"max_tokens": 100}), Lane("ollama/other"), Lane("nonsense"))
    (told,) = asked(tmp_path, monkeypatch, foresee(*lanes))
    assert isinstance(told, Foreseen)
    swift, own, other, nonsense = told.lanes
    assert (swift.output, swift.least) == (1024, Decimal("0.0000065"))
    assert (own.output, own.least, own.most) == (100, Decimal("0.000063"), Decimal("0.000261"))
    assert (other.output, other.least) == (None, None)
    assert nonsense.input == 0
    assert told.left == ()
    assert not (tmp_path / "data").exists(), "without budgets there is nothing to look up"


def test_lanes_share_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = (SetBudget(budget("user", "190 tokens", "day")), foresee(Lane("practice/swift"), Lane("practice/deep")))
    told = asked(tmp_path, monkeypatch, *wishes)[-1]
    assert isinstance(told, Foreseen)
    assert [bool(lane.blocked) for lane in told.lanes] == [False, True]
    (caution,) = cautions(told.lanes)
    assert caution.startswith("deep: only 90 tokens left of 190 tokens a day for you until ")
    assert [left.left for left in told.left] == [190]


def test_a_long_prompt_is_told_where_it_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = (Lane("practice/swift"), Lane("practice/deep"))
    (told,) = asked(tmp_path, monkeypatch, foresee(*lanes, tokens=9_000))
    assert isinstance(told, Foreseen)
    assert cautions(told.lanes) == ("swift: ≈ 9,000 tokens do not fit its context of 8,192",)


def test_budgets_are_set_changed_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = budget("user", "5 USD", "day"), budget("vendor:openai", "9 USD", "day")
    wishes = (SetBudget(one), SetBudget(other, one.id), AskBudgets(), RemoveBudget(other.id), RemoveBudget("nothing"))
    told = asked(tmp_path, monkeypatch, *wishes)
    assert all(isinstance(each, BudgetsTold) for each in told)
    assert [[row.budget for row in each.rows] for each in told] == [[one], [other], [other], [], []]  # type: ignore[union-attr]
    assert told[0].said == "Set: $5 a day for you."  # type: ignore[union-attr]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "budgets.json").write_text("{")
    (told, again) = asked(tmp_path, monkeypatch, AskBudgets(), SetBudget(budget("user", "5 USD", "day")))
    for each in (told, again):
        assert isinstance(each, BudgetsTold)
        assert not each.is_good
        assert "cannot be read" in each.said


CHEAP = Forecast("cheap", 60, 100, Decimal("0.001"), Decimal("0.01"), "USD")
DEAR = Forecast("dear", 61, 200, Decimal("0.02"), Decimal("0.3"), "USD")


def test_a_route_costs_from_its_cheapest_model_to_all_of_them() -> None:
    found = of_route("route:r", (DEAR, CHEAP))
    assert (found.input, found.output, found.models) == (61, 200, 2)
    assert (found.least, found.most, found.currency) == (Decimal("0.001"), Decimal("0.31"), "USD")
    assert lines((found,), ()) == ("route:r (one to all of 2 models): ≈ 61 tokens in, at most 200 out, $0.001–0.31",)
    unknown = of_route("route:r", (DEAR, Forecast("m", 61, None)))
    assert (unknown.output, unknown.least, unknown.most) == (None, None, None)
    assert of_route("route:r", ()) == Forecast("route:r", 0, None)


def test_a_route_is_stopped_only_where_all_of_its_models_are() -> None:
    blocked = structs.replace(DEAR, blocked="dear: nothing left")
    assert of_route("route:r", (blocked, CHEAP)).blocked == ""
    assert of_route("route:r", (blocked, blocked)).blocked == "dear: nothing left"
    assert all_blocked((blocked, SWIFT)) == ""
    assert all_blocked((blocked, blocked)) == "dear: nothing left"
    assert all_blocked(()) == ""


ROUTE = Route("r", Fallback((Ask("practice/swift", {"max_tokens": 5}), "practice/deep")))


def test_models_of_a_route_are_foreseen_under_their_budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lane = Lane("route:r", {"max_tokens": 50}, route=ROUTE)
    kept = SetBudget(budget("model:practice/swift", "10 tokens", "day"))
    told = asked(tmp_path, monkeypatch, foresee(lane), kept, foresee(lane, Lane("practice/swift")))
    assert isinstance(told[0], Foreseen)
    (route,) = told[0].lanes
    assert (route.models, route.output, route.blocked) == (2, 50, "")
    assert route.least == Decimal("0.0000065"), "swift alone"
    assert isinstance(told[2], Foreseen)
    assert [bool(each.blocked) for each in told[2].lanes] == [False, True], "deep answers where swift may not"


def test_a_route_of_the_shelf_is_found_and_one_that_is_not_there_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RouteShelf(tmp_path).keep(ROUTE)
    (tmp_path / "routes" / "broken.yaml").write_text("policy: [")
    lanes = (Lane("route:r"), Lane("route:none"), Lane("route:broken"))
    (told,) = asked(tmp_path, monkeypatch, foresee(*lanes))
    assert isinstance(told, Foreseen)
    assert [each.models for each in told.lanes] == [2, 1, 1]
    assert told.lanes[1:] == (Forecast("route:none", 0, None), Forecast("route:broken", 0, None))


def test_the_turns_before_are_part_of_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = structs.replace(foresee(Lane("practice/swift"), Lane("practice/deep")), before=(9_000, 0))
    (told,) = asked(tmp_path, monkeypatch, wish)
    assert isinstance(told, Foreseen)
    assert [each.input for each in told.lanes] == [9_061, 61]
    assert cautions(told.lanes) == ("swift: ≈ 9,061 tokens do not fit its context of 8,192",)


def test_a_budget_that_lets_nothing_unpriced_run_says_so_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = structs.replace(budget("user", "5 USD", "day"), unpriced="block")
    told = asked(tmp_path, monkeypatch, SetBudget(strict), foresee(Lane("ollama/other")))[-1]
    assert isinstance(told, Foreseen)
    assert "no price is known for ollama/other" in told.lanes[0].blocked


def test_what_stands_in_a_route_is_foreseen_and_told_among_the_budgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow, wide = Budgeted("practice/swift", "10 tokens"), Budgeted("practice/swift", "9k tokens")
    RouteShelf(tmp_path).keep(Route("narrow", narrow))
    RouteShelf(tmp_path).keep(Route("wrong", Budgeted("practice/swift", "much")))
    half = Lane("route:half", route=Route("half", Fallback((narrow, wide))))
    lanes = (Lane("route:narrow"), half, Lane("practice/swift"), Lane("route:wrong"))
    foreseen, told = asked(tmp_path, monkeypatch, foresee(*lanes), AskBudgets())
    assert isinstance(foreseen, Foreseen)
    blocked = [each.blocked for each in foreseen.lanes]
    assert "only 10 tokens left of 10 tokens a day for the route narrow" in blocked[0]
    assert blocked[1:] == ["", "", ""]
    assert foreseen.lanes[3] == Forecast("route:wrong", 0, None)
    assert isinstance(told, BudgetsTold)
    assert [row.budget.id for row in told.rows] == ["route:narrow tokens day"]
    assert told.rows[0].left == 10

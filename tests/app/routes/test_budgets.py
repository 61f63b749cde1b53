"""Budgets that stand in routes: what they hold for, who goes on when one is used up, how they are told."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.budgets import words
from app.budgets.written import WrittenError
from app.compose import Workshop
from app.directory import Directory
from app.keys import Keys
from app.lanes import Lane
from app.routes import budgets, spec
from app.routes.check import problems
from app.routes.shelf import RouteShelf
from app.routes.spec import Node, Route
from app.tape import Tape
from providers.types import Request
from tests.app.conftest import Call
from tests.app.routes.test_build import Bench

SWIFT, DEEP = "practice/swift", "practice/deep"


def over(of: Node, limit: str = "1 USD", **settings: Any) -> spec.Budgeted:
    return spec.Budgeted(of, limit, **settings)


WIDE: Node = over(
    spec.Fallback(
        (
            spec.Escalate(over("a/1"), over(spec.Retry("a/2")), spec.Graded(0.5, over("a/3"))),
            spec.Tier((spec.Case(spec.Longer(5), over("a/4")),), over("a/5")),
            spec.Split((spec.Branch("a/6"), spec.Branch(over(spec.Hedge("a/7", over("a/8")))))),
            spec.Cached(over("a/9"), similar=spec.Similar("local", ask=over("b/1"))),
        )
    )
)


def test_each_leaf_is_under_all_that_stand_over_it_and_builder_and_forecast_call_them_alike() -> None:
    bench = Bench()
    route = Route("r", spec.Fallback((spec.Escalate(over("a/1"), "a/2", spec.Graded(0.5, over("a/3"))), "a/4")))
    told = {ask.lane: tuple(each.name for each in above) for ask, above in budgets.asks(route)}
    assert told == {"a/1": ("r/0.cheap",), "a/2": (), "a/3": ("r/0.judge",), "a/4": ()}
    bench.build(route.root)
    assert dict(bench.over) == told
    told = {ask.lane: tuple(each.name for each in above) for ask, above in budgets.asks(Route("r", WIDE))}
    assert all(names[0] == "r" for names in told.values())
    assert told["a/8"] == ("r", "r/of.2.1", "r/of.2.1.of.second")
    wide = Bench()
    wide.build(WIDE)
    assert dict(wide.over) == told
    assert len({each.id for each in budgets.budgets(Route("r", WIDE))}) == 10


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("", "'' is no limit"),
        ("much", "'much' is no limit: write an amount and what of, as 5 USD"),
        ("-1 USD", "is no limit"),
        ("1.5 requests", "there is no part of a request"),
        ("0 USD", "lets nothing run"),
    ],
)
def test_an_amount_that_is_none_is_told_at_its_node(limit: str, said: str) -> None:
    root = spec.Fallback((over(SWIFT, limit), DEEP))
    (found,) = problems(root, Directory())
    assert (found.at, found.weight) == ("of[0]", "wrong")
    assert said in found.text
    assert problems(over(SWIFT, "8k tokens", window="hour", then="warn"), Directory()) == ()


def test_what_is_written_wrong_has_no_budgets_and_is_left_out_of_the_overview(tmp_path: Path) -> None:
    with pytest.raises(WrittenError):
        budgets.budgets(Route("r", over(SWIFT, "much")))
    assert budgets.saved(tmp_path) == ()
    shelf = RouteShelf(tmp_path)
    shelf.keep(Route("wrong", over(SWIFT, "much")))
    shelf.keep(Route("good", over(SWIFT, "2 USD", window="month")))
    (tmp_path / "routes" / "broken.yaml").write_text("policy: [")
    (found,) = budgets.saved(tmp_path)
    assert found.id == "route:good USD month"
    assert words.title(found) == "$2 a month for the route good"


def test_a_wrong_amount_is_refused_before_anything_is_sent(call: Call, tmp_path: Path) -> None:
    RouteShelf(tmp_path).keep(Route("r", over(SWIFT, "much")))
    said = call("run", "--lane", "route:r", "--prompt", "Hi")
    assert said.code == 2
    assert "'much' is no limit" in said.err


def served(run: dict[str, Any]) -> list[str]:
    return [attempt["model"] for attempt in run["attempts"] if attempt["outcome"] == "done"]


def test_a_fallback_goes_on_once_the_budget_of_the_first_is_used_up(call: Call, tmp_path: Path) -> None:
    first = over(spec.Retry(SWIFT), "1 request", then="block")
    RouteShelf(tmp_path).keep(Route("r", spec.Fallback((first, DEEP))))
    runs = [call("run", "--lane", "route:r", "--prompt", "Hi", "--json").only for _ in range(2)]
    assert [served(run) for run in runs] == [["swift"], ["deep"]]
    assert call("run", "--lane", SWIFT, "--prompt", "Hi", "--json").only["outcome"] == "done", "no part of the route"
    told = call("budgets", "list", "--json").only
    assert (told["id"], told["spent"], told["left"]) == ("route:r/0 requests day", "1", "0")


def test_a_budget_over_the_whole_route_ends_it_in_its_own_name(call: Call, tmp_path: Path) -> None:
    RouteShelf(tmp_path).keep(Route("r", over(spec.Fallback((SWIFT, DEEP)), "1 request")))
    assert call("run", "--lane", "route:r", "--prompt", "Hi", "--json").only["outcome"] == "done"
    run = call("run", "--lane", "route:r", "--prompt", "Hi", "--json").only
    assert run["outcome"] == "failed"
    assert run["error"]["kind"] == "quota"
    assert "the budget of 1 request a day for the route r has nothing left" in run["error"]["message"]


def test_both_of_a_hedge_are_counted_and_a_longer_answer_is_stopped(call: Call, tmp_path: Path) -> None:
    shelf = RouteShelf(tmp_path)
    shelf.keep(Route("both", over(spec.Hedge(DEEP, DEEP, 0.0), "9 requests")))
    assert call("run", "--lane", "route:both", "--prompt", "Hi", "--json").only["outcome"] == "done"
    assert call("budgets", "list", "--json").only["spent"] == "2"
    shelf.remove("both")
    shelf.keep(Route("short", over(DEEP, "60 tokens")))
    run = call("run", "--lane", "route:short", "--prompt", "Tell me all", "--json").only
    assert (run["outcome"], run["error"]["provider_code"]) == ("stopped", "budget")
    assert "stopped by the budget of 60 tokens a day for the route short" in run["error"]["message"]
    told = call("budgets", "list", "--json").only
    assert 0 < int(told["spent"]) <= 60


def test_one_that_only_warns_stands_in_nobodys_way(call: Call, tmp_path: Path) -> None:
    RouteShelf(tmp_path).keep(Route("r", over(SWIFT, "1 request", then="warn")))
    runs = [call("run", "--lane", "route:r", "--prompt", "Hi", "--json").only for _ in range(2)]
    assert [run["outcome"] for run in runs] == ["done", "done"]


# Embeddings


def similar(url: str, of: Node = SWIFT) -> tuple[spec.Cached, str]:
    embed = f"openai_chat:practice-embed@{url}"
    return spec.Cached(of, similar=spec.Similar(embed, threshold=0.7)), embed


def test_an_embedding_is_asked_under_the_budgets_and_without_it_the_answer_comes(
    call: Call, tmp_path: Path, practice_url: str
) -> None:
    RouteShelf(tmp_path).keep(Route("c", similar(practice_url)[0]))
    call("budgets", "set", "model:practice-embed", "1 request", "day")
    runs = [call("run", "--lane", "route:c", "--prompt", text, "--json").only for text in ("How so?", "Why not?")]
    assert [[each["role"] for each in run["attempts"]] for run in runs] == [["embedding", "answer"], ["answer"]]
    assert [run["outcome"] for run in runs] == ["done", "done"]
    assert call("budgets", "list", "--json").only["spent"] == "1"


def test_the_node_counts_embeddings_below_it(call: Call, tmp_path: Path, practice_url: str) -> None:
    RouteShelf(tmp_path).keep(Route("c", over(similar(practice_url)[0], "9 requests")))
    call("run", "--lane", "route:c", "--prompt", "How so?", "--json")
    assert call("budgets", "list", "--json").only["spent"] == "2"


def test_a_fault_can_strike_who_embeds_alone(call: Call, tmp_path: Path, practice_url: str) -> None:
    route, embed = similar(practice_url)
    RouteShelf(tmp_path).keep(Route("c", route))
    said = call("run", "--lane", "route:c", "--prompt", "How so?", "--json", "--fault", "500", "--fault-at", embed)
    assert [(each["role"], each["outcome"]) for each in said.only["attempts"]] == [
        ("embedding", "failed"),
        ("answer", "done"),
    ]
    other = call("run", "--lane", SWIFT, "--prompt", "How so?", "--fault", "500", "--fault-at", embed)
    assert other.code == 2
    assert "no lane asks it" in other.err


def test_who_embeds_is_among_those_asked_but_what_this_machine_makes_is_not() -> None:
    route, embed = similar("http://127.0.0.1:1/v1")
    lane = Lane("route:c", route=Route("c", spec.Fallback((route, spec.Cached(DEEP, similar=spec.Similar("local"))))))
    assert lane.models == (SWIFT, DEEP)
    assert lane.asked == (SWIFT, DEEP, embed)


def test_an_embedding_is_shown_to_the_observer(
    tmp_path: Path, practice_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    tape = Tape()

    async def run() -> None:
        workshop = Workshop(keys=Keys({}))
        try:
            lane = Lane("route:c", route=Route("c", similar(practice_url)[0]))
            async for _ in (await workshop.model(lane, tape)).stream(Request.of("How so?")):
                pass
        finally:
            await workshop.aclose()

    asyncio.run(run())
    embedding, answer = tape.exchanges()
    assert embedding.asked is not None
    assert embedding.asked.url.endswith("/embeddings")
    assert msgspec.json.decode(embedding.asked.body)["input"] == "How so?"
    assert embedding.answered is not None
    assert embedding.answered.status == 200
    assert "embedding" in msgspec.json.decode(embedding.body)["data"][0]
    assert answer.model == "swift"

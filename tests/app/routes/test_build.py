"""From a route's tree to the models that it names; a route is a lane of the command line like any other."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.budgets.budget import Budget
from app.cache.shelf import CacheThread
from app.lanes import Lane, LaneError
from app.routes import spec
from app.routes.build import Builder, Unusable
from app.routes.shared import Lately, Shared
from app.routes.shelf import RouteNameError, RouteShelf, with_route
from app.routes.spec import Node, Route
from app.routes.templates import TEMPLATES
from app.routes.text import to_text
from providers.errors import Failure, ProviderError
from providers.model import Model
from providers.routes.fallback import Fallback
from providers.routes.hedge import Hedge
from providers.routes.limit import Limit
from providers.routes.retry_budget import RetryBudget
from providers.routes.similarity import Embedder
from tests.app.conftest import Call
from tests.providers.routes.transcript import answers, transcript

NO_KEY = Failure("authentication", "no key")


async def _nobody(lane: str, over: tuple[Budget, ...]) -> Embedder:
    raise ProviderError(NO_KEY)


class Bench:
    """Makes each lane a model that says its own name."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.over: list[tuple[str, tuple[str, ...]]] = []
        self.shared = Shared(Lately())

    async def ask(self, lane: str, params: dict[str, Any], over: tuple[Budget, ...]) -> Model:
        self.asked.append((lane, params))
        self.over.append((lane, tuple(each.name for each in over)))
        if lane.startswith("openai/"):
            raise ProviderError(NO_KEY)
        if lane == "odd":
            raise LaneError("odd")
        return answers(lane, f"I am {lane}.")

    def build(self, root: Node) -> Model:
        cache = CacheThread(Path("/nowhere"))  # it is opened when it is first wanted, which is never
        builder = Builder(self.ask, self.shared, lambda _: RetryBudget(), _nobody, cache)
        return asyncio.run(builder.route(Route("r", root)))


def test_leaves_get_their_parameters() -> None:
    bench = Bench()
    bench.build(spec.Fallback(("a/b", spec.Ask("c/d", {"seed": 1}))))
    assert bench.asked == [("a/b", {}), ("c/d", {"seed": 1})]


@pytest.mark.parametrize("id_", ["cheap-first", "never-down", "fastest-of-two"])
def test_templates_answer(id_: str) -> None:
    (root,) = [template.root for template in TEMPLATES if template.id == id_]
    assert transcript(Bench().build(root))[-1].startswith("0 finished")


def test_a_model_without_a_key_is_one_that_fails() -> None:
    bench = Bench()
    assert isinstance(bench.build("openai/x"), Unusable)
    assert transcript(bench.build(spec.Fallback(("openai/x", "odd", "a/b"))))[:2] == [
        "0 started x as answer",
        "0 failed authentication",
    ]


def test_what_is_bad_of_itself_ends_a_fallback() -> None:
    assert transcript(Bench().build(spec.Fallback(("odd", "a/b"))))[-1] == "raised bad_request at 0 s"


def test_a_fallback_goes_on_after_the_kinds_that_are_set_and_no_others() -> None:
    assert transcript(Bench().build(spec.Fallback(("odd", "a/b"), ("bad_request",))))[-1] == "1 finished a/b"
    for others in (spec.Fallback(("openai/x", "a/b"), ("rate",)), spec.Fallback(("openai/x", "a/b"), ())):
        assert transcript(Bench().build(others))[-1] == "raised authentication at 0 s"


def test_runs_of_one_route_share_its_gates_and_its_health() -> None:
    bench = Bench()
    limit = spec.Limit("a/b", at_once=2)
    first, second = bench.build(limit), bench.build(limit)
    assert isinstance(first, Limit)
    assert isinstance(second, Limit)
    assert first.gate is second.gate
    other = bench.build(spec.Limit("a/b", at_once=3))
    assert isinstance(other, Limit)
    assert other.gate is not first.gate
    one, two = bench.build(spec.Fallback(("a/b",))), bench.build(spec.Fallback(("a/b",)))
    assert isinstance(one, Fallback)
    assert isinstance(two, Fallback)
    assert one.health is two.health is not None
    assert bench.build(spec.Fallback(("a/b",), cooldown_s=0)).health is None  # type: ignore[attr-defined]


def test_a_hedge_waits_as_long_as_the_first_usually_takes() -> None:
    bench = Bench()
    hedge = bench.build(spec.Hedge("a/b", "c/d"))
    assert isinstance(hedge, Hedge)
    assert hedge.after_s == 2.0
    bench.shared.figures.ttft_p95_s = lambda name: 0.25 if name == "a/b" else None  # type: ignore[method-assign]
    assert bench.build(spec.Hedge("a/b", "c/d")).after_s == 0.25  # type: ignore[attr-defined]
    assert bench.build(spec.Hedge("a/b", "c/d", 0.5)).after_s == 0.5  # type: ignore[attr-defined]


def test_routes_are_kept_by_their_names(tmp_path: Path) -> None:
    shelf = RouteShelf(tmp_path)
    assert shelf.names() == ()
    assert shelf.route("cheap first") is None
    shelf.keep(Route("cheap first", TEMPLATES[0].root))
    assert shelf.names() == ("cheap first",)
    assert shelf.route("cheap first") == Route("cheap first", TEMPLATES[0].root)
    assert (tmp_path / "routes" / "cheap first.yaml").stat().st_mode & 0o777 == 0o600
    shelf.remove("cheap first")
    assert shelf.names() == ()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 80, "a\nb", " a"])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(RouteNameError):
        RouteShelf(tmp_path).keep(Route(name, "a/b"))


def test_a_sessions_own_route_goes_before_the_users(tmp_path: Path) -> None:
    shelf = RouteShelf(tmp_path)
    shelf.keep(Route("r", "users/own"))
    assert with_route(Lane("route:r"), {}, shelf).models == ("users/own",)
    assert with_route(Lane("route:r"), {"r": "sessions/own"}, shelf).models == ("sessions/own",)
    assert with_route(Lane("practice/swift"), {}, shelf) == Lane("practice/swift")
    with pytest.raises(LaneError, match="there are: r"):
        with_route(Lane("route:other"), {}, shelf)
    (tmp_path / "routes" / "r.yaml").write_text("a: [")
    with pytest.raises(LaneError, match="line 1"):
        with_route(Lane("route:r"), {}, shelf)


def test_a_route_is_a_lane(call: Call, tmp_path: Path) -> None:
    root = spec.Escalate("practice/swift", spec.Fallback(("openai/x", "practice/deep")), spec.Confident(0.9999))
    RouteShelf(tmp_path).keep(Route("cheap", root))
    said = call("run", "--lane", "route:cheap", "--prompt", "Count", "--param", "max_tokens=8", "--json")
    run = said.only
    assert said.code == 0
    assert (run["lane"], run["model"], run["outcome"]) == ("route:cheap", "deep", "done")
    assert [(a["model"], a["outcome"]) for a in run["attempts"]] == [
        ("swift", "discarded"),
        ("x", "failed"),
        ("deep", "done"),
    ]
    assert [notice["text"][:34] for notice in run["notices"]] == ["Answer escalated: mean token proba"]
    parts = [float(a["cost"]["amount"]) for a in run["attempts"] if a["cost"]]
    assert len(parts) == 2
    assert float(run["cost"]["amount"]) == pytest.approx(sum(parts))


@pytest.mark.parametrize(
    ("root", "said"),
    [("nobody/x", "cannot work: There is no vendor"), (spec.Fallback(("practice/swift", "no lane")), "at of[1]")],
)
def test_a_route_that_cannot_work_is_a_usage_error(call: Call, tmp_path: Path, root: Node, said: str) -> None:
    RouteShelf(tmp_path).keep(Route("r", root))
    result = call("run", "--lane", "route:r", "--prompt", "x")
    assert (result.code, result.out) == (2, b"")
    assert said in result.err
    assert to_text(root)

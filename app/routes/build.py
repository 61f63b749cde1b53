"""The one place where a route's tree becomes the models that it names."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from time import perf_counter_ns
from typing import Any, assert_never

from app.budgets.budget import Budget
from app.cache.shelf import CacheShelf, CacheThread
from app.lanes import LaneError
from app.routes import spec
from app.routes.budgets import budget_of, named
from app.routes.shared import Shared
from app.routes.text import to_text
from providers.errors import Failure, ProviderError
from providers.events import Event, Started
from providers.model import Model
from providers.routes.agreement import Agreement
from providers.routes.cached import Cached
from providers.routes.checks import Check, Checks, Compiles, Fits, Found, Length, NoRefusal, Whole
from providers.routes.confidence import PARAMS, Confidence
from providers.routes.deadline import Deadline
from providers.routes.escalate import Escalate
from providers.routes.fallback import Fallback
from providers.routes.gate import Gate
from providers.routes.grading import grader
from providers.routes.guard import reason_against
from providers.routes.hedge import Hedge
from providers.routes.judge import Judge
from providers.routes.limit import Limit
from providers.routes.order import AsListed, Least, Order, Sticky, Weighted
from providers.routes.prompted import Prompted
from providers.routes.retry import Retry
from providers.routes.retry_budget import RetryBudget
from providers.routes.rules import Has, InLanguage, Longer, Matches, Rule, VariableIs
from providers.routes.similarity import Embedder, Similarity, Vector
from providers.routes.split import Split
from providers.routes.tier import Tier
from providers.types import Request

HEDGED_AFTER_S = 2.0
"""Where nothing is known yet of how long a model's first token takes."""

Ask = Callable[[str, dict[str, Any], tuple[Budget, ...]], Awaitable[Model]]
"""Makes the model of a lane, under budgets of the route. Raises `ProviderError` or `LaneError`."""


@dataclass(frozen=True)
class Builder:
    """`budget` is that of retries at whoever is asked; `over` are those of the nodes above."""

    ask: Ask
    shared: Shared
    budget: Callable[[str], RetryBudget]
    embedder: Callable[[str, tuple[Budget, ...]], Awaitable[Embedder]]
    cache: CacheThread
    name: str = ""
    over: tuple[Budget, ...] = ()

    async def route(self, route: spec.Route) -> Model:
        return await replace(self, name=route.name)._node(route.root, route.name)

    async def _node(self, node: spec.Node, at: str) -> Model:
        match node:
            case str():
                return await self._leaf(node, {})
            case spec.Ask(lane=lane, params=params):
                return await self._leaf(lane, params)
            case spec.Retry(of=of, tries=tries):
                return Retry(await self._node(of, f"{at}.of"), tries=tries, budget=self.budget(spec.lane_of(of) or at))
            case spec.Deadline(of=of, first_s=first_s):
                return Deadline(await self._node(of, f"{at}.of"), first_s)
            case spec.Limit(of=of):
                return Limit(await self._node(of, f"{at}.of"), self._gate(node, at))
            case spec.Budgeted(of=of):
                own = budget_of(node, named(self.name, at))
                return await replace(self, over=(*self.over, own))._node(of, f"{at}.of")
            case spec.Prompted(of=of):
                inner = await self._node(of, f"{at}.of")
                return Prompted(inner, node.system, node.before, node.template, node.params)
            case spec.Split(branches=branches):
                models = [await self._node(each.of, f"{at}.{n}") for n, each in enumerate(branches)]
                return Split(tuple((each.weight, model) for each, model in zip(branches, models, strict=True)))
            case spec.Fallback(of=nodes):
                return self._fallback(node, tuple([await self._node(e, f"{at}.{n}") for n, e in enumerate(nodes)]), at)
            case spec.Hedge(first=one, second=two, after_s=after_s):
                first, second = await self._node(one, f"{at}.first"), await self._node(two, f"{at}.second")
                return Hedge(first, second, self._hedged_after(first) if after_s is None else after_s)
            case spec.Tier(cases=cases, otherwise=otherwise):
                ruled = [(rule_of(e.when), await self._node(e.use, f"{at}.{n}")) for n, e in enumerate(cases)]
                return Tier(tuple(ruled), await self._node(otherwise, f"{at}.otherwise"))
            case spec.Escalate():
                return await self._escalate(node, at)
            case spec.Cached():
                return await self._cached(node, at)
            case _:
                assert_never(node)

    async def _leaf(self, lane: str, params: dict[str, Any]) -> Model:
        """What cannot be made fails when it is asked, as a server would: the route knows what to do then."""
        try:
            return await self.ask(lane, params, self.over)
        except ProviderError as error:
            return Unusable(lane, error.failure)
        except LaneError as error:
            return Unusable(lane, Failure("bad_request", str(error)))

    async def _escalate(self, node: spec.Escalate, at: str) -> Model:
        cheap, strong = await self._node(node.cheap, f"{at}.cheap"), await self._node(node.strong, f"{at}.strong")
        if isinstance(node.judge, spec.Confident):
            cheap = Prompted(cheap, params=PARAMS)
        return Escalate(cheap, strong, await self._judge(node.judge, cheap, at))

    async def _judge(self, judge: spec.JudgeSpec, cheap: Model, at: str) -> Judge:
        match judge:
            case spec.Confident(measure=measure, threshold=threshold):
                return Confidence(measure, threshold)
            case spec.Consistent(samples=samples, threshold=threshold, max_tokens=most):
                return Agreement(Prompted(cheap, params={"max_tokens": most}), samples, threshold)
            case spec.Graded(by=by, threshold=threshold, criteria=criteria):
                return grader(await self._node(by, f"{at}.judge"), threshold, criteria)
            case spec.Ruled():
                return Checks(checks_of(judge))
            case _:
                assert_never(judge)

    async def _cached(self, node: spec.Cached, at: str) -> Model:
        shelf = CacheShelf(self.cache, at, node.ttl_s, node.most)
        similar = None if node.similar is None else await self._similarity(node.similar, shelf, at)
        identity = to_text(node.of)
        model = await self._node(node.of, f"{at}.of")
        return Cached(model, shelf, identity, node.when_random, node.pace, similar, spec.variables(node.of))

    async def _similarity(self, similar: spec.Similar, shelf: CacheShelf, at: str) -> Similarity:
        ask = None if similar.ask is None else await self._node(similar.ask, f"{at}.similar.ask")
        guard = reason_against if similar.guard else _nothing_against
        try:
            embedder = await self.embedder(similar.embed, self.over)
        except ProviderError as error:
            embedder = NoEmbedder(similar.embed, error.failure)
        except LaneError as error:
            embedder = NoEmbedder(similar.embed, Failure("bad_request", str(error)))
        return Similarity(embedder, shelf, similar.threshold, guard, ask)

    def _gate(self, node: spec.Limit, at: str) -> Gate:
        settings = (node.at_once, node.requests_per_minute, node.tokens_per_minute)
        at_once, requests, tokens = settings
        return self.shared.gate(
            at, settings, lambda: Gate(at_once=at_once, requests_per_minute=requests, tokens_per_minute=tokens)
        )

    def _fallback(self, node: spec.Fallback, models: tuple[Model, ...], at: str) -> Model:
        health = self.shared.health(at, node.cooldown_s)
        on = None if node.on is None else frozenset(node.on)
        order: Order
        match node.order:
            case "listed":
                order = AsListed()
            case "sticky":
                order = Sticky(health)
            case "weighted":
                order = Weighted(node.weights)
            case "fastest":
                order = Least("fastest first", self.shared.figures.latency_ms)
            case "cheapest":
                order = Least("cheapest first", self.shared.figures.price)
            case _:
                assert_never(node.order)
        return Fallback(models, on, node.restart, order, health if node.cooldown_s > 0 else None)

    def _hedged_after(self, first: Model) -> float:
        return self.shared.figures.ttft_p95_s(first.name) or HEDGED_AFTER_S


@dataclass(frozen=True)
class Unusable:
    """Stands for a model that could not be made: without a key, say. It fails when it is asked."""

    name: str
    failure: Failure

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        vendor, _, model = self.name.partition("/")
        yield Started(0, perf_counter_ns(), role="answer", vendor=vendor, endpoint="", model=model or self.name)
        raise ProviderError(self.failure)


@dataclass(frozen=True)
class NoEmbedder:
    """As `Unusable`, of who was to embed: each question is then a miss, and says why."""

    name: str
    failure: Failure

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        yield Started(0, perf_counter_ns(), role="embedding", vendor=self.name, endpoint="", model=self.name)
        raise ProviderError(self.failure)


def _nothing_against(_one: str, _other: str) -> str:
    return ""


def rule_of(rule: spec.Rule) -> Rule:
    match rule:
        case spec.Longer(tokens=tokens):
            return Longer(tokens)
        case spec.Has(part=part):
            return Has(part)
        case spec.Matches(pattern=pattern):
            return Matches(pattern)
        case spec.InLanguage(codes=codes):
            return InLanguage(codes)
        case spec.VariableIs(name=name, values=values):
            return VariableIs(name, values)
        case _:
            assert_never(rule)


def checks_of(rules: spec.Ruled) -> tuple[Check, ...]:
    asked: tuple[tuple[bool, Check], ...] = (
        (bool(rules.least or rules.most), Length(rules.least, rules.most)),
        (rules.no_refusal, NoRefusal()),
        (rules.whole, Whole()),
        (rules.json_schema is not None, Fits(rules.json_schema or {})),
        (rules.compiles, Compiles()),
        (bool(rules.found), Found(rules.found)),
        (bool(rules.not_found), Found(rules.not_found, wanted=False)),
    )
    return tuple(check for is_asked, check in asked if is_asked)

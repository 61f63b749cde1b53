"""A route as a value: a tree whose leaves are lanes and whose nodes are policies, as `providers.routes` has them.

A leaf is a lane's address, or an `Ask` where it has parameters of its own. What each node does stands with the policy
of the same name; here are its settings alone, with the same defaults.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from app.budgets.budget import Then, Window
from providers.errors import ErrorKind
from providers.routes.confidence import Measure
from providers.routes.rules import PART


class _Node(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="policy"):
    pass


class Ask(_Node, frozen=True, tag="ask"):
    """One model, asked with `params` over the lane's own."""

    lane: str
    params: dict[str, Any] = {}


class Retry(_Node, frozen=True, tag="retry"):
    of: "Node"
    tries: int = 3


class Deadline(_Node, frozen=True, tag="deadline"):
    of: "Node"
    first_s: float


class Limit(_Node, frozen=True, tag="limit"):
    """All runs of the route, in all lanes, share it."""

    of: "Node"
    at_once: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class Budgeted(_Node, frozen=True, tag="budgeted"):
    """Whatever is asked below it, by all runs of the route, is counted together, and goes on within `limit` alone,
    which is written as `1 USD`. It is carried out where each model is asked, beside the user's own budgets."""

    of: "Node"
    limit: str
    window: Window = "day"
    then: Then = "stop"


class Prompted(_Node, frozen=True, tag="prompted"):
    of: "Node"
    system: str | None = None
    before: str = ""
    template: str = ""
    params: dict[str, Any] = {}


class Branch(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    of: "Node"
    weight: float = 1.0


class Split(_Node, frozen=True, tag="split"):
    branches: tuple[Branch, ...]


OrderName = Literal["listed", "sticky", "weighted", "fastest", "cheapest"]


class Fallback(_Node, frozen=True, tag="fallback"):
    """`weights` belong to the order `weighted`; `cooldown_s` 0 keeps no health. `on` is the whole set of
    kinds after which it goes on; None: as the policy has it."""

    of: "tuple[Node, ...]"
    on: tuple[ErrorKind, ...] | None = None
    restart: bool = False
    cooldown_s: float = 30.0
    order: OrderName = "listed"
    weights: tuple[float, ...] = ()


class Hedge(_Node, frozen=True, tag="hedge"):
    """`after_s` None: after the first's own 95th percentile of TTFT, as far as it is known."""

    first: "Node"
    second: "Node"
    after_s: float | None = None


class _Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="policy"):
    pass


class Longer(_Rule, frozen=True, tag="longer"):
    tokens: int


class Has(_Rule, frozen=True, tag="has"):
    part: PART


class Matches(_Rule, frozen=True, tag="matches"):
    pattern: str


class InLanguage(_Rule, frozen=True, tag="language"):
    codes: tuple[str, ...]


class VariableIs(_Rule, frozen=True, tag="variable"):
    name: str
    values: tuple[str, ...]


Rule = Longer | Has | Matches | InLanguage | VariableIs


class Case(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    when: Rule
    use: "Node"


class Tier(_Node, frozen=True, tag="tier"):
    cases: tuple[Case, ...]
    otherwise: "Node"


class Confident(_Rule, frozen=True, tag="confidence"):
    threshold: float
    measure: Measure = "mean"


class Consistent(_Rule, frozen=True, tag="consistency"):
    """Samples come from the cheap model, each of at most `max_tokens` tokens."""

    threshold: float
    samples: int = 3
    max_tokens: int = 64


class Graded(_Rule, frozen=True, tag="grade"):
    threshold: float
    by: "Node"
    criteria: str = ""


class Ruled(_Rule, frozen=True, tag="rules"):
    """What is not set is not checked. `json_schema` may be empty: then the request's own form is what must fit."""

    least: int = 0
    most: int = 0
    no_refusal: bool = False
    whole: bool = False
    compiles: bool = False
    found: str = ""
    not_found: str = ""
    json_schema: dict[str, Any] | None = None


JudgeSpec = Confident | Consistent | Graded | Ruled


class Escalate(_Node, frozen=True, tag="escalate"):
    cheap: "Node"
    strong: "Node"
    judge: JudgeSpec


LOCAL_EMBEDDER = "local"
"""Stands where a lane would, for the small model in this process."""


class Similar(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was answered to a question like it counts too: by the cosine of embeddings, if the guard lets it pass."""

    embed: str
    """Who embeds: a lane such as `ollama/nomic-embed-text`, or `local`."""
    threshold: float = 0.9
    guard: bool = True
    ask: "Node | None" = None
    """Who is asked in doubt whether both questions mean the same."""


class Cached(_Node, frozen=True, tag="cached"):
    of: "Node"
    ttl_s: float = 86_400.0
    most: int = 10_000
    """Entries; the oldest make room."""
    when_random: bool = False
    """Also where the temperature is above 0."""
    pace: Literal["at_once", "recorded"] = "at_once"
    similar: Similar | None = None


Policy = Ask | Retry | Deadline | Limit | Budgeted | Prompted | Split | Fallback | Hedge | Tier | Escalate | Cached
Node = str | Policy


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """A route under its name, which `route:NAME` means as a lane."""

    name: str
    root: Node


def lane_of(node: Node) -> str:
    """The address of a leaf; "" for what is none."""
    match node:
        case str():
            return node
        case Ask(lane=lane):
            return lane
        case _:
            return ""


def children(node: Node) -> Iterator[tuple[str, Node]]:
    """What stands directly below a node, each with where: `cheap`, `of[1]`, `cases[0].use`."""
    match node:
        case str() | Ask():
            return
        case Fallback(of=nodes):
            yield from ((f"of[{at}]", each) for at, each in enumerate(nodes))
        case Split(branches=branches):
            yield from ((f"branches[{at}].of", each.of) for at, each in enumerate(branches))
        case Hedge(first=first, second=second):
            yield from (("first", first), ("second", second))
        case Tier(cases=cases, otherwise=otherwise):
            yield from ((f"cases[{at}].use", each.use) for at, each in enumerate(cases))
            yield "otherwise", otherwise
        case Escalate(cheap=cheap, strong=strong, judge=judge):
            yield from (("cheap", cheap), ("strong", strong))
            if isinstance(judge, Graded):
                yield "judge.by", judge.by
        case Cached(of=of, similar=similar):
            yield "of", of
            if similar is not None and similar.ask is not None:
                yield "similar.ask", similar.ask
        case Retry() | Deadline() | Limit() | Budgeted() | Prompted():
            yield "of", node.of


def leaves(node: Node) -> Iterator[str]:
    """The lanes that may be asked, in the order in which they stand."""
    return (ask.lane for ask in asks(node))


def asks(node: Node) -> Iterator[Ask]:
    """The leaves, with their parameters, in the order in which they stand."""
    match node:
        case str():
            yield Ask(node)
        case Ask():
            yield node
        case _:
            pass
    for _, child in children(node):
        yield from asks(child)


def variables(node: Node) -> frozenset[str]:
    """The user's variables by which it chooses."""
    own = [each.when.name for each in node.cases if isinstance(each.when, VariableIs)] if isinstance(node, Tier) else []
    return frozenset(own).union(*(variables(child) for _, child in children(node)))


def chooses_by_figures(node: Node) -> bool:
    """Whether it wants to know how soon models have answered, or at what cost."""
    match node:
        case Fallback(order="fastest" | "cheapest") | Hedge(after_s=None):
            return True
        case _:
            return any(chooses_by_figures(child) for _, child in children(node))


def embedders(node: Node) -> Iterator[str]:
    """The lanes that are asked for embeddings, but what is made on this machine."""
    if isinstance(node, Cached) and node.similar is not None and node.similar.embed != LOCAL_EMBEDDER:
        yield node.similar.embed
    for _, child in children(node):
        yield from embedders(child)

"""What in a route cannot work, or is most likely not meant."""

import pytest

from app.directory import Directory
from app.routes import spec
from app.routes.check import problems
from app.routes.spec import Node
from app.routes.templates import TEMPLATES

A, B = "practice/swift", "practice/deep"
SURE = spec.Confident(0.7)


def found(root: Node) -> list[tuple[str, str]]:
    return [(each.at, each.weight) for each in problems(root, Directory())]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_templates_are_sound(template: object) -> None:
    assert found(template.root) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("root", "at"),
    [
        ("nobody/model", ""),
        ("no lane", ""),
        (spec.Ask(""), ""),
        ("route:other", ""),
        (spec.Retry(A, 0), ""),
        (spec.Deadline("nobody/x", 5), "of"),
        (spec.Deadline(A, 0), ""),
        (spec.Limit(A), ""),
        (spec.Limit(A, at_once=0), ""),
        (spec.Split(()), ""),
        (spec.Split((spec.Branch(A, 0),)), ""),
        (spec.Fallback(()), ""),
        (spec.Fallback((A, "nobody/x")), "of[1]"),
        (spec.Fallback((A, B), order="weighted", weights=(1.0,)), ""),
        (spec.Hedge(A, B, -1), ""),
        (spec.Tier((spec.Case(spec.Matches("("), A),), B), ""),
        (spec.Tier((spec.Case(spec.Longer(5), "nobody/x"),), B), "cases[0].use"),
        (spec.Escalate(A, B, spec.Confident(1.5)), ""),
        (spec.Escalate(A, B, spec.Ruled()), ""),
        (spec.Escalate(A, B, spec.Ruled(found="[")), ""),
        (spec.Escalate(A, B, spec.Graded(0.5, "nobody/x")), "judge.by"),
        (spec.Escalate(A, B, spec.Consistent(0.5, samples=0)), ""),
        (spec.Cached(A, ttl_s=0), ""),
        (spec.Cached(A, similar=spec.Similar("local", threshold=0)), ""),
    ],
)
def test_what_cannot_work_is_found_where_it_stands(root: Node, at: str) -> None:
    assert (at, "wrong") in found(root)


def by(rule: spec.Rule) -> Node:
    return spec.Tier((spec.Case(rule, A),), B)


def embedded(by: str) -> Node:
    return spec.Cached(A, similar=spec.Similar(by))


def weighted(*weights: float) -> Node:
    return spec.Fallback((A, B), order="weighted", weights=weights)


@pytest.mark.parametrize(
    ("root", "said"),
    [
        (embedded(""), "Who embeds: nobody is set; take local, or a lane"),
        (embedded(" "), "Who embeds: nobody is set; take local, or a lane"),
        (embedded("loc"), "Who embeds: 'loc' is no model yet: take one of the list, or vendor/model"),
        (embedded("local:m"), "Who embeds: lane 'local:m' is neither vendor/model nor dialect:model@base_url"),
        (embedded("nobody/embed"), "Who embeds: There is no vendor 'nobody'"),
        (embedded("route:mine"), "Who embeds: a route gives answers, not embeddings; take local, or a lane"),
        (embedded("anthropic/claude-x"), "Who embeds: Anthropic's API has no embeddings"),
        (spec.Tier((), A), "A tier needs at least one case to choose by"),
        (by(spec.InLanguage(())), "A rule by language needs a language, such as de"),
        (by(spec.InLanguage(("",))), "A rule by language needs a language, such as de"),
        (by(spec.InLanguage(("de", " "))), "A language's code is empty"),
        (by(spec.VariableIs("", ("x",))), "A rule by variable needs the variable's name"),
        (by(spec.VariableIs("x", ())), "A rule by variable needs a value that the variable may have"),
        (spec.Escalate(A, B, spec.Consistent(0.5, max_tokens=0)), "A sample has 1 token or more"),
        (spec.Fallback((A, B), cooldown_s=-1), "A rest after a failure takes 0 seconds or more"),
        (spec.Fallback((A, B), cooldown_s=float("nan")), "A rest after a failure takes 0 seconds or more"),
        (weighted(2, -1), "A weight is 0 or more"),
        (weighted(0, 0), "One weight at least is more than 0"),
    ],
)
def test_what_cannot_work_is_said_once_and_why(root: Node, said: str) -> None:
    (problem,) = problems(root, Directory())
    assert (problem.at, problem.weight) == ("", "wrong")
    assert problem.text.startswith(said)


@pytest.mark.parametrize(
    "root",
    [
        embedded("local"),
        embedded("ollama/nomic-embed-text"),
        embedded("openai_chat:m@http://127.0.0.1:1/v1"),
        by(spec.InLanguage(("de", "fr"))),
        by(spec.VariableIs("plan", ("",))),
        spec.Fallback((A, B), cooldown_s=0),
        weighted(0, 1),
        spec.Hedge(A, B),
        spec.Escalate(A, B, spec.Consistent(0.5, max_tokens=1)),
    ],
)
def test_what_works_is_left_alone(root: Node) -> None:
    assert found(root) == []


def test_a_hedge_of_two_empty_places_lacks_models_and_no_more() -> None:
    assert found(spec.Hedge("", "")) == [("first", "wrong"), ("second", "wrong")]


@pytest.mark.parametrize(
    "root",
    [
        spec.Fallback((A,)),
        spec.Fallback((A, A)),
        spec.Fallback((A, B), on=()),
        spec.Retry(spec.Retry(A)),
        spec.Hedge(A, A, 1),
        spec.Hedge(spec.Retry(A), spec.Retry(A)),
        spec.Escalate(A, A, SURE),
        spec.Escalate("anthropic/claude-x", B, SURE),
        spec.Tier((spec.Case(spec.Longer(5), A), spec.Case(spec.Longer(5), B)), A),
        spec.Cached(A, similar=spec.Similar("local", guard=False)),
    ],
)
def test_what_is_most_likely_not_meant_is_said_and_runs(root: Node) -> None:
    assert found(root) == [("", "doubtful")]


def test_what_is_nested_too_deep_is_told_once() -> None:
    root: Node = A
    for _ in range(30):
        root = spec.Prompted(root)
    assert len(problems(root, Directory())) == 1

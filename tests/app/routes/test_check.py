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


@pytest.mark.parametrize(
    "root",
    [
        spec.Fallback((A,)),
        spec.Fallback((A, A)),
        spec.Fallback((A, B), on=()),
        spec.Retry(spec.Retry(A)),
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

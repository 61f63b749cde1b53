"""Edits of a route's tree: each at a place, each giving a tree that is one."""

import random

import pytest

from app.routes import spec, tree
from app.routes.places import line_of
from app.routes.templates import TEMPLATES
from app.routes.text import RouteTextError, from_text, to_text
from app.routes.words import POLICIES, edge, summary, title
from app.routes.work import Work

ESCALATE = spec.Escalate("a/cheap", spec.Fallback(("a/one", "b/two")), spec.Confident(0.6))
TIER = spec.Tier((spec.Case(spec.Longer(500), "a/long"), spec.Case(spec.Has("code"), "a/code")), "a/rest")
WEIGHTED = spec.Fallback(("a/1", "a/2", "a/3"), order="weighted", weights=(1.0, 2.0, 3.0))


def test_every_place_is_found_with_what_stands_above_it() -> None:
    places = [place for place, _ in tree.walk(ESCALATE)]
    assert places == ["", "cheap", "strong", "strong.of[0]", "strong.of[1]"]
    assert tree.parent_of(ESCALATE, "strong.of[1]") == ("strong", "of[1]")
    assert tree.parent_of(ESCALATE, "") is None
    assert tree.node_at(ESCALATE, "strong.of[2]") is None


@pytest.mark.parametrize("policy", POLICIES)
def test_each_policy_wraps_and_unwraps(policy: str) -> None:
    made, empty = tree.wrapped(ESCALATE, "strong.of[1]", policy)
    around = tree.node_at(made, "strong.of[1]")
    assert around is not None
    assert "b/two" in list(spec.leaves(around))
    assert tree.node_at(made, empty) in ("", around), "the place that is to be filled next"
    assert from_text(to_text(made)) == made
    if policy not in ("tier",):
        assert tree.unwrapped(made, "strong.of[1]") == ESCALATE


def test_any_number_of_branches_come_and_go_with_their_weights_and_rules() -> None:
    made, place = tree.inserted(WEIGHTED, "", 1, "a/new")
    assert place == "of[1]"
    assert made == spec.Fallback(("a/1", "a/new", "a/2", "a/3"), order="weighted", weights=(1.0, 1.0, 2.0, 3.0))
    assert tree.removed(made, "of[1]") == WEIGHTED
    assert tree.removed(TIER, "cases[0].use") == spec.Tier(TIER.cases[1:], "a/rest")
    assert tree.removed(TIER, "otherwise") == spec.Tier(TIER.cases, "")


def test_a_branch_goes_before_another_with_what_belongs_to_it() -> None:
    assert tree.reordered(TIER, "cases[1].use", "", 0) == spec.Tier(TIER.cases[::-1], "a/rest")
    moved = tree.reordered(WEIGHTED, "of[0]", "", 3)
    assert moved == spec.Fallback(("a/2", "a/3", "a/1"), order="weighted", weights=(2.0, 3.0, 1.0))
    from_elsewhere = tree.reordered(ESCALATE, "cheap", "strong", 1)
    assert from_elsewhere == spec.Escalate("", spec.Fallback(("a/one", "a/cheap", "b/two")), spec.Confident(0.6))


def test_nothing_goes_into_itself() -> None:
    assert tree.moved(ESCALATE, "strong", "strong.of[0]") == ESCALATE
    assert tree.moved(ESCALATE, "strong.of[0]", "strong") == ESCALATE
    assert tree.reordered(ESCALATE, "strong", "strong", 0) == ESCALATE
    assert tree.reordered(ESCALATE, "", "strong", 0) == ESCALATE


def test_settings_are_set_and_taken_back() -> None:
    work = Work(ESCALATE)
    work = work.set("", ("judge", "threshold"), 0.7).set("", ("judge", "threshold"), 0.75)
    assert work.undone().root == ESCALATE, "one setting in a row is one step"
    work = work.set("cheap", ("params",), {"seed": 1})
    assert tree.node_at(work.root, "cheap") == spec.Ask("a/cheap", {"seed": 1})
    assert tree.node_at(work.set("cheap", ("params",), None).root, "cheap") == "a/cheap"
    assert work.undone().redone().root == work.root
    assert Work(ESCALATE.strong).set("", ("order",), "weighted").root == spec.Fallback(
        ("a/one", "b/two"), order="weighted", weights=(1.0, 1.0)
    )
    with pytest.raises(RouteTextError, match="threshold"):
        work.set("", ("judge", "threshold"), "much")


def test_random_edits_always_give_a_route() -> None:
    dice = random.Random(7)
    for _ in range(60):
        root: spec.Node = dice.choice(TEMPLATES).root
        for _ in range(12):
            places = [place for place, _ in tree.walk(root)]
            one, other = dice.choice(places), dice.choice(places)
            many = [place for place, node in tree.walk(root) if tree.is_many(node)]
            match dice.randrange(6):
                case 0:
                    root, _ = tree.wrapped(root, one, dice.choice(list(POLICIES)))
                case 1:
                    root = tree.removed(root, one)
                case 2:
                    root = tree.moved(root, one, other)
                case 3 if many:
                    root, _ = tree.inserted(root, dice.choice(many), 0, "a/b")
                case 4 if many:
                    root = tree.reordered(root, one, dice.choice(many), 0)
                case _:
                    root = tree.unwrapped(root, one)
            assert from_text(to_text(root)) == root if root != "" else True
            for place, node in tree.walk(root):
                assert title(node)
                assert isinstance(summary(node), str)
                above = tree.parent_of(root, place)
                assert above is None or isinstance(edge(tree.node_at(root, above[0]) or "", above[1]), str)


TEXT = """\
escalate:
  cheap: a/b
  strong:
    fallback:
      of:
      - a/one
      - retry:
          of: x/y
  judge: {}
"""


def test_a_place_is_found_in_the_text() -> None:
    places = ("", "cheap", "strong.of[0]", "strong.of[1].of", "judge")
    assert [line_of(TEXT, place) for place in places] == [1, 2, 6, 8, 9]
    assert line_of(TEXT, "strong.nothing") == 4, "the nearest that is there"
    assert line_of("a: [", "a") is None

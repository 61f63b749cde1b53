"""The fields of a route's nodes: each shows what is set, and reads back what it shows."""

import pytest

from app.routes import spec, tree
from app.routes.settings import Field, SettingError, edge_fields, fields, read, shown_value, value
from app.routes.words import POLICIES

NODES: tuple[spec.Node, ...] = (
    "a/b",
    spec.Ask("a/b", {"seed": 1, "stop": ["x"]}),
    *(tree.skeleton(policy, "a/b")[0] for policy in POLICIES),
    spec.Limit("a/b", 1, 2, 3),
    spec.Budgeted("a/b", "8k tokens", "month", "warn"),
    spec.Prompted("a/b", "Be brief.\nVery.", "Before", "<{{prompt}}>", {"temperature": 0}),
    spec.Cached("a/b", 60, 5, True, "recorded", spec.Similar("local", 0.8, False)),
    spec.Cached("a/b", similar=spec.Similar("local", ask="c/d")),
    spec.Escalate("a/b", "c/d", spec.Consistent(0.5, 5)),
    spec.Escalate("a/b", "c/d", spec.Graded(0.5, "e/f", "right")),
    spec.Escalate("a/b", "c/d", spec.Ruled(3, 9, True, False, True, "x", "y", {"type": "object"})),
    spec.Escalate("a/b", "c/d", spec.Confident(0.5, "min")),
    spec.Fallback(("a/b", "c/d"), ("rate", "server"), True, 0.0, "fastest"),
)


@pytest.mark.parametrize("node", NODES, ids=repr)
def test_what_a_field_shows_is_what_it_reads(node: spec.Node) -> None:
    for field in fields(node):
        if field.made is not None:
            continue  # another choice begins with settings of its own
        back = read(field, shown_value(node, field))
        assert tree.with_value(node, "", field.path, back) == node


def test_fields_of_a_branch_are_those_of_the_node_above() -> None:
    case = spec.Case(spec.VariableIs("tone", ("kind", "rude")), "a/b")
    rule, name, values = edge_fields(spec.Tier((case,), "c/d"), "cases[0].use")
    assert shown_value(spec.Tier((case,), "c/d"), rule) == "variable"
    assert shown_value(spec.Tier((case,), "c/d"), values) == "kind, rude"
    assert value(spec.Tier((case,), "c/d"), name) == "tone"
    (weight,) = edge_fields(spec.Split((spec.Branch("a/b", 2.0),)), "branches[0].of")
    assert shown_value(spec.Split((spec.Branch("a/b", 2.0),)), weight) == "2.0"
    assert edge_fields(spec.Fallback(("a/b",)), "of[0]") == ()


def in_doubt(node: spec.Node) -> Field:
    return next(each for each in fields(node) if each.path == ("similar", "ask"))


def test_who_is_asked_in_doubt_is_a_lane_or_nobody() -> None:
    node = spec.Cached("a/b", similar=spec.Similar("local"))
    field = in_doubt(node)
    assert (field.usual, shown_value(node, field)) == ("nobody", "")
    asked = tree.with_value(node, "", field.path, read(field, " c/d "))
    assert asked == spec.Cached("a/b", similar=spec.Similar("local", ask="c/d"))
    assert tree.with_value(asked, "", field.path, read(field, " ")) == node


@pytest.mark.parametrize("ask", [spec.Ask("c/d", {"seed": 1}), spec.Fallback(("c/d", "e/f")), spec.Retry("c/d")])
def test_a_whole_tree_that_is_asked_in_doubt_is_shown_and_left_alone(ask: spec.Node) -> None:
    node = spec.Cached("a/b", similar=spec.Similar("local", ask=ask))
    field = in_doubt(node)
    shown = shown_value(node, field)
    assert dict(field.choices)[shown].endswith("as it stands in the tree")
    assert tree.with_value(node, "", field.path, read(field, shown)) == node
    nobody = tree.with_value(node, "", field.path, read(field, ""))
    assert nobody == spec.Cached("a/b", similar=spec.Similar("local"))


def test_where_only_the_same_question_counts_there_is_no_doubt() -> None:
    assert all(each.path[0] != "similar" or len(each.path) == 1 for each in fields(spec.Cached("a/b")))


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("whole", "1.5", "a whole number"),
        ("number", "much", "is no number"),
        ("number", "", "a number is needed"),
        ("number", "nan", "is no number"),
        ("pairs", "seed", "is not name=value"),
        ("json", "{", "no JSON"),
        ("json", "[]", "is an object"),
    ],
)
def test_what_is_no_value_says_so(kind: str, text: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        read(Field(("x",), "X", kind), text)  # type: ignore[arg-type]

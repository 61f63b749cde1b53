"""A route as text: it reads as people write it, and comes back as it went."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routes import spec
from app.routes.places import line_of
from app.routes.spec import Node
from app.routes.templates import TEMPLATES
from app.routes.text import DEEPEST, RouteTextError, from_text, to_text

lanes = st.sampled_from(["practice/swift", "openai/gpt-x", "openai_chat:m@http://127.0.0.1:1/v1", "a/b: c #d"])
params = st.dictionaries(
    st.sampled_from(["temperature", "retry", "limit"]), st.sampled_from([0.5, 1, "x", {"retry": {}}])
)
rules = st.one_of(
    st.builds(spec.Longer, st.integers(0, 9)),
    st.builds(spec.Matches, st.text(max_size=8)),
    st.builds(spec.InLanguage, st.just(("no", "de"))),
    st.builds(spec.VariableIs, st.just("plan"), st.just(("pro", "yes", "5", "1.50", "true", "~"))),
)


def _nodes(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    judges = st.one_of(
        st.builds(spec.Confident, st.floats(0, 1)),
        st.builds(spec.Graded, st.floats(0, 1), inner),
        st.builds(spec.Ruled, json_schema=st.just({"type": "object", "retry": {"of": 1}})),
    )
    return st.one_of(
        st.builds(spec.Retry, inner, st.integers(1, 5)),
        st.builds(spec.Budgeted, inner, st.just("8k tokens"), st.just("hour"), st.sampled_from(["stop", "warn"])),
        st.builds(spec.Prompted, inner, system=st.text(max_size=20), params=params),
        st.builds(spec.Split, st.lists(st.builds(spec.Branch, inner, st.floats(0, 9)), max_size=2).map(tuple)),
        st.builds(
            spec.Fallback,
            st.lists(inner, max_size=3).map(tuple),
            st.none() | st.just(("rate",)),
            order=st.just("sticky"),
        ),
        st.builds(spec.Tier, st.lists(st.builds(spec.Case, rules, inner), max_size=2).map(tuple), inner),
        st.builds(spec.Escalate, inner, inner, judges),
        st.builds(spec.Cached, inner, similar=st.none() | st.builds(spec.Similar, st.just("local"), ask=inner)),
    )


nodes = st.recursive(lanes | st.builds(spec.Ask, lanes, params), _nodes, max_leaves=5)


@settings(max_examples=100, deadline=None)
@given(nodes)
def test_every_route_comes_back_as_it_went(root: Node) -> None:
    assert from_text(to_text(root)) == root


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_templates_too(template: object) -> None:
    root = template.root  # type: ignore[attr-defined]
    assert from_text(to_text(root)) == root


def test_it_reads_as_people_write_it() -> None:
    said = """
        escalate:
          cheap: practice/swift
          strong: {fallback: {of: [practice/deep, practice/steady]}}
          judge: {confidence: {threshold: 0.7}}
        """
    fallback = spec.Fallback(("practice/deep", "practice/steady"))
    assert from_text(said) == spec.Escalate("practice/swift", fallback, spec.Confident(0.7))


def variable(values: str) -> Node:
    return from_text(
        f"tier: {{cases: [{{when: {{variable: {{name: on, values: {values}}}}}, use: a/b}}], otherwise: c/d}}"
    )


def test_words_that_are_truth_values_elsewhere_are_words() -> None:
    fallback = spec.Fallback(("a/b", "c/d"), ("rate",))
    for said in ("on", "'on'"):
        assert from_text(f"fallback:\n  of: [a/b, c/d]\n  {said}: [rate]\n") == fallback
    assert "\n  on:\n" in to_text(fallback)
    norwegian = spec.Tier((spec.Case(spec.InLanguage(("no", "off")), "a/b"),), "c/d")
    assert from_text(to_text(norwegian)) == norwegian
    assert "- no\n" in to_text(norwegian)
    assert variable("[yes, On, n]") == spec.Tier((spec.Case(spec.VariableIs("on", ("yes", "On", "n")), "a/b"),), "c/d")


def test_values_of_a_variable_are_text_as_it_was_written() -> None:
    root = variable("[5, 007, 1.50, true, 2026-11-28, '5']")
    assert isinstance(root, spec.Tier)
    assert root.cases[0].when == spec.VariableIs("on", ("5", "007", "1.50", "true", "2026-11-28", "5"))
    assert from_text(to_text(root)) == root
    params = from_text("ask: {lane: a/b, params: {values: [5, true], variable: {values: [1]}}}")
    assert params == spec.Ask("a/b", {"values": [5, True], "variable": {"values": [1]}})


@pytest.mark.parametrize("said", ["true", "True", "TRUE"])
def test_truth_is_true_in_any_usual_case(said: str) -> None:
    assert from_text(f"fallback: {{of: [a/b], restart: {said}}}") == spec.Fallback(("a/b",), restart=True)


def test_the_line_of_what_stands_under_on_is_found() -> None:
    text = "fallback:\n  of: [a/b]\n  on:\n  - rate\n  - no\n"
    assert line_of(text, "on[1]") == 5
    assert line_of("on: [", "on") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is nothing here"),
        ("a: [", "line 1, column 5"),
        ("escalte: {cheap: a/b}", "neither a lane nor a policy (ask, budgeted"),
        ("retry: {of: 3}", "of: What stands here is neither"),
        ("retry: {of: a/b, tries: many}", "tries: Expected `int`"),
        ("budgeted: {of: a/b, limit: 5}", "limit: Expected `str`, got `int`"),
        ("budgeted: {of: a/b, limit: 1 USD, window: week}", "window: Invalid enum value 'week'"),
        ("retry: {of: a/b, trys: 3}", "unknown field `trys`"),
        ("fallback: {of: [a/b], restart: yes}", "restart: Write true or false"),
        ("fallback: {of: [a/b], on: [no]}", "on[0]: Invalid enum value 'no'"),
        ("tier: {cases: [{when: {variable: {name: x, values: [~]}}, use: a/b}], otherwise: c/d}", "values[0]"),
        ("retry:", "missing required field `of`"),
        ("[a/b]", "neither a lane nor a policy"),
        ("!!python/object/apply:os.abort []", "no YAML"),
        ("&a [*a]", "nested"),
        ("x" * 300_000, "signs at most"),
        ("{retry: {of: " * 60 + "a/b" + "}}" * 60, f"nested {DEEPEST} deep"),
    ],
)
def test_what_is_no_route_is_explained(text: str, said: str) -> None:
    with pytest.raises(RouteTextError) as error:
        from_text(text)
    assert said in str(error.value)

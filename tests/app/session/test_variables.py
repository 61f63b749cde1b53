"""Variables in prompts: found, filled in once, and told of when they cannot be."""

from hypothesis import given
from hypothesis import strategies as st

from app.session.document import Draft, Variable
from app.session.variables import as_sent, filled, names, problems


def read(path: str) -> bytes:
    if path == "gone":
        raise FileNotFoundError(2, "No such file or directory")
    return {"notes": b"from a file {{b}}", "picture": b"\xff\xd8", "large": b"x" * 2_000_000}[path]


def test_names_come_once_and_in_order() -> None:
    assert names("{{b}} {{ a }} {{b}}", "{{c-d}} {{Größe}}") == ("b", "a", "c-d", "Größe")


def test_other_braces_are_text() -> None:
    text = '{{"a": 1}} {{#if x}} {{ }} {{}} {x} {{a b}} {{1}} \\{{a}} {{a}'
    assert names(text) == ()
    assert filled(text, {"a": "X", "x": "Y"}) == text.replace("\\{{a}}", "{{a}}")


def test_what_is_put_in_is_not_looked_through_again() -> None:
    assert filled("{{a}}{{b}}", {"a": "{{b}}", "b": "\\1 {{a}}"}) == "{{b}}\\1 {{a}}"


@given(st.text(), st.dictionaries(st.sampled_from("abc"), st.text()))
def test_nothing_that_people_write_makes_it_fail(text: str, values: dict[str, str]) -> None:
    filled(text, values)
    names(text)


def test_each_problem_is_a_sentence() -> None:
    draft = Draft(
        "{{empty}} {{count}} {{tone}} {{gone}} {{picture}} {{large}} {{fine}}",
        variables={
            "count": Variable("many", "number"),
            "tone": Variable("rude", "choice", ("kind", "brief")),
            "gone": Variable("gone", "file"),
            "picture": Variable("picture", "file"),
            "large": Variable("large", "file"),
            "fine": Variable("1e3", "number"),
        },
    )
    assert problems(draft, read) == (
        "empty is empty: write what stands for {{empty}}",
        "count is 'many', which is no number",
        "tone is 'rude', which is none of kind, brief",
        "gone: gone cannot be read (No such file or directory)",
        "picture: picture is no text in UTF-8",
        "large: large is larger than 1 MiB",
    )


def test_a_draft_is_sent_with_everything_filled_in() -> None:
    draft = Draft("{{a}}: {{file}}", "{{a}}", {"a": Variable("one"), "file": Variable("notes", "file")})
    sent = as_sent(draft, read)
    assert (sent.text, sent.system) == ("one: from a file {{b}}", "one")
    assert problems(draft, read) == ()

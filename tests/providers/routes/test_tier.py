"""Which model answers, by what the request is like."""

import pytest

from providers.routes.language import language_of
from providers.routes.rules import Has, InLanguage, Longer, Matches, Rule, VariableIs
from providers.routes.split import Split
from providers.routes.tier import Tier
from providers.types import File, Image, JsonObject, Message, Request, Tool
from tests.providers.routes.transcript import answers, transcript

SMALL, LARGE = answers("small", "Yes."), answers("large", "Indeed.")
PLAIN = Request.of("What time is it?")


def asking(text: str = "?", *attached: Image | File, **more: object) -> Request:
    return Request((Message("user", text, attached),), **more)  # type: ignore[arg-type]


def test_the_first_rule_that_holds_decides_and_says_so() -> None:
    assert transcript(Tier(((Longer(2), LARGE),), SMALL))[:3] == [
        "0 started large as answer",
        "0 Tier large: over 2 tokens",
        "0 Indeed.",
    ]


def test_where_none_holds_the_rest_answers() -> None:
    assert transcript(Tier(((Longer(999), LARGE),), SMALL))[:2] == [
        "0 started small as answer",
        "0 Tier small: no rule holds",
    ]


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        (Longer(100), asking("x" * 405)),
        (Has("image"), asking("?", Image("image/png", b"1"))),
        (Has("file"), asking("?", File("application/pdf", "a.pdf", b"1"))),
        (Has("tools"), asking(tools=(Tool("now"),))),
        (Has("form"), asking(output=JsonObject())),
        (Has("code"), asking("Why does this fail?\n```\nx = 1\n```")),
        (Has("code"), asking("def f(x):\n    return x")),
        (Matches(r"\bSQL\b"), asking("write some sql")),
        (InLanguage(("de",)), asking("Wie ist das Wetter und was soll ich mit dem Tag machen?")),
        (VariableIs("plan", ("pro",)), asking(labels={"plan": "pro"})),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_a_rule_holds_for_what_it_names_and_for_nothing_else(rule: Rule, held: Request) -> None:
    assert rule.holds(held)
    assert not rule.holds(PLAIN)


def test_only_the_users_last_turn_is_looked_at() -> None:
    turns = (Message("user", "SQL?"), Message("assistant", "SELECT 1;"), Message("user", "Thanks"))
    assert not Matches("sql").holds(Request(turns))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("What is the capital of France and how do I get there?", "en"),
        ("Quelle est la capitale de la France et comment y aller ?", "fr"),
        ("¿Cuál es la capital de Francia y cómo se llega a la ciudad?", "es"),
        ("Qual è la capitale della Francia e come si arriva?", "it"),
        ("日本の首都はどこですか", "ja"),
        ("法国的首都是哪里", "zh"),
        ("프랑스의 수도는 어디입니까", "ko"),
        ("Какая столица Франции?", "ru"),
        ("42", ""),
        ("", ""),
        ("foo bar", ""),
    ],
)
def test_languages(text: str, code: str) -> None:
    assert language_of(text) == code


def test_a_split_draws_by_weight() -> None:
    def split(drawn: float) -> str:
        return transcript(Split(((1.0, SMALL), (3.0, LARGE)), random=lambda: drawn))[1]

    assert split(0.24) == "0 Split: small, which gets 25%"
    assert split(0.25) == "0 Split: large, which gets 75%"
    assert split(0.999) == "0 Split: large, which gets 75%"


def test_a_branch_without_weight_is_never_drawn() -> None:
    for drawn in (0.0, 0.5, 0.9999999999999999):
        assert "small" in transcript(Split(((1.0, SMALL), (0.0, LARGE)), random=lambda drawn=drawn: drawn))[1]  # type: ignore[misc]


@pytest.mark.parametrize("weights", [(), (0.0,), (-1.0, 2.0)])
def test_a_split_without_any_weight_is_none(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Split(tuple((weight, SMALL) for weight in weights))

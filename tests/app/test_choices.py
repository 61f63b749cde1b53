"""What the lane picker offers: which models a typed text means, and what is told of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ages import ago
from app.choices import ModelChoice, choices, context, of_lane, of_model, state, troubles
from app.listing import ListedModel, Listing
from app.matching import matching
from app.tariff import Rates, Tariff, Tier
from providers.errors import Failure

D = Decimal


def tariff(given: str, made: str, **more: object) -> Tariff:
    return Tariff(Rates(D(given), D(made)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        (512, "512"),
        (8192, "8k"),
        (8000, "8k"),
        (9001, "9,001"),
        (40_960, "40k"),
        (128_000, "128k"),
        (131_072, "128k"),
        (200_000, "200k"),
        (131_000, "131k"),
        (163_840, "160k"),
        (123_456, "123k"),
        (1_000_000, "1M"),
        (1_048_576, "1M"),
        (1_047_576, "1.0M"),
        (10_000_000, "10M"),
    ],
)
def test_context_is_told_short(tokens: int, told: str) -> None:
    assert context(tokens) == told


@pytest.mark.parametrize(
    ("prices", "told"),
    [
        (None, ""),
        (tariff("2.5", "10"), "$2.50 / $10.00"),
        (tariff("0", "0"), "$0.00 / $0.00"),
        (tariff("0.075", "0.3"), "$0.075 / $0.30"),
        (tariff("1E+1", "1E+2"), "$10.00 / $100.00"),
        (tariff("1", "2", currency="EUR"), "EUR 1.00 / EUR 2.00"),
        (tariff("1", "2", tiers=(Tier(Rates(D(2), D(4)), over_input=5),)), "$1.00+ / $2.00+"),
    ],
)
def test_prices_are_told_by_the_million(prices: Tariff | None, told: str) -> None:
    assert of_model(ListedModel("a/b", "a", "b", prices=prices)).price == told


def test_what_the_list_does_not_tell_is_left_out() -> None:
    assert of_model(ListedModel("a/b", "a", "b")).facts == ""
    full = ListedModel("a/b", "a", "b", "Bee", 8192, 1024, None, ("vision", "json_schema"))
    assert (of_model(full).facts, of_model(full).abilities) == ("Bee · 8k context", "vision, JSON schema")
    blocked = of_model(full, "no key for A")
    assert (blocked.blocked, blocked.lane) == ("no key for A", "a/b")


KNOWN = tuple(
    of_model(ListedModel(f"{vendor}/{model}", vendor, model, name))
    for vendor, model, name in (
        ("openrouter", "openai/gpt-5", "OpenAI: GPT-5"),
        ("openai", "gpt-5", None),
        ("openai", "gpt-5-mini", None),
        ("groq", "llama-3.3-70b", "Llama"),
    )
)


def lanes(found: tuple[ModelChoice, ...]) -> list[str]:
    return [each.lane for each in found]


def test_every_word_counts_and_a_lane_that_begins_so_comes_first() -> None:
    assert lanes(matching(KNOWN, "")) == lanes(KNOWN)
    assert lanes(matching(KNOWN, "  ")) == lanes(KNOWN)
    assert lanes(matching(KNOWN, "openai/gpt-5")) == ["openai/gpt-5", "openai/gpt-5-mini", "openrouter/openai/gpt-5"]
    assert lanes(matching(KNOWN, "GPT mini")) == ["openai/gpt-5-mini"]
    assert lanes(matching(KNOWN, "70b gro")) == ["groq/llama-3.3-70b"]
    assert lanes(matching(KNOWN, "openai: gpt")) == ["openrouter/openai/gpt-5"], "the name is looked in as well"
    assert matching(KNOWN, "nothing of the kind") == ()


def test_lanes_used_before_come_first_as_their_lists_know_them() -> None:
    found = choices(("groq/llama-3.3-70b", "openai_chat:m@http://x/v1"), KNOWN)
    assert lanes(found)[:3] == ["groq/llama-3.3-70b", "openai_chat:m@http://x/v1", "openrouter/openai/gpt-5"]
    assert len(found) == 5
    assert found[0].facts == "Llama"
    assert found[1] == of_lane("openai_chat:m@http://x/v1")


MODELS = (ListedModel("groq/a", "groq", "a"), ListedModel("groq/b", "groq", "b"))
SLOW = Failure("timeout_first", "no answer within 5 s")


def test_the_lists_tell_their_age_and_their_troubles() -> None:
    listings = {"groq": Listing("groq", MODELS, 1000.0), "mistral": Listing("mistral", (), None)}
    name = {"groq": "Groq", "mistral": "Mistral"}.__getitem__
    assert state(listings, name, "", 5000.0) == "2 models of 1 vendor; prices per million tokens in / out"
    assert state(listings, name, "groq/l", 5000.0) == "Groq: 2 models, read 1 hour ago"
    assert state(listings, name, "mistral/", 5000.0) == "Mistral: 0 models"
    assert troubles(listings, name) == ""
    listings["groq"] = Listing("groq", MODELS, 1000.0, SLOW)
    assert state(listings, name, "", 5000.0) == "2 models of 1 vendor; no new list of Groq"
    assert state(listings, name, "groq/", 1030.0) == "Groq: 2 models, read just now; no answer within 5 s"
    assert troubles(listings, name) == "Groq: no answer within 5 s"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (7300, "2 hours ago"),
        (86_400, "1 day ago"),
        (864_000, "10 days ago"),
    ],
)
def test_ages_in_words(seconds: float, told: str) -> None:
    assert ago(seconds) == told


def test_letters_in_order_are_found_where_the_words_are_not() -> None:
    assert lanes(matching(KNOWN, "g5mini")) == ["openai/gpt-5-mini"]
    assert lanes(matching(KNOWN, "lama70")) == ["groq/llama-3.3-70b"]
    assert lanes(matching(KNOWN, "oai mini"))[:1] == ["openai/gpt-5-mini"]
    assert matching(KNOWN, "xq") == ()
    assert matching(KNOWN, "zzz") == ()


@given(st.lists(st.text("abc-/5", min_size=1, max_size=12), max_size=12), st.text("abc-/5 .*[(", max_size=8))
def test_a_line_that_holds_the_words_is_never_lost_and_comes_before_others(keys: list[str], text: str) -> None:
    known = tuple(ModelChoice(key, "", "", key) for key in keys)
    found = matching(known, text)
    words = text.strip().lower().split()
    plain = [each for each in known if all(word in each.key for word in words)]
    assert sorted(each.key for each in found[: len(plain)]) == sorted(each.key for each in plain)
    assert len(found) == len({id(each) for each in found})


def test_favourites_come_first_then_what_was_used_and_what_cannot_be_run_last() -> None:
    blocked = {"b": "no key"}
    models = [of_model(ListedModel(f"v/{name}", "v", name, name.upper()), blocked.get(name, "")) for name in "abcd"]
    made = choices(["v/c", "gone/x"], models, ["v/d", "v/b"])
    assert lanes(made) == ["v/d", "v/b", "v/c", "gone/x", "v/a"]
    assert [each.favourite for each in made] == [True, True, False, False, False]
    assert lanes(choices([], models)) == ["v/a", "v/c", "v/d", "v/b"]

"""The cache's guard: never a wrong answer, and now and then a saved one."""

import pytest

from providers.routes.guard import reason_against
from tests.providers.routes.guard_pairs import DIFFERENT, LANGUAGES, NAMES, NEGATIONS, NUMBERS, OPPOSITES, ORDER, SAME


def test_there_are_three_hundred_pairs() -> None:
    assert [len(each) for each in (NUMBERS, NEGATIONS, NAMES, LANGUAGES, ORDER, OPPOSITES)] == [40, 30, 40, 25, 30, 35]
    assert len(DIFFERENT) + len(SAME) == 300
    assert len(set(DIFFERENT)) == len(DIFFERENT)


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=str)
def test_what_may_have_another_answer_is_kept_apart(one: str, other: str) -> None:
    assert reason_against(one, other)
    assert reason_against(other, one)


def test_what_means_the_same_passes_often_enough_to_be_worth_it() -> None:
    passed = [pair for pair in SAME if not reason_against(*pair)]
    assert len(passed) >= 50, f"{len(passed)} of {len(SAME)}"


def test_the_same_words_pass() -> None:
    for pair in SAME:
        assert reason_against(pair[0], pair[0]) == ""


@pytest.mark.parametrize(
    "text", ["", " ", "…", "\ud83d\ude00", "a" * 4000, "." * 4000, "(" * 4000, "'" * 999, "1" * 999, "ﬁ", "٣", "𝟓"]
)
def test_nothing_odd_breaks_it(text: str) -> None:
    assert reason_against(text, text) == ""
    assert reason_against(text, "What is the capital of France?")

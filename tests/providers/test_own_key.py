"""The key that was sent is in nothing that is told of what came back."""

import json

import pytest

from providers.errors import Failure
from providers.own_key import failure_without, without

KEY = 'odd/+"key of-nobody@0eTn'.replace(" ", "")


@pytest.mark.parametrize(
    "said",
    [
        f"the key {KEY} is not known",
        json.dumps({"error": f"bad key {KEY}"}),
        "see https://console.example.com/?key=odd%2F%2B%22keyof-nobody%400eTn",
        f"a long story, cut within the key {KEY[:-3]}",
        f"masked before by its look: [key]{KEY[5:]}",
    ],
)
def test_in_any_dress(said: str) -> None:
    told = without(KEY, said)
    assert "[key]" in told
    assert "nobody" not in told


def test_other_words_stay() -> None:
    assert without(KEY, "the key is not known") == "the key is not known"
    assert without("none", "none of these is known") == "none of these is known", "a word, not a key"
    assert without(None, "no key was sent") == "no key was sent"


def test_a_failure_is_told_without_it_everywhere() -> None:
    failure = Failure("authentication", f"bad key {KEY}", 401, f"code {KEY}", f"req {KEY}", late=True)
    told = failure_without(KEY, failure)
    assert KEY not in repr(told)
    assert (told.kind, told.status, told.late) == ("authentication", 401, True)
    assert failure_without("another-key", failure) is failure

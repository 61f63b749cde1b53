"""The next model when one fails."""

import pytest

from providers.errors import Failure
from providers.events import Text
from providers.routes.fallback import Fallback
from providers.scripted import Fail
from tests.providers.routes.transcript import RATE, REFUSED, answers, model, transcript

LATE = (Text(0, 0, "Hal"), Fail(Failure("server", "broken")))


def test_a_failure_is_reported_and_the_next_model_asked() -> None:
    assert transcript(Fallback((model("a", (RATE,)), answers("b", "Hi")))) == [
        "0 started a as answer",
        "0 failed rate",
        "1 started b as answer",
        "1 Hi",
        "1 usage None",
        "1 finished b",
    ]


def test_a_request_that_is_wrong_is_wrong_everywhere() -> None:
    assert transcript(Fallback((model("a", (REFUSED,)), answers("b", "Hi")))) == [
        "0 started a as answer",
        "raised bad_request at 0 s",
    ]


def test_the_last_failure_is_the_failure() -> None:
    same = model("a", (RATE,))

    assert transcript(Fallback((same, same))) == [
        "0 started a as answer",
        "0 failed rate",
        "1 started a as answer",
        "raised rate at 0 s",
    ]


@pytest.mark.parametrize("kind", ["authentication", "permission", "not_found", "quota"])
def test_what_is_wrong_at_one_vendor_need_not_be_at_another(kind: str) -> None:
    broken = model("a", (Fail(Failure(kind, "no")),))  # type: ignore[arg-type]

    assert transcript(Fallback((broken, answers("b", "Hi"))))[-1] == "1 finished b"
    assert transcript(Fallback((broken, answers("b", "Hi")), on=frozenset()))[-1] == f"raised {kind} at 0 s"


@pytest.mark.parametrize("kind", ["rate", "bad_request"])
def test_kinds_that_are_given_are_those_after_which_it_goes_on(kind: str) -> None:
    broken = model("a", (Fail(Failure(kind, "no")),))  # type: ignore[arg-type]
    chosen = Fallback((broken, answers("b", "Hi")), on=frozenset({"rate", "bad_request"}))

    assert transcript(chosen)[-1] == "1 finished b"


@pytest.mark.parametrize("kind", ["server", "network", "timeout_first", "quota", "authentication"])
def test_and_after_no_others_though_they_may_pass(kind: str) -> None:
    broken = model("a", (Fail(Failure(kind, "no")),))  # type: ignore[arg-type]
    chosen = Fallback((broken, answers("b", "Hi")), on=frozenset({"rate"}))

    assert transcript(chosen) == ["0 started a as answer", f"raised {kind} at 0 s"]


def test_text_that_was_shown_stands_whatever_the_kinds() -> None:
    late = (model("a", LATE), answers("b", "Hi"))

    assert transcript(Fallback(late, on=frozenset({"server"})))[-1] == "raised server at 0 s"
    assert transcript(Fallback(late, on=frozenset({"server"}), restart=True))[-1] == "1 finished b"
    assert transcript(Fallback(late, on=frozenset({"rate"}), restart=True))[-1] == "raised server at 0 s"


def test_text_that_was_shown_is_not_taken_back() -> None:
    assert transcript(Fallback((model("a", LATE), answers("b", "Hi"))))[-1] == "raised server at 0 s"


def test_unless_that_is_wanted() -> None:
    lines = transcript(Fallback((model("a", LATE), answers("b", "Hi")), restart=True))

    assert lines[1:4] == ["0 Hal", "0 failed server", "1 started b as answer"]


def test_attempts_are_numbered_through_a_tree() -> None:
    inner = Fallback((model("b", (RATE,)), answers("c", "Hi")))

    assert [line for line in transcript(Fallback((model("a", (RATE,)), inner))) if "started" in line] == [
        "0 started a as answer",
        "1 started b as answer",
        "2 started c as answer",
    ]


def test_none_is_not_enough() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Fallback(())


def test_its_name_says_the_order() -> None:
    assert Fallback((answers("a", ""), answers("b", ""))).name == "a → b"

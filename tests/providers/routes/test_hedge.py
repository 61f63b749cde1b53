"""A second model when the first takes its time."""

from providers.events import Usage
from providers.routes.hedge import Hedge
from providers.scripted import Wait, answering
from providers.usage import TokenUsage
from tests.providers.routes.transcript import RATE, REFUSED, SLOW, answers, model, transcript

FAST = answers("b", "Hi", output=2)


def test_a_first_model_that_is_quick_is_alone() -> None:
    lines = transcript(Hedge(answers("a", "Hi", after_s=0.5), FAST, after_s=1.0))

    assert lines == ["0 started a as answer", "0 Hi", "0 usage None", "0 finished a"]


def test_the_loser_is_cancelled_and_what_it_used_is_reported() -> None:
    slow = model("a", (Usage(0, 0, TokenUsage(output=9)),), SLOW)

    assert transcript(Hedge(slow, FAST, after_s=1.0)) == [
        "0 started a as answer",
        "0 usage 9",
        "1 started b as hedge",
        "1 Hi",
        "1 usage 2",
        "0 discarded: lost the race",
        "1 finished b",
    ]


def test_the_first_may_still_win() -> None:
    lines = transcript(Hedge(answers("a", "Hello", after_s=2.0), answers("b", "Hi", after_s=5.0), after_s=1.0))

    assert lines[2:] == ["0 Hello", "0 usage None", "1 discarded: lost the race", "0 finished a"]


def test_one_that_fails_leaves_it_to_the_other() -> None:
    lines = transcript(Hedge(model("a", (Wait(1.5), RATE)), answers("b", "Hi", after_s=1.0), after_s=1.0))

    assert lines[2] == "0 failed rate"
    assert lines[-1] == "1 finished b"


def test_both_fail() -> None:
    hedge = Hedge(model("a", (Wait(2.0), RATE)), model("b", (REFUSED,)), after_s=1.0)

    assert transcript(hedge)[2:] == ["1 failed bad_request", "raised rate at 2 s"]


def test_a_failure_before_there_is_another_is_the_failure() -> None:
    assert transcript(Hedge(model("a", (RATE,)), FAST, after_s=1.0)) == ["0 started a as answer", "raised rate at 0 s"]


def test_the_winner_fails() -> None:
    breaking = model("b", answering("Hal")[:2], (RATE,))

    assert transcript(Hedge(model("a", SLOW), breaking, after_s=1.0))[2:] == [
        "1 Hal",
        "0 discarded: lost the race",
        "raised rate at 1 s",
    ]


def test_hedges_nest() -> None:
    inner = Hedge(model("a", SLOW), model("b", SLOW), after_s=1.0)

    assert transcript(Hedge(inner, answers("c", "Hi"), after_s=2.0))[-4:] == [
        "2 usage None",
        "0 discarded: lost the race",
        "1 discarded: lost the race",
        "2 finished c",
    ]


def test_stopped_with_both_under_way() -> None:
    hedge = Hedge(model("a", SLOW), model("b", SLOW), after_s=1.0)

    assert transcript(hedge, stop_at_s=3.0)[-1] == "stopped at 3 s"

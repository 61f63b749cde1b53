"""Something useful within a time."""

from providers.events import Usage
from providers.routes.deadline import Deadline
from providers.routes.fallback import Fallback
from providers.routes.hedge import Hedge
from providers.routes.retry import Retry
from providers.scripted import Wait, answering
from providers.usage import TokenUsage
from tests.providers.routes.transcript import RATE, SLOW, answers, model, transcript

COUNTED = (Usage(0, 0, TokenUsage(output=1)),)


def test_what_comes_in_time_is_let_through() -> None:
    assert transcript(Deadline(answers("a", "Hi", after_s=1.0), first_s=2.0))[-1] == "0 finished a"


def test_only_the_beginning_has_to_come_in_time() -> None:
    slow = model("a", answering("H", "i", pause_s=1.5))

    assert transcript(Deadline(slow, first_s=2.0))[-1] == "0 finished scripted"


def test_what_does_not_is_a_failure() -> None:
    assert transcript(Deadline(model("a", SLOW), first_s=2.0)) == [
        "0 started a as answer",
        "raised timeout_first at 2 s",
    ]


def test_what_is_no_content_does_not_count() -> None:
    chatty = model("a", COUNTED, (Wait(1.5),), COUNTED, SLOW)

    assert transcript(Deadline(chatty, first_s=2.0))[-1] == "raised timeout_first at 2 s"


def test_a_fallback_takes_it_from_there() -> None:
    assert transcript(Fallback((Deadline(model("a", SLOW), first_s=2.0), answers("b", "Hi"))))[:3] == [
        "0 started a as answer",
        "0 failed timeout_first",
        "1 started b as answer",
    ]


def test_of_several_attempts_that_were_under_way_one_is_the_failure_and_the_others_are_reported() -> None:
    hedge = Hedge(model("a", SLOW), model("b", SLOW), after_s=1.0)

    assert transcript(Deadline(hedge, first_s=2.0)) == [
        "0 started a as answer",
        "1 started b as hedge",
        "0 failed timeout_first",
        "raised timeout_first at 2 s",
    ]


def test_of_no_attempt_under_way_a_notice_is_the_report() -> None:
    pausing = Deadline(Retry(model("a", (RATE,)), random=lambda: 1.0), first_s=0.5)

    assert transcript(Fallback((pausing, answers("b", "Hi"))))[:4] == [
        "0 started a as answer",
        "0 failed rate",
        "0 Try 2 of 3 after 1.0 s: slow down",
        "0 Went on after an error: no answer began within 0.5 s",
    ]


def test_a_stop_is_a_stop() -> None:
    assert transcript(Deadline(model("a", SLOW), first_s=2.0), stop_at_s=2.0)[-1] == "stopped at 2 s"
    assert transcript(Deadline(model("a", SLOW), first_s=2.0), stop_at_s=1.0)[-1] == "stopped at 1 s"

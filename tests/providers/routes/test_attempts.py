"""Numbers for the attempts of a composite."""

from providers.errors import Failure
from providers.events import Discarded, Event, Failed, Finished, Notice, Spent, Started, Text
from providers.routes.attempts import Attempts, usage_of
from providers.usage import TokenUsage

FAILURE = Failure("rate", "slow down")


def started(attempt: int) -> Started:
    return Started(attempt, 0, role="answer", vendor="v", endpoint="e", model="m")


def test_an_event_whose_number_is_right_is_passed_on_itself() -> None:
    child = Attempts().child()
    events: list[Event] = [started(0), Text(0, 1, "a"), Finished(0, 2, "m", TokenUsage(), "stop")]

    assert all(child.own(event) is event for event in events)


def test_numbers_go_by_the_order_of_starting() -> None:
    attempts = Attempts()
    one, other = attempts.child(), attempts.child()

    assert [one.own(started(0)).attempt, other.own(started(0)).attempt, one.own(started(1)).attempt] == [0, 1, 2]
    assert [one.own(Text(1, 0, "a")), other.own(Text(0, 0, "b"))] == [Text(2, 0, "a"), Text(1, 0, "b")]


def test_what_is_open_is_known() -> None:
    child = Attempts().child()
    for event in (started(0), started(1), started(2), started(3), Failed(1, 0, FAILURE), Discarded(2, 0, "x")):
        child.own(event)

    assert child.open == [0, 3]
    child.own(Spent(0, 0, "judge", TokenUsage()))
    assert child.open == [3]
    assert [type(event) for event in child.failed(FAILURE)] == [Failed]
    assert child.open == []


def test_a_failure_of_no_attempt_is_told_by_a_notice_of_the_latest() -> None:
    attempts = Attempts()
    attempts.give()
    child = attempts.child()
    child.own(started(0))
    assert [event.attempt for event in child.discarded("x")] == [1]

    (notice,) = child.failed(FAILURE)

    assert isinstance(notice, Notice)
    assert notice.attempt == 1


def test_a_notice_may_follow_its_attempts_end() -> None:
    attempts = Attempts()
    attempts.give()
    child = attempts.child()
    child.own(started(0))
    child.own(Failed(0, 0, FAILURE))

    assert child.own(Notice(0, 0, "retry", "soon")).attempt == 1


def test_usage_of_an_answer_is_its_own() -> None:
    usage = TokenUsage(input=1, output=2)

    told = usage_of(Finished(3, 4, "m", usage, "stop"))

    assert (told.attempt, told.at_ns, told.usage) == (3, 4, usage)

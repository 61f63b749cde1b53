"""How a route came to its answer, step by step."""

from decimal import Decimal

from app.attempt import Attempt
from app.records import Cost
from app.run import RunFold
from app.steps import PLAIN, Course, course_of
from providers.errors import Failure
from providers.events import Decision, Discarded, Event, Failed, Finished, Notice, Spent, Started, Text, Usage
from providers.types import Role
from providers.usage import TokenUsage

USED = TokenUsage(input=10, output=5)


def started(number: int, at_ms: float, model: str, role: Role = "answer") -> Started:
    return Started(number, int(at_ms * 1e6), role=role, vendor="v", endpoint="http://v", model=model)


def fold(*events: Event) -> RunFold:
    made = RunFold(run=0, lane_index=0, repeat=0, lane="route:r")
    for event in events:
        made.add(event)
    return made


def priced(attempt: Attempt) -> Cost:
    return Cost(str(Decimal("0.01") * (attempt.number + 1)), "USD", "user", None)


ESCALATED = (
    started(0, 0, "small"),
    Notice(0, 1_000_000, "route", "Tier small: no rule holds", decision=Decision("tier", "small")),
    Text(0, 20_000_000, "Dunno."),
    Usage(0, 30_000_000, USED),
    started(1, 31, "judge", "judge"),
    Spent(1, 40_000_000, "judge", USED),
    Notice(
        0, 41_000_000, "route", "Answer escalated: grade 0.20 < 0.70 by judge", decision=Decision("escalate", "x", 0.2)
    ),
    Discarded(0, 42_000_000, "grade 0.20 < 0.70 by judge"),
    started(2, 43, "a"),
    Failed(2, 50_000_000, Failure("rate", "slow down", 429)),
    Notice(2, 51_000_000, "retry", "Try 2 of 3 after 1.8 s: slow down", 51_000_000 + 1_800_000_000),
    started(3, 1852, "b"),
    Text(3, 1_900_000_000, "42."),
    Finished(3, 2_000_000_000, "b-1", USED, "stop"),
)


def test_the_steps_of_an_escalation_in_the_order_of_time() -> None:
    steps = course_of(fold(*ESCALATED), priced).steps
    assert [(step.kind, step.text) for step in steps] == [
        ("asked", "v/small: set aside"),
        ("decided", "Tier small: no rule holds"),
        ("asked", "v/judge judged"),
        ("decided", "Answer escalated: grade 0.20 < 0.70 by judge"),
        ("asked", "v/a: 429 rate"),
        ("waited", "waited 1.80 s"),
        ("asked", "v/b-1 answered"),
    ]
    assert [step.took_ms for step in steps] == [42.0, None, 9.0, None, 7.0, 1800.0, 148.0]


def test_costs_of_the_steps_are_those_of_the_attempts() -> None:
    steps = course_of(fold(*ESCALATED), priced).steps
    assert [step.cost.amount for step in steps if step.cost] == ["0.01", "0.02", "0.03", "0.04"]


def test_what_was_set_aside_can_be_read() -> None:
    (aside,) = course_of(fold(*ESCALATED)).asides
    assert (aside.by, aside.text, aside.why) == ("v/small", "Dunno.", "grade 0.20 < 0.70 by judge")


def test_a_run_of_one_attempt_has_no_course() -> None:
    assert course_of(fold(started(0, 0, "m"), Finished(0, 1, "m", USED, "stop"))) == PLAIN


def test_while_it_goes_on_what_is_open_says_so() -> None:
    course: Course = course_of(fold(*ESCALATED[:9]), priced)
    assert course.steps[-1].text == "v/a is asked"
    assert course.steps[-1].took_ms is course.steps[-1].cost is None

"""A route's course in words."""

from app.course_told import line, rows, saved, total
from app.records import Cost, Tokens
from app.steps import PLAIN, Aside, Course, Step
from providers.events import Decision, Saved
from providers.usage import TokenUsage

USED = Tokens(10, output=5)


def money(amount: str) -> Cost:
    return Cost(amount, "USD", "user", None)


LONG = Course(
    (
        Step(
            0.0, "decided", "Cache miss: nearest 0.81, guard: number differs", decision=Decision("cache", "miss", 0.81)
        ),
        Step(0.1, "decided", "Tier small: no rule holds", decision=Decision("tier", "small")),
        Step(0.2, "asked", "v/small: set aside", 40.0, 0, "answer", "discarded", USED, money("0.01")),
        Step(10.0, "asked", "v/judge judged", 9.0, 1, "judge", "done", USED, money("0.02")),
        Step(41.0, "decided", "Answer escalated: confidence 0.62 < 0.70", decision=Decision("escalate", "escalated")),
        Step(43.0, "asked", "v/a: 429 rate", 7.0, 2, "answer", "failed"),
        Step(51.0, "waited", "waited 1.80 s", 1800.0, 2),
        Step(1852.0, "asked", "v/b answered", 148.0, 3, "answer", "done", USED, money("0.04")),
    ),
    (Aside(0, "v/small", "Dunno."),),
)


def test_the_line_is_one_phrase_after_the_other() -> None:
    assert line(LONG) == (
        "cache miss (nearest 0.81, guard: number differs) → tier small (no rule holds) → v/small → "
        "confidence 0.62 < 0.70 → escalated → 429 rate at v/a, waited 1.80 s → v/b answered"
    )


def test_what_is_open_and_what_failed_last() -> None:
    assert line(Course((Step(0.0, "asked", "v/a is asked", attempt=0, role="answer", state="open"),))) == "v/a…"
    assert line(PLAIN) == ""


def test_rows_tell_what_can_be_read_and_the_total_is_the_sum_of_all_attempts() -> None:
    told = rows(LONG)
    assert [row.aside for row in told if row.aside is not None] == [0]
    assert [row.text for row in told if row.is_trouble] == ["v/a: 429 rate"]
    assert total(LONG)[1:5] == ("In all", "2.00 s", "30 → 15", "$0.0700")


def test_a_cost_that_is_not_known_makes_the_sum_a_least_one() -> None:
    steps = (
        Step(0.0, "asked", "a", 1.0, 0, "answer", "done", USED, money("0.01")),
        Step(1.0, "asked", "b", 1.0, 1, "answer", "done", USED, None),
    )
    assert total(Course(steps)).cost == "≥ $0.0100"


def test_a_hit_says_what_it_saved() -> None:
    kept = Saved("practice", "http://x", "swift", TokenUsage(input=12, output=117))
    hit = Step(0.0, "decided", "Cache hit: the same question", decision=Decision("cache", "hit", 1.0, saved=kept))
    assert saved(Course((hit,))) == "saved 12 → 117 tok of practice/swift"
    assert line(Course((hit,))) == "cache hit (the same question), saved 12 → 117 tok of practice/swift"
    assert saved(LONG) == ""

"""Cases out of a session, thresholds over them, and what they are said to do."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from app.cache.pair import Pair
from app.lab.cases import Answered, Case, Grade, gathered, models, rated
from app.lab.pairs import around, judged, shares
from app.lab.running import grade, grade_orders, lane_orders
from app.lab.sweep import keeps, point, sentence, swept
from app.records import Cost, NoticeRecord
from app.session.document import Draft, LaneSpec, Opinion, Prompt, Run, Session
from providers.routes.confidence import Sureness
from tests.app.session.samples import a_record, a_run

CHEAP, STRONG = "practice/swift", "practice/deep"


def run(prompt: int, model: str, cost: str = "0.001", text: str = "Yes it is", **other: object) -> Run:
    record = a_record(model, text, cost=Cost(cost, "USD", "vendor list", None))
    id_ = f"{model}-{prompt}"
    return a_run(id_, f"p{prompt}", 1, spec=LaneSpec(model), record=record, **other)


def session(*runs: Run, prompts: int = 3) -> Session:
    asked = tuple(Prompt(f"p{n}", "2026-11-24T10:00:00.000Z", Draft(f"Question {n}")) for n in range(prompts))
    return Session("s", prompts=asked, runs=runs)


def sure(mean: float) -> Sureness:
    return Sureness(mean, mean / 2, 1 - mean)


BOTH = tuple(
    each
    for n, mean in enumerate((0.5, 0.7, 0.9))
    for each in (run(n, CHEAP, "0.001", sureness=sure(mean)), run(n, STRONG, "0.010"))
)


def test_prompts_that_both_have_answered_are_cases() -> None:
    found = gathered(session(*BOTH), CHEAP, STRONG)
    assert [case.score for case in found.cases] == [0.5, 0.7, 0.9]
    assert [case.cheap.quality for case in found.cases] == [1.0, 1.0, 1.0], "the same words"
    assert (found.missing, found.currency) == (0, "USD")
    assert models(session(*BOTH)) == (CHEAP, STRONG)


def test_what_is_missing_is_told_and_ordered() -> None:
    """One answer without log-probabilities, one prompt without the strong model, one with neither."""
    lacking = session(run(0, CHEAP), run(0, STRONG), run(1, CHEAP, sureness=sure(0.7)))
    found = gathered(lacking, CHEAP, STRONG)
    assert found.cases == ()
    assert [each.id for each in found.no_cheap] == ["p0", "p2"]
    assert [each.id for each in found.no_strong] == ["p1", "p2"]
    orders = lane_orders(lacking, found, LaneSpec(CHEAP, {"seed": 1}), LaneSpec(STRONG), "mean", 7)
    assert [(each.run, each.lane.text) for each in orders] == [(7, CHEAP), (8, CHEAP), (9, STRONG), (10, STRONG)]
    assert orders[0].lane.params == {"seed": 1, "logprobs": True, "top_logprobs": 5}
    assert all(each.session == "s" and each.live is not None and each.live.lane == 0 for each in orders)


def test_a_run_with_a_fault_or_without_a_price_is_no_case() -> None:
    struck = run(0, CHEAP, sureness=sure(0.5))
    struck = replace(struck, record=replace(struck.record, notices=(NoticeRecord("fault", "Fault injected: 500"),)))
    unpriced = run(1, CHEAP, sureness=sure(0.5))
    unpriced = replace(unpriced, record=replace(unpriced.record, cost=None))
    failed = run(2, CHEAP, sureness=sure(0.5))
    failed = replace(failed, record=replace(failed.record, outcome="failed"))
    found = gathered(session(struck, unpriced, failed, *(run(n, STRONG) for n in range(3))), CHEAP, STRONG)
    assert [each.id for each in found.no_cheap] == ["p0", "p1", "p2"]


def test_grades_of_a_judge_decide_and_are_paid_for() -> None:
    found = gathered(session(*BOTH), CHEAP, STRONG, score="grade", quality="grade")
    assert len(found.ungraded) == 6
    asked = grade_orders(session(*BOTH), found, "practice/steady", 1)
    assert [run for run, _ in asked] == [each.id for each in found.ungraded]
    assert "Question 0" in asked[0][1].request.messages[0].text
    grades = {run: Grade(0.8 if CHEAP in run else 1.0, Decimal("0.0001"), 100.0) for run, _ in asked}
    known = gathered(session(*BOTH), CHEAP, STRONG, score="grade", quality="grade", grades=grades)
    kept = point(known.cases, 0.5, "grade")
    assert kept.cost == Decimal("0.0033"), "three cheap answers, and three grades"
    assert kept.quality == pytest.approx(0.8)
    assert grade(a_record(text="Grade: 7")) == Grade(0.7, Decimal("0.00042"), 831.5)
    assert grade(a_record(text="good")) is None


def test_ratings_count_where_both_are_rated() -> None:
    rated_runs = (
        replace(BOTH[0], opinion=Opinion(3)),
        replace(BOTH[1], opinion=Opinion(5)),
        replace(BOTH[2], opinion=Opinion(thumb="up")),
        BOTH[3],
    )
    found = gathered(session(*rated_runs, prompts=2), CHEAP, STRONG, quality="rating")
    assert (len(found.cases), found.unrated) == (2, 1)
    assert point(found.cases, 0.0, "mean").quality == 0.5
    assert rated(Opinion()) is None


def case(score: float, quality: float | None = 0.9) -> Case:
    return Case("?", score, Answered(Decimal(1), 100.0, quality), Answered(Decimal(10), 400.0, 1.0))


def test_a_threshold_keeps_saves_and_costs() -> None:
    cases = [case(n / 10) for n in range(1, 11)]
    half = point(cases, 0.6, "mean")
    assert (half.kept, half.cost, half.saved) == (0.5, Decimal(60), 0.4)
    assert half.faster == pytest.approx(1 - (10 * 100 + 5 * 400) / 4000)
    assert half.quality == pytest.approx(0.95)
    assert point(cases, 2.0, "mean").saved == pytest.approx(-0.1), "all is asked twice"


def test_the_curve_has_a_point_for_each_decision() -> None:
    curve = swept([case(n / 10) for n in range(1, 11)], "mean")
    assert [each.kept for each in curve.points] == pytest.approx([1 - n / 10 for n in range(11)])
    at = curve.at(0.55)
    assert at is not None
    assert at.threshold == 0.6, "no score lies between the two"
    assert sentence(curve, 0.55) == (
        "at 0.55: 50 % answered cheap, 40 % of the cost saved, 25 % faster, 95 % of quality kept, over 10 prompts"
        " – few to judge by"
    )


def test_entropy_decides_the_other_way_round() -> None:
    curve = swept([case(n / 10) for n in range(1, 11)], "entropy")
    assert [each.kept for each in curve.points] == pytest.approx([n / 10 for n in range(11)])
    found = curve.at(0.55)
    assert found is not None
    assert found.kept == 0.5
    assert keeps(0.5, 0.5, "entropy")
    assert keeps(0.5, 0.5, "mean")


def test_of_too_few_nothing_is_claimed() -> None:
    assert sentence(swept([], "mean"), 0.5).startswith("Not enough data: 0 prompts of at least 5")
    assert sentence(swept([case(0.5)], "mean"), 0.5).startswith("Not enough data: 1 prompt of")
    unknown = sentence(swept([case(n / 10, None) for n in range(6)], "mean"), 0.3)
    assert "quality unknown" in unknown


def pair(one: str, other: str, cosine: float, *, never: bool = False) -> Pair:
    return Pair(0.0, one, other, cosine, "", False, never)


PAIRS = (
    pair("How do I sort a list?", "How can I sort a list?", 0.97),
    pair("5 miles in km", "50 miles in km", 0.95),
    pair("What is the capital of Peru?", "What is the capital of Chile?", 0.91),
    pair("Tell me a joke", "Tell me a poem", 0.80),
    pair("Is it safe?", "Is that safe?", 0.93, never=True),
)


def test_pairs_are_judged_anew_at_another_threshold() -> None:
    assert [each.verdict for each in around(PAIRS, 0.9)] == ["hit", "guarded", "never", "guarded", "below"]
    assert judged(PAIRS[1], 0.9).why.startswith("guard: ")
    assert judged(PAIRS[1], 0.9, guard=False).verdict == "hit"
    assert judged(PAIRS[3], 0.7).verdict == "guarded", "what was below is shown to the guard"


def test_a_question_hits_if_one_of_its_pairs_does() -> None:
    high, low = shares((*PAIRS, pair("5 miles in km", "5 miles in km?", 0.99)), (0.98, 0.9))
    assert (high.hits, high.guarded) == (0.2, 0.0)
    assert (low.hits, low.guarded) == (0.4, 0.4)

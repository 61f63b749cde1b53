"""What a session's runs asked, as a cache would have seen it, and what is said of the savings."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from app.cache.compared import Asked, Compared, Likeness, Saving
from app.lab.questions import MOST, Questions, asides, pairs, questions, sentence
from app.records import Cost, NoticeRecord
from app.session.document import Draft, LaneSpec, Prompt, Run, Session
from tests.app.session.samples import a_record, a_run

MODEL = "practice/swift"


def run(at: int, text: str, **params: object) -> tuple[Prompt, Run]:
    when = f"2026-11-24T10:{at // 60:02d}:{at % 60:02d}.000Z"
    record = a_record(MODEL, "Yes", cost=Cost("0.001", "USD", "user", None))
    return Prompt(f"p{at}", when, Draft(text)), a_run(
        f"r{at}", f"p{at}", 1, at=when, spec=LaneSpec(MODEL, dict(params)), record=record
    )


def session(*asked: tuple[Prompt, Run]) -> Session:
    return Session("s", prompts=tuple(p for p, _ in asked), runs=tuple(r for _, r in asked))


def test_questions_come_once_in_the_order_in_which_they_were_asked() -> None:
    found = questions(session(run(3, "Second"), run(1, "First"), run(5, "First")), MODEL)
    assert [each.question for each in found.asked] == ["First", "Second"]
    assert (found.repeated, found.currency) == (1, "USD")
    assert found.asked[0] == Asked("First", 0, "Yes", Decimal("0.001"), 831.5)
    assert "1 repeat to the letter" in asides(found)


def test_other_parameters_and_other_turns_answer_no_other_question() -> None:
    first, second, third = run(1, "A"), run(2, "A", top_p=0.5), run(3, "A")
    third = (third[0], replace(third[1], after="r1"))
    found = questions(session(first, second, third), MODEL)
    assert [each.rest for each in found.asked] == [0, 1, 2]


def test_what_a_cache_would_leave_alone_is_left_out() -> None:
    real, warm, hot, empty = run(1, "A"), run(2, "B"), run(3, "C", temperature=0.7), run(4, "  ")
    failed, faulty, cached, other = (run(n, f"D{n}") for n in (5, 6, 7, 8))
    warm = (warm[0], replace(warm[1], warmup=True))
    failed = (failed[0], replace(failed[1], record=replace(failed[1].record, outcome="failed")))
    notice = (NoticeRecord("fault", "Fault injected: 500"),)
    faulty = (faulty[0], replace(faulty[1], record=replace(faulty[1].record, notices=notice)))
    hit = replace(cached[1].record.attempts[0], role="cache")
    cached = (cached[0], replace(cached[1], record=replace(cached[1].record, attempts=(hit,))))
    other = (other[0], replace(other[1], spec=LaneSpec("practice/deep")))
    found = questions(session(real, warm, hot, empty, failed, faulty, cached, other), MODEL)
    assert [each.question for each in found.asked] == ["A"]
    assert found.random == 1
    assert "1 run with a temperature above 0" in asides(found)


def test_an_answer_that_was_cut_is_asked_and_not_kept() -> None:
    prompt, cut = run(1, "A")
    cut = replace(cut, record=replace(cut.record, finish_reason="length"))
    assert not questions(session((prompt, cut)), MODEL).asked[0].is_kept


def test_prices_are_added_up_in_one_currency_alone() -> None:
    one, other, none = run(1, "A"), run(2, "B"), run(3, "C")
    other = (other[0], replace(other[1], record=replace(other[1].record, cost=Cost("1", "EUR", "user", None))))
    none = (none[0], replace(none[1], record=replace(none[1].record, cost=None)))
    mixed = questions(session(one, other, none), MODEL)
    assert (mixed.currency, mixed.unpriced) == ("", 3)
    assert questions(session(one, none), MODEL).unpriced == 1


def test_of_too_many_the_newest_are_taken() -> None:
    found = questions(session(*(run(n, f"Question {n}") for n in range(MOST + 3))), MODEL)
    assert (len(found.asked), found.older) == (MOST, 3)
    assert found.asked[0].question == "Question 3"


def test_of_nothing_nothing_is_said() -> None:
    assert questions(Session("s"), MODEL) == Questions()
    assert asides(Questions()) == ""
    assert sentence(Compared((), (), "e", None, 1.0), Questions(), 0.9) == ""


TWO = Questions((Asked("A", 0, "", None, None), Asked("B", 0, "", None, None)), "USD")


@pytest.mark.parametrize(
    ("saving", "said"),
    [
        (
            Saving(0.9, 1, 1, 0.4, -0.1, 0.8),
            "At 0.90, 1 of 2 questions (50 %) would have come from the cache, 1 kept back by the guard, "
            "40 % of the cost saved, 10 % of the time added, the answers of hits are alike by 80 % – few to judge by.",
        ),
        (
            Saving(0.9, 0, 0, None, None, None),
            "At 0.90, 0 of 2 questions (0 %) would have come from the cache – few to judge by.",
        ),
    ],
)
def test_savings_are_told_as_far_as_they_are_known(saving: Saving, said: str) -> None:
    assert sentence(Compared((), (saving,), "e", None, 3.0), TWO, 0.9) == said


def test_what_embedding_took_is_told() -> None:
    assert asides(TWO, Compared((), (), "e", None, 3.0)).endswith("what it costs is not known, and not taken off.")
    assert asides(TWO, Compared((), (), "e", Decimal(0), 3.0)) == "Embedding one took 3 ms, which is taken off."
    assert [each.one for each in pairs(TWO.asked, (Likeness(1, 0, 0.9),))] == ["B"]

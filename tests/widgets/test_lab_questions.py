"""The lab's other page: a session's questions are compared before a cache is switched on."""

from decimal import Decimal

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.cache.compare import THRESHOLDS
from app.cache.compared import Asked, Compared, Likeness, Saving
from app.cache.wishes import CompareQuestions, ForbidPair, PairsTold, QuestionsCompared, StopComparing
from app.records import Cost
from app.session.document import Draft, LaneSpec, Prompt, Session
from tests.app.session.samples import a_record, a_run
from tests.widgets.conftest import Bench
from tests.widgets.test_engine_client import client
from widgets.engine_client import EngineClient
from widgets.lab.pairs_page import BEFORE, EMPTY, NO_PAIRS, PairsPage
from widgets.lab.questions_bar import NOTHING, ONE

__all__ = ["client"]

COUNT = 6


def fill(bench: Bench, number: int) -> None:
    """So many questions asked of the first lane."""
    model = bench.conductor.home.session.lanes[0].spec.model
    record = a_record(model, "It is so.", cost=Cost("0.001", "USD", "user", None))
    when = "2026-11-24T10:00:0{}.000Z"
    prompts = tuple(Prompt(f"p{n}", when.format(n), Draft(f"Question {n}")) for n in range(number))
    runs = tuple(
        a_run(f"r{n}", f"p{n}", 1, at=when.format(n), spec=LaneSpec(model), record=record) for n in range(number)
    )

    def filled(session: Session) -> Session:
        return replace(session, prompts=prompts, runs=runs)

    bench.conductor.home.happened(filled)


@pytest.fixture
def page(bench: Bench) -> PairsPage:
    fill(bench, COUNT)
    bench.window.do("lab")
    sheet = bench.conductor.lab.sheet
    sheet.tabs.setCurrentIndex(1)
    sheet.pairs.source.setCurrentIndex(1)
    return sheet.pairs


def found(near: tuple[Likeness, ...] = (Likeness(1, 0, 0.95), Likeness(3, 2, 0.7))) -> Compared:
    """Up to 0.8 two would have been hits, up to 0.95 one."""
    hits = [2 if at <= 0.7 else int(at <= 0.95) for at in THRESHOLDS]
    savings = tuple(
        Saving(at, each, 0, each / COUNT, each / COUNT - 0.01, 0.8 if each else None)
        for at, each in zip(THRESHOLDS, hits, strict=True)
    )
    return Compared(near, savings, "local/m", Decimal(0), 4.0)


def asked(bench: Bench) -> CompareQuestions:
    wish = bench.engine.cache_wishes[-1]
    assert isinstance(wish, CompareQuestions)
    return wish


def test_without_questions_there_is_nothing_to_compare(bench: Bench) -> None:
    bench.window.do("lab")
    page = bench.conductor.lab.sheet.pairs
    page.source.setCurrentIndex(1)
    assert (page.bar.said.text(), page.told.text(), page.bar.go.isEnabled()) == (NOTHING, BEFORE, False)
    fill(bench, 1)
    assert (page.bar.said.text(), page.bar.go.isEnabled()) == (ONE, False)
    fill(bench, 2)
    assert page.bar.go.text() == "Compare 2 questions"
    assert page.bar.go.isEnabled()
    page.bar.embed.setText(" ")
    assert not page.bar.go.isEnabled(), "nobody is to embed"


def test_questions_are_compared_and_the_threshold_tells(bench: Bench, page: PairsPage) -> None:
    page.bar.embed.setText("ollama/nomic-embed-text")
    page.bar.go.click()
    wish = asked(bench)
    assert (wish.embed, wish.currency) == ("ollama/nomic-embed-text", "USD")
    assert [each.question for each in wish.asked] == [f"Question {n}" for n in range(COUNT)]
    bench.engine.pairs_told.emit(QuestionsCompared(wish.id, 3))
    assert (page.bar.said.text(), page.bar.go.text()) == ("3 of 6 questions embedded.", "Stop")
    bench.engine.pairs_told.emit(QuestionsCompared(wish.id, COUNT, found()))
    assert page.told.text().startswith("At 0.90, 1 of 6 questions (17 %) would have come from the cache")
    assert page.key.accessibleName() == "answers alike 80 %, cost saved 17 %, time saved 16 %, from the cache 17 %"
    assert page.bar.said.text() == "Embedding one took 4 ms, which is taken off."
    page.threshold.setValue(0.98)
    assert page.key.accessibleName() == "answers alike –, cost saved 0 %, time saved -1 %, from the cache 0 %"
    assert "1 % of the time added" in page.told.text()
    page.threshold.setValue(0.7)
    assert "2 of 6 questions" in page.told.text()
    assert [page.list.topLevelItem(at).text(2) for at in range(2)] == ["Question 1", "Question 3"]  # type: ignore[union-attr]
    assert (page.one.toPlainText(), page.other.toPlainText()) == ("Question 1", "Question 0")


def test_what_caches_noted_is_seen_beside_it(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, COUNT, found()))
    page.source.setCurrentIndex(0)
    assert (page.told.text(), page.bar.isHidden(), page.key.isHidden()) == (EMPTY, True, True)
    page.source.setCurrentIndex(1)
    assert page.told.text().startswith("At 0.90")
    bench.engine.pairs_told.emit(PairsTold((), "disk I/O error"))
    assert page.told.text().startswith("At 0.90"), "what caches noted is not what is looked at"


def test_who_cannot_embed_says_why_and_may_be_asked_again(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, trouble="the local embedding model is not there."))
    assert page.bar.said.text() == "Not compared: the local embedding model is not there."
    assert (page.bar.go.text(), page.bar.go.isEnabled()) == ("Compare 6 questions", True)
    fill(bench, COUNT)
    assert page.bar.said.text().startswith("Not compared"), "a session that changes takes no sentence away"
    page.bar.go.click()
    assert page.bar.said.text() == "0 of 6 questions embedded."


def test_it_is_stopped_and_what_still_comes_is_passed_over(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    wish = asked(bench)
    page.bar.go.click()
    assert bench.engine.cache_wishes[-1] == StopComparing()
    bench.engine.pairs_told.emit(QuestionsCompared(wish.id, COUNT, found()))
    assert (page.told.text(), page.bar.go.text()) == (BEFORE, "Compare 6 questions")


def test_an_engine_that_dies_compares_no_more(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    bench.engine.died.emit("killed")
    assert page.bar.go.text() == "Compare 6 questions"


def test_another_model_is_another_matter(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, COUNT, found()))
    page.bar.model.setCurrentIndex(1)
    page.bar.model.activated.emit(1)
    assert (page.told.text(), page.bar.said.text()) == (BEFORE, NOTHING)
    assert page.list.topLevelItemCount() == 0


def test_of_few_questions_pairs_are_shown_and_no_curve(bench: Bench, page: PairsPage) -> None:
    fill(bench, 4)
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, 4, found()))
    assert page.list.topLevelItemCount() == 2
    assert page.key.isHidden()
    assert page.told.text().endswith("few to judge by.")
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, 4, found(())))
    assert page.told.text().endswith(NO_PAIRS)


def test_a_pair_that_is_never_to_match_is_marked_at_once(bench: Bench, page: PairsPage) -> None:
    page.bar.go.click()
    bench.engine.pairs_told.emit(QuestionsCompared(asked(bench).id, COUNT, found()))
    page.never.click()
    assert bench.engine.cache_wishes[-1] == ForbidPair("Question 1", "Question 0")
    assert page.list.topLevelItem(0).text(1) == "⊗ never"  # type: ignore[union-attr]
    assert page.never.text() == "Allow again"


def test_the_engine_embeds_with_the_practice_server(client: EngineClient, qtbot: QtBot) -> None:
    heard: list[QuestionsCompared] = []
    client.pairs_told.connect(heard.append)
    texts = ("How do I sort a list?", "How can I sort a list?", "What is the capital of Peru?")
    cost = Decimal("0.010")
    client.cache(
        CompareQuestions(1, "practice/practice-embed", tuple(Asked(t, 0, "So", cost, 900.0) for t in texts), "USD")
    )
    qtbot.waitUntil(lambda: bool(heard) and heard[-1].done == len(texts), timeout=20_000)
    compared = heard[-1].found
    assert compared is not None
    saving = next(each for each in compared.savings if each.threshold == 0.8)
    assert (saving.hits, saving.agree) == (1, 1.0)
    assert saving.saved == pytest.approx(1 / 3)
    assert saving.faster is not None
    assert 0 < saving.faster < 1 / 3, "embedding takes its time"

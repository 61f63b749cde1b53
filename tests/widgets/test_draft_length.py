"""The estimate beside the prompt: asked a moment after a change, shown as an estimate, and only the newest."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from msgspec import structs
from pytestqt.qtbot import QtBot

from app.budgets.forecast import Forecast, Left
from app.budgets.wishes import BudgetsTold, Foresee, Foreseen
from app.budgets.written import budget
from app.limits import USUAL
from app.messages import Estimated
from app.records import Tokens
from app.routes.spec import Fallback, Route
from app.session.document import LaneSpec, Run
from app.tokens import Count
from providers.types import File
from tests.app.session.samples import a_record
from tests.widgets.scripted_engine import ScriptedEngine
from widgets import draft_length
from widgets.draft_length import DraftLength
from widgets.main_window import MainWindow


class Drafting:
    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot
        self.engine = ScriptedEngine(window)
        self.length = DraftLength(window, self.engine)

    def write(self, prompt: str, system: str = "") -> None:
        self.window.composer.show_draft(prompt, system)

    def asked(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: len(self.engine.questions) == count, timeout=2000)

    def told(self, *counts: Count, id_: int | None = None, error: str = "") -> None:
        number = self.engine.questions[-1].id if id_ is None else id_
        self.engine.estimated.emit(Estimated(number, counts, error))


@pytest.fixture
def drafting(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drafting]:
    monkeypatch.setattr(draft_length, "PAUSE_MS", 20)
    monkeypatch.setattr(draft_length, "FIRST_MS", 20)
    made = Drafting(window, qtbot)
    yield made
    made.length.end()


def test_a_pause_in_typing_asks_once_for_the_newest_text(drafting: Drafting) -> None:
    for end in range(1, 12):
        drafting.write("how long is it"[:end], "be brief")
    drafting.asked(1)
    (question,) = drafting.engine.questions
    assert question.texts == ("be brief", "how long is")
    assert question.models == ("swift", "steady", "deep")


def test_the_estimate_is_marked_and_explained(drafting: Drafting) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.told(Count(61, "o200k_base", True))
    composer = drafting.window.composer
    assert composer.estimate == "≈ 61 tokens"
    assert "estimate" in composer._estimate.accessibleDescription()
    assert "rough" in composer._estimate.accessibleDescription()


def test_what_is_attached_is_said_not_to_be_counted(drafting: Drafting) -> None:
    drafting.window.composer.attached.add("a.pdf", File("application/pdf", "a.pdf", b"%PDF-1.4"))
    drafting.write("hello")
    drafting.asked(1)
    drafting.told(Count(8, "o200k_base", False))
    assert "attached" in drafting.window.composer._estimate.accessibleDescription()


def test_answers_to_older_questions_are_not_shown(drafting: Drafting) -> None:
    drafting.write("one")
    drafting.asked(1)
    drafting.write("one two")
    drafting.asked(2)
    drafting.told(Count(8, "o200k_base", False), id_=drafting.engine.questions[0].id)
    assert drafting.window.composer.estimate == ""
    drafting.told(Count(9, "o200k_base", False))
    assert drafting.window.composer.estimate == "≈ 9 tokens"


@pytest.mark.parametrize("draft", ["", "  \n"])
def test_what_cannot_be_sent_has_no_length(drafting: Drafting, qtbot: QtBot, draft: str) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.told(Count(8, "o200k_base", False))
    drafting.write(draft)
    qtbot.waitUntil(lambda: drafting.window.composer.estimate == "", timeout=2000)
    assert len(drafting.engine.questions) == 1


def test_what_cannot_be_counted_is_not_shown_but_explained(drafting: Drafting) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.told(error="the ranks are damaged")
    assert drafting.window.composer.estimate == ""
    assert drafting.window.composer._estimate.accessibleDescription() == "the ranks are damaged"


def test_other_lanes_are_another_question(drafting: Drafting) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.window.desk.choose(None, "openai/gpt-4", {}, USUAL)
    drafting.asked(2)
    assert drafting.engine.questions[-1].models[-1] == "gpt-4"


def test_a_new_engine_is_asked_anew(drafting: Drafting) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.engine.ready.emit()
    drafting.asked(2)
    assert drafting.engine.questions[0].texts == drafting.engine.questions[1].texts


def test_nothing_jumps_when_the_estimate_comes(drafting: Drafting, qtbot: QtBot) -> None:
    composer = drafting.window.composer
    before = [composer._stop.geometry(), composer._message.geometry(), composer.prompt.geometry()]
    composer.show_estimate("≈ 12,345–67,890 tokens", "")
    qtbot.wait(20)
    assert [composer._stop.geometry(), composer._message.geometry(), composer.prompt.geometry()] == before


SWIFT = Forecast("swift", 61, 1000, Decimal("0.001"), Decimal("0.02"), "USD")
LEFT = (Left(budget("user", "5 USD", "day"), "me", Decimal("4.2")),)
WHOLE = "≈ 61 tokens · 1 lane · $0.001–0.02 of $4.20 left today"


def foreseen(drafting: Drafting, *lanes: Forecast, left: tuple[Left, ...] = LEFT) -> None:
    drafting.write("hello")
    drafting.asked(1)
    drafting.told(Count(61, "o200k_base", False))
    wish = drafting.engine.budget_wishes[-1]
    assert isinstance(wish, Foresee)
    drafting.engine.budget_told.emit(Foreseen(wish.id, lanes, left))


def test_what_it_may_cost_is_said_against_what_is_left(drafting: Drafting) -> None:
    foreseen(drafting, SWIFT)
    composer = drafting.window.composer
    assert composer.estimate == WHOLE
    assert "swift: ≈ 61 tokens in, at most 1,000 out" in composer._estimate.accessibleDescription()
    assert "$5 a day for you: $4.20 left" in composer._estimate.accessibleDescription()
    assert composer._estimate._role == "muted"


def test_in_a_narrow_window_it_says_less_and_tells_all_in_its_tip(drafting: Drafting) -> None:
    foreseen(drafting, SWIFT)
    line = drafting.window.composer._estimate
    for width, shown in ((900, WHOLE), (200, "≈ 61 tokens · $0.001–0.02"), (90, "≈ 61 tokens")):
        line.resize(width, line.height())
        assert line.text() == shown
    assert drafting.window.composer.estimate == WHOLE


def test_what_would_go_wrong_is_said_in_amber(drafting: Drafting) -> None:
    over = structs.replace(SWIFT, overflow="swift: ≈ 9,000 tokens do not fit its context of 8,192")
    blocked = structs.replace(SWIFT, blocked="deep: nothing left of $5 a day for you until 22:00")
    foreseen(drafting, over, blocked)
    composer = drafting.window.composer
    assert composer.estimate == "swift: ≈ 9,000 tokens do not fit its context of 8,192 (and 1 more)"
    assert "deep: nothing left" in composer._estimate.accessibleDescription()
    assert composer._estimate._role == "warning"
    assert composer._send.isEnabled(), "sending stays possible: other lanes may go"


def test_forecasts_of_other_drafts_are_not_shown_and_each_run_asks_anew(drafting: Drafting) -> None:
    foreseen(drafting, SWIFT)
    before = drafting.engine.budget_wishes[-1]
    drafting.engine.ended.emit(None)
    again = drafting.engine.budget_wishes[-1]
    assert isinstance(before, Foresee)
    assert isinstance(again, Foresee)
    assert again.id == before.id + 1
    drafting.engine.budget_told.emit(Foreseen(before.id, (structs.replace(SWIFT, lane="old"),), ()))
    assert drafting.window.composer.estimate == WHOLE
    drafting.engine.budget_told.emit(BudgetsTold((), "Set."))
    assert drafting.engine.budget_wishes[-1] != again


def test_parameters_alone_are_another_forecast(drafting: Drafting, qtbot: QtBot) -> None:
    foreseen(drafting, SWIFT)
    count = len(drafting.engine.budget_wishes)
    drafting.window.desk.choose(1, "practice/swift", {"max_tokens": 7}, USUAL)
    qtbot.waitUntil(lambda: len(drafting.engine.budget_wishes) > count, timeout=2000)
    wish = drafting.engine.budget_wishes[-1]
    assert isinstance(wish, Foresee)
    assert wish.lanes[0].params == {"max_tokens": 7}
    assert len(drafting.engine.questions) == 1


def test_where_no_lane_would_send_the_button_says_so(drafting: Drafting, qtbot: QtBot) -> None:
    blocked = structs.replace(SWIFT, blocked="swift: nothing left of $5 a day for you until 22:00")
    foreseen(drafting, blocked, structs.replace(blocked, lane="deep"))
    send = drafting.window.composer._send
    assert send.text() == "Over budget"
    assert "nothing left of $5 a day" in send.toolTip()
    assert send.isEnabled(), "budgets have the last word, not what was foreseen"
    drafting.window.composer.show_live(1)
    assert send.text() == "Over budget"
    drafting.window.composer.show_live(0)
    drafting.write("")
    qtbot.waitUntil(lambda: send.text() == "Send", timeout=2000)


def test_the_turns_before_are_told_and_foreseen(drafting: Drafting, qtbot: QtBot) -> None:
    before = {1: a_run("a", Tokens(900, None, None, 110, 10)), 2: a_run("b", Tokens(900, None, None, 400, None))}
    drafting.length._run_of = before.get
    drafting.window.composer.set_continuing(True)
    foreseen(drafting, SWIFT)
    wish = drafting.engine.budget_wishes[-1]
    assert isinstance(wish, Foresee)
    assert wish.before == (1000, 1300, 0)
    assert drafting.window.composer.estimate.startswith("≈ 61 tokens after 1,000–1,300 · ")
    before[3] = a_run("c", Tokens(None, None, None, 5, None))
    drafting.engine.ended.emit(None)
    assert drafting.engine.budget_wishes[-1].before == (1000, 1300, 0)  # type: ignore[union-attr]
    drafting.engine.budget_told.emit(Foreseen(drafting.engine.budget_wishes[-1].id, (SWIFT,), ()))  # type: ignore[union-attr]
    assert "no provider has told" in drafting.window.composer._estimate.accessibleDescription()


def test_a_route_is_counted_and_foreseen_by_its_models(drafting: Drafting) -> None:
    route = Route("r", Fallback(("practice/swift", "openai/gpt-4")))
    drafting.length._route_of = lambda place: route if place.is_route else None
    drafting.window.desk.choose(3, "route:r", {}, USUAL)
    foreseen(drafting, SWIFT)
    assert drafting.engine.questions[-1].models == ("swift", "steady", "gpt-4")
    wish = drafting.engine.budget_wishes[-1]
    assert isinstance(wish, Foresee)
    assert [lane.route for lane in wish.lanes] == [None, None, route]


def test_a_system_prompt_that_is_in_the_turns_before_is_not_counted_twice(drafting: Drafting) -> None:
    run = a_run("a", Tokens(900, None, None, 100, None))
    drafting.length._run_of = {1: run, 2: run, 3: run}.get
    drafting.window.composer.set_continuing(True)
    drafting.write("and now?", "be brief")
    drafting.asked(1)
    assert drafting.engine.questions[0].texts == ("and now?",)


def a_run(id_: str, usage: Tokens) -> Run:
    record = structs.replace(a_record(), usage=usage, attempts=())
    return Run(id_, "p", 1, None, "", LaneSpec("practice/swift"), record)

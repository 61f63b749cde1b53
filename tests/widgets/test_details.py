"""Details of a pane: a figure that is clicked opens them where they tell how it was made."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.jitter import jitter
from app.messages import CostsExplained, ExplainCosts
from app.pricing import Prices
from app.shown import MARK_NOTES, Ending
from app.token_bar import TokenBar, token_bars
from providers.errors import Failure
from providers.events import Failed, Response, Started, Text
from providers.usage import TokenUsage
from tests.widgets.conftest import Bench
from widgets.details_grid import SETTLED_MS
from widgets.jitter_strip import JitterStrip
from widgets.main_window import MainWindow
from widgets.pane import LOW, Pane
from widgets.run_sheet import RunSheet
from widgets.token_bars import TokenBars

MS = 1_000_000


def answered(bench: Bench) -> Pane:
    """The first lane's answer, with a stall in it."""
    bench.conductor.send()
    at = 2_000 * MS
    for n in range(30):
        at += (400 if n == 20 else 10) * MS
        bench.engine.say(1, Text(0, at, "word "))
    bench.engine.finish(1)
    bench.frames_end()
    return bench.panes[0]


def sheet(pane: Pane) -> RunSheet:
    assert pane._details is not None
    return pane._details.sheet


def click(bench: Bench, pane: Pane, text: str) -> None:
    line = pane.footer.line
    bench.window.resize(2000, 900)
    bench.qtbot.waitUntil(lambda: len(line._places) == len(line._segments) > 0, timeout=2000)
    at = next(place for place, each in zip(line._places, line._segments, strict=False) if text in each.text)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=at.center())
    bench.qtbot.wait(SETTLED_MS + 50)


def test_nothing_is_asked_before_details_are_wanted(bench: Bench) -> None:
    answered(bench)
    assert [wish for wish in bench.engine.wishes if isinstance(wish, ExplainCosts)] == []


@pytest.mark.parametrize(("figure", "topic"), [("TTFT", "course"), ("tok/s", "chunks"), ("→", "tokens"), ("$", "cost")])
def test_a_figure_that_is_clicked_tells_how_it_was_made(bench: Bench, figure: str, topic: str) -> None:
    pane = answered(bench)
    click(bench, pane, figure)
    chosen = [name for name, section in sheet(pane).sections.items() if section.is_chosen]
    assert chosen == [topic]
    assert pane._details is not None
    section, scroll = sheet(pane).sections[topic], pane._details.verticalScrollBar()  # type: ignore[index]
    assert scroll.value() == min(section.y(), scroll.maximum())


def test_what_is_no_figure_opens_nothing(bench: Bench) -> None:
    pane = answered(bench)
    QTest.mouseClick(pane.footer.line, Qt.MouseButton.LeftButton, pos=QPoint(pane.footer.line.width() - 2, 2))
    assert not pane.has_details


def test_it_is_all_there(bench: Bench) -> None:
    pane = answered(bench)
    pane.footer.toggle_details()
    shown = sheet(pane)
    assert "Content" in shown.waterfall.accessibleDescription()
    assert "1 stall of 400 ms" in shown.jitter.accessibleDescription()
    assert "300 cached" in shown.tokens.accessibleDescription()
    assert "$0.0021" in shown.cost.text()
    assert "Request id" in [figure.name for figure in pane._figures]


def test_the_cost_is_explained_by_the_engine(bench: Bench) -> None:
    pane = answered(bench)
    pane.footer.toggle_details()
    (question,) = [wish for wish in bench.engine.wishes if isinstance(wish, ExplainCosts)]
    (call,) = question.calls
    assert (call.vendor, call.asked, call.model, call.usage.cache_read) == ("practice", "m", "served-model", 300)
    quote = Prices().quote(call, call.at)
    assert quote is None  # a model that has no price
    bench.engine.explained.emit(CostsExplained(question.id, (quote,)))
    assert "no such price is listed now" in sheet(pane).cost.text()
    bench.engine.explained.emit(CostsExplained(question.id + 7, ()))  # nobody's


def test_it_goes_with_the_next_run(bench: Bench) -> None:
    pane = answered(bench)
    pane.footer.toggle_details()
    bench.conductor.rerun(pane.place.number)
    assert not pane.has_details
    assert pane.body.isVisible()


def test_attempts_that_failed_are_on_the_same_axis(bench: Bench) -> None:
    bench.conductor.send()
    began = bench.engine.folds[1].attempts[0].started_ns
    bench.engine.say(1, Response(0, began + 5 * MS, 529, "1.1", False))
    bench.engine.say(1, Failed(0, began + 6 * MS, Failure("overloaded", "busy", status=529)))
    bench.engine.say(1, Started(1, began + 500 * MS, "answer", "practice", "http://x", "m"))
    bench.engine.say(1, Text(1, began + 600 * MS, "Hi"))
    bench.engine.end(1)
    bench.panes[0].footer.toggle_details()
    told = sheet(bench.panes[0]).waterfall.accessibleDescription()
    assert "Attempt 1 · 529 failed" in told
    assert "Attempt 2 · cut off" in told


def test_a_run_of_earlier_has_details_too(bench: Bench) -> None:
    pane = answered(bench)
    number, binder = pane.place.number, bench.conductor.binder
    first = binder.shown(number)
    assert first is not None
    bench.conductor.rerun(number)
    again = max(bench.engine.orders)
    bench.engine.text(again, "short")
    bench.engine.finish(again)
    binder.go_to(number, first.id)
    pane.footer.toggle_details()
    assert "1 stall of 400 ms" in sheet(pane).jitter.accessibleDescription()
    assert "Content" in sheet(pane).waterfall.accessibleDescription()
    question = [wish for wish in bench.engine.wishes if isinstance(wish, ExplainCosts)][-1]
    assert question.calls[0].usage.output == 50


def test_details_leave_the_answer_half_of_its_pane(bench: Bench) -> None:
    pane = answered(bench)
    pane.footer.toggle_details()
    pane.resize(400, 500)
    assert pane._details is not None
    assert pane._details.maximumHeight() == 250


def test_in_a_low_pane_details_stand_in_the_place_of_the_answer(bench: Bench) -> None:
    pane = answered(bench)
    pane.footer.toggle_details()
    pane.resize(400, LOW - 20)
    assert pane.body.isHidden()
    pane.resize(400, LOW + 200)
    assert not pane.body.isHidden()
    pane.resize(400, LOW - 20)
    pane.footer.toggle_details()
    assert not pane.body.isHidden()


def test_a_stall_tells_of_itself(bench: Bench) -> None:
    strip = JitterStrip(bench.window)
    strip.resize(324, 60)
    strip.show_jitter(jitter([0, 10, 20, 30, 230, 240, 250, 260, 270, 280, 290, 300]))
    strip.grab()
    assert strip.tip(12 + 120).startswith("Stall of 200 ms, 20 × the median, from 30 ms on")
    assert strip.tip(12 + 5).startswith("Gap p50 10 ms")
    assert "not a token" in strip.tip(12)
    strip.show_jitter(None)
    strip.grab()
    assert "Not enough chunks" in strip.accessibleDescription()


def test_bars_tell_what_stands_for_what(bench: Bench) -> None:
    bars = TokenBars(bench.window)
    bars.show()
    bars.resize(500, 100)
    bars.show_bars(token_bars(TokenUsage(input=1000, cache_read=750, output=10)))
    bars.grab()
    assert bars.tip(QPoint(20, 24)).startswith("In: uncached 250 (25 %)")
    assert bars.tip(QPoint(300, 24)).startswith("In: cached 750 (75 %)\nRead from")
    high = bars.height()
    bars.resize(140, bars.height())
    assert bars.height() > high, "the legend wraps"
    bars.show_bars((TokenBar("out", None, ()),))
    bars.grab()
    assert bars.accessibleDescription() == "Out: not reported"


def test_what_has_no_room_in_a_narrow_foot_is_summed_up(window: MainWindow) -> None:
    """The badge, which says that figures are spoilt, is the last to go; a word on drift always stays."""
    footer = window.grid.panes[0].footer
    footer.show_ending(Ending("done", badge="lag 12 ms", badge_note="the machine", batched="batched ×4"))
    footer.show_marks(tuple(MARK_NOTES))
    footer.show_drift("drift: TTFT +87%", "in full")
    for width in (900, 430, 300, 230):
        footer.setFixedWidth(width)
        QApplication.sendPostedEvents()
        chips = [footer._badge, *footer._marks.values(), footer._batched, footer._more]
        shown = sorted((chip for chip in chips if chip.isVisible()), key=QWidget.x)
        assert all(chip.width() >= chip.sizeHint().width() for chip in shown), "none is cut"
        ends = [*(chip.geometry() for chip in shown), footer._drift.geometry(), footer.judge.geometry()]
        assert all(one.right() < other.left() for one, other in pairwise(ends)), width
        hidden = len(chips) - 1 - len([chip for chip in shown if chip is not footer._more])
        assert footer._more.isVisible() == bool(hidden)
        assert footer._more.text() == f"+{hidden}"
        assert footer._badge.isVisible() == (width > 230)
        assert footer._drift.isVisible()
    assert "lag 12 ms: the machine" in footer._more.toolTip()

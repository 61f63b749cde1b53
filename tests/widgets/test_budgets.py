"""The sheet of budgets, the strip that one is near, and what the composer says of costs."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.budgets.budget import Budget
from app.budgets.overview import Row
from app.budgets.wishes import AskBudgets, BudgetNear, BudgetsTold, RemoveBudget, SetBudget
from app.budgets.written import budget
from tests.widgets.conftest import Bench
from widgets.budgets import BudgetsSheet
from widgets.strip import Strip

SOON = datetime.now().astimezone() + timedelta(hours=1)
FIVE = budget("user", "5 USD", "day")
EACH = budget("vendor", "20k tokens", "month", then="block", warn="50")


def row(of: object = FIVE, name: str = "me", spent: str = "1", held: str = "0") -> Row:
    return Row(of, name, Decimal(spent), Decimal(held), SOON)  # type: ignore[arg-type]


@pytest.fixture
def sheet(bench: Bench) -> BudgetsSheet:
    bench.window.do("budgets")
    (made,) = bench.window.findChildren(BudgetsSheet)
    return made


def tell(bench: Bench, *rows: Row, said: str = "", is_good: bool = True) -> None:
    bench.engine.budget_told.emit(BudgetsTold(rows, said, is_good))


def test_it_asks_how_they_stand_when_it_opens_and_rests_when_it_is_closed(bench: Bench, sheet: BudgetsSheet) -> None:
    assert bench.engine.budget_wishes == [AskBudgets()]
    assert sheet.empty.isVisible()
    bench.qtbot.waitUntil(lambda: len(bench.engine.budget_wishes) == 2, timeout=3000)
    bench.window.overlays.dismiss()
    assert not sheet._timer.isActive()


def test_each_is_shown_with_what_is_left_and_when_it_begins_anew(bench: Bench, sheet: BudgetsSheet) -> None:
    tell(bench, row(held="0.5"), row(EACH, "openai", "20000"))
    five, each = sheet.rows
    assert (five.title.text(), five.left.text()) == ("$5 a day for you", "$3.50 left")
    assert five.facts.text().startswith("$1 spent, 20% · $0.50 held · begins anew ")
    assert (five.bar.spent, five.bar.held, five.bar.role) == (0.2, 0.1, "accent")
    assert (each.title.text(), each.left.text()) == ("20,000 tokens a month for openai", "used up")
    assert each.bar.role == "error"
    assert not sheet.empty.isVisible()


def test_near_the_limit_it_is_amber(bench: Bench, sheet: BudgetsSheet) -> None:
    tell(bench, row(EACH, "openai", "10000"))
    assert sheet.rows[0].bar.role == "warning"


def test_rows_that_stay_keep_the_focus(bench: Bench, sheet: BudgetsSheet) -> None:
    tell(bench, row(), row(EACH, ""))
    before = sheet.rows[1]
    before._edit.setFocus()
    tell(bench, row(spent="2"), row(EACH, "", "5"))
    assert sheet.rows[1] is before
    assert before._edit.hasFocus()


def test_one_is_set_in_one_line(bench: Bench, sheet: BudgetsSheet) -> None:
    form = sheet.form
    form.who.setCurrentIndex(form.who.findData("vendor:"))
    form.name.setText("openai")
    form.limit.setText("5 USD")
    form.then.setCurrentIndex(form.then.findData("block"))
    form.apply.click()
    assert bench.engine.budget_wishes[-1] == SetBudget(budget("vendor:openai", "5 USD", "day", then="block"))
    tell(bench, row(), said="Set: $5 a day for openai.")
    assert form.said.text() == "Set: $5 a day for openai."
    assert form.limit.text() == ""


@pytest.mark.parametrize(
    ("who", "limit", "warn", "said"),
    [
        ("user", "", "", "is no limit"),
        ("user", "lots", "", "'lots' is no limit"),
        ("vendor:", "5 USD", "", "One vendor: write which, as openai."),
        ("user", "5 USD", "0", "is no share"),
    ],
)
def test_mistakes_are_told_and_nothing_is_sent(
    bench: Bench, sheet: BudgetsSheet, who: str, limit: str, warn: str, said: str
) -> None:
    form = sheet.form
    form.who.setCurrentIndex(form.who.findData(who))
    form.limit.setText(limit)
    form.warn.setText(warn)
    form.apply.click()
    assert said in form.said.text()
    assert bench.engine.budget_wishes == [AskBudgets()]
    form.limit.textEdited.emit("5")
    assert form.said.text() == ""


def test_one_is_edited_and_another_removed(bench: Bench, sheet: BudgetsSheet) -> None:
    tell(bench, row(), row(EACH, "openai"))
    sheet.rows[1]._edit.click()
    form = sheet.form
    assert (form.limit.text(), form.warn.text(), form.apply.text()) == ("20000 tokens", "50", "Change")
    form.limit.setText("30k tokens")
    form.apply.click()
    changed = budget("vendor", "30k tokens", "month", then="block", warn="50")
    assert bench.engine.budget_wishes[-1] == SetBudget(changed, EACH.id)
    assert form.apply.text() == "Set"
    sheet.rows[0]._remove.click()
    assert bench.engine.budget_wishes[-1] == RemoveBudget(FIVE.id)
    tell(bench)
    assert sheet.empty.isVisible()


def test_one_that_stands_in_a_route_is_shown_and_changed_there(bench: Bench, sheet: BudgetsSheet) -> None:
    route = Budget("route", "support/of", "day", "USD", Decimal(2))
    tell(bench, row(), row(route, "support/of"))
    mine, theirs = sheet.rows
    assert theirs.title.text() == "$2 a day for the route support/of"
    assert theirs.facts.text().endswith("set in the route")
    assert (mine._edit.isVisible(), theirs._edit.isVisible(), theirs._remove.isVisible()) == (True, False, False)


def test_trouble_is_told_in_place_and_what_was_known_stays(bench: Bench, sheet: BudgetsSheet) -> None:
    tell(bench, row())
    tell(bench, said="The budgets cannot be written: no room.", is_good=False)
    assert sheet.form.said.text() == "The budgets cannot be written: no room."
    assert len(sheet.rows) == 1


def test_a_share_that_is_reached_is_a_strip_that_leads_here(bench: Bench) -> None:
    bench.engine.budget_told.emit(BudgetNear("81% of the budget is used."))
    strip = next(each for each in bench.window.findChildren(Strip) if each.text.startswith("81%"))
    assert strip.action is not None
    strip.action.click()
    (sheet,) = bench.window.findChildren(BudgetsSheet)
    assert sheet.isVisible()
    bench.window.overlays.dismiss()

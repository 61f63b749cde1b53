"""The ledger's sheet: where it is kept, and what a period would have cost."""

import pytest

from app.ledger.comparisons import AskReconcile, AskReprice, Reconciled, ReconciledLine, Repriced, RepricedLine
from app.ledger.period import usual
from app.ledger.questions import AskFacts, Facts, Money, Where
from app.ledger.wishes import AskLedger, LedgerAnswered, LedgerTold, LedgerTried, TryLedger, UseLedger
from tests.widgets.conftest import Bench
from widgets.ledger.sheet import COMPARED, FACTS, LedgerSheet
from widgets.strip import Strip

PLACE = "postgresql://ann@db/team"


@pytest.fixture
def sheet(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> LedgerSheet:
    monkeypatch.delenv("ABREAST_LEDGER", raising=False)
    bench.window.do("ledger")
    (found,) = bench.window.findChildren(LedgerSheet)
    return found


def answer(bench: Bench, id_: str, answer: object, said: str = "") -> None:
    bench.engine.ledger_told.emit(LedgerAnswered(id_, answer, said))  # type: ignore[arg-type]


def test_it_tells_where_the_ledger_is_and_how_much_is_in_it(bench: Bench, sheet: LedgerSheet) -> None:
    assert bench.engine.ledger_wishes == [AskLedger(FACTS, AskFacts())]
    answer(bench, FACTS, Facts("/data/ledger.sqlite3", 1204, 3_400_000, 1_795_000_000_000_000, 1))
    assert sheet.facts.text() == "1,204 attempts since 2026-11-18, 3.4 MB, in /data/ledger.sqlite3"
    bench.engine.ledger_told.emit(LedgerTold(new=2))
    assert len(bench.engine.ledger_wishes) == 2
    answer(bench, FACTS, Facts("/data/ledger.sqlite3", 0, 100))
    assert sheet.facts.text() == "Empty so far, in /data/ledger.sqlite3"
    answer(bench, FACTS, None, "The ledger cannot be read: locked.")
    assert sheet.facts.text() == "The ledger cannot be read: locked."


def test_a_database_is_used_once_it_has_answered(bench: Bench, sheet: LedgerSheet) -> None:
    assert not sheet.use.isEnabled()
    sheet.url.setText(PLACE)
    sheet.url.textEdited.emit(PLACE)
    assert sheet.database.isChecked()
    sheet.use.click()
    assert bench.engine.ledger_wishes[-1] == TryLedger(PLACE)
    bench.engine.ledger_told.emit(LedgerTried(False, "It cannot be used: no."))
    assert (sheet.said.text(), sheet.use.isEnabled()) == ("It cannot be used: no.", True)
    assert bench.window.settings().ledger == ""
    sheet.use.click()
    bench.engine.ledger_told.emit(LedgerTried(True, "It answers, and holds 0 attempts."))
    assert bench.window.settings().ledger == PLACE
    assert UseLedger(PLACE) in bench.engine.ledger_wishes
    assert not sheet.use.isEnabled()
    sheet.file.click()
    sheet.use.click()
    bench.engine.ledger_told.emit(LedgerTried(True, "It answers."))
    assert bench.window.settings().ledger == ""


@pytest.mark.parametrize("url", ["postgresql://ann:secret@db/x", "postgresql://db/x?user=ann&password=secret"])
def test_a_password_is_not_taken_into_the_settings(bench: Bench, sheet: LedgerSheet, url: str) -> None:
    sheet.url.setText(url)
    sheet.url.textEdited.emit(url)
    assert not sheet.use.isEnabled()
    assert "~/.pgpass" in sheet.said.text()
    sheet.url.returnPressed.emit()
    assert bench.engine.ledger_wishes == [AskLedger(FACTS, AskFacts())]


def test_the_environment_goes_before_what_is_chosen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_LEDGER", PLACE)
    bench.window.do("ledger")
    (sheet,) = bench.window.findChildren(LedgerSheet)
    assert not any(widget.isEnabled() for widget in (sheet.url, sheet.file, sheet.use))
    assert "ABREAST_LEDGER" in sheet.said.text()


def test_a_period_is_priced_again(bench: Bench, sheet: LedgerSheet) -> None:
    sheet.period.setCurrentText("Last month")
    sheet.prices.setText(" openai/gpt-4.1-mini ")
    sheet.reprice.click()
    asked = AskReprice("openai/gpt-4.1-mini", ("model",), Where(*usual("Last month")))
    assert bench.engine.ledger_wishes[-1] == AskLedger(COMPARED, asked)
    assert not sheet.reconcile.isEnabled()
    line = RepricedLine(("m",), 3, (Money("USD", "2"),), 0, (Money("USD", "1"),), 0, (Money("USD", "-1"),))
    answer(bench, COMPARED, Repriced("openai/gpt-4.1-mini", (line,)))
    item = sheet.table.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in range(7)] == ["m", "3", "2 USD", "0", "1 USD", "0", "-1 USD"]
    assert sheet.reconcile.isEnabled()
    answer(bench, COMPARED, None, "'x' is no vendor/model.")
    assert (sheet.table.topLevelItemCount(), sheet.note.text()) == (0, "'x' is no vendor/model.")


def test_lines_that_differ_stand_out(bench: Bench, sheet: LedgerSheet) -> None:
    sheet.reconcile.click()
    asked = bench.engine.ledger_wishes[-1]
    assert isinstance(asked, AskLedger)
    assert asked.question == AskReconcile(("vendor", "model"), Where(*usual("This month")))
    good = ReconciledLine(("openrouter", "a"), 3, 3, "USD", "2", "2", "0", 0, 0.0)
    off = ReconciledLine(("openrouter", "b"), 3, 3, "USD", "2", "1", "1", 2, 1.0)
    answer(bench, COMPARED, Reconciled((good, off)))
    items = [sheet.table.topLevelItem(number) for number in range(2)]
    assert [item.text(0) for item in items if item is not None] == ["openrouter", "≠ openrouter"]
    assert sheet.note.text() == "1 of 2 lines hold attempts that differ by more than 1%."


def test_practice_models_are_left_out_unless_asked_for_and_that_is_said(bench: Bench, sheet: LedgerSheet) -> None:
    sheet.reprice.click()
    answer(bench, COMPARED, Repriced("own prices", ()))
    assert sheet.note.text() == "Nothing was run then. Practice models are left out."
    sheet.reconcile.click()
    answer(bench, COMPARED, Reconciled(()))
    assert sheet.note.text() == "No provider has reported a cost then. Practice models are left out."
    sheet.practice.click()
    for button in (sheet.reprice, sheet.reconcile):
        button.click()
        asked = bench.engine.ledger_wishes[-1]
        assert isinstance(asked, AskLedger)
        assert isinstance(asked.question, AskReprice | AskReconcile)
        assert asked.question.where.practice
        answer(bench, COMPARED, Repriced("own prices", ()))
        assert sheet.note.text() == "Nothing was run then."


def test_who_asked_an_engine_that_died_may_ask_again(bench: Bench, sheet: LedgerSheet) -> None:
    sheet.reconcile.click()
    bench.engine.died.emit("The engine ended unexpectedly.")
    assert sheet.reconcile.isEnabled()
    assert "Ask again" in sheet.note.text()


def test_trouble_is_said_at_the_top(bench: Bench) -> None:
    bench.engine.ledger_told.emit(LedgerTold(trouble="The ledger cannot be written: full."))
    assert any("cannot be written: full" in strip.text for strip in bench.window.findChildren(Strip))

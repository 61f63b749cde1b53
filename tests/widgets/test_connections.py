"""The sheet of keys: what is shown of them, and that what is typed goes down once."""

import pytest
from PySide6.QtWidgets import QLineEdit

from app.accounts import Account
from app.listing import Listing
from app.messages import KeysTold
from providers.errors import Failure
from tests.widgets.conftest import Bench
from widgets.connections import Connections

SECRET = "sk-do-not-tell-0123456789"
KEPT = Account("anthropic", "default", "…6789", "Secret Service")


@pytest.fixture
def sheet(bench: Bench) -> Connections:
    bench.window.do("connections")
    return bench.window.overlays.connections


def lines(sheet: Connections) -> dict[str, str]:
    return {each.lane: each.facts for each in sheet._list.choices.shown}


def choose(sheet: Connections, name: str) -> None:
    names = list(lines(sheet))
    sheet._list.setCurrentIndex(sheet._list.choices.index(names.index(name)))


def test_opening_asks_which_keys_there_are(bench: Bench, sheet: Connections) -> None:
    assert sheet.isVisible()
    assert bench.engine.wishes == [("ask",)]
    assert lines(sheet)["OpenAI"] == "no key"
    bench.engine.keys_told.emit(KeysTold((KEPT,)))
    assert next(iter(lines(sheet).items())) == ("Anthropic", "Secret Service")


def test_what_is_typed_is_unseen_and_goes_down_once(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "Anthropic")
    assert sheet._key.echoMode() == QLineEdit.EchoMode.Password
    assert not sheet._store.isEnabled()
    sheet._key.setText(SECRET)
    sheet._store.click()
    assert bench.engine.wishes[1:] == [("store", "anthropic", SECRET, "default")]
    assert sheet._key.text() == ""
    bench.engine.keys_told.emit(KeysTold((KEPT,), "The key of Anthropic is kept in Secret Service."))
    assert sheet._said.text() == "The key of Anthropic is kept in Secret Service."
    assert sheet._name.text() == "Anthropic", "it stays chosen though it moved up"
    assert not [w for w in sheet.findChildren(QLineEdit) if SECRET in w.text()]


def test_a_half_typed_key_is_never_for_another_vendor(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "Anthropic")
    sheet._key.setText(SECRET)
    bench.engine.keys_told.emit(KeysTold((Account("groq", "default", "…1", "x"),)))
    assert sheet._key.text() == SECRET, "others may be told of meanwhile"
    choose(sheet, "OpenAI")
    assert sheet._key.text() == ""
    sheet._key.setText(SECRET)
    sheet._filter.setText("groq")
    assert (sheet._name.text(), sheet._key.text()) == ("Groq", "")
    sheet._key.setText(SECRET)
    sheet.dismiss()
    assert sheet._key.text() == ""


def test_only_what_the_keyring_has_can_be_deleted(bench: Bench, sheet: Connections) -> None:
    usual = Account("openai", "", "…abcd", "OPENAI_API_KEY in the environment")
    bench.engine.keys_told.emit(KeysTold((KEPT, usual)))
    choose(sheet, "OpenAI")
    assert not sheet._delete.isEnabled()
    choose(sheet, "Anthropic")
    sheet._delete.click()
    assert bench.engine.wishes[-1] == ("delete", "anthropic", "default")


def test_a_test_says_what_came_back(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "Anthropic")
    sheet._test.click()
    assert bench.engine.wishes[-1] == ("test", "anthropic")
    bench.engine.listed.emit(Listing("groq", failure=Failure("network", "not asked")))
    assert "Asking Anthropic" in sheet._said.text()
    bench.engine.listed.emit(Listing("anthropic", took_ms=231.0))
    assert sheet._said.text() == "Anthropic answered in 231 ms, with 0 models."
    sheet._test.click()
    bench.engine.listed.emit(Listing("anthropic", failure=Failure("authentication", "invalid x-api-key")))
    assert sheet._said.text() == "Anthropic: invalid x-api-key"
    bench.qtbot.wait(60)  # lists are gathered before they are shown


@pytest.mark.parametrize(
    "told", [KeysTold((), trouble="the keyring is locked"), KeysTold((), "It was not done.", False)]
)
def test_trouble_is_said_in_place(bench: Bench, sheet: Connections, told: KeysTold) -> None:
    bench.engine.keys_told.emit(told)
    assert sheet._said.text() in ("the keyring is locked", "It was not done.")


def test_nobody_makes_the_sheet_unasked(bench: Bench) -> None:
    bench.engine.keys_told.emit(KeysTold((KEPT,)))
    bench.engine.listed.emit(Listing("anthropic", took_ms=1.0))
    assert bench.window.findChildren(Connections) == []
    bench.qtbot.wait(60)

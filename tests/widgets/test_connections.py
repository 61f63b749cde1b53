"""The sheet of connections: what is shown of them, and that what is typed goes down once."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QRadioButton

from app.accounts import Account
from app.contacts import Contacts, Extras, OwnVendor
from app.listing import Listing
from app.messages import (
    Adjust,
    AskKeys,
    ContactsTold,
    DeleteKey,
    FindKeys,
    FoundKey,
    KeysFound,
    KeysTold,
    ListModels,
    LookAt,
    LookedAt,
    RemoveOwn,
    SaveOwn,
    StoreKey,
    TakeKeys,
    Tried,
    TryVendor,
)
from providers.errors import Failure
from tests.widgets.conftest import Bench
from widgets.connections import Connections
from widgets.strip import Strip

SECRET = "sk-do-not-tell-0123456789"
KEPT = Account("anthropic", "default", "…6789", "Secret Service")
BOX = OwnVendor("gpu-box", "GPU box", "openai_chat", "http://gpu-box:8000/v1", "vllm", ssh="me@gpu-box")


@pytest.fixture
def sheet(bench: Bench) -> Connections:
    bench.window.do("connections")
    return bench.window.overlays.connections


def lines(sheet: Connections) -> dict[str, str]:
    return {each.lane: each.facts for each in sheet._list.choices.shown}


def choose(sheet: Connections, name: str) -> None:
    names = list(lines(sheet))
    sheet._list.setCurrentIndex(sheet._list.choices.index(names.index(name)))


def tell(bench: Bench, *told: object) -> None:
    for each in told:
        bench.engine.told.emit(each)


def test_opening_asks_which_keys_there_are(bench: Bench, sheet: Connections) -> None:
    assert sheet.isVisible()
    assert bench.engine.wishes == [AskKeys(), ListModels()], "keys, and which vendors answer"
    assert lines(sheet)["OpenAI"] == "no key"
    tell(bench, KeysTold((KEPT,)))
    assert next(iter(lines(sheet).items())) == ("Anthropic", "Secret Service")


def test_what_is_typed_is_unseen_and_goes_down_once(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "Anthropic")
    keys = sheet.vendor.keys
    assert keys.key.echoMode() == QLineEdit.EchoMode.Password
    assert not keys.store.isEnabled()
    keys.key.setText(SECRET)
    keys.store.click()
    assert bench.engine.wishes[2:] == [StoreKey("anthropic", SECRET, "default")]
    assert keys.key.text() == ""
    tell(bench, KeysTold((KEPT,), "The key of Anthropic is kept in Secret Service."))
    assert sheet.vendor.said.text() == "The key of Anthropic is kept in Secret Service."
    assert sheet.vendor.name.text() == "Anthropic", "it stays chosen though it moved up"
    assert not [w for w in sheet.findChildren(QLineEdit) if SECRET in w.text()]


def test_a_half_typed_key_is_never_for_another_vendor(bench: Bench, sheet: Connections) -> None:
    keys = sheet.vendor.keys
    choose(sheet, "Anthropic")
    keys.key.setText(SECRET)
    tell(bench, KeysTold((Account("groq", "default", "…1", "x"),)))
    assert keys.key.text() == SECRET, "others may be told of meanwhile"
    choose(sheet, "OpenAI")
    assert keys.key.text() == ""
    keys.key.setText(SECRET)
    sheet._filter.setText("groq")
    assert (sheet.vendor.name.text(), keys.key.text()) == ("Groq", "")
    keys.key.setText(SECRET)
    sheet.dismiss()
    assert keys.key.text() == ""


def test_several_keys_one_of_which_is_used(bench: Bench, sheet: Connections) -> None:
    usual = Account("openai", "", "…abcd", "OPENAI_API_KEY in the environment")
    work, private = (Account("openai", name, "…1234", "Secret Service") for name in ("work", "default"))
    tell(bench, KeysTold((work, private, usual)))
    choose(sheet, "OpenAI")
    radios = {each.text(): each for each in sheet.vendor.keys.findChildren(QRadioButton)}
    assert [name for name, radio in radios.items() if radio.isChecked()] == ["default"]
    assert not radios["OPENAI_API_KEY"].isEnabled()
    radios["work"].click()
    assert bench.engine.wishes[-1] == Adjust("openai", Extras(key_name="work"))
    tell(bench, ContactsTold(Contacts(adjusted={"openai": Extras(key_name="work")})))
    bench.qtbot.wait(1)
    radios = {each.text(): each for each in sheet.vendor.keys.findChildren(QRadioButton) if each.isVisible()}
    assert [name for name, radio in radios.items() if radio.isChecked()] == ["work"]
    radios["default"].click()
    assert bench.engine.wishes[-1] == Adjust("openai", Extras())


def test_where_the_chosen_key_is_gone_no_other_is_shown_as_used(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts(adjusted={"openai": Extras(key_name="work")})))
    tell(bench, KeysTold((Account("openai", "default", "…1234", "Secret Service"),)))
    choose(sheet, "OpenAI")
    assert lines(sheet)["OpenAI"] == "the key named work is gone"
    told = "The key named work is gone: choose another one, or store one by that name"
    assert sheet.vendor.said.text() == told
    (radio,) = sheet.vendor.keys.findChildren(QRadioButton)
    assert not radio.isChecked()
    radio.click()
    assert bench.engine.wishes[-1] == Adjust("openai", Extras()), "one click puts it right"
    tell(bench, ContactsTold(Contacts()))
    assert sheet.vendor.said.text() == ""


def test_only_what_the_keyring_has_can_be_deleted(bench: Bench, sheet: Connections) -> None:
    usual = Account("openai", "", "…abcd", "OPENAI_API_KEY in the environment")
    tell(bench, KeysTold((KEPT, usual)))

    def deleting() -> list[QPushButton]:
        bench.qtbot.wait(1)
        buttons = sheet.vendor.keys.findChildren(QPushButton)
        return [each for each in buttons if each.text() == "Delete" and each.isVisible()]

    choose(sheet, "OpenAI")
    assert deleting() == []
    choose(sheet, "Anthropic")
    deleting()[0].click()
    assert bench.engine.wishes[-1] == DeleteKey("anthropic", "default")


def test_a_key_of_no_connection_can_be_seen_and_deleted(bench: Bench, sheet: Connections) -> None:
    tell(bench, KeysTold((Account("http://gone:8000", "default", "…1234", "Secret Service"),)))
    assert lines(sheet)["http://gone:8000"] == "a key of no connection any more"
    choose(sheet, "http://gone:8000")
    assert not sheet.vendor.keys.key.isVisible()
    assert not sheet.vendor.test.isEnabled()
    next(each for each in sheet.vendor.keys.findChildren(QPushButton) if each.text() == "Delete").click()
    assert bench.engine.wishes[-1] == DeleteKey("http://gone:8000", "default")


def test_a_test_says_what_came_back(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "Anthropic")
    sheet.vendor.test.click()
    assert bench.engine.wishes[-1] == TryVendor("anthropic")
    tell(bench, Tried("groq", "not asked"))
    assert "Asking Anthropic" in sheet.vendor.said.text()
    tell(bench, Tried("anthropic", "Anthropic answered in 231 ms, with 12 models."))
    assert sheet.vendor.said.text() == "Anthropic answered in 231 ms, with 12 models."
    assert not sheet.vendor.model.isVisible()
    tell(bench, Tried("anthropic", "It has no list.", is_good=False, wants_model=True))
    sheet.vendor.model.setText("claude-x")
    sheet.vendor.attempt.click()
    assert bench.engine.wishes[-1] == TryVendor("anthropic", "claude-x")


def test_what_became_of_a_wish_is_said_in_place(bench: Bench, sheet: Connections) -> None:
    tell(bench, KeysTold((), "It was not done.", False))
    assert sheet.vendor.said.text() == "It was not done."


def test_a_locked_keyring_is_told_with_a_way_on(bench: Bench, sheet: Connections) -> None:
    choose(sheet, "OpenAI")
    keys = sheet.vendor.keys
    assert not keys.here.isVisible()
    tell(bench, KeysTold((), trouble="the keyring is locked: unlock it, then try again"))
    assert keys.note.text().startswith("The keyring is locked: unlock it, then try again.")
    assert lines(sheet)["OpenAI"] == "its key cannot be looked at"
    keys.ask.click()
    assert bench.engine.wishes[-1] == AskKeys(anew=True)
    keys.key.setText(SECRET)
    keys.here.click()
    keys.store.click()
    assert bench.engine.wishes[-1] == StoreKey("openai", SECRET, "default", only_here=True)
    assert not keys.here.isChecked(), "the next one is asked for anew"
    tell(bench, KeysTold((KEPT,)))
    assert not keys.note.isVisible()
    assert not keys.ask.isVisible()
    assert not keys.here.isVisible()


def test_where_there_is_no_keyring_that_is_said_before_a_key_is_typed(bench: Bench, sheet: Connections) -> None:
    tell(bench, KeysTold((), absent="there is no keyring on this machine that could be reached"))
    keys = sheet.vendor.keys
    assert keys.note.text() == (
        "There is no keyring on this machine that could be reached. A key that is stored here stays in memory, until "
        "Abreast is closed."
    )
    for field in (keys.key, sheet.adding.key):
        assert field.placeholderText() == "Paste a key: it is kept in memory"
    assert sheet.importing.take.text() == "Keep until Abreast is closed"


def test_a_vendor_that_does_not_answer_says_why_in_full_and_has_a_mark(bench: Bench, sheet: Connections) -> None:
    said = "Unauthorized: the key that was given is not valid any more, see https://console.example.com"
    choose(sheet, "Anthropic")
    tell(bench, KeysTold((KEPT,)))
    bench.engine.listed.emit(Listing("anthropic", failure=Failure("authentication", said)))
    bench.qtbot.waitUntil(lambda: sheet._lines.broken == {"Anthropic"}, timeout=2000)
    assert lines(sheet)["Anthropic"] == f"{said} · Secret Service"
    assert sheet.vendor.said.text() == said
    with_mark = sheet._list.grab().toImage()
    sheet._lines.broken = frozenset()
    assert sheet._list.grab().toImage() != with_mark


def test_a_server_is_added_with_its_key_by_one_line(bench: Bench, sheet: Connections) -> None:
    sheet.add_server()
    adding = sheet.adding
    adding.address.setText("gpu-box:8000")
    adding.look.click()
    assert bench.engine.wishes[-1] == LookAt("gpu-box:8000")
    tell(bench, LookedAt("another line", BOX, "old"))
    assert not adding.own.isVisible()
    tell(bench, LookedAt("gpu-box:8000", BOX, "vLLM 0.32.0 answers, with 2 models."))
    assert adding.own.isVisible()
    adding.own.name.setText("The box")
    adding.own.changed.emit()
    assert adding.add.isEnabled()
    adding.key.setText(SECRET)
    assert not adding.add.isEnabled(), "the address is not encrypted"
    assert "unencrypted" in adding.wrong.text() or "not encrypted" in adding.wrong.text()
    adding.own.url.setText("https://gpu-box/v1")
    adding.own.changed.emit()
    adding.add.click()
    saved = bench.engine.wishes[-1]
    assert isinstance(saved, SaveOwn)
    assert (saved.vendor.name, saved.vendor.base_url, saved.instead_of) == ("The box", "https://gpu-box/v1", "")
    tell(bench, ContactsTold(Contacts((saved.vendor,)), "The box is saved."))
    assert bench.engine.wishes[-1] == StoreKey("gpu-box", SECRET, "default")
    assert adding.key.text() == ""
    assert sheet.vendor.name.text() == "The box"
    assert sheet.vendor.test.hasFocus(), "nothing outside of the sheet"
    assert bench.window.overlays.directory.vendor("gpu-box").name == "The box"


def test_what_could_not_be_added_says_why(bench: Bench, sheet: Connections) -> None:
    sheet.add_server()
    sheet.adding.address.setText("gpu-box:8000")
    sheet.adding.look.click()
    tell(bench, LookedAt("gpu-box:8000", BOX, "It answers."))
    sheet.adding.own.id.setText("open ai")
    sheet.adding.own.changed.emit()
    assert not sheet.adding.add.isEnabled()
    assert "small letters" in sheet.adding.wrong.text()
    sheet.adding.own.id.setText("gpu-box")
    sheet.adding.own.changed.emit()
    sheet.adding.add.click()
    tell(bench, ContactsTold(Contacts(), "It was not done: no space left on device.", False))
    assert "no space left" in sheet.adding.wrong.text()
    assert sheet.adding.add.hasFocus()
    assert not [wish for wish in bench.engine.wishes if isinstance(wish, StoreKey)]


def test_what_is_no_address_is_said(bench: Bench, sheet: Connections) -> None:
    sheet.add_server()
    sheet.adding.address.setText("nonsense")
    sheet.adding.look.click()
    tell(bench, LookedAt("nonsense", None, "that is no address."))
    assert not sheet.adding.own.isVisible()
    assert sheet.adding.said.text() == "that is no address."


def test_an_own_vendor_is_changed_and_removed(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts((BOX,))), KeysTold(()))
    assert next(iter(lines(sheet))) == "GPU box"
    choose(sheet, "GPU box")
    panel = sheet.vendor
    assert not panel.save.isEnabled()
    panel.extras.headers.setPlainText("X-Team: red\nAuthorization: Bearer x")
    assert not panel.save.isEnabled()
    assert "keys are kept in the keyring" in panel.wrong.text()
    panel.extras.headers.setPlainText("X-Team: red")
    panel.extras.rates["input"].setText("0.05")
    panel.extras.changed.emit()
    assert "price" in panel.wrong.text(), "input alone is no price"
    panel.extras.rates["output"].setText("0.10")
    panel.extras.changed.emit()
    panel.save.click()
    saved = bench.engine.wishes[-1]
    assert isinstance(saved, SaveOwn)
    assert saved.instead_of == "gpu-box"
    assert saved.vendor.extras == Extras({"X-Team": "red"}, price={"input": "0.05", "output": "0.10"})
    panel.remove.click()
    assert bench.engine.wishes[-1] == RemoveOwn("gpu-box")


def test_a_server_that_is_not_reached_shows_the_way_that_was_noted(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts((BOX,))), KeysTold(()))
    choose(sheet, "GPU box")
    tell(bench, Tried("gpu-box", "GPU box: nothing listens at gpu-box:8000", is_good=False))
    assert "ssh -N -L 8000:127.0.0.1:8000 me@gpu-box" in sheet.vendor.said.text()


def test_what_is_written_stays_while_others_are_told_of(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts((BOX,))), KeysTold(()))
    choose(sheet, "GPU box")
    sheet.vendor.own.name.setText("Renamed")
    sheet.vendor.own.changed.emit()
    tell(bench, KeysTold((KEPT,)))
    assert sheet.vendor.own.name.text() == "Renamed"
    choose(sheet, "OpenAI")
    choose(sheet, "GPU box")
    assert sheet.vendor.own.name.text() == "GPU box", "what was not saved is gone with the choice of another"


def test_which_key_is_used_may_change_while_something_else_is_written(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts(adjusted={"openai": Extras(key_name="work")})))
    choose(sheet, "OpenAI")
    sheet.vendor.extras.drop.setText("seed")
    sheet.vendor.extras.changed.emit()
    tell(bench, ContactsTold(Contacts()))
    sheet.vendor.save.click()
    assert bench.engine.wishes[-1] == Adjust("openai", Extras(drop=("seed",)))


def test_fields_that_a_vendor_has_are_headers(bench: Bench, sheet: Connections) -> None:
    tell(bench, ContactsTold(Contacts(adjusted={"openai": Extras({"openai-project": "proj_1", "X-Other": "1"})})))
    choose(sheet, "OpenAI")
    fields = sheet.vendor.extras.own
    assert {name: field.text() for name, field in fields.items()} == {
        "OpenAI-Organization": "", "OpenAI-Project": "proj_1",
    }  # fmt: skip
    assert sheet.vendor.extras.headers.toPlainText() == "X-Other: 1"
    fields["OpenAI-Organization"].setText("org-1")
    sheet.vendor.extras.changed.emit()
    sheet.vendor.save.click()
    wish = bench.engine.wishes[-1]
    assert isinstance(wish, Adjust)
    assert wish.extras.headers == {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj_1", "X-Other": "1"}
    choose(sheet, "Anthropic")
    assert sheet.vendor.extras.own == {}


def test_keys_are_copied_only_when_they_are_ticked(bench: Bench, sheet: Connections) -> None:
    sheet.import_keys()
    assert bench.engine.wishes[-1] == FindKeys("")
    found = (FoundKey("OPENAI_API_KEY", "openai", "…1234"), FoundKey("GROQ_API_KEY", "groq", "…5678", True))
    tell(bench, KeysFound("", found))
    boxes = sheet.importing._boxes
    assert (boxes["OPENAI_API_KEY"].isChecked(), boxes["GROQ_API_KEY"].isEnabled()) == (True, False)
    sheet.importing.take.click()
    assert bench.engine.wishes[-1] == TakeKeys("", ("OPENAI_API_KEY",))
    tell(bench, KeysTold((), "1 key is kept in Secret Service."))
    assert sheet.importing.said.text() == "1 key is kept in Secret Service."
    assert not boxes["OPENAI_API_KEY"].isEnabled(), "it is there now"
    assert not sheet.importing.take.isEnabled()


def test_it_opens_at_the_vendor_that_has_the_key(bench: Bench) -> None:
    bench.window.overlays.connections.open_at("openai-responses")
    assert bench.window.overlays.connections.vendor.name.text() == "OpenAI"


def strips(bench: Bench) -> list[str]:
    bench.qtbot.wait(1)
    return [strip.text for strip in bench.window.findChildren(Strip) if strip.isVisible()]


def test_a_file_that_cannot_be_read_is_told_at_the_top_while_nobody_looks_at_connections(bench: Bench) -> None:
    said = "connections.json cannot be read; it was kept as connections.json.bad."
    for _ in range(2):  # again when the engine has been started anew
        tell(bench, ContactsTold(Contacts(), said, is_good=False))
    assert strips(bench).count(said) == 1
    bench.window.do("connections")
    tell(bench, ContactsTold(Contacts(), "It was not done: no space left on device.", is_good=False))
    assert bench.window.overlays.connections.said.text() == "It was not done: no space left on device."
    assert "It was not done: no space left on device." not in strips(bench)


def test_nobody_makes_the_sheet_unasked(bench: Bench) -> None:
    tell(bench, KeysTold((KEPT,)), ContactsTold(Contacts((BOX,))))
    bench.engine.listed.emit(Listing("anthropic", failure=Failure("network", "x")))
    assert bench.window.findChildren(Connections) == []
    assert bench.window.overlays.directory.name("gpu-box") == "GPU box"
    bench.qtbot.wait(60)

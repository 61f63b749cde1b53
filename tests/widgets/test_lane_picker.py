"""The picker's list of models: filled by the engine, narrowed by typing, taken by mouse or keyboard."""

import time
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.contacts import Contacts, OwnVendor
from app.desk_server import DeskServer
from app.listing import ListedModel, Listing
from app.messages import ContactsTold
from app.tariff import Rates, Tariff
from providers.errors import Failure
from tests.widgets.conftest import Bench
from widgets.lane_picker import LanePicker

PRICES = Tariff(Rates(Decimal("2.5"), Decimal(10)))


def listing(vendor: str, count: int, **more: object) -> Listing:
    models = tuple(
        ListedModel(f"{vendor}/org/model-{n}", vendor, f"org/model-{n}", f"Model <b>{n}</b>", 131072, 8192, PRICES)
        for n in range(count)
    )
    return Listing(vendor, models, time.time() - 7300, **more)  # type: ignore[arg-type]


@pytest.fixture
def picker(bench: Bench, qtbot: QtBot) -> LanePicker:
    bench.window.do("add_lane")
    return bench.window.overlays.picker


def learned(bench: Bench, qtbot: QtBot, *listings: Listing) -> None:
    """The engine tells, and the window has taken it in."""
    with qtbot.waitSignal(bench.window.overlays.known.changed, timeout=2000):
        for each in listings:
            bench.engine.listed.emit(each)


def shown(picker: LanePicker) -> list[str]:
    """Models; templates of routes stand at the end."""
    return [each.lane for each in picker._models.choices.shown if not each.lane.startswith("route:")]


def test_opening_asks_and_refreshing_asks_anew(bench: Bench, picker: LanePicker) -> None:
    assert bench.engine.listings_asked == [False]
    picker._again.click()
    assert bench.engine.listings_asked == [False, True]
    assert picker._state.text() == "Reading the lists …"


def test_typing_narrows_and_the_age_is_told(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 30), listing("openrouter", 20))
    assert len(shown(picker)) == 50
    picker._text.setText("openrouter/ 19")
    assert shown(picker) == ["openrouter/org/model-19"]
    assert picker._state.text() == "OpenRouter: 20 models, read 2 hours ago"


def test_a_line_is_taken_by_keyboard_then_accepted(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 30))
    qtbot.keyClicks(picker._text, "groq/ model-2")
    qtbot.keyClick(picker._text, Qt.Key.Key_Down)
    qtbot.keyClick(picker._text, Qt.Key.Key_Down)
    assert picker._models.current == "groq/org/model-20"
    qtbot.keyClick(picker._text, Qt.Key.Key_Return)
    assert picker._text.text() == "groq/org/model-20"
    assert picker.isVisible()
    qtbot.keyClick(picker._text, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert bench.window.desk.bench.places[-1].text == "groq/org/model-20"
    bench.window.do("add_lane")
    assert shown(picker)[0] == "groq/org/model-20", "what was used comes first"


def test_up_from_none_marks_the_last_line(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 3))
    qtbot.keyClick(picker._text, Qt.Key.Key_Up)
    assert picker._models.current == "route:Fastest of two"
    qtbot.keyClick(picker._text, Qt.Key.Key_Down)
    assert picker._models.current == "groq/org/model-0"


def test_a_line_is_taken_by_a_click(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 3))
    second = picker._models.visualRect(picker._models.choices.index(1)).center()
    qtbot.mouseClick(picker._models.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(second))
    assert picker._text.text() == "groq/org/model-1"


def test_a_url_lane_is_in_no_list_and_can_still_be_added(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 3))
    picker._text.setText("openai_chat:m@http://127.0.0.1:8000/v1")
    assert shown(picker) == []
    qtbot.keyClick(picker._text, Qt.Key.Key_Down)
    qtbot.keyClick(picker._text, Qt.Key.Key_Return)
    assert bench.window.desk.bench.places[-1].text == "openai_chat:m@http://127.0.0.1:8000/v1"


def test_a_list_that_could_not_be_had_says_so_and_the_old_one_stays(
    bench: Bench, picker: LanePicker, qtbot: QtBot
) -> None:
    slow = Failure("timeout_first", "no answer within 5 s")
    learned(bench, qtbot, listing("groq", 3, failure=slow))
    assert len(shown(picker)) == 3
    assert picker._state.text() == "3 models of 1 vendor; no new list of Groq"
    picker._text.setText("groq/")
    assert picker._state.text() == "Groq: 3 models, read 2 hours ago; no answer within 5 s"


def test_what_vendors_write_is_never_markup(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, listing("groq", 1))
    index = picker._models.choices.index(0)
    assert "&lt;b&gt;0&lt;/b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "a million tokens" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Model <b>0</b> · 128k context, $2.50 / $10.00"
    assert not picker._models.grab().isNull()


def test_five_thousand_models_are_no_burden(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    learned(bench, qtbot, *(listing(f"vendor{n}", 250) for n in range(20)))
    assert len(shown(picker)) == 5000
    began = time.perf_counter()
    for end in range(1, len("vendor7/org/model-9") + 1):
        picker._text.setText("vendor7/org/model-9"[:end])
    picker._models.grab()
    assert time.perf_counter() - began < 2.0, "twenty keys and a painting, on a machine that is busy with other things"
    assert len(shown(picker)) == 11


def test_the_sheet_fits_the_smallest_window(bench: Bench, qtbot: QtBot) -> None:
    bench.window.resize(900, 600)
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    qtbot.waitUntil(lambda: bench.window.rect().contains(picker.geometry()), timeout=2000)
    assert picker.rect().contains(picker._accept.geometry())


def test_an_address_is_put_in_order_and_the_user_sees_how(bench: Bench, picker: LanePicker) -> None:
    picker._text.setText("openai_chat:m@localhost:8000/v1/chat/completions")
    assert picker.error.replace("\u200b", "") == "Taken as openai_chat:m@http://localhost:8000/v1"
    picker._accept.click()
    assert bench.window.desk.bench.places[-1].text == "openai_chat:m@http://localhost:8000/v1"


def test_an_address_without_a_model_asks_for_one(picker: LanePicker) -> None:
    picker._text.setText("http://localhost:11434")
    assert "ollama:MODEL@http://localhost:11434" in picker.error.replace("\u200b", "")
    assert not picker._accept.isEnabled()


def test_what_is_no_address_is_said_and_nothing_is_added(picker: LanePicker) -> None:
    for text, said in (
        ("http://[::1", "not a URL"),
        ("unix:///run/x.sock", "socket"),
        ("http://h:s3cret", "not a URL"),
    ):
        picker._text.setText(text)
        assert said in picker.error.replace("\u200b", "")
        assert not picker._accept.isEnabled()


def test_a_lane_that_was_used_is_taken_as_it_is(bench: Bench, picker: LanePicker) -> None:
    picker.add(("openai_chat:m@http://h",), 1)
    picker._text.setText("openai_chat:m@http://h")
    picker._accept.click()
    assert bench.window.desk.bench.places[-1].text == "openai_chat:m@http://h"


def test_a_lane_that_stands_is_taken_as_it_is(bench: Bench, picker: LanePicker) -> None:
    bench.window.desk.choose(None, "openai_chat:m@http://h", {}, bench.panes[0].place.limits)
    bench.window.do("edit_lane")
    assert picker._accept.isEnabled()
    picker._accept.click()
    assert bench.window.desk.bench.places[-1].text == "openai_chat:m@http://h"


def test_several_values_make_several_lanes(bench: Bench, picker: LanePicker) -> None:
    picker._text.setText("practice/deep")
    picker._fields.named["temperature"].setText("0 / 0.7/1")
    picker._fields.named["seed"].setText("7")
    picker._fields.more.setPlainText("top_k=40")
    assert picker._accept.text() == "Add 3 lanes"
    picker._accept.click()
    added = bench.window.desk.bench.places[3:]
    assert [place.text for place in added] == ["practice/deep"] * 3
    assert [dict(place.params) for place in added] == [
        {"temperature": 0, "seed": 7, "top_k": 40},
        {"temperature": 0.7, "seed": 7, "top_k": 40},
        {"temperature": 1, "seed": 7, "top_k": 40},
    ]


@pytest.mark.parametrize(
    ("temperature", "seed", "said"),
    [("0 /", "", "a value is missing"), ("0/1/2/3", "1/2/3/4", "these are 16 lanes, and there is room for 13 more")],
)
def test_lanes_that_cannot_be_are_told_in_place(picker: LanePicker, temperature: str, seed: str, said: str) -> None:
    picker._text.setText("practice/deep")
    picker._fields.named["temperature"].setText(temperature)
    picker._fields.named["seed"].setText(seed)
    assert said in picker.error
    assert not picker._accept.isEnabled()


def test_a_lane_is_changed_to_one_and_its_settings_shared_with_all(bench: Bench) -> None:
    bench.window.do("edit_lane")
    picker = bench.window.overlays.picker
    picker._fields.named["temperature"].setText("0 / 1")
    assert "several values make several lanes" in picker.error
    picker._fields.named["temperature"].setText("0.2")
    picker._share.click()
    assert not picker.isVisible()
    assert [dict(place.params) for place in bench.window.desk.bench.places] == [{"temperature": 0.2}] * 3
    bench.window.do("add_lane")
    assert picker._share.isHidden()


def test_a_star_makes_a_favourite_which_is_remembered_and_comes_first(bench: Bench, qtbot: QtBot) -> None:
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    learned(bench, qtbot, listing("groq", 5))
    lane = shown(picker)[3]
    row = picker._models.visualRect(picker._models.choices.index(3))
    qtbot.mouseClick(picker._models.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(10, 15))
    assert bench.window.settings().favourites == (lane,)
    assert shown(picker)[0] == lane
    assert picker._text.text() == "", "the star takes no lane"
    described = Qt.ItemDataRole.AccessibleDescriptionRole
    assert "favourite" in picker._models.choices.index(0).data(described)
    picker._models.setCurrentIndex(picker._models.choices.index(0))
    qtbot.keyClick(picker._text, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert bench.window.settings().favourites == ()


def test_a_model_whose_key_is_missing_leads_to_the_place_for_keys(bench: Bench, qtbot: QtBot) -> None:
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    models = listing("openai", 2).models
    learned(
        bench, qtbot, listing("groq", 2), Listing("openai", models, blocked="no key for OpenAI; from the price list")
    )
    assert shown(picker)[:2] == [each.lane for each in listing("groq", 2).models], "what can be run comes first"
    blocked = next(each for each in picker._models.choices.shown if each.blocked)
    described = picker._models.choices.index(picker._models.choices.shown.index(blocked)).data(
        Qt.ItemDataRole.AccessibleDescriptionRole
    )
    assert "no key for OpenAI" in described
    lanes = len(bench.window.desk.bench)
    picker._take(blocked.lane)
    assert not picker.isVisible()
    assert bench.window.overlays.connections.vendor.name.text() == "OpenAI"
    assert len(bench.window.desk.bench) == lanes


def test_a_search_is_no_mistake_and_enter_takes_what_it_found(bench: Bench, qtbot: QtBot) -> None:
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    learned(bench, qtbot, listing("groq", 2))
    picker._text.setText("groq mod")
    assert "Enter takes the first line" in picker.error.replace("\u200b", "")
    assert not picker._accept.isEnabled()
    picker._on_enter()
    assert picker._text.text() == shown(picker)[0]
    assert picker._accept.isEnabled()
    picker._text.setText("nothing of the kind")
    assert "No model in the lists has this name." in picker.error.replace("\u200b", "")
    assert not picker._accept.isEnabled()
    picker._text.setText("openai_chat:m")
    assert "has no @http://" in picker.error.replace("\u200b", ""), "more than a search"


BOX = OwnVendor("gpu-box", "GPU box", "openai_chat", "http://gpu-box:8000/v1")


def test_models_of_a_connection_that_is_removed_go(bench: Bench, picker: LanePicker, qtbot: QtBot) -> None:
    bench.engine.told.emit(ContactsTold(Contacts((BOX,))))
    learned(bench, qtbot, listing("gpu-box", 2), listing("groq", 1))
    bench.engine.servers_found.emit((DeskServer("http://gpu-box:8000", "vllm", ("only-there",), vendor="gpu-box"),))
    assert len(shown(picker)) == 4
    bench.engine.told.emit(ContactsTold(Contacts()))
    assert shown(picker) == ["groq/org/model-0"]
    bench.engine.listed.emit(listing("gpu-box", 2))
    qtbot.wait(60)
    assert shown(picker) == ["groq/org/model-0"], "an answer that was on its way comes too late"
    assert list(bench.window.overlays.known.listings) == ["groq"]
    bench.engine.told.emit(ContactsTold(Contacts((BOX,))))
    learned(bench, qtbot, listing("gpu-box", 2))
    assert len(shown(picker)) == 3, "it may come back"


def test_a_lane_of_a_vendor_that_is_gone_says_why_it_cannot_be_taken(
    bench: Bench, picker: LanePicker, qtbot: QtBot
) -> None:
    learned(bench, qtbot, listing("groq", 1))
    picker._text.setText("gro/del")
    assert shown(picker) == ["groq/org/model-0"], "found by its letters"
    said = picker.error.replace("\u200b", "")
    assert said.startswith("There is no vendor 'gro'. Enter takes the first line")
    picker._text.setText("org/mod")
    assert picker.error.replace("\u200b", "").startswith("Enter takes the first line"), "part of a model's name"
    picker.add(("gpu-box/m",), 8)
    picker._text.setText("gpu-box/m")
    assert "gpu-box/m" in shown(picker), "used before"
    assert "there is no vendor 'gpu-box'" in picker.error.replace("\u200b", "")
    assert not picker._accept.isEnabled()


def test_parameters_show_whether_they_are_unset_sent_by_default_or_in_vain(picker: LanePicker) -> None:
    named = picker._fields.named
    picker._text.setText("openai/gpt-5")
    assert (named["temperature"].isEnabled(), named["temperature"].placeholderText()) == (False, "not taken")
    assert "takes no `temperature`" in named["temperature"].toolTip()
    assert (named["seed"].isEnabled(), named["seed"].placeholderText()) == (True, "unset")
    picker._text.setText("anthropic/claude-x")
    assert named["max_tokens"].placeholderText() == "sent by default"
    picker._text.setText("practice/swift")
    assert all(field.isEnabled() for field in named.values())
    named["temperature"].setText("0.5")
    picker._text.setText("openai/gpt-5")
    assert named["temperature"].isEnabled(), "what is set can be taken back"
    assert picker._fields._labels[named["temperature"]].text() == "temperature: not taken"
    assert picker.error.replace("\u200b", "") == "The model gpt-5 takes no `temperature`; it is not sent."
    widths = {field.width() for field in named.values()}
    assert len(widths) <= 2, "what a label says moves no field"
    named["temperature"].clear()
    assert picker.error.replace("\u200b", "").count("is not sent") == 3, "why others are grey"


def test_a_lane_has_headers_of_its_own_but_no_keys_among_them(bench: Bench, picker: LanePicker) -> None:
    picker._text.setText("practice/swift")
    picker._fields.headers.setPlainText("X-Team: red\nx-api-key: s3cret")
    assert "keys are kept in the keyring" in picker.error.replace("\u200b", "")
    assert not picker._accept.isEnabled()
    picker._fields.headers.setPlainText("X-Team: red")
    picker._fields.more.setPlainText('{"service_tier": "flex", "stop": ["a"]}')
    picker._accept.click()
    place = bench.window.desk.bench.places[-1]
    assert place.params == {"service_tier": "flex", "stop": ["a"], "extra_headers": {"X-Team": "red"}}
    bench.window.do("edit_lane")
    assert picker._fields.headers.toPlainText() == "X-Team: red"
    picker._fields.more.setPlainText('{"service_tier": ')
    assert "JSON object" in picker.error.replace("\u200b", "")

"""The user's own vendors: what may be one, what becomes of one, and the file of them."""

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.contact_file import FILE, MAX_BYTES, ContactFile, read, written
from app.contacts import ContactError, Contacts, Extras, OwnVendor, check, check_extras, prices_of
from app.directory import Directory
from app.keys import is_bare
from app.lanes import Lane, LaneError, UrlTarget, VendorTarget, parse
from app.own_prices import read as read_prices
from providers.vendors import VENDORS, vendor

BOX = OwnVendor("gpu-box", "GPU box", "openai_chat", "http://gpu-box:8000/v1", "vllm")
WORK = OwnVendor("openai-work", "OpenAI, work", "openai_chat", "https://api.openai.com/v1", needs_key=True)


def directory(*own: OwnVendor, **adjusted: Extras) -> Directory:
    made = Directory()
    made.learn(Contacts(own, adjusted))
    return made


def but(vendor: OwnVendor, **changes: Any) -> OwnVendor:
    return msgspec.structs.replace(vendor, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": ""}, "small letters"),
        ({"id": "Box"}, "small letters"),
        ({"id": "a/b"}, "small letters"),
        ({"id": "a:b"}, "small letters"),
        ({"id": "x" * 41}, "small letters"),
        ({"id": "openai"}, "taken"),
        ({"id": "anthropic"}, "taken"),
        ({"id": "practice-mine"}, "taken"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "control characters"),
        ({"base_url": "gpu-box:8000"}, "written out"),
        ({"base_url": "ftp://gpu-box/v1"}, "only http:// and https://"),
        ({"base_url": "http://me:pw@gpu-box/v1"}, "user name or a password"),
        ({"base_url": "http://gpu-box/v1?api_key=sk-1"}, "keys are kept in the keyring"),
        ({"base_url": "http://gpu box/v1"}, "white space"),
        ({"base_url": "/var/run/x.sock"}, "path"),
        ({"kin": "nobody"}, "no vendor nobody"),
        ({"ssh": "me@host\n"}, "control characters"),
    ],
)
def test_what_can_be_no_vendor(changes: dict[str, Any], said: str) -> None:
    check(BOX)
    with pytest.raises(ContactError, match=said):
        check(but(BOX, **changes))


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        (Extras({"Authorization": "Bearer s3cret"}), "keys are kept in the keyring"),
        (Extras({"x-api-key": "s3cret"}), "keys are kept in the keyring"),
        (Extras({"CF-Access-Client-Secret": "s3cret"}), "keys are kept in the keyring"),
        (Extras({"Cookie": "s3cret"}), "keys are kept in the keyring"),
        (Extras({"Host": "elsewhere"}), "written by Abreast itself"),
        (Extras({"Content-Length": "0"}), "written by Abreast itself"),
        (Extras({"a b": "x"}), "cannot be called"),
        (Extras({"X-A": "a\r\nX-B: s3cret"}), "HTTP forbids"),
        (Extras({"X-A": "ключ"}), "HTTP forbids"),
        (Extras(price={"input": "1"}), "input and output"),
        (Extras(price={"input": "-1", "output": "1"}), "input and output"),
        (Extras(ca_file="ca.pem"), "whole path"),
        (Extras(key_name="a/b"), "no slash"),
        (Extras(key_header="a b"), "cannot be called"),
    ],
)
def test_what_cannot_be_set(extras: Extras, said: str) -> None:
    with pytest.raises(ContactError, match=said) as caught:
        check_extras(extras)
    assert "s3cret" not in str(caught.value)


def test_an_own_vendor_is_a_vendor() -> None:
    known = directory(BOX)
    row = known.vendor("gpu-box")
    assert (row.dialect, row.base_url, row.is_own) == ("openai_chat", "http://gpu-box:8000/v1", True)
    assert row.quirks == vendor("vllm").quirks, "it behaves as what runs there"
    assert known.kin("gpu-box") == "vllm"
    assert known.name("gpu-box") == "GPU box"
    assert known.name("gone") == "gone"
    assert [each.id for each in known.rows[: len(VENDORS)]] == [each.id for each in VENDORS]


def test_what_is_set_becomes_quirks() -> None:
    extras = Extras({"X-Team": "red"}, {"service_tier": "flex"}, ("top_k", "stream_options"), key_name="work")
    row = directory(but(BOX, extras=extras)).vendor("gpu-box")
    assert row.quirks.headers == {"X-Team": "red"}
    assert row.quirks.extra_body == {"service_tier": "flex"}
    assert "top_k" in row.quirks.refuses
    assert not row.quirks.stream_options
    assert row.key_name == "work"


def test_what_is_set_for_an_account_holds_for_each_protocol_there() -> None:
    known = directory(openai=Extras({"OpenAI-Project": "p"}))
    assert known.vendor("openai").quirks.headers == {"OpenAI-Project": "p"}
    assert known.vendor("openai-responses").quirks.headers == {"OpenAI-Project": "p"}
    assert known.vendor("groq") == vendor("groq")


def test_keys_belong_to_origins_not_to_names() -> None:
    known = directory(BOX, WORK, but(BOX, id="here", base_url="http://127.0.0.1:8000/v1"))
    assert known.account(known.vendor("gpu-box")) == "http://gpu-box:8000"
    assert known.account(known.vendor("openai-work")) == "openai", "the same address is the same account"
    assert known.account(known.vendor("here")) == "vllm"
    moved = directory(but(BOX, base_url="http://elsewhere:8000/v1"))
    assert moved.account(moved.vendor("gpu-box")) == "http://elsewhere:8000", "where no key was stored for"


def test_a_url_lane_at_an_own_vendors_address_is_that_vendors() -> None:
    known = directory(BOX)
    target = parse("openai_chat:m@http://gpu-box:8000/v1")
    assert isinstance(target, UrlTarget)
    found = known.at(target.base_url)
    assert found is not None
    assert found.id == "gpu-box"
    assert known.at("http://gpu-box:8001/v1") is None
    assert known.at("http://127.0.0.1:8000/v1") is None


def test_lanes_name_own_vendors() -> None:
    from app.compose import check as checked

    assert checked(Lane("gpu-box/org/model:free"), directory(BOX)) == (VendorTarget("gpu-box", "org/model:free"),)
    with pytest.raises(LaneError, match="gpu-box"):
        checked(Lane("other/model"), directory(BOX))


def test_prices_that_are_set_with_vendors_are_found() -> None:
    price = {"input": "1", "output": "2"}
    contacts = Contacts((but(BOX, extras=Extras(price=price)),), {"groq": Extras(price=price)})
    prices, wrong = read_prices(dict(prices_of(contacts)))
    assert wrong == ()
    assert prices.of("gpu-box", "http://gpu-box:8000/v1", "any") is not None
    assert prices.of("groq", "https://api.groq.com/openai/v1", "any") is not None
    assert prices.of("mistral", "https://api.mistral.ai/v1", "any") is None


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("http://gpu-box:8000", True),
        ("http://192.168.1.2", True),
        ("http://127.0.0.1:1", False),
        ("http://localhost", False),
        ("http://[::1]:80", False),
        ("https://x", False),
    ],
)
def test_what_can_be_read_on_the_way(url: str, bare: bool) -> None:
    assert is_bare(url) == bare


# The list and its file


def test_adding_changing_and_renaming() -> None:
    contacts = Contacts().with_own(BOX).with_own(WORK)
    with pytest.raises(ContactError, match="already"):
        contacts.with_own(BOX)
    renamed = contacts.with_own(but(BOX, id="big-box"), instead_of="gpu-box")
    assert [each.id for each in renamed.own] == ["big-box", "openai-work"]
    with pytest.raises(ContactError, match="already"):
        contacts.with_own(but(BOX, id="openai-work"), instead_of="gpu-box")
    assert [each.id for each in contacts.without("gpu-box").own] == ["openai-work"]
    assert contacts.with_extras("openai", Extras(key_name="a")).adjusted == {"openai": Extras(key_name="a")}
    assert contacts.with_extras("openai", Extras(key_name="a")).with_extras("openai", Extras()).adjusted == {}


def test_the_file_comes_back_as_it_was_and_is_the_users_alone(tmp_path: Path) -> None:
    file = ContactFile(tmp_path / "new")
    assert file.load() == (Contacts(), ())
    extras = Extras({"X-A": "b"}, {"a": [1, None]}, ("top_k",), {"input": "1", "output": 2}, "/ca.pem", "work", "x-key")
    contacts = Contacts((but(BOX, extras=extras), WORK), {"openai": extras})
    file.save(contacts)
    assert file.load() == (contacts, ())
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o777 == 0o600
    assert written(contacts) == (tmp_path / "new" / FILE).read_bytes()
    assert [each.name for each in (tmp_path / "new").iterdir()] == [FILE]


def test_entries_that_cannot_be_used_are_told_and_kept(tmp_path: Path) -> None:
    said = json.loads(written(Contacts((BOX,))))
    bad = [{"id": "openai", "name": "x", "dialect": "openai_chat", "base_url": "https://evil.example/v1"},
           {"id": "b"}, 7, {**said["own"][0], "id": "n", "later": 1}]  # fmt: skip
    said["own"] += bad
    said["adjusted"] = {"openai": {"headers": {"Authorization": "x"}}, "nobody": {}, "groq": {"drop": ["top_k"]}}
    (tmp_path / FILE).write_text(json.dumps(said))
    file = ContactFile(tmp_path)
    contacts, troubles = file.load()
    assert [each.id for each in contacts.own] == ["gpu-box"]
    assert contacts.adjusted == {"groq": Extras(drop=("top_k",))}
    assert len(troubles) == 6
    assert any("'openai' is not used" in each and "taken" in each for each in troubles)
    file.save(contacts)
    again, _ = file.load()
    assert len(again.unread) == 6


def test_a_file_cannot_move_the_address_of_a_vendor_that_ships(tmp_path: Path) -> None:
    evil = {"version": 1, "own": [], "adjusted": {"openai": {"base_url": "https://evil.example/v1"}}}
    (tmp_path / FILE).write_text(json.dumps(evil))
    contacts, troubles = ContactFile(tmp_path).load()
    known = Directory()
    known.learn(contacts)
    assert known.vendor("openai").base_url == "https://api.openai.com/v1"
    assert troubles


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"version": "x"}', b'{"version": 99}']
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    contacts, troubles = ContactFile(tmp_path).load()
    assert contacts == Contacts()
    assert "connections.damaged-1.json" in troubles[0]
    assert (tmp_path / "connections.damaged-1.json").read_bytes() == data


def test_a_file_without_end_is_not_read_to_it(tmp_path: Path) -> None:
    with (tmp_path / FILE).open("wb") as file:
        file.truncate(MAX_BYTES + 2)
    with pytest.raises(ContactError, match="4 MiB"):
        read(tmp_path / FILE)


def test_whatever_a_file_holds_is_read_or_refused(tmp_path: Path) -> None:
    whole = written(Contacts((BOX, WORK), {"openai": Extras({"X-A": "b"})}))
    draw = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 5)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path = tmp_path / "x.json"
        path.write_bytes(bytes(data[: draw.randint(0, len(data))]) if draw.random() < 0.2 else bytes(data))
        try:
            contacts, _ = read(path)
        except ContactError:
            continue
        for own in contacts.own:
            check(own)

"""What becomes of wishes about connections: real files, real servers, a keyring of the test's own."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from app.compose import Workshop
from app.contact_desk import ContactDesk
from app.contact_file import FILE, ContactFile
from app.contacts import Contacts, Extras, OwnVendor
from app.directory import Directory
from app.fetch import Fetch
from app.keys import Keys
from app.messages import (
    Adjust,
    ContactsTold,
    ContactWish,
    ExportContacts,
    ImportContacts,
    LookAt,
    LookedAt,
    RemoveOwn,
    SaveOwn,
    Up,
)
from app.safe import Safe
from app.tasks import Tasks
from providers.dialects.base import DialectName
from tests.app.list_server import Pages, serving
from tests.app.test_vault import Kept, vault_of

BOX = OwnVendor("gpu-box", "GPU box", "openai_chat", "http://gpu-box:8000/v1", "vllm")
OTHER = OwnVendor("other", "Other", "openai_chat", "http://gpu-box:8000/v2")


class Desk:
    def __init__(self, where: Path, say: Callable[[Up], None], tasks: Tasks, fetch: Fetch, store: Kept) -> None:
        self.directory, self.safe = Directory(), Safe(vault_of(store))
        self.made = ContactDesk(ContactFile(where), self.directory, self.safe, fetch, tasks, say)


def wished(where: Path, *wishes: ContactWish, store: Kept | None = None) -> list[ContactsTold | LookedAt]:
    """The answers: the first is of what there was, then one for each wish."""
    told: list[Up] = []

    async def use() -> None:
        tasks = Tasks(lambda error: pytest.fail(repr(error)))
        workshop = Workshop(keys=Keys({}))
        desk = Desk(where, told.append, tasks, Fetch(workshop.client), store or Kept())
        desk.made.load()
        for wish in wishes:
            count = len(told)
            desk.made.wish(wish)
            async with asyncio.timeout(10):
                while len(told) == count:
                    await asyncio.sleep(0.002)
        await tasks.end()
        await workshop.aclose()

    asyncio.run(use())
    return [each for each in told if isinstance(each, ContactsTold | LookedAt)]


def last(told: list[ContactsTold | LookedAt]) -> ContactsTold:
    assert isinstance(told[-1], ContactsTold)
    return told[-1]


def test_what_is_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    told = wished(tmp_path, SaveOwn(BOX), Adjust("openai", Extras({"OpenAI-Project": "p"})))
    assert [each.said for each in told if isinstance(each, ContactsTold)] == [
        "", "GPU box is saved.", "What is set for OpenAI is saved.",
    ]  # fmt: skip
    (again,) = wished(tmp_path)
    assert again == ContactsTold(Contacts((BOX,), {"openai": Extras({"OpenAI-Project": "p"})}))


def test_what_cannot_be_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    wished(tmp_path, SaveOwn(BOX))
    before = (tmp_path / FILE).read_bytes()
    bad = msgspec.structs.replace(BOX, id="openai")
    for wish, said in (
        (SaveOwn(bad), "taken"),
        (SaveOwn(BOX), "already"),
        (Adjust("openai", Extras({"Authorization": "x"})), "keyring"),
        (RemoveOwn("openai"), "there is no connection"),
        (ImportContacts(str(tmp_path / "none.json")), "No such file"),
        (ExportContacts(str(tmp_path / FILE / "below")), "It was not done"),
    ):
        answer = last(wished(tmp_path, wish))
        assert (answer.is_good, answer.contacts) == (False, Contacts((BOX,))), wish
        assert said in answer.said
    assert (tmp_path / FILE).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = last(wished(tmp_path / "file", SaveOwn(BOX)))
    assert (answer.is_good, answer.contacts) == (False, Contacts())
    assert "It was not done" in answer.said


def test_the_keys_of_what_is_removed_go_unless_another_has_them(tmp_path: Path) -> None:
    store = Kept()

    async def keep() -> None:
        for name in ("default", "work"):
            await Safe(vault_of(store)).put("http://gpu-box:8000", "sk-1234567890", name)

    asyncio.run(keep())
    wished(tmp_path, SaveOwn(BOX), SaveOwn(OTHER), RemoveOwn("gpu-box"), store=store)
    assert "http://gpu-box:8000/default" in store.items, "the other one is at the same address"
    wished(tmp_path, RemoveOwn("other"), store=store)
    assert [name for name in store.items if name != "index"] == []


def test_a_file_hands_connections_on_without_keys_and_without_trust(tmp_path: Path) -> None:
    secret = "sk-never-in-a-file-1234"
    store = Kept()
    asyncio.run(Safe(vault_of(store)).put("http://gpu-box:8000", secret))  # type: ignore[arg-type]
    extras = Extras({"X-Team": "red"}, ca_file="/etc/ours.pem")
    file = tmp_path / "handed.json"
    own = msgspec.structs.replace(BOX, extras=extras)
    told = wished(tmp_path / "a", SaveOwn(own), Adjust("groq", extras), ExportContacts(str(file)), store=store)
    assert last(told).said == "2 connections written to handed.json, without any key."
    assert secret not in file.read_text()
    answer = last(wished(tmp_path / "b", ImportContacts(str(file))))
    assert answer.said == "2 connections read from handed.json."
    bare = Extras({"X-Team": "red"})
    assert answer.contacts == Contacts((msgspec.structs.replace(BOX, extras=bare),), {"groq": bare})


def test_a_file_that_moves_a_connection_does_not_move_its_key(tmp_path: Path) -> None:
    """The settings of somebody else name the same connection at another address: no key is found for that."""
    evil = msgspec.structs.replace(BOX, base_url="https://evil.example/v1")
    file = tmp_path / "evil.json"
    file.write_bytes(msgspec.json.encode({"version": 1, "own": [evil], "adjusted": {}}))
    wished(tmp_path, SaveOwn(BOX))
    answer = last(wished(tmp_path, ImportContacts(str(file))))
    directory = Directory()
    directory.learn(answer.contacts)
    store = Kept()
    store.items = {"index": json.dumps({"http://gpu-box:8000": ["default"]}), "http://gpu-box:8000/default": "sk-1"}
    keys = Keys({}, vault=vault_of(store), directory=directory)
    assert asyncio.run(_found(keys, "gpu-box")) is None
    directory.learn(Contacts((BOX,)))
    assert asyncio.run(_found(keys, "gpu-box")) == "sk-1"


def test_whoever_moves_a_connection_is_told_that_its_key_stays_behind(tmp_path: Path) -> None:
    store = Kept()
    store.items = {"index": "http://gpu-box:8000\tdefault", "http://gpu-box:8000/default": "sk-1234567890123"}
    wished(tmp_path, SaveOwn(BOX))
    moved = msgspec.structs.replace(BOX, base_url="http://gpu-box:8001/v1")
    told = last(wished(tmp_path, SaveOwn(moved, BOX.id), store=store))
    assert told.said == (
        f"{BOX.name} is saved. Its key stays with http://gpu-box:8000: the new address needs one that is stored for it."
    )
    renamed = msgspec.structs.replace(moved, name="Renamed")
    assert last(wished(tmp_path, SaveOwn(renamed, BOX.id), store=store)).said == "Renamed is saved."


def test_a_file_has_no_key_sent_on_by_a_gateway(tmp_path: Path) -> None:
    file = tmp_path / "evil.json"
    onward = Extras(headers={"x-portkey-custom-host": "https://evil.example"}, drop=("seed",))
    file.write_bytes(msgspec.json.encode({"version": 1, "own": [], "adjusted": {"portkey": onward}}))
    answer = last(wished(tmp_path / "b", ImportContacts(str(file))))
    assert answer.contacts.adjusted == {"portkey": Extras(drop=("seed",))}
    assert "Left out, since a gateway would send keys on by it: x-portkey-custom-host." in answer.said


async def _found(keys: Keys, id_: str) -> str | None:
    return await keys.of_vendor(keys.directory.vendor(id_))


def looked(tmp_path: Path, line: str) -> LookedAt:
    answer = wished(tmp_path, LookAt(line))[-1]
    assert isinstance(answer, LookedAt)
    assert answer.line == line
    return answer


def test_a_server_is_taken_for_what_it_answers(tmp_path: Path) -> None:
    pages = {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm"}]}, "/version": {"version": "0.32.0"}}
    with serving(pages) as server:
        line = server.root.partition("://")[2]
        answer = looked(tmp_path, line)
        assert answer.said == "vLLM 0.32.0 answers, with 1 model."
        assert answer.vendor == OwnVendor("127-0-0-1", "vLLM at 127.0.0.1", "openai_chat", f"http://{line}/v1", "vllm")
        taken = wished(tmp_path, SaveOwn(answer.vendor), LookAt(line))[-1]
        assert isinstance(taken, LookedAt)
        assert taken.vendor is not None
        assert taken.vendor.id == "127-0-0-1-2", "that name is taken now"


LIST = {"object": "list", "data": [{"id": "a"}, {"id": "b"}]}


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_tells_nothing_without_a_key_wants_one(tmp_path: Path, status: int) -> None:
    with serving({"/v1/models": status}) as server:
        answer = looked(tmp_path, server.root)
        assert answer.said == "A server answers, and wants a key."
        own = OwnVendor("127-0-0-1", "127.0.0.1", "openai_chat", f"{server.root}/v1", needs_key=True)
        assert answer.vendor == own


@pytest.mark.parametrize(
    ("path", "dialect", "more", "kin", "said", "needs_key"),
    [
        ("/team-a/v1", "openai_chat", {"/team-a/v1/models": LIST}, "", "at /team-a/v1, with 2 models.", False),
        ("/team-a/v1", "openai_chat", {"/team-a/v1/models": 401}, "", "at /team-a/v1, and wants a key.", True),
        ("/team-a/v1", "openai_chat", {}, "", "", False),
        ("/anthropic", "anthropic", {"/anthropic/v1/models?limit=1000": LIST}, "", "with 2 models.", False),
        (
            "/anthropic", "anthropic", {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm"}]}}, "vllm",
            "vLLM answers, and gives no list of models at /anthropic. It can be saved all the same.", False,
        ),
        (
            "/b/v1", "openai_chat", {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm"}]}, "/b/v1/models": LIST},
            "vllm", "vLLM answers at /b/v1, with 2 models.", False,
        ),
    ],
)  # fmt: skip
def test_a_path_that_was_typed_is_kept(
    tmp_path: Path, path: str, dialect: DialectName, more: Pages, kin: str, said: str, needs_key: bool
) -> None:
    with serving(more) as server:
        answer = looked(tmp_path, f"{server.root}{path}")
        assert answer.said.endswith(said or "It can be saved all the same.")
        name = "vLLM at 127.0.0.1" if kin else "127.0.0.1"
        url = f"{server.root}{path}"
        assert answer.vendor == OwnVendor("127-0-0-1", name, dialect, url, kin, needs_key=needs_key)


@pytest.mark.parametrize(
    ("line", "id_", "kin", "said"),
    [
        ("https://api.openai.com/v1/chat/completions", "api-openai-com", "openai", "This is OpenAI: another account"),
        ("127.0.0.1:1", "127-0-0-1", "", "No model server answered"),
        ("anthropic.invalid/v1/messages", "anthropic-invalid", "", "No model server answered"),
    ],
)
def test_what_does_not_answer_can_be_saved_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, id_: str, kin: str, said: str
) -> None:
    async def nobody(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr("app.typed_place.look_at", nobody)
    answer = looked(tmp_path, line)
    assert said in answer.said
    assert answer.vendor is not None
    assert (answer.vendor.id, answer.vendor.kin) == (id_, kin)
    assert last(wished(tmp_path, SaveOwn(answer.vendor))).is_good


@pytest.mark.parametrize("line", ["", "nonsense", "gpu box", "http://me:pw@host/v1", "/var/run/x.sock", "ftp://host"])
def test_what_is_no_address(tmp_path: Path, line: str) -> None:
    answer = looked(tmp_path, line)
    assert answer.vendor is None
    assert answer.said.endswith(".")
    assert "pw" not in answer.said

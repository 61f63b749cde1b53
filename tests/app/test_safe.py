"""Keys as the engine holds them, and what the window hears of them."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.accounts import SESSION, Account
from app.connections import Connection, connections
from app.contact_desk import ContactDesk
from app.contact_file import ContactFile
from app.contacts import Contacts, Extras, OwnVendor
from app.directory import Directory
from app.key_desk import KeyDesk
from app.keys import Keys
from app.listing import ListedModel, Listing
from app.messages import AskKeys, ContactsTold, DeleteKey, KeysTold, StoreKey, Up
from app.safe import Safe
from app.tasks import Tasks
from app.vault import Trouble, Vault, VaultError
from providers.errors import Failure
from tests.app.test_vault import Kept, Raising, made, vault_of

SECRET = "sk-do-not-tell-0123456789"


def vault_without(trouble: Trouble) -> Vault:
    def refuse() -> Any:
        raise VaultError(trouble, "the keyring is out of order")

    return Vault(refuse)


def heard(safe: Safe, *wishes: AskKeys | StoreKey | DeleteKey, environ: dict[str, str] | None = None) -> list[KeysTold]:
    """What the window hears, one answer for each wish; without any, of what there is."""
    told: list[Up] = []

    async def use() -> None:
        tasks = Tasks(lambda error: pytest.fail(repr(error)))
        desk = KeyDesk(safe, Keys(environ or {}), tasks, told.append)
        for wish in wishes:
            desk.wish(wish)
            await settled(len(told) + 1)
        if not wishes:
            desk.wish(AskKeys())
            await settled(1)
        await tasks.end()

    async def settled(count: int) -> None:
        while len(told) < count:
            await asyncio.sleep(0.001)

    asyncio.run(use())
    answers = [each for each in told if isinstance(each, KeysTold)]
    assert SECRET not in repr(answers)
    return answers


def test_a_key_goes_to_the_keyring_and_comes_back_as_its_tail() -> None:
    store = Kept()
    (told,) = heard(Safe(vault_of(store)), StoreKey("openai", f" {SECRET} ", "default"))
    assert told.accounts == (Account("openai", "default", "…6789", "a test's keyring"),)
    assert told.said == "The key of OpenAI is kept in a test's keyring."
    assert told.is_good
    assert store.items["openai/default"] == SECRET


@pytest.mark.parametrize("trouble", ["absent", "unsafe"])
def test_without_a_keyring_it_is_kept_for_this_session_and_that_is_said(trouble: Trouble) -> None:
    safe = Safe(vault_without(trouble))
    (told,) = heard(safe, StoreKey("openai", SECRET, "default"))
    assert told.said == f"The key of OpenAI is kept in {SESSION}."
    assert told.accounts == (Account("openai", "default", "…6789", SESSION),)
    assert asyncio.run(safe.key("openai")) == SECRET
    assert SECRET not in repr(safe)
    assert told.absent == "the keyring is out of order", "so it is told before another one is typed"
    (gone,) = heard(safe, DeleteKey("openai", "default"))
    assert (gone.accounts, gone.said) == ((), "The key of OpenAI is deleted.")


@pytest.mark.parametrize("kind", ["KeyringLocked", "InitError"])
def test_a_keyring_that_may_come_back_is_not_gone_past(kind: str) -> None:
    safe = Safe(vault_of(Raising(made(kind))))
    (told,) = heard(safe, StoreKey("openai", SECRET, "default"), environ={"GROQ_API_KEY": "gsk-environment-1234"})
    assert not told.is_good
    assert told.said.startswith("It was not done: the keyring")
    assert told.trouble
    assert told.accounts == (Account("groq", "", "…1234", "GROQ_API_KEY in the environment"),)


def test_past_a_locked_keyring_a_key_is_kept_in_memory_when_that_is_wished() -> None:
    safe = Safe(vault_of(Raising(made("KeyringLocked"))))
    (told,) = heard(safe, StoreKey("openai", SECRET, "default", only_here=True))
    assert told.said == f"The key of OpenAI is kept in {SESSION}."
    assert told.accounts == (Account("openai", "default", "…6789", SESSION),), "and seen though the keyring is not"
    assert "locked" in told.trouble
    assert asyncio.run(safe.key("openai")) == SECRET


def test_a_locked_keyring_is_asked_anew_when_that_is_wished() -> None:
    store = Raising(made("KeyringLocked"))
    heard(Safe(vault_of(store)), AskKeys(), AskKeys(), AskKeys(anew=True))
    assert store.asked == 2


def test_a_vendor_whose_key_cannot_be_seen_is_not_told_to_have_none() -> None:
    made_ = connections(Directory(), (), {}, "the keyring is locked")
    assert {each.id: each.state for each in made_}["openai"] == "its key cannot be looked at"


class Full(Kept):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise made("PasswordSetError")


def test_a_keyring_that_is_full_leaves_the_key_for_this_session() -> None:
    safe = Safe(vault_of(Full()))
    (told,) = heard(safe, StoreKey("openai", SECRET, "default"))
    assert told.said == f"The key of OpenAI is kept in {SESSION}: the keyring could not do it (PasswordSetError)."
    assert told.accounts == (Account("openai", "default", "…6789", SESSION),)
    assert asyncio.run(safe.key("openai")) == SECRET


def test_what_can_be_no_key_is_refused() -> None:
    (told,) = heard(Safe(vault_of(Kept())), StoreKey("openai", "two words", "default"))
    assert (told.is_good, told.accounts) == (False, ())
    assert "holds a space" in told.said


def test_a_key_on_its_way_is_in_no_repr() -> None:
    assert SECRET not in repr(StoreKey("openai", SECRET, "default"))


def test_deleting_what_is_not_there() -> None:
    (told,) = heard(Safe(vault_of(Kept())), DeleteKey("openai", "default"))
    assert told.said == "There was no such key of OpenAI."


def test_a_key_that_was_chosen_and_is_gone_is_said_to_be() -> None:
    directory = Directory()
    directory.learn(Contacts(adjusted={"openai": Extras(key_name="work")}))
    others = (
        Account("openai", "default", "…1234", "Secret Service"),
        Account("openai", "", "…9999", "OPENAI_API_KEY in the environment"),
    )

    def shown(*accounts: Account, trouble: str = "") -> Connection:
        return next(each for each in connections(directory, accounts, {}, trouble) if each.id == "openai")

    lost = shown(*others)
    assert (lost.state, lost.used, lost.tail) == ("the key named work is gone", "work", "")
    assert lost.is_broken
    kept = shown(*others, Account("openai", "work", "…5678", "Secret Service"))
    assert (kept.used, kept.tail, kept.is_broken) == ("work", "…5678", False)
    assert not shown(others[1], trouble="the keyring is locked").is_broken, "it may be there"


def test_who_had_chosen_a_key_that_is_deleted_has_none_chosen(tmp_path: Path) -> None:
    told: list[Up] = []
    directory, safe, file = Directory(), Safe(vault_of(Kept())), ContactFile(tmp_path)
    box = OwnVendor("box", "Box", "openai_chat", "https://api.openai.com/v2", extras=Extras(key_name="work"))
    other = OwnVendor("other", "Other", "openai_chat", "https://other/v1", extras=Extras(key_name="work"))
    chosen = Extras({"X-Team": "red"}, key_name="work")
    file.save(Contacts((box, other), {"openai": chosen, "groq": Extras(key_name="work")}))

    async def use() -> None:
        tasks = Tasks(lambda error: pytest.fail(repr(error)))
        contacts = ContactDesk(file, directory, safe, None, tasks, told.append)  # type: ignore[arg-type]
        contacts.load()
        desk = KeyDesk(safe, Keys({}, directory=directory), tasks, told.append, contacts.key_gone)
        for name in ("default", "work"):
            await safe.put("openai", SECRET, name)
        desk.wish(DeleteKey("openai", "work"))
        while not isinstance(told[-1], KeysTold):
            await asyncio.sleep(0.001)
        await tasks.end()
        keys = Keys({}, vault=safe, directory=directory)
        assert await keys.of_vendor(directory.vendor("openai")) == SECRET, "the usual one is used"

    asyncio.run(use())
    plain = msgspec.structs.replace(box, extras=Extras())
    left = Contacts((plain, other), {"openai": Extras({"X-Team": "red"}), "groq": Extras(key_name="work")})
    assert told[1:-1] == [ContactsTold(left)]
    assert file.load()[0] == left


def test_vendors_with_a_key_come_first_with_what_is_known_of_them() -> None:
    accounts = (
        Account("groq", "default", "…1234", "Secret Service"),
        Account("groq", "", "…9999", "GROQ_API_KEY in the environment"),
        Account("mistral", "default", "…5678", "Secret Service"),
    )
    models = tuple(ListedModel(f"groq/{n}", "groq", str(n)) for n in range(12))
    listings = {
        "groq": Listing("groq", models, 1.0, took_ms=231.0),
        "mistral": Listing("mistral", failure=Failure("authentication", "Unauthorized")),
        "openai": Listing("openai", failure=Failure("authentication", "there is no key for OpenAI")),
    }
    made = connections(Directory(), accounts, listings)
    states = {each.id: each.state for each in made}
    assert [each.id for each in made[:2]] == ["mistral", "groq"]
    assert states["groq"] == "12 models in 231 ms · Secret Service · 1 more"
    assert states["mistral"] == "Unauthorized · Secret Service"
    assert states["openai"] == "no key"
    assert {each.id: each.answered for each in made if each.is_broken} == {"mistral": "Unauthorized"}
    assert states["vllm"] == "needs a key only if it was given one"
    assert len({each.name for each in made}) == len(made), "people choose by the name"

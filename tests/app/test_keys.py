"""A key belongs to an origin."""

import asyncio
from typing import Any

import pytest

from app.directory import Directory
from app.keys import Keys, checked
from app.lanes import Target, UrlTarget, VendorTarget
from app.vault import VaultError
from providers.errors import ProviderError
from providers.vendors import vendor

ENVIRON = {"OPENAI_API_KEY": "sk-usual", "MINE": " tk-mine ", "EMPTY": "  "}


def of(keys: Keys, target: Target) -> str | None:
    return asyncio.run(keys.for_target(target))


def of_url(url: str, **given: str) -> str | None:
    return of(Keys(ENVIRON, given), UrlTarget("openai_chat", "m", url))


def test_a_vendor_has_its_usual_variable() -> None:
    assert of(Keys(ENVIRON), VendorTarget("openai", "m")) == "sk-usual"
    assert of(Keys(ENVIRON), VendorTarget("groq", "m")) is None
    assert of(Keys({"OPENAI_API_KEY": " "}), VendorTarget("openai", "m")) is None
    assert of(Keys(ENVIRON), VendorTarget("practice", "swift")) is None


@pytest.mark.parametrize("variable", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
def test_a_vendor_may_have_several(variable: str) -> None:
    assert of(Keys({variable: "k"}), VendorTarget("google", "m")) == "k"


def test_a_vendors_key_goes_to_the_vendors_own_origin_only() -> None:
    assert of_url("https://api.openai.com/v1") == "sk-usual"
    assert of_url("https://API.OpenAI.com:443/other") == "sk-usual"
    for other in (
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.example/v1",
        "https://example/api.openai.com",
        "http://127.0.0.1/v1",
        "http://localhost:443/v1",
    ):
        assert of_url(other) is None, other


def test_a_named_variable_goes_first_and_to_its_origin_only() -> None:
    given = {"https://api.openai.com:443": "MINE", "http://127.0.0.1:8000": "MINE"}
    assert of_url("https://api.openai.com/v1", **given) == "tk-mine"
    assert of_url("http://127.0.0.1:8000/v1", **given) == "tk-mine"
    assert of_url("http://127.0.0.1:8001/v1", **given) is None
    assert of(Keys(ENVIRON, given), VendorTarget("openai", "m")) == "tk-mine"


def test_a_named_variable_must_hold_a_key() -> None:
    with pytest.raises(ProviderError, match="EMPTY") as caught:
        of_url("http://127.0.0.1:8000/v1", **{"http://127.0.0.1:8000": "EMPTY"})
    assert caught.value.failure.kind == "authentication"


@pytest.mark.parametrize("key", ["a b", "a\tb", "a\r\nb", "ключ", "a\x7fb", "a\udcffb"])
def test_what_cannot_be_a_key_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ProviderError, match="MINE") as caught:
        checked(key, "MINE")
    assert key not in str(caught.value)


def test_keys_are_not_in_its_representation() -> None:
    assert "sk-usual" not in repr(Keys(ENVIRON))


class Held:
    """A keyring's keys, or what is wrong with it."""

    def __init__(self, trouble: Any = None, **keys: str) -> None:
        self.keys, self.trouble = keys, trouble

    async def where(self) -> str:
        return "here"

    async def key(self, account: str, name: str | None = None) -> str | None:
        if self.trouble is not None:
            raise VaultError(self.trouble, "the keyring is out of order")
        return self.keys.get(f"{account}/{name}" if name else account)


def test_the_keyring_goes_before_the_environment() -> None:
    keys = Keys(ENVIRON, vault=Held(openai=" sk-held ", groq="gsk-held"))
    assert of(keys, VendorTarget("openai", "m")) == "sk-held"
    assert of(keys, VendorTarget("openai-responses", "m")) == "sk-held", "at the same address, the same key"
    assert of(keys, UrlTarget("openai_chat", "m", "https://api.groq.com/openai/v1")) == "gsk-held"
    assert of(keys, UrlTarget("openai_chat", "m", "https://elsewhere/openai/v1")) is None
    assert of(keys, VendorTarget("mistral", "m")) is None


@pytest.mark.parametrize("id_", ["ollama", "tgi", "portkey-local", "vllm"])
def test_a_server_of_this_machine_gets_the_key_that_was_stored_for_it(id_: str) -> None:
    assert of(Keys(ENVIRON, vault=Held(**{id_: "sk-held"})), VendorTarget(id_, "m")) == "sk-held"


def test_practice_is_no_matter_of_the_keyring() -> None:
    assert of(Keys(ENVIRON, vault=Held("locked", practice="sk-held")), VendorTarget("practice", "swift")) is None
    assert "practice" not in {row.id for row in Directory().keyed}


def test_what_was_spelled_out_goes_before_the_keyring() -> None:
    keys = Keys(ENVIRON, {"https://api.openai.com:443": "MINE"}, Held(openai="sk-held"))
    assert of(keys, VendorTarget("openai", "m")) == "tk-mine"


@pytest.mark.parametrize("trouble", ["absent", "unsafe", "locked", "silent", "failed"])
def test_a_keyring_that_is_out_of_order_is_no_matter_where_the_environment_has_the_key(trouble: str) -> None:
    assert of(Keys(ENVIRON, vault=Held(trouble)), VendorTarget("openai", "m")) == "sk-usual"


@pytest.mark.parametrize("trouble", ["unsafe", "locked", "silent", "failed"])
def test_else_it_is_said_what_is_wrong(trouble: str) -> None:
    with pytest.raises(ProviderError, match="out of order, and MISTRAL_API_KEY is not set") as caught:
        of(Keys(ENVIRON, vault=Held(trouble)), VendorTarget("mistral", "m"))
    assert caught.value.failure.kind == "authentication"
    assert of(Keys(ENVIRON, vault=Held(trouble)), VendorTarget("vllm", "m")) is None, "which needs none"


def test_without_a_keyring_there_is_just_no_key() -> None:
    assert of(Keys(ENVIRON, vault=Held("absent")), VendorTarget("mistral", "m")) is None


def test_a_held_key_that_cannot_be_one_is_refused_and_not_quoted() -> None:
    with pytest.raises(ProviderError, match="in the keyring") as caught:
        of(Keys(ENVIRON, vault=Held(openai="s3cret s3cret")), VendorTarget("openai", "m"))
    assert "s3cret" not in str(caught.value)


def test_two_protocols_at_one_address_share_an_account() -> None:
    account = Directory().account
    assert account(vendor("openai-responses")) == account(vendor("openai")) == "openai"
    assert account(vendor("groq")) == "groq"

"""`abreast keys`: what is said, what is stored, and what is never shown."""

from pathlib import Path

import pytest

from app.accounts import tail
from app.cli_keys import NOT_DONE, USAGE, Teller, carry_out
from app.contact_file import ContactFile
from app.contacts import Contacts, Extras, OwnVendor
from app.directory import Directory
from app.vault import Vault, VaultError
from tests.app.conftest import Call
from tests.app.list_server import serving
from tests.app.test_vault import Kept, Raising, made, vault_of

SECRET = "sk-do-not-tell-0123456789"


class Keys:
    """The command with a keyring of our own."""

    def __init__(self, capfd: pytest.CaptureFixture[str], vault: Vault, **environ: str) -> None:
        self._capfd, self._vault, self._environ = capfd, vault, environ

    def __call__(self, what: str, vendor: str | None, name: str | None = None, typed: str = "") -> tuple[int, str, str]:
        teller = Teller(self._vault, self._environ, lambda _: typed)
        code = carry_out(lambda: getattr(teller, what)(vendor, name))
        return code, *self._capfd.readouterr()


def test_a_key_is_stored_listed_by_its_last_signs_and_deleted(capfd: pytest.CaptureFixture[str]) -> None:
    keys = Keys(capfd, vault_of(store := Kept()), GROQ_API_KEY="gsk-environment-1234")
    assert keys("set", "openai", typed=f"  {SECRET}\t") == (
        0,
        "openai/default\t…6789\tstored in a test's keyring\n",
        "",
    )
    assert store.items["openai/default"] == SECRET, "trimmed"
    keys("set", "openai-responses", "work", typed="sk-short")
    code, out, err = keys("list", None)
    assert (code, err) == (0, "")
    assert out == (
        "openai/default\t…6789\ta test's keyring\nopenai/work\t…\ta test's keyring\n"
        "groq\t…1234\tenvironment, GROQ_API_KEY\n"
    )
    assert keys("delete", "openai") == (0, "openai/default\tdeleted\n", "")
    assert keys("delete", "openai") == (1, "", "abreast keys: there is no key openai/default in the keyring\n")
    assert keys("list", "openai")[1] == "openai/work\t…\ta test's keyring\n"


def test_a_key_that_is_deleted_is_chosen_no_more(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    directory, file, vault = Directory(), ContactFile(tmp_path), vault_of(Kept())
    file.save(Contacts(adjusted={"openai": Extras({"X-Team": "red"}, key_name="work")}))
    directory.learn(file.load()[0])
    teller = Teller(vault, {}, lambda _: SECRET, directory, file=file)
    for name in ("default", "work"):
        assert carry_out(lambda: teller.set("openai", name)) == 0  # noqa: B023
    assert carry_out(lambda: teller.delete("openai", None)) == 0
    assert file.load()[0].adjusted["openai"].key_name == "work", "another one was"
    assert carry_out(lambda: teller.delete("openai", "work")) == 0
    assert file.load()[0] == Contacts(adjusted={"openai": Extras({"X-Team": "red"})})
    capfd.readouterr()


@pytest.mark.parametrize("vendor", ["ollama", "tgi", "portkey-local"])
def test_servers_that_have_no_usual_variable_have_keys_too(capfd: pytest.CaptureFixture[str], vendor: str) -> None:
    keys = Keys(capfd, vault_of(Kept()))
    assert keys("set", vendor, typed=SECRET)[0] == 0
    told = f"{vendor}/default\t…6789\ta test's keyring\n"
    assert keys("list", None)[1] == keys("list", vendor)[1] == told
    assert keys("delete", vendor) == (0, f"{vendor}/default\tdeleted\n", "")


@pytest.mark.parametrize(
    ("vendor", "name", "typed", "said"),
    [
        ("nobody", None, SECRET, "vendor 'nobody' is not known"),
        ("practice", None, SECRET, "takes no key"),
        ("openai", "a/b", SECRET, "can be no key's name"),
        ("openai", " ", SECRET, "can be no key's name"),
        ("openai", None, " \n", "nothing was typed"),
    ],
)
def test_usage(capfd: pytest.CaptureFixture[str], vendor: str, name: str | None, typed: str, said: str) -> None:
    store = Kept()
    code, out, err = Keys(capfd, vault_of(store))("set", vendor, name, typed)
    assert (code, out) == (USAGE, "")
    assert said in err
    assert store.items == {}


@pytest.mark.parametrize("typed", [f"{SECRET} {SECRET}", f"{SECRET}\x7f", f"ключ{SECRET}"])
def test_what_can_be_no_key_is_not_stored_nor_quoted(capfd: pytest.CaptureFixture[str], typed: str) -> None:
    store = Kept()
    code, out, err = Keys(capfd, vault_of(store))("set", "openai", typed=typed)
    assert (code, out, store.items) == (NOT_DONE, "", {})
    assert SECRET not in err


@pytest.mark.parametrize("what", ["set", "list", "delete", "test"])
def test_a_keyring_that_is_locked_is_said_to_be(capfd: pytest.CaptureFixture[str], what: str) -> None:
    keys = Keys(capfd, vault_of(Raising(made("KeyringLocked"))), OPENAI_API_KEY="sk-environment-1234")
    if what == "test":  # which goes on with the key of the environment; that there is no network here is no matter
        keys("list", "openai")
        return
    code, out, err = keys(what, "openai", typed=SECRET)
    assert code == NOT_DONE
    assert "locked: unlock it" in err
    assert "usual environment variable" in err
    assert out == ("openai\t…1234\tenvironment, OPENAI_API_KEY\n" if what == "list" else "")


def test_without_a_keyring_what_the_environment_has_is_listed_all_the_same(capfd: pytest.CaptureFixture[str]) -> None:
    def none() -> tuple[Kept, str]:
        raise VaultError("absent", "there is none")

    keys = Keys(capfd, Vault(none), OPENAI_API_KEY="sk-environment-1234")
    assert keys("list", None) == (0, "openai\t…1234\tenvironment, OPENAI_API_KEY\n", "")
    assert keys("set", "openai", typed=SECRET)[0] == NOT_DONE


def test_a_named_key_that_is_not_there_is_not_replaced_by_another(capfd: pytest.CaptureFixture[str]) -> None:
    keys = Keys(capfd, vault_of(Kept()), OPENAI_API_KEY="sk-environment-1234")
    assert keys("test", "openai", "work") == (1, "", "abreast keys: there is no key openai/work in the keyring\n")


def test_a_tail_is_never_much_of_a_key() -> None:
    assert tail("sk-123456789") == "…6789"
    assert tail("sk-12345678") == "…"


def test_the_command_line_knows_the_command(call: Call) -> None:
    assert call("keys", "list").code == 0
    assert call("keys", "set", "openai", stdin=b"sk-0123456789abcd\n").code == NOT_DONE, "tests have no keyring"
    assert call("keys", "set").code == USAGE
    assert call("keys").code == USAGE
    refused = call("keys", "set", "openai", SECRET)
    assert (refused.code, refused.out) == (USAGE, b""), "never as a word of the command"
    assert refused.err.startswith("abreast keys: a key is never an argument")
    assert SECRET not in refused.err


BOX = OwnVendor("gpu-box", "GPU box", "openai_chat", "http://gpu-box:8000/v1")


def test_own_vendors_have_keys_too_which_belong_to_their_addresses(capfd: pytest.CaptureFixture[str]) -> None:
    directory = Directory()
    directory.learn(Contacts((BOX,)))
    store = Kept()

    def call(what: str, vendor: str | None, name: str | None = None, *, bare: bool = False) -> tuple[int, str, str]:
        teller = Teller(vault_of(store), {}, lambda _: SECRET, directory, bare=bare)
        code = carry_out(lambda: getattr(teller, what)(vendor, name))
        return code, *capfd.readouterr()

    code, out, err = call("set", "gpu-box")
    assert (code, out) == (USAGE, "")
    assert "unencrypted" in err
    assert call("set", "gpu-box", bare=True)[1] == "gpu-box/default\t…6789\tstored in a test's keyring\n"
    assert store.items["http://gpu-box:8000/default"] == SECRET
    assert call("list", None)[1] == "gpu-box/default\t…6789\ta test's keyring\n"
    directory.learn(Contacts())
    assert call("list", None)[1] == "http://gpu-box:8000/default\tof no connection\n"
    assert call("delete", "http://gpu-box:8000")[1] == "http://gpu-box:8000/default\tdeleted\n"
    assert call("list", None)[1] == ""


def test_the_command_line_knows_the_connections_of_the_window(call: Call, tmp_path: Path) -> None:
    with serving({"/v1/models": {"data": [{"id": "m"}]}}) as server:
        ContactFile(tmp_path).save(Contacts((OwnVendor("here", "Here", "openai_chat", f"{server.root}/v1"), BOX)))
        done = call("models", "here")
        assert (done.code, done.out) == (0, b"here/m\n")
        done = call("run", "--lane", "nobody/m", "--prompt", "x")
        assert done.code == USAGE
        assert "gpu-box" in done.err

"""The vault before keyrings of every temper, and before a real Secret Service."""

import asyncio
import gc
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.vault import SERVICE, Vault, VaultError, system_store

SECRET = "sk-do-not-tell-0123456789"


class Kept:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        assert service == SERVICE
        self.asked += 1
        return self.items.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[username]


class Forgetful(Kept):
    """Says that it stored, and did not."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Raising(Kept):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked += 1
        raise self.error


class Hanging(Kept):
    """Waits until it is let go, like one that asks a person who is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.go.wait(30)
        return super().get_password(service, username)


def vault_of(store: Kept, limit_s: float = 5.0) -> Vault:
    return Vault(lambda: (store, "a test's keyring"), limit_s=limit_s)


def run(what: Callable[[], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        return await what()

    return asyncio.run(whole())


def test_keys_are_kept_by_vendor_and_name() -> None:
    store = Kept()
    vault = vault_of(store)

    async def use() -> None:
        assert await vault.names("openai") == ()
        assert await vault.key("openai") is None
        await vault.put("openai", "sk-work", "work")
        assert await vault.key("openai") == "sk-work", "the only one"
        await vault.put("openai", "sk-own")
        assert await vault.names("openai") == ("work", "default")
        assert await vault.key("openai") == "sk-own", "the default goes first"
        assert await vault.key("openai", "work") == "sk-work"
        assert await vault.key("openai", "other") is None
        await vault.put("openai", "sk-new")
        assert await vault.key("openai") == "sk-new"
        assert await vault.delete("openai")
        assert not await vault.delete("openai")
        assert await vault.key("openai") == "sk-work"
        assert await vault.delete("openai", "work")

    run(use)
    assert store.items == {}


def test_many_lanes_at_once_ask_once() -> None:
    store = Kept()
    store.items = {"index": '{"openai": ["default"]}', "openai/default": SECRET}
    vault = vault_of(store)

    async def use() -> list[str | None]:
        return await asyncio.gather(*(vault.key("openai") for _ in range(16)))

    assert run(use) == [SECRET] * 16
    assert store.asked == 2


@pytest.mark.parametrize("index", ["", "no index", "{no json", "[]", '{"openai": "default"}', '{"openai": [null]}'])
def test_an_index_that_cannot_be_read_is_none(index: str) -> None:
    store = Kept()
    store.items = {"index": index}
    vault = vault_of(store)
    assert run(lambda: vault.key("openai")) is None
    run(lambda: vault.put("openai", SECRET))
    assert run(lambda: vault.key("openai")) == SECRET


class Asking(Kept):
    """Asks a person who is not there before anything is overwritten, as KeePassXC does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        assert username not in self.items
        super().set_password(service, username, password)


def test_nothing_is_overwritten_that_the_user_did_not_name() -> None:
    store = Asking()
    vault = vault_of(store)

    async def use() -> None:
        for name in ("one", "two", "three"):
            await vault.put("openai", f"sk-{name}", name)
        assert await vault.names("openai") == ("one", "two", "three")
        assert await vault.delete("openai", "two")
        assert await vault.names("openai") == ("one", "three")
        assert await vault_of(store).names("openai") == ("one", "three"), "another program sees the same"

    run(use)
    assert sum(name.startswith("index") for name in store.items) == 1


@pytest.mark.parametrize("older", ["index", "index-2"])
def test_an_index_that_was_left_twice_is_one_again_with_the_next_key(older: str) -> None:
    """The program was ended after the new one was written and before the old one went."""
    store = Asking()
    store.items = {"index": "openai\told", "index-2": "openai\told", "openai/old": "sk-old"}
    store.items[older] += "\ngroq\told"
    vault = vault_of(store)
    run(lambda: vault.put("mistral", "sk-new"))
    assert sum(name.startswith("index") for name in store.items) == 1
    assert run(lambda: vault.key("openai")) == "sk-old"
    assert run(lambda: vault.key("mistral")) == "sk-new"


def test_one_that_only_says_that_it_stored_is_found_out() -> None:
    with pytest.raises(VaultError, match="does not have it") as caught:
        run(lambda: vault_of(Forgetful()).put("openai", SECRET))
    assert caught.value.trouble == "failed"


def made(name: str, base: type[Exception] = Exception) -> Exception:
    return type(name, (base,), {})(f"could not store {SECRET}")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (made("NoKeyringError"), "absent"),
        (made("KeyringLocked"), "locked"),
        (made("InitError"), "locked"),
        (made("PasswordSetError"), "failed"),
        (made("Full", OSError), "failed"),
    ],
)
def test_what_goes_wrong_is_told_without_the_secret(error: Exception, trouble: str) -> None:
    for what in (lambda v: v.key("openai"), lambda v: v.put("openai", SECRET), lambda v: v.delete("openai")):
        with pytest.raises(VaultError) as caught:
            run(lambda what=what: what(vault_of(Raising(error))))  # type: ignore[misc]
        assert caught.value.trouble == trouble
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None, "which a traceback would quote"


def test_one_that_hangs_is_given_up_and_may_come_back() -> None:
    store = Hanging()
    store.items = {"index": '{"openai": ["default"]}', "openai/default": SECRET}
    vault = vault_of(store, limit_s=0.2)

    async def use() -> None:
        began = time.perf_counter()
        with pytest.raises(VaultError, match=r"has not answered for 0\.2 s"):
            await vault.key("openai")
        with pytest.raises(VaultError, match="still does not answer"):
            await vault.key("openai")
        assert time.perf_counter() - began < 5
        store.go.set()
        for _ in range(200):
            try:
                assert await vault.key("openai") == SECRET
                return
            except VaultError:
                await asyncio.sleep(0.02)
        pytest.fail("it did not come back")

    run(use)


def test_the_loop_goes_on_while_a_keyring_thinks() -> None:
    store = Hanging()
    vault = vault_of(store, limit_s=2.0)

    async def use() -> None:
        asking = asyncio.ensure_future(vault.key("openai"))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert not asking.done()
        store.go.set()
        assert await asking is None

    run(use)


PLAIN = """
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 9
    def get_password(self, service, username):
        raise AssertionError
    set_password = delete_password = get_password
"""
BACKENDS = """
import keyring.backend, sys
from app.vault import VaultError, system_store
try:
    print(system_store()[1])
except VaultError as error:
    print(error.trouble, error)
"""


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("keyring.backends.fail.Keyring", "absent"),
        ("keyring.backends.null.Keyring", "unsafe the keyring that is set, keyring.backends.null.Keyring,"),
        ("in_plain_text.Keyring", "unsafe the keyring that is set, in_plain_text.Keyring, does not guard what it"),
        ("no.such.Keyring", "unsafe the keyring that PYTHON_KEYRING_BACKEND or keyringrc.cfg names cannot be had"),
    ],
)
def test_a_keyring_that_guards_nothing_is_not_used(tmp_path: Path, backend: str, said: str) -> None:
    (tmp_path / "in_plain_text.py").write_text(PLAIN)
    environ = {"PYTHON_KEYRING_BACKEND": backend, "PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
    environ["PYTHONPATH"] = str(tmp_path)
    process = subprocess.run(
        [sys.executable, "-c", BACKENDS], env=environ, capture_output=True, text=True, timeout=60, check=True
    )
    assert process.stdout.startswith(said)


def test_here_no_test_reaches_a_real_keyring() -> None:
    with pytest.raises(VaultError) as caught:
        system_store()
    assert caught.value.trouble == "absent"


REAL = """
import asyncio
import gc
from app.vault import Vault, VaultError
vault = Vault()
async def use():
    print(await vault.where())
    await vault.put("openai", "sk-cänary" + "x" * 3000, "work")
    print(await vault.names("openai"), (await vault.key("openai") or "")[:9])
asyncio.run(use())
"""
AGAIN = """
import asyncio
import gc
from app.vault import Vault
async def use():
    vault = Vault()
    print((await vault.key("openai") or "")[:9], await vault.delete("openai", "work"), await vault.key("openai"))
asyncio.run(use())
"""
TOOLS = ("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
SESSION = """
eval "$(printf %s test | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
"$1" -c "$2"; secret-tool lookup service Abreast username openai/work | head -c 9; echo; "$1" -c "$3"
secret-tool lookup service Abreast username openai/work | head -c 9; echo "."
"""


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"a real Secret Service needs {', '.join(TOOLS)}"
)
def test_a_real_secret_service_stores_persists_and_forgets(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    environ = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHONUTF8": "1",
    }
    (tmp_path / "data").mkdir()
    command = ["dbus-run-session", "--", "sh", "-c", SESSION, "sh", sys.executable, REAL, AGAIN]
    process = subprocess.run(command, env=environ, capture_output=True, timeout=90, check=True)
    assert process.stdout.decode().splitlines() == [
        "Secret Service", "('work',) sk-cänary", "sk-cänar", "sk-cänary True None", ".",
    ]  # fmt: skip
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert b"nary" not in path.read_bytes(), path


def test_a_locked_keyring_is_asked_once_for_all_vendors_and_again_when_a_key_is_stored() -> None:
    """Each question may open a dialog."""
    store = Raising(made("KeyringLocked"))
    vault = vault_of(store)

    async def use() -> None:
        async def one(account: str) -> None:
            with pytest.raises(VaultError, match="locked"):
                await vault.key(account)

        await asyncio.gather(*(one(account) for account in ("openai", "groq", "mistral")))
        await one("openai")
        assert store.asked == 1
        with pytest.raises(VaultError, match="locked"):
            await vault.put("openai", SECRET)
        assert store.asked == 2

    asyncio.run(use())


def test_its_thread_ends_with_it() -> None:
    before = set(threading.enumerate())
    vault = vault_of(Kept())
    asyncio.run(vault.accounts())
    thread = next(each for each in threading.enumerate() if each not in before and each.name == "keyring")
    del vault
    gc.collect()
    thread.join(2)
    assert not thread.is_alive()

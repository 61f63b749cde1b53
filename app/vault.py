"""Keys in the operating system's keyring, and nowhere else. The only place that knows `keyring`.

An item is a secret of service `Abreast` under `ACCOUNT/NAME`; which there are, an index tells, an item too, since
keyrings cannot be asked for a list. An account is the id of a vendor that ships, or the origin of one of the user's
own. A keyring may wait for a person, or for ever: every call is made in a thread of its own and given up after a time.
"""

import asyncio
import contextlib
import json
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar

SERVICE = "Abreast"
INDEX = ("index", "index-2")
"""Where the index may stand. It changes places when it changes: KeePassXC asks the user before an item is overwritten,
and not before one is made."""
DEFAULT = "default"
LIMIT_S = 5.0
TRUSTED_S = 10.0
"""How long what was read is taken to be so still: a start of many lanes asks once."""
GUARDED = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS keychain",
    "keyring.backends.Windows": "the Windows credential store",
}
"""Keyrings that guard what they hold. There are others, which store in plain text, or nothing at all."""

Trouble = Literal["absent", "unsafe", "locked", "silent", "failed"]
T = TypeVar("T")
_Work = queue.SimpleQueue[Callable[[], None] | None]


class VaultError(Exception):
    """The keyring did not do what was asked. The message says why and what to do, and never holds a key."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class Store(Protocol):
    """What is needed of one of keyring's backends."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def system_store() -> tuple[Store, str]:
    """The system's keyring and what to call it. Raises `VaultError` where there is none that guards its secrets."""
    import keyring

    try:
        chosen: Any = keyring.get_keyring()
    except Exception as error:
        kind = type(error).__name__
    else:
        return _guarding(chosen)
    said = "the keyring that PYTHON_KEYRING_BACKEND or keyringrc.cfg names cannot be had"
    raise VaultError("unsafe", f"{said} ({kind}), so none is used")


def _guarding(chosen: Any) -> tuple[Store, str]:
    for backend in (chosen, *getattr(chosen, "backends", ())):
        if (name := GUARDED.get(type(backend).__module__)) is not None:
            return backend, name
    if type(chosen).__module__ == "keyring.backends.fail":
        raise VaultError("absent", "there is no keyring on this machine that could be reached")
    kind = f"{type(chosen).__module__}.{type(chosen).__qualname__}"
    raise VaultError("unsafe", f"the keyring that is set, {kind}, does not guard what it holds, so it is not used")


class Vault:
    """Every method raises `VaultError`; none holds up the loop."""

    def __init__(self, opened: Callable[[], tuple[Store, str]] = system_store, *, limit_s: float = LIMIT_S) -> None:
        self._opened, self._limit_s = opened, limit_s
        self._desk = _Desk()
        self._store: tuple[Store, str] | None = None
        self._shut: tuple[float, VaultError] | None = None
        """Since when the keyring was seen to be locked."""
        self._read: dict[str, tuple[float, str | None]] = {}

    def ask_anew(self) -> None:
        """What was found locked may be open by now: the next question is asked."""
        self._shut = None

    async def where(self) -> str:
        """What the keyring is called."""
        return (await self._ask(self._open))[1]

    async def accounts(self) -> dict[str, tuple[str, ...]]:
        """Every account that keys are kept for, with their names in the order in which they came."""
        return {account: tuple(names) for account, names in (await self._look(self._index)).items() if names}

    async def names(self, account: str) -> tuple[str, ...]:
        """Under which names there are keys of this account, in the order in which they came."""
        return (await self.accounts()).get(account, ())

    async def key(self, account: str, name: str | None = None) -> str | None:
        """The key of that name, or else the default one, or else the first."""
        names = await self.names(account)
        wanted = name or (DEFAULT if DEFAULT in names else next(iter(names), DEFAULT))
        return await self._look(lambda: self._get(f"{account}/{wanted}")) if wanted in names else None

    async def put(self, account: str, key: str, name: str = DEFAULT) -> None:
        """Stores a key, in the place of one of that name. It is read back: some keyrings only say that they stored."""
        self._shut = None  # whoever stores a key may unlock the keyring for it
        await self._ask(lambda: self._put(account, key, name))

    async def delete(self, account: str, name: str = DEFAULT) -> bool:
        """Whether there was one."""
        self._shut = None
        return await self._ask(lambda: self._delete(account, name))

    # In the thread

    def _open(self) -> tuple[Store, str]:
        if self._store is None:
            self._store = self._opened()
        return self._store

    def _get(self, user: str) -> str | None:
        read_at, value = self._read.get(user, (-TRUSTED_S, None))
        if time.monotonic() - read_at < TRUSTED_S:
            return value
        value = self._open()[0].get_password(SERVICE, user)
        self._read[user] = (time.monotonic(), value)
        return value

    def _set(self, user: str, value: str) -> None:
        self._read.pop(user, None)
        store, name = self._open()
        store.set_password(SERVICE, user, value)
        if store.get_password(SERVICE, user) != value:
            raise VaultError("failed", f"{name} took the key and does not have it")

    def _index(self) -> dict[str, list[str]]:
        return _read_index(next(filter(None, map(self._get, INDEX)), ""))

    def _keep_index(self, index: dict[str, list[str]]) -> None:
        """The new one is there before the old one goes."""
        store, _ = self._open()
        held = [place for place in INDEX if store.get_password(SERVICE, place) is not None]
        free = INDEX[1] if held[:1] == [INDEX[0]] else INDEX[0]
        said = _written_index(index)
        for place in [free] if free in held else []:
            store.delete_password(SERVICE, place)
        if said:
            self._set(free, said)
        for place in held:
            self._read.pop(place, None)
            if place != free:
                store.delete_password(SERVICE, place)

    def _put(self, account: str, key: str, name: str) -> None:
        self._set(f"{account}/{name}", key)
        self._forget_index()
        index = self._index()
        if name not in index.get(account, ()):
            index.setdefault(account, []).append(name)
            self._keep_index(index)

    def _forget_index(self) -> None:
        """Another program of ours may have changed it."""
        for place in INDEX:
            self._read.pop(place, None)

    def _delete(self, account: str, name: str) -> bool:
        self._read.clear()
        index = self._index()
        store, _ = self._open()
        there = store.get_password(SERVICE, f"{account}/{name}") is not None
        if there:
            store.delete_password(SERVICE, f"{account}/{name}")
        if name in index.get(account, ()):
            index[account].remove(name)
            self._keep_index(index)
        return there

    async def _look(self, what: Callable[[], T]) -> T:
        return await self._ask(lambda: self._careful(what))

    def _careful(self, what: Callable[[], T]) -> T:
        """A keyring that was found locked is left alone for a while: each question may open a dialog that asks the user
        to unlock it, and a start asks for many vendors at once."""
        if self._shut is not None and time.monotonic() - self._shut[0] < TRUSTED_S:
            raise self._shut[1]
        try:
            return _in_words(what)
        except VaultError as error:
            if error.trouble == "locked":
                self._shut = (time.monotonic(), error)
            raise

    async def _ask(self, what: Callable[[], T]) -> T:
        """In the thread, within the limit. While an earlier call hangs there, it fails at once."""
        answered, over = self._desk.hand_in(lambda: _in_words(what))
        try:
            async with asyncio.timeout(self._limit_s):
                return await answered
        except TimeoutError:
            self._desk.overdue = over
            raise VaultError(
                "silent",
                f"the keyring has not answered for {self._limit_s:g} s; it may be waiting for you to unlock it",
            ) from None


class _Desk:
    """One thread that does one thing after the other. It dies with the program, whatever it waits for."""

    def __init__(self) -> None:
        self._work: _Work = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.overdue: threading.Event | None = None
        """What was given up; set once it is over after all."""

    def hand_in(self, what: Callable[[], T]) -> "tuple[asyncio.Future[T], threading.Event]":
        """What it will come to, and when it is over. Raises `VaultError` while something that was given up hangs."""
        if self.overdue is not None and not self.overdue.is_set():
            raise VaultError("silent", "the keyring still does not answer; it may be waiting for you to unlock it")
        if self._thread is None:
            self._thread = threading.Thread(target=_serve, args=(self._work,), name="keyring", daemon=True)
            self._thread.start()
            weakref.finalize(self, self._work.put, None)
        loop, over = asyncio.get_running_loop(), threading.Event()
        answered: asyncio.Future[T] = loop.create_future()

        def tell(value: Any, error: Exception | None) -> None:
            over.set()
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(_settle, answered, value, error)

        def work() -> None:
            try:
                value = what()
            except Exception as error:
                tell(None, error)
            else:
                tell(value, None)

        self._work.put(work)
        return answered, over


def _serve(work: _Work) -> None:
    """Until there is nobody left who could hand something in."""
    while (what := work.get()) is not None:
        what()
        del what  # it knows who handed it in


def _written_index(index: dict[str, list[str]]) -> str:
    """A line for each key, its account and its name apart by a tab. Not JSON: KeePassXC takes what stands in braces for
    a reference to something else."""
    return "\n".join(f"{account}\t{name}" for account, names in index.items() for name in names)


def _read_index(said: str) -> dict[str, list[str]]:
    """Also as it was first written, which was JSON."""
    if said.startswith("{"):
        return _read_json_index(said)
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        account, tab, name = line.partition("\t")
        if tab and name not in found.setdefault(account, []):
            found[account].append(name)
    return found


def _read_json_index(said: str) -> dict[str, list[str]]:
    try:
        index = json.loads(said)
    except ValueError:
        return {}
    good = isinstance(index, dict) and all(isinstance(names, list) for names in index.values())
    return {account: [str(name) for name in names] for account, names in index.items()} if good else {}


def _settle(answered: "asyncio.Future[Any]", value: Any, error: Exception | None) -> None:
    if answered.done():  # given up
        return
    if error is not None:
        answered.set_exception(error)
    else:
        answered.set_result(value)


def _in_words(what: Callable[[], T]) -> T:
    """Whatever a backend raises, by its type alone: its words may quote what was to be stored."""
    try:
        return what()
    except VaultError:
        raise
    except Exception as error:
        kinds = {each.__name__ for each in type(error).__mro__}
        kind = type(error).__name__
    if "NoKeyringError" in kinds:
        raise VaultError("absent", "there is no keyring on this machine that could be reached")
    if kinds & {"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"}:
        raise VaultError("locked", "the keyring is locked: unlock it, then try again")
    raise VaultError("failed", f"the keyring could not do it ({kind})")

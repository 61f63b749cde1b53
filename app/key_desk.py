"""What the window wishes of keys: to see which there are, to store one, to delete one."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from app.accounts import Account, tail
from app.key_import import KeyImport
from app.keys import Keys, checked, is_bare
from app.messages import AskKeys, DeleteKey, FindKeys, KeysFound, KeysTold, KeyWish, StoreKey, TakeKeys, Up
from app.safe import Safe
from app.tasks import Tasks
from app.vault import DEFAULT, VaultError
from providers.errors import Failure, ProviderError


async def nobody(_account: str, _name: str) -> None:
    """Whom a key that is gone is no matter to."""


class KeyDesk:
    """Answers each wish with what there is then; what went wrong stands beside it."""

    def __init__(
        self,
        safe: Safe,
        keys: Keys,
        tasks: Tasks,
        say: Callable[[Up], None],
        gone: Callable[[str, str], Awaitable[None]] = nobody,
    ) -> None:
        """`gone` learns the account and the name of each key that was deleted; it may raise `OSError`."""
        self._gone = gone
        self._safe, self._keys, self._tasks, self._say = safe, keys, tasks, say
        self._directory = keys.directory
        self._import = KeyImport(safe, keys.directory, keys.environ)

    def wish(self, wish: KeyWish) -> None:
        self._tasks.start(self._answer(wish), name="keys")

    def _answer(self, wish: KeyWish) -> Coroutine[Any, Any, None]:
        match wish:
            case AskKeys(anew=anew):
                if anew:
                    self._safe.vault.ask_anew()
                return self._told("")
            case StoreKey():
                return self._did(self._store(wish))
            case DeleteKey():
                return self._did(self._delete(wish))
            case TakeKeys():
                return self._did(self._take(wish))
            case FindKeys(path=path):
                return self._find(path)

    async def _store(self, wish: StoreKey) -> str:
        key, name = checked(wish.key, "your input"), checked_name(wish.name)
        row = self._directory.find(wish.vendor)
        if row is None:
            raise ProviderError(Failure("not_found", f"there is no vendor {wish.vendor}"))
        if is_bare(row.base_url) and not wish.bare:
            raise ProviderError(Failure("authentication", unencrypted(row.base_url)))
        where = await self._safe.put(self._directory.account(row), key, name, only_here=wish.only_here)
        return f"The key of {row.name} is kept in {where}."

    async def _delete(self, wish: DeleteKey) -> str:
        there = await self._safe.delete(wish.account, wish.name)
        name = self._directory.name(wish.account)
        if not there:
            return f"There was no such key of {name}."
        try:
            await self._gone(wish.account, wish.name)
        except OSError as error:
            return f"The key of {name} is deleted, and still chosen: that could not be written ({error.strerror})."
        return f"The key of {name} is deleted."

    async def _take(self, wish: TakeKeys) -> str:
        count, where = await self._import.take(wish.path, wish.variables)
        return f"{count} {'key is' if count == 1 else 'keys are'} kept in {where}." if count else "No key was copied."

    async def _find(self, path: str) -> None:
        try:
            found, said = await self._import.found(path), ""
        except (VaultError, ValueError) as error:
            found, said = (), f"{error}"
        except OSError as error:
            found, said = (), f"{path}: {error.strerror or error}"
        self._say(KeysFound(path, found, said))

    async def _did(self, what: Coroutine[Any, Any, str]) -> None:
        try:
            said, is_good = await what, True
        except VaultError as error:
            said, is_good = f"It was not done: {error}.", False
        except ProviderError as error:
            said, is_good = f"It was not done: {error.failure.message}.", False
        except (OSError, ValueError) as error:
            said, is_good = f"It was not done: {error}.", False
        await self._told(said, is_good=is_good)

    async def _told(self, said: str, *, is_good: bool = True) -> None:
        trouble = absent = ""
        kept = self._safe.here
        try:
            kept = await self._safe.accounts()
            absent = await self._safe.absent()
        except VaultError as error:
            trouble = f"{error}"
        self._say(KeysTold((*kept, *self._of_environment()), said, is_good, trouble, absent))

    def _of_environment(self) -> tuple[Account, ...]:
        environ, told = self._keys.environ, []
        for row in self._directory.keyed:
            if (name := self._keys.usual_variable(row)) is not None:
                key = tail(environ[name].strip())
                told.append(Account(self._directory.account(row), "", key, f"{name} in the environment"))
        return tuple(told)


def checked_name(name: str | None) -> str:
    """What a key is called. Raises `ProviderError`."""
    called = DEFAULT if name is None else name.strip()
    if not called or "/" in called or not called.isprintable() or len(called) > 80:
        said = "a key's name must not be empty, nor hold a slash or control characters"
        raise ProviderError(Failure("bad_request", f"{name!r} can be no key's name: {said}"))
    return called


def unencrypted(url: str) -> str:
    return f"a key for {url} would go there unencrypted, and everyone on the way could read it; that has to be allowed"

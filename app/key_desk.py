"""What the window wishes of keys: to see which there are, to store one, to delete one."""

from collections.abc import Awaitable, Callable, Mapping

from app.accounts import Account, tail
from app.keys import ACCOUNTS, Keys, checked
from app.messages import DeleteKey, KeysTold, StoreKey, Up
from app.safe import Safe
from app.tasks import Tasks
from app.vault import VaultError
from providers.errors import ProviderError
from providers.vendors import vendor


class KeyDesk:
    """Answers each wish with what there is then; what went wrong stands beside it."""

    def __init__(self, safe: Safe, environ: Mapping[str, str], tasks: Tasks, say: Callable[[Up], None]) -> None:
        self._safe, self._environ, self._tasks, self._say = safe, environ, tasks, say

    def tell(self) -> None:
        self._tasks.start(self._told(""), name="keys")

    def store(self, wish: StoreKey) -> None:
        self._tasks.start(self._did(self._store(wish)), name="store a key")

    def delete(self, wish: DeleteKey) -> None:
        self._tasks.start(self._did(self._delete(wish)), name="delete a key")

    async def _store(self, wish: StoreKey) -> str:
        key = checked(wish.key, "your input")
        where = await self._safe.put(wish.vendor, key, wish.name)
        return f"The key of {vendor(wish.vendor).name} is kept in {where}."

    async def _delete(self, wish: DeleteKey) -> str:
        there = await self._safe.delete(wish.vendor, wish.name)
        name = vendor(wish.vendor).name
        return f"The key of {name} is deleted." if there else f"There was no such key of {name}."

    async def _did(self, what: Awaitable[str]) -> None:
        try:
            said, is_good = await what, True
        except VaultError as error:
            said, is_good = f"It was not done: {error}.", False
        except ProviderError as error:
            said, is_good = f"It was not done: {error.failure.message}.", False
        await self._told(said, is_good=is_good)

    async def _told(self, said: str, *, is_good: bool = True) -> None:
        trouble = ""
        kept: tuple[Account, ...] = ()
        try:
            kept = await self._safe.accounts(ACCOUNTS)
        except VaultError as error:
            trouble = f"{error}"
        self._say(KeysTold((*kept, *self._of_environment()), said, is_good, trouble))

    def _of_environment(self) -> tuple[Account, ...]:
        keys = Keys(self._environ)
        used = ((id_, keys.usual_variable(vendor(id_))) for id_ in ACCOUNTS)
        return tuple(
            Account(id_, "", tail(self._environ[name].strip()), f"{name} in the environment")
            for id_, name in used
            if name is not None
        )

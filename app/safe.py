"""Keys as the engine holds them: the keyring's, and those of this session where there is no keyring to be had."""

from dataclasses import dataclass, field

from app.accounts import SESSION, Account, tail
from app.vault import DEFAULT, Vault, VaultError

NO_KEYRING = frozenset({"absent", "unsafe"})
"""Then nothing but memory is left; one that is locked or silent may still come back."""
NOT_KEPT = NO_KEYRING | {"failed"}
"""A keyring that is full or broken keeps no key, and whoever typed one wants to go on."""


@dataclass(frozen=True)
class Safe:
    """All methods raise `VaultError`."""

    vault: Vault
    _session: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """By account and name."""

    async def where(self) -> str:
        return await self.vault.where()

    async def key(self, account: str, name: str | None = None) -> str | None:
        here = {called: key for (owner, called), key in self._session.items() if owner == account}
        if here and name in (None, *here):
            return here[name or (DEFAULT if DEFAULT in here else next(iter(here)))]
        return await self.vault.key(account, name)

    async def absent(self) -> str:
        """Why there is no keyring, "" if there is one, whatever state it is in."""
        try:
            await self.vault.where()
        except VaultError as error:
            return f"{error}" if error.trouble in NO_KEYRING else ""
        return ""

    async def put(self, account: str, key: str, name: str = DEFAULT, *, only_here: bool = False) -> str:
        """Where it is kept now; in memory, if it is wanted `only_here`."""
        if only_here:
            self._session[account, name] = key
            return SESSION
        try:
            await self.vault.put(account, key, name)
        except VaultError as error:
            if error.trouble not in NOT_KEPT:
                raise
            self._session[account, name] = key
            return SESSION if error.trouble in NO_KEYRING else f"{SESSION}: {error}"
        self._session.pop((account, name), None)
        return await self.vault.where()

    async def delete(self, account: str, name: str = DEFAULT) -> bool:
        """Whether there was one."""
        if self._session.pop((account, name), None) is not None:
            return True
        return await self.vault.delete(account, name)

    async def delete_all(self, account: str) -> None:
        for name in [called for owner, called in self._session if owner == account]:
            del self._session[account, name]
        for name in await self.vault.names(account):
            await self.vault.delete(account, name)

    @property
    def here(self) -> tuple[Account, ...]:
        """Those that are in memory."""
        return tuple(Account(account, name, tail(key), SESSION) for (account, name), key in self._session.items())

    async def accounts(self) -> tuple[Account, ...]:
        found = list(self.here)
        if await self.absent():
            return tuple(found)
        where = await self.vault.where()
        for account, names in (await self.vault.accounts()).items():
            for name in names:
                if (key := await self.vault.key(account, name)) is not None:
                    found.append(Account(account, name, tail(key), where))
        return tuple(found)

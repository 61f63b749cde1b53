"""Keys as the engine holds them: the keyring's, and those of this session where there is no keyring to be had."""

from dataclasses import dataclass, field

from app.accounts import Account, tail
from app.vault import DEFAULT, Vault, VaultError

SESSION = "memory, until Abreast is closed"
NO_KEYRING = frozenset({"absent", "unsafe"})
"""Then nothing but memory is left; one that is locked or silent may still come back."""


@dataclass(frozen=True)
class Safe:
    """All methods raise `VaultError`."""

    vault: Vault
    _session: dict[str, str] = field(default_factory=dict, repr=False)
    """By vendor; of this session there is one key each."""

    async def where(self) -> str:
        return await self.vault.where()

    async def key(self, vendor: str) -> str | None:
        if (key := self._session.get(vendor)) is not None:
            return key
        return await self.vault.key(vendor)

    async def put(self, vendor: str, key: str, name: str = DEFAULT) -> str:
        """Where it is kept now."""
        try:
            await self.vault.put(vendor, key, name)
        except VaultError as error:
            if error.trouble not in NO_KEYRING:
                raise
            self._session[vendor] = key
            return SESSION
        self._session.pop(vendor, None)
        return await self.vault.where()

    async def delete(self, vendor: str, name: str = DEFAULT) -> bool:
        """Whether there was one."""
        if self._session.pop(vendor, None) is not None:
            return True
        return await self.vault.delete(vendor, name)

    async def accounts(self, vendors: tuple[str, ...]) -> tuple[Account, ...]:
        found = [Account(vendor, DEFAULT, tail(key), SESSION) for vendor, key in self._session.items()]
        try:
            where = await self.vault.where()
        except VaultError as error:
            if error.trouble not in NO_KEYRING:
                raise
            return tuple(found)
        for vendor in vendors:
            for name in await self.vault.names(vendor):
                if (key := await self.vault.key(vendor, name)) is not None:
                    found.append(Account(vendor, name, tail(key), where))
        return tuple(found)

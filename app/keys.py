"""Which key goes where: a key belongs to an origin (scheme, host, port), and is never sent to another.

A vendor's key is the keyring's, else that of the vendor's usual environment variable.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.directory import Directory
from app.lanes import Target, UrlTarget, VendorTarget, is_loopback
from app.vault import VaultError
from providers.errors import Failure, ProviderError
from providers.vendors import VENDORS, Vendor, origin


class Holder(Protocol):
    """Has keys by their accounts and names. Raises `VaultError`."""

    async def where(self) -> str: ...
    async def key(self, account: str, name: str | None = None) -> str | None: ...


@dataclass(frozen=True)
class Keys:
    """Keys from the keyring, if there is a `vault`, and from environment variables.

    `given` names a variable for each origin that the user spelled out; for every other URL only a vendor's own key
    counts, and only at the vendor's own origin.
    """

    environ: Mapping[str, str] = field(repr=False)
    given: Mapping[str, str] = field(default_factory=dict)
    vault: Holder | None = None
    directory: Directory = field(default_factory=Directory)

    async def for_target(self, target: Target) -> str | None:
        """The key for `target`, or None if none is known. Raises `ProviderError` for a key that cannot be one, and
        where the keyring may have one and does not answer."""
        match target:
            case VendorTarget(vendor=id_):
                return await self.of_vendor(self.directory.vendor(id_))
            case UrlTarget(base_url=url):
                if (name := self.given.get(origin(url))) is not None:
                    return self._named(name, url)
                owner = self.directory.at(url)
                return await self.of_vendor(owner) if owner is not None else None

    async def of_vendor(self, owner: Vendor) -> str | None:
        """The key for the vendor's own origin, or None. Raises `ProviderError` as above."""
        if (name := self.given.get(origin(owner.base_url))) is not None and owner.base_url:
            return self._named(name, owner.base_url)
        if owner.is_practice:
            return None
        account = self.directory.account(owner)
        trouble: VaultError | None = None
        if self.vault is not None:
            try:
                if (key := await self.vault.key(account, owner.key_name or None)) is not None:
                    return checked(key, "the keyring")
            except VaultError as error:
                trouble = error
        usual = self.usual_variable(owner)
        if usual is not None and not owner.key_name:  # who chose one of several keys means no other
            return checked(self.environ[usual], usual)
        if trouble is not None and trouble.trouble != "absent" and owner.needs_key:
            raise _unusable(f"{trouble}{_and_not_set(owner)}")
        return None

    async def warm(self) -> None:
        """Makes ready what the first question to the keyring would wait for, without asking it for anything."""
        if self.vault is not None:
            with contextlib.suppress(VaultError):
                await self.vault.where()

    def usual_variable(self, owner: Vendor) -> str | None:
        """The environment variable that holds the vendor's key, if one does."""
        return next((name for name in owner.key_env if self.environ.get(name, "").strip()), None)

    def _named(self, name: str, url: str) -> str:
        if not self.environ.get(name, "").strip():
            raise _unusable(f"the environment variable {name}, which should hold the key for {origin(url)}, is empty")
        return checked(self.environ[name], name)


def missing(owner: Vendor) -> ProviderError:
    """What to say where a vendor that needs a key has none."""
    if owner.key_name:
        said = f"there is no key named {owner.key_name} for {owner.name}"
        return _unusable(f"{said}: `abreast keys set {owner.id} --name {owner.key_name}` stores one")
    names = f", or set {' or '.join(owner.key_env)}" if owner.key_env else ""
    return _unusable(f"there is no key for {owner.name}: `abreast keys set {owner.id}` stores one{names}")


def _and_not_set(owner: Vendor) -> str:
    return f", and {' or '.join(owner.key_env)} is not set" if owner.key_env else ""


def checked(key: str, name: str) -> str:
    """`key` trimmed. Raises `ProviderError`, which does not quote it, if HTTP could not carry it."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise _unusable(f"the key in {name} holds a space or a character outside ASCII, so it cannot be right")
    return key


def _unusable(why: str) -> ProviderError:
    return ProviderError(Failure("authentication", why))


def is_bare(place: str) -> bool:
    """Whether what goes to that origin or URL can be read on the way."""
    return place.startswith("http://") and not is_loopback(place)


def variables_set(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of keys that are set, each once. Only their names: values are nobody's to see here."""
    names = (name for row in VENDORS for name in row.key_env if environ.get(name, "").strip())
    return tuple(dict.fromkeys(names))

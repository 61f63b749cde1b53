"""Keys that lie about in the environment or in a `.env` file: recognised by their variables, copied when asked."""

from collections.abc import Mapping
from pathlib import Path

from app.accounts import tail
from app.directory import Directory
from app.keys import checked
from app.messages import FoundKey
from app.safe import Safe
from app.vault import DEFAULT
from providers.errors import ProviderError
from providers.vendors import VENDORS

MAX_BYTES = 1024 * 1024


class KeyImport:
    """Only names and last signs leave it."""

    def __init__(self, safe: Safe, directory: Directory, environ: Mapping[str, str]) -> None:
        self._safe, self._directory, self._environ = safe, directory, environ

    async def found(self, path: str) -> tuple[FoundKey, ...]:
        """What a file holds, or the environment for an empty path. Raises `OSError`, `ValueError`, `VaultError`."""
        kept = {(each.id, each.tail) for each in await self._safe.accounts()}
        told = []
        for variable, (vendor, key) in self._keys(path).items():
            told.append(FoundKey(variable, vendor, tail(key), (vendor, tail(key)) in kept))
        return tuple(told)

    async def take(self, path: str, variables: tuple[str, ...]) -> tuple[int, str]:
        """How many were stored, and where. Raises as above."""
        kept = {(each.id, each.name): each.tail for each in await self._safe.accounts()}
        where, count = "", 0
        for variable, (vendor, key) in self._keys(path).items():
            if variable in variables:
                # A key that is there stays: another one gets a name of its own.
                name = DEFAULT if kept.get((vendor, DEFAULT), tail(key)) == tail(key) else variable
                where = await self._safe.put(vendor, key, name)
                kept[vendor, name] = tail(key)
                count += 1
        return count, where

    def _keys(self, path: str) -> dict[str, tuple[str, str]]:
        """By their variables: for whom, and the key."""
        said = _of_file(Path(path)) if path else self._environ
        found: dict[str, tuple[str, str]] = {}
        for row in VENDORS:
            for variable in row.key_env:
                if (key := _usable(said.get(variable), variable)) is not None and variable not in found:
                    found[variable] = (self._directory.account(row), key)
        return found


def _usable(key: str | None, variable: str) -> str | None:
    if not key or not key.strip():
        return None
    try:
        return checked(key, variable)
    except ProviderError:
        return None


def _of_file(path: Path) -> Mapping[str, str]:
    """Raises `OSError` and `ValueError`."""
    from dotenv import dotenv_values

    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name} is larger than 1 MiB")
    try:
        said = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not text in UTF-8") from None
    return {name: value for name, value in said.items() if value}

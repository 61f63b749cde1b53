"""`abreast keys`: what the keyring has, for people and scripts."""

import asyncio
import getpass
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.accounts import tail
from app.catalogue import Catalogue
from app.compose import http_client
from app.fetch import Fetch
from app.home import cache_folder
from app.keys import Keys, account, checked
from app.printing import stdout_fd, write_all
from app.printing_text import harmless
from app.shelf import Shelf
from app.vault import DEFAULT, Vault, VaultError
from providers.errors import ProviderError
from providers.vendors import VENDORS, Vendor

DONE, NOT_DONE, USAGE = 0, 1, 2


class UsageError(Exception):
    """The call cannot be carried out as it is written."""


def main(options: Namespace) -> int:
    teller = Teller(Vault(), os.environ, asked_secret)
    doing = {"set": teller.set, "list": teller.list, "delete": teller.delete, "test": teller.test}
    return carry_out(lambda: doing[options.what](options.vendor, options.name))


def carry_out(what: Callable[[], object]) -> int:
    """The exit code of what one of the teller's methods does."""
    try:
        return int(asyncio.run(what()))  # type: ignore[arg-type]
    except UsageError as error:
        _complain(str(error))
        return USAGE
    except VaultError as error:
        _complain(f"{error}. A key may also stand in the vendor's usual environment variable")
    except ProviderError as error:
        _complain(error.failure.message)
    except BrokenPipeError:
        pass
    return NOT_DONE


def asked_secret(who: str) -> str:
    """The secret, typed where nobody sees it, or the first line of standard input; never a word of the command."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"Key for {who}: ")
    if sys.stdin is None:
        raise UsageError("standard input is closed, so there is no key to read")
    return sys.stdin.readline().rstrip("\r\n")


@dataclass(frozen=True)
class Teller:
    """Each method gives the exit code. All raise `UsageError`, `VaultError` and `ProviderError`."""

    vault: Vault
    environ: Mapping[str, str]
    secret: Callable[[str], str]

    async def set(self, id_: str, name: str | None) -> int:
        row, called = _row(id_), _name(name)
        where = await self.vault.where()
        key = self.secret(row.name)
        if not key.strip():
            raise UsageError("nothing was typed, so nothing is stored")
        key = checked(key, "your input")
        await self.vault.put(account(row), key, called)
        _say(f"{account(row)}/{called}\t{tail(key)}\tstored in {where}\n")
        return DONE

    async def list(self, id_: str | None, name: str | None) -> int:
        """Also those in environment variables; a keyring that cannot be asked does not keep them from being told."""
        rows = [_row(id_)] if id_ else [row for row in VENDORS if row.key_env and account(row) == row.id]
        try:
            lines = [line for row in rows for line in await self._kept(row, name)]
            trouble = None
        except VaultError as error:
            lines, trouble = [], error
        lines += [line for row in rows for line in self._usual(row)]
        _say("".join(lines))
        if trouble is not None and trouble.trouble != "absent":
            raise trouble
        return DONE

    async def _kept(self, row: Vendor, name: str | None) -> Sequence[str]:
        where = await self.vault.where()
        lines = []
        for each in await self.vault.names(account(row)):
            if name in (None, each) and (key := await self.vault.key(account(row), each)) is not None:
                lines.append(f"{account(row)}/{each}\t{tail(key)}\t{where}\n")
        return lines

    def _usual(self, row: Vendor) -> Sequence[str]:
        used = Keys(self.environ).usual_variable(row)
        return [] if used is None else [f"{account(row)}\t{tail(self.environ[used].strip())}\tenvironment, {used}\n"]

    async def delete(self, id_: str, name: str | None) -> int:
        row, called = _row(id_), _name(name)
        if await self.vault.delete(account(row), called):
            _say(f"{account(row)}/{called}\tdeleted\n")
            return DONE
        return self._missing(row, called)

    def _missing(self, row: Vendor, name: str) -> int:
        _complain(f"there is no key {account(row)}/{name} in the keyring")
        return NOT_DONE

    async def test(self, id_: str, name: str | None) -> int:
        """One cheap real call, the list of models, with the key that a lane would use or the one of that name."""
        row = _row(id_)
        keys = Keys(self.environ, vault=self.vault)
        if name is not None:
            if await self.vault.key(account(row), name) is None:
                return self._missing(row, name)
            keys = Keys({}, vault=Named(self.vault, name))
        client = http_client()
        try:
            began = time.perf_counter()
            listing = await Catalogue(keys, Fetch(client), Shelf(cache_folder())).ask(row)
            took_ms = (time.perf_counter() - began) * 1e3
        finally:
            await client.aclose()
        if listing.failure is not None:
            _complain(f"{row.name}: {listing.failure.message} ({listing.failure.kind})")
            return NOT_DONE
        _say(f"{row.id}\t{len(listing.models)} models\t{took_ms:.0f} ms\n")
        return DONE


@dataclass(frozen=True)
class Named:
    """Of a vault, only the keys of one name."""

    vault: Vault
    name: str

    async def where(self) -> str:
        return await self.vault.where()

    async def key(self, vendor: str) -> str | None:
        return await self.vault.key(vendor, self.name)


def _row(id_: str) -> Vendor:
    row = next((each for each in VENDORS if each.id == id_), None)
    if row is None or not row.key_env:
        known = ", ".join(each.id for each in VENDORS if each.key_env)
        why = "takes no key" if row else "is not known"
        raise UsageError(f"vendor {id_!r} {why}; those with keys are {known}")
    return row


def _name(name: str | None) -> str:
    called = DEFAULT if name is None else name.strip()
    if not called or "/" in called or not called.isprintable():
        raise UsageError(f"{name!r} can be no key's name: it must not be empty, nor hold a slash or control characters")
    return called


def _say(text: str) -> None:
    write_all(stdout_fd(), text.encode("utf-8", "replace"))


def _complain(text: str) -> None:
    sys.stderr.write(f"abreast keys: {harmless(text)}\n")

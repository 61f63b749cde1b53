"""`abreast keys`: what the keyring has, for people and scripts."""

import asyncio
import getpass
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from app.accounts import tail
from app.catalogue import Catalogue
from app.chosen_key import without_choice
from app.cli_vendors import known_vendors, known_way
from app.compose import http_client
from app.contact_file import ContactFile
from app.directory import Directory
from app.fetch import Fetch
from app.home import cache_folder, folder
from app.key_desk import checked_name, unencrypted
from app.keys import Keys, checked, is_bare
from app.printing import stdout_fd, write_all
from app.printing_text import harmless
from app.shelf import Shelf
from app.vault import Vault, VaultError
from providers.errors import ProviderError
from providers.vendors import Vendor

DONE, NOT_DONE, USAGE = 0, 1, 2


class UsageError(Exception):
    """The call cannot be carried out as it is written."""


def main(options: Namespace) -> int:
    if options.what == "set" and options.key:
        _complain("a key is never an argument, which other programs can see: it is typed, or read from standard input")
        return USAGE
    allowed = options.what == "set" and options.unencrypted
    teller = Teller(Vault(), os.environ, asked_secret, known_vendors("keys"), allowed, ContactFile(folder()))
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
    directory: Directory = field(default_factory=Directory)
    bare: bool = False
    """A key may go to an address that is not encrypted."""
    file: ContactFile | None = None
    """Where it is written down which key a vendor uses."""

    async def set(self, id_: str, name: str | None) -> int:
        row, called = self._row(id_), _name(name)
        if is_bare(row.base_url) and not self.bare:
            raise UsageError(f"{unencrypted(row.base_url)}: --unencrypted does")
        where = await self.vault.where()
        key = self.secret(row.name)
        if not key.strip():
            raise UsageError("nothing was typed, so nothing is stored")
        key = checked(key, "your input")
        await self.vault.put(self.directory.account(row), key, called)
        _say(f"{self._told(row)}/{called}\t{tail(key)}\tstored in {where}\n")
        return DONE

    async def list(self, id_: str | None, name: str | None) -> int:
        """Also those in environment variables; a keyring that cannot be asked does not keep them from being told."""
        rows = [self._row(id_)] if id_ else list(self.directory.keyed)
        try:
            lines = [line for row in rows for line in await self._kept(row, name)]
            lines += [] if id_ else await self._orphans(rows)
            trouble = None
        except VaultError as error:
            lines, trouble = [], error
        lines += [line for row in rows for line in self._usual(row)]
        _say("".join(lines))
        if trouble is not None and trouble.trouble != "absent":
            raise trouble
        return DONE

    def _row(self, id_: str) -> Vendor:
        row = self.directory.find(id_)
        if row is None or row.is_practice:
            known = ", ".join(each.id for each in self.directory.rows if not each.is_practice)
            why = "takes no key" if row else "is not known"
            raise UsageError(f"vendor {id_!r} {why}; those with keys are {known}")
        return row

    async def _kept(self, row: Vendor, name: str | None) -> Sequence[str]:
        where = await self.vault.where()
        lines = []
        account = self.directory.account(row)
        for each in await self.vault.names(account):
            if name in (None, each) and (key := await self.vault.key(account, each)) is not None:
                lines.append(f"{self._told(row)}/{each}\t{tail(key)}\t{where}\n")
        return lines

    async def _orphans(self, rows: Sequence[Vendor]) -> Sequence[str]:
        """Keys for addresses that no connection has any more."""
        known = {self.directory.account(row) for row in rows}
        lost = {account: names for account, names in (await self.vault.accounts()).items() if account not in known}
        return [f"{account}/{name}\tof no connection\n" for account, names in lost.items() for name in names]

    def _told(self, row: Vendor) -> str:
        """What a key is listed under: the account's vendor, or the connection's own name."""
        return row.id if row.is_own else self.directory.account(row)

    def _usual(self, row: Vendor) -> Sequence[str]:
        used = Keys(self.environ).usual_variable(row)
        return [] if used is None else [f"{self._told(row)}\t{tail(self.environ[used].strip())}\tenvironment, {used}\n"]

    async def delete(self, id_: str, name: str | None) -> int:
        called = _name(name)
        if self.directory.find(id_) is None and await self.vault.delete(id_, called):
            _say(f"{id_}/{called}\tdeleted\n")
            return DONE
        row = self._row(id_)
        if await self.vault.delete(self.directory.account(row), called):
            _say(f"{self._told(row)}/{called}\tdeleted\n")
            self._let_go(self.directory.account(row), called)
            return DONE
        return self._missing(row, called)

    def _let_go(self, account: str, name: str) -> None:
        """Who had chosen the key has none chosen."""
        contacts = without_choice(self.directory, account, name)
        if self.file is None or contacts == self.directory.contacts:
            return
        try:
            self.file.save(contacts)
        except OSError as error:
            _complain(f"the key is deleted, and still chosen: that could not be written ({error.strerror})")

    def _missing(self, row: Vendor, name: str) -> int:
        _complain(f"there is no key {self._told(row)}/{name} in the keyring")
        return NOT_DONE

    async def test(self, id_: str, name: str | None) -> int:
        """One cheap real call, the list of models, with the key that a lane would use or the one of that name."""
        row = self._row(id_)
        keys = Keys(self.environ, vault=self.vault, directory=self.directory)
        if name is not None:
            if await self.vault.key(self.directory.account(row), name) is None:
                return self._missing(row, name)
            row = msgspec.structs.replace(row, key_name=name)
        client = http_client(known_way("keys", self.directory))
        try:
            began = time.perf_counter()
            listing = await Catalogue(keys, Fetch(client), Shelf(cache_folder())).ask(row, proves_key=True)
            took_ms = (time.perf_counter() - began) * 1e3
        finally:
            await client.aclose()
        if listing.failure is not None:
            _complain(f"{row.name}: {listing.failure.message} ({listing.failure.kind})")
            return NOT_DONE
        _say(f"{row.id}\t{len(listing.models)} models\t{took_ms:.0f} ms\n")
        return DONE


def _name(name: str | None) -> str:
    try:
        return checked_name(name)
    except ProviderError as error:
        raise UsageError(error.failure.message) from None


def _say(text: str) -> None:
    write_all(stdout_fd(), text.encode("utf-8", "replace"))


def _complain(text: str) -> None:
    sys.stderr.write(f"abreast keys: {harmless(text)}\n")

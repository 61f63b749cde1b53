"""What the window wishes of connections: to add, change and remove the user's own, to hand them on as a file."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from app.chosen_key import without_choice
from app.contact_file import MAX_OWN, ContactFile, read, written
from app.contacts import ContactError, Contacts, OwnVendor
from app.directory import Directory
from app.fetch import Fetch
from app.foreign import harmless
from app.messages import (
    Adjust,
    ContactsTold,
    ContactWish,
    ExportContacts,
    ImportContacts,
    LookAt,
    LookedAt,
    RemoveOwn,
    SaveOwn,
    Up,
)
from app.pasted import place
from app.safe import Safe
from app.tasks import Tasks
from app.typed_place import host_of, look
from app.vault import VaultError
from app.whole_file import write

LOOK_S = 1.5
"""How long a server that somebody names may take to say what it is: it may be in another room."""


class ContactDesk:
    """The one writer of the file. Each wish is answered with what there is then, and what became of it."""

    def __init__(
        self, file: ContactFile, directory: Directory, safe: Safe, fetch: Fetch, tasks: Tasks, say: Callable[[Up], None]
    ) -> None:
        self._file, self._directory, self._safe = file, directory, safe
        self._fetch, self._tasks, self._say = fetch, tasks, say

    def load(self) -> None:
        """Reads the file; what in it cannot be used is told once."""
        contacts, troubles = self._file.load()
        self._directory.learn(contacts)
        self._tell(" ".join(troubles), is_good=not troubles)

    def wish(self, wish: ContactWish) -> None:
        self._tasks.start(self._did(wish), name="connections")

    async def key_gone(self, account: str, name: str) -> None:
        """Whoever had chosen that key has none chosen. Raises `OSError`."""
        await self._refresh()
        contacts = without_choice(self._directory, account, name)
        if contacts != self._directory.contacts:
            await self._keep(contacts, "")

    def _tell(self, said: str, *, is_good: bool = True) -> None:
        self._say(ContactsTold(self._directory.contacts, said, is_good))

    async def _did(self, wish: ContactWish) -> None:
        try:
            await self._refresh()
            await self._do(wish)
        except ContactError as error:
            self._tell(f"It was not done: {error}.", is_good=False)
        except OSError as error:
            self._tell(f"It was not done: {error.strerror or error} ({error.filename}).", is_good=False)

    async def _refresh(self) -> None:
        """Another window may have changed them since."""
        contacts, troubles = await asyncio.to_thread(self._file.load)
        if not troubles and contacts != self._directory.contacts:
            self._directory.learn(contacts)

    def _do(self, wish: ContactWish) -> Coroutine[Any, Any, None]:
        match wish:
            case SaveOwn(vendor=vendor, instead_of=instead_of):
                return self._save(vendor, instead_of)
            case Adjust(vendor=id_, extras=extras):
                contacts = self._directory.contacts.with_extras(id_, extras)
                return self._keep(contacts, f"What is set for {self._directory.name(id_)} is saved.")
            case RemoveOwn(id=id_):
                return self._remove(id_)
            case ImportContacts(path=path):
                return self._import(Path(path))
            case ExportContacts(path=path):
                return self._export(Path(path))
            case LookAt(line=line):
                return self._look(line)

    async def _save(self, vendor: OwnVendor, instead_of: str) -> None:
        before = self._directory.find(instead_of)
        account = self._directory.account(before) if before is not None else ""
        await self._store(self._directory.contacts.with_own(vendor, instead_of=instead_of))
        self._tell(f"{vendor.name} is saved.{await self._left_behind(account, vendor)}")

    async def _left_behind(self, account: str, vendor: OwnVendor) -> str:
        """Keys do not follow to another address; whoever moved it is told."""
        if not account or account == self._directory.account(self._directory.vendor(vendor.id)):
            return ""
        try:
            is_keyed = account in {each.id for each in await self._safe.accounts()}
        except VaultError:
            return ""
        return f" Its key stays with {account}: the new address needs one that is stored for it." if is_keyed else ""

    async def _keep(self, contacts: Contacts, said: str) -> None:
        await self._store(contacts)
        self._tell(said)

    async def _store(self, contacts: Contacts) -> None:
        """On disk first: what is told as saved is there after a crash."""
        await asyncio.to_thread(self._file.save, contacts)
        self._directory.learn(contacts)

    async def _remove(self, id_: str) -> None:
        row = self._directory.find(id_)
        if row is None or not row.is_own:
            raise ContactError(f"there is no connection {id_}")
        account = self._directory.account(row)
        await self._store(self._directory.contacts.without(id_))
        try:
            if account not in {self._directory.account(each) for each in self._directory.keyed}:
                await self._safe.delete_all(account)
        except VaultError as error:
            self._tell(f"{row.name} is removed; its keys are still in the keyring: {error}.", is_good=False)
        else:
            self._tell(f"{row.name} is removed, and so are the keys that were kept for it alone.")

    async def _import(self, path: Path) -> None:
        """Adds and replaces. No key comes along, and none that is kept goes anywhere else for it: a key belongs to the
        address that it was stored for. Whose certificates are trusted is for the user of this machine to say."""
        found, troubles = await asyncio.to_thread(read, path)
        contacts = self._directory.contacts
        if len(contacts.own) + len(found.own) > MAX_OWN:
            raise ContactError(f"there would be more than {MAX_OWN} connections")
        found, left = harmless(found)
        for own in found.own:
            contacts = contacts.with_own(own, instead_of=own.id)
        for id_, extras in found.adjusted.items():
            contacts = contacts.with_extras(id_, extras)
        count = len(found.own) + len(found.adjusted)
        said = f"{_counted(count)} read from {path.name}."
        if left:
            said += f" Left out, since a gateway would send keys on by it: {', '.join(left)}. By hand, it can be set."
        await self._keep(contacts, " ".join([said, *troubles]))

    async def _export(self, path: Path) -> None:
        contacts = self._directory.contacts
        await asyncio.to_thread(write, path, written(msgspec.structs.replace(contacts, unread=())))
        self._tell(f"{_counted(len(contacts.own) + len(contacts.adjusted))} written to {path.name}, without any key.")

    async def _look(self, line: str) -> None:
        try:
            url, dialect = place(line)
        except ValueError as error:
            said = str(error)
            self._say(LookedAt(line, None, f"{said[:1].upper()}{said[1:]}."))
            return
        taken = await look(self._fetch, url, dialect, limit_s=LOOK_S)
        made = OwnVendor(self._free_id(url), taken.name, taken.dialect, taken.url, taken.kin, needs_key=taken.needs_key)
        self._say(LookedAt(line, made, taken.said))

    def _free_id(self, url: str) -> str:
        ids = {row.id for row in self._directory.rows}
        base = re.sub(r"[^a-z0-9]+", "-", host_of(url).lower()).strip("-")[:32] or "server"
        return next(
            name for number in range(1, 999) if (name := base if number == 1 else f"{base}-{number}") not in ids
        )


def _counted(count: int) -> str:
    return "1 connection" if count == 1 else f"{count} connections"

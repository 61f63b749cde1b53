"""The file of the user's own vendors: `connections.json`, beside the settings. Also what is exported and imported."""

import json
from pathlib import Path
from typing import Any

import msgspec

from app import whole_file
from app.contacts import ContactError, Contacts, Extras, OwnVendor, check, check_extras
from providers.vendors import VENDORS

FILE = "connections.json"
VERSION = 1
MAX_BYTES = 4 * 1024 * 1024
MAX_OWN = 200


class ContactFile:
    def __init__(self, where: Path) -> None:
        self.path = where / FILE

    def load(self) -> tuple[Contacts, tuple[str, ...]]:
        """What the file holds, and a sentence for each thing in it that is not used. Never raises."""
        try:
            return read(self.path)
        except FileNotFoundError:
            return Contacts(), ()
        except OSError as error:
            return Contacts(), (f"The connections could not be read ({error.strerror}).",)
        except ContactError as error:
            aside = whole_file.set_aside(self.path)
            kept = f"; the file was kept as {aside.name}" if aside is not None else ""
            return Contacts(), (f"The connections were damaged ({error}){kept}.",)

    def save(self, contacts: Contacts) -> None:
        """Raises `OSError`."""
        whole_file.write(self.path, written(contacts))


def read(path: Path) -> tuple[Contacts, tuple[str, ...]]:
    """As `ContactFile.load`. Raises `OSError`, and `ContactError` for a file that is of another kind."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ContactError(f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise ContactError("it is not JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("version"), int):
        raise ContactError("it holds no connections")
    if raw["version"] > VERSION:
        raise ContactError("a later version of Abreast has written it")
    return _contacts(raw)


def _contacts(raw: dict[str, Any]) -> tuple[Contacts, tuple[str, ...]]:
    contacts, troubles, unread = Contacts(), [], []
    own, adjusted = raw.get("own"), raw.get("adjusted")
    for each in (own if isinstance(own, list) else [])[:MAX_OWN]:
        try:
            contacts = contacts.with_own(msgspec.convert(each, OwnVendor))
        except (msgspec.ValidationError, ContactError) as error:
            unread.append(each)
            troubles.append(f"The connection {_called(each)} is not used: {error}.")
    for id_, each in (adjusted if isinstance(adjusted, dict) else {}).items():
        try:
            if id_ not in {row.id for row in VENDORS}:
                raise ContactError("there is no such vendor")
            contacts = contacts.with_extras(id_, msgspec.convert(each, Extras))
        except (msgspec.ValidationError, ContactError) as error:
            unread.append({"adjusted": id_, "extras": each})
            troubles.append(f"What is set for {_called({'id': id_})} is not used: {error}.")
    kept = raw.get("unread")
    return msgspec.structs.replace(contacts, unread=(*unread, *(kept if isinstance(kept, list) else []))), tuple(
        troubles
    )


def _called(said: Any) -> str:
    name = said.get("id") if isinstance(said, dict) else None
    return repr(name[:40]) if isinstance(name, str) else "without a name"


def written(contacts: Contacts) -> bytes:
    """The file's bytes. Keys are no part of what is written: there are none in it."""
    for vendor in contacts.own:
        check(vendor)
    for extras in contacts.adjusted.values():
        check_extras(extras)
    said = {"version": VERSION, "own": contacts.own, "adjusted": contacts.adjusted}
    if contacts.unread:
        said["unread"] = contacts.unread
    return msgspec.json.format(msgspec.json.encode(said, order="sorted"), indent=1) + b"\n"

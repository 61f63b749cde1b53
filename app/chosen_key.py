"""Which of several keys a vendor uses, once that key is gone."""

import msgspec

from app.contacts import Contacts
from app.directory import Directory


def without_choice(directory: Directory, account: str, name: str) -> Contacts:
    """The user's vendors, where none has chosen that key of that account any more: each uses its usual one."""
    contacts = directory.contacts
    for row in directory.rows:
        if row.key_name != name or directory.account(row) != account:
            continue
        own = next((each for each in contacts.own if each.id == row.id), None)
        if own is not None:
            extras = msgspec.structs.replace(own.extras, key_name="")
            contacts = contacts.with_own(msgspec.structs.replace(own, extras=extras), instead_of=own.id)
        elif row.id in contacts.adjusted:
            extras = msgspec.structs.replace(contacts.adjusted[row.id], key_name="")
            contacts = contacts.with_extras(row.id, extras)
    return contacts

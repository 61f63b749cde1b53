"""Which vendors there are: those that ship, as the user has adjusted them, and the user's own."""

from collections.abc import Sequence

import msgspec

from app.contacts import NO_EXTRAS, Contacts, Extras, OwnVendor
from app.lanes import is_loopback
from providers.dialects.base import DialectName, Quirks
from providers.vendors import VENDORS, Vendor, origin, quirks_of_url


class Directory:
    """The one home of vendors in a process; whoever looks one up sees what was learnt last."""

    def __init__(self, shipped: Sequence[Vendor] = VENDORS) -> None:
        self._shipped = shipped
        self.learn(Contacts())

    def learn(self, contacts: Contacts) -> None:
        """What is set for an account holds for every protocol that is spoken there."""
        extras = contacts.adjusted
        shipped = [
            _adjusted(row, extras.get(row.id) or extras.get(self.account(row), NO_EXTRAS)) for row in self._shipped
        ]
        self.contacts = contacts
        self.rows: tuple[Vendor, ...] = (*shipped, *(_row(own) for own in contacts.own))
        self._by_id = {row.id: row for row in self.rows}

    def vendor(self, id_: str) -> Vendor:
        """Raises `KeyError`."""
        return self._by_id[id_]

    def find(self, id_: str) -> Vendor | None:
        return self._by_id.get(id_)

    def name(self, id_: str) -> str:
        """What to call it; the id itself where it is not known."""
        return self._by_id[id_].name if id_ in self._by_id else id_

    def kin(self, id_: str) -> str:
        """The vendor that ships which that one is another place or another account of, or that one itself."""
        return (self._by_id[id_].kin if id_ in self._by_id else "") or id_

    def at(self, url: str, dialect: DialectName | None = None) -> Vendor | None:
        """The vendor whose own origin `url` is at, preferably in that dialect. At a port of this machine, anyone may
        be."""
        if is_loopback(url):
            return None
        here = origin(url)
        found = [row for row in self.rows if row.base_url and origin(row.base_url) == here]
        return next((row for row in found if row.dialect == dialect), found[0] if found else None)

    def account(self, row: Vendor) -> str:
        """Under what the keyring has its keys: the first vendor that ships with that origin, else the origin."""
        here = origin(row.base_url)
        shipped = (each.id for each in VENDORS if each.base_url and origin(each.base_url) == here)
        return next(shipped, row.id if not row.is_own else here)

    @property
    def keyed(self) -> tuple[Vendor, ...]:
        """One for each account: those that keys may be kept for."""
        found: dict[str, Vendor] = {}
        for row in self.rows:
            if not row.is_practice:
                found.setdefault(self.account(row), row)
        return tuple(found.values())


def _row(own: OwnVendor) -> Vendor:
    here = [row for row in VENDORS if row.id == own.kin or (not own.kin and _is_at(row, own.base_url))]
    like = next((row for row in here if row.dialect == own.dialect), None)
    kin = next((row.id for row in (like, *here) if row is not None), "")
    quirks = like.quirks if like is not None else quirks_of_url(own.base_url, own.dialect)
    row = Vendor(own.id, own.name, own.dialect, own.base_url, (), quirks, own.needs_key, kin=kin, is_own=True)
    return _adjusted(row, own.extras)


def _is_at(row: Vendor, url: str) -> bool:
    return bool(row.base_url) and not is_loopback(url) and origin(row.base_url) == origin(url)


def _adjusted(row: Vendor, extras: Extras) -> Vendor:
    if extras == NO_EXTRAS:
        return row
    return msgspec.structs.replace(
        row, quirks=_quirks(row.quirks, extras), key_name=extras.key_name, ca_file=extras.ca_file
    )


def _quirks(quirks: Quirks, extras: Extras) -> Quirks:
    return msgspec.structs.replace(
        quirks,
        headers=quirks.headers | extras.headers,
        extra_body=quirks.extra_body | extras.extra_body,
        refuses=quirks.refuses | set(extras.drop),
        stream_options=quirks.stream_options and "stream_options" not in extras.drop,
        key_header=extras.key_header or quirks.key_header,
    )

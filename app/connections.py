"""Vendors as people connect them: what is known of each one's key and whether it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.accounts import Account
from app.directory import Directory
from app.listing import Listing
from app.series import duration
from app.vault import DEFAULT
from providers.vendors import Vendor


@dataclass(frozen=True)
class Connection:
    """One line of the list. `accounts` are its keys, the one in use first."""

    id: str
    name: str
    state: str
    accounts: tuple[Account, ...]
    answered: str = ""
    """What it said when it was last asked: how many models it has, or what is wrong, in its own words."""
    is_broken: bool = False
    is_own: bool = False
    lost: str = ""
    """The name of the key that is to be used, where there are others and not that one."""

    @property
    def tail(self) -> str:
        return self.accounts[0].tail if self.accounts and not self.lost else ""

    @property
    def told(self) -> str:
        """What there is to say of it at length, if anything."""
        if self.lost:
            return f"the key named {self.lost} is gone: choose another one, or store one by that name"
        return self.answered

    @property
    def used(self) -> str:
        """The name of the key that lanes take, or would; "" for one of the environment."""
        return self.lost or (self.accounts[0].name if self.accounts else "")


def connections(
    directory: Directory, accounts: Iterable[Account], listings: Mapping[str, Listing], trouble: str = ""
) -> tuple[Connection, ...]:
    """The user's own first, then those with a key, then the others; last, keys that belong to none of them. With some
    `trouble` of the keyring, nobody knows whether a vendor has a key."""
    kept: dict[str, list[Account]] = {}
    for account in accounts:
        kept.setdefault(account.id, []).append(account)
    rows = [row for row in directory.rows if not row.is_practice and (row.is_own or directory.account(row) == row.id)]
    keys = {row.id: _in_use_first(row, kept.get(directory.account(row), [])) for row in rows}
    told = [_connection(row, keys[row.id], listings.get(row.id), trouble) for row in rows]
    known = {directory.account(row) for row in directory.rows}
    lost = [
        Connection(id_, id_, "a key of no connection any more", tuple(orphans))
        for id_, orphans in kept.items()
        if id_ not in known
    ]
    return (*sorted(told, key=lambda each: (not each.is_own, not each.accounts)), *lost)


def _in_use_first(row: Vendor, accounts: list[Account]) -> tuple[Account, ...]:
    """As a lane chooses: the one that is set, else the default one, else the first; the environment's last."""
    wanted = row.key_name or DEFAULT
    return tuple(sorted(accounts, key=lambda each: (each.name != wanted, not each.is_ours)))


def _connection(row: Vendor, accounts: tuple[Account, ...], listing: Listing | None, trouble: str) -> Connection:
    """What it answered comes first: a line of the list has room for little more."""
    asked = accounts or not row.needs_key
    failure = listing.failure if listing is not None and asked else None
    answered = failure.message if failure is not None else _answered(listing)
    parts = [answered, *_keys(row, accounts, trouble)]
    if row.is_own:
        parts.append(row.base_url.partition("://")[2])
    lost = _lost(row, accounts, trouble)
    is_broken = bool(lost) or (failure is not None and (bool(accounts) or row.is_own))
    state = " · ".join(filter(None, parts))
    return Connection(row.id, row.name, state, accounts, answered, is_broken, row.is_own, lost)


def _lost(row: Vendor, accounts: tuple[Account, ...], trouble: str) -> str:
    """With some trouble of the keyring, nobody knows."""
    named = row.key_name and accounts and not trouble
    return row.key_name if named and row.key_name not in [each.name for each in accounts] else ""


def _answered(listing: Listing | None) -> str:
    if listing is None or listing.blocked or (not listing.models and listing.took_ms is None):
        return ""
    count = len(listing.models)
    models = "1 model" if count == 1 else f"{count:,} models"
    return models if listing.took_ms is None else f"{models} in {duration(listing.took_ms)}"


def _keys(row: Vendor, accounts: tuple[Account, ...], trouble: str) -> tuple[str, ...]:
    if lost := _lost(row, accounts, trouble):
        return (f"the key named {lost} is gone",)
    if accounts:
        return (accounts[0].where, f"{len(accounts) - 1} more" if len(accounts) > 1 else "")
    if row.needs_key:
        return ("its key cannot be looked at" if trouble else "no key",)
    return () if row.is_own else ("needs a key only if it was given one",)

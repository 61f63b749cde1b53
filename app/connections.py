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
    is_broken: bool = False
    is_own: bool = False

    @property
    def tail(self) -> str:
        return self.accounts[0].tail if self.accounts else ""


def connections(
    directory: Directory, accounts: Iterable[Account], listings: Mapping[str, Listing]
) -> tuple[Connection, ...]:
    """The user's own first, then those with a key, then the others; last, keys that belong to none of them."""
    kept: dict[str, list[Account]] = {}
    for account in accounts:
        kept.setdefault(account.id, []).append(account)
    rows = [row for row in directory.rows if not row.is_practice and (row.is_own or directory.account(row) == row.id)]
    keys = {row.id: _in_use_first(row, kept.get(directory.account(row), [])) for row in rows}
    told = [_connection(row, keys[row.id], listings.get(row.id)) for row in rows]
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


def _connection(row: Vendor, accounts: tuple[Account, ...], listing: Listing | None) -> Connection:
    parts = [accounts[0].where if accounts else "no key" if row.needs_key else "needs a key only if it was given one"]
    if len(accounts) > 1:
        parts.append(f"{len(accounts) - 1} more")
    if row.is_own:
        parts = [row.base_url.partition("://")[2], *(parts if accounts or row.needs_key else [])]
    failure = listing.failure if listing is not None else None
    if failure is not None and (accounts or not row.needs_key):
        parts.append(failure.message)
    elif listing is not None and listing.models and not listing.blocked:
        parts.append(f"{len(listing.models):,} models")
        if listing.took_ms is not None:
            parts.append(f"answered in {duration(listing.took_ms)}")
    is_broken = failure is not None and (bool(accounts) or row.is_own)
    return Connection(row.id, row.name, " · ".join(parts), accounts, is_broken, row.is_own)

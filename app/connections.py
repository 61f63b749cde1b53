"""Vendors as people connect them: what is known of each one's key and whether it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.accounts import Account
from app.listing import Listing
from app.series import duration
from providers.vendors import VENDORS, Vendor


@dataclass(frozen=True)
class Connection:
    """One line of the list. `accounts` are its keys, the one in use first."""

    id: str
    name: str
    state: str
    accounts: tuple[Account, ...]
    is_broken: bool = False

    @property
    def tail(self) -> str:
        return self.accounts[0].tail if self.accounts else ""


def connections(
    vendors: Iterable[str], accounts: Iterable[Account], listings: Mapping[str, Listing]
) -> tuple[Connection, ...]:
    """In the order of the vendors; those with a key first."""
    rows = {row.id: row for row in VENDORS}
    kept: dict[str, list[Account]] = {}
    for account in accounts:
        kept.setdefault(account.vendor, []).append(account)
    told = [_connection(rows[id_], tuple(kept.get(id_, ())), listings.get(id_)) for id_ in vendors]
    return tuple(sorted(told, key=lambda each: not each.accounts))


def _connection(row: Vendor, accounts: tuple[Account, ...], listing: Listing | None) -> Connection:
    parts = [accounts[0].where if accounts else "no key" if row.needs_key else "needs a key only if it was given one"]
    if len(accounts) > 1:
        parts.append(f"{len(accounts) - 1} more")
    failure = listing.failure if listing is not None else None
    if failure is not None and (accounts or not row.needs_key):
        parts.append(failure.message)
    elif listing is not None and listing.models:
        parts.append(f"{len(listing.models):,} models")
        if listing.took_ms is not None:
            parts.append(f"answered in {duration(listing.took_ms)}")
    return Connection(row.id, row.name, " · ".join(parts), accounts, failure is not None and bool(accounts))

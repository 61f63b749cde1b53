"""What connections from a file of somebody else's may not bring along, though their addresses are as they say.

A gateway sends a key on to wherever a header or a field of the body tells it to: whoever could set those by a file
would have a key that is kept here sent to a place of theirs. The user may still set them by hand.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.contacts import Contacts, Extras, OwnVendor

ONWARD = re.compile(
    r"host|target|upstream|forward|proxy|endpoint|config|(base|api)[-_]?(url|base|path)|^(url|uri)$", re.I
)
"""Names of what says where a request goes on to."""
ONLY_TOLD = frozenset({"http-referer", "referer", "origin"})
"""Whose values are addresses that nothing is sent to."""


def harmless(contacts: Contacts) -> tuple[Contacts, tuple[str, ...]]:
    """Without certificates that would be trusted, and without what names a place to go on to; the latter's names."""
    left = sorted({name for extras in _all(contacts) for name in _onward(extras)})
    own = tuple(_own(each) for each in contacts.own)
    adjusted = {id_: _extras(each) for id_, each in contacts.adjusted.items()}
    return msgspec.structs.replace(contacts, own=own, adjusted=adjusted), tuple(left)


def _all(contacts: Contacts) -> Iterator[Extras]:
    yield from (each.extras for each in contacts.own)
    yield from contacts.adjusted.values()


def _own(vendor: OwnVendor) -> OwnVendor:
    return msgspec.structs.replace(vendor, extras=_extras(vendor.extras))


def _extras(extras: Extras) -> Extras:
    left = set(_onward(extras))
    headers = {name: value for name, value in extras.headers.items() if name not in left}
    body = {name: value for name, value in extras.extra_body.items() if name not in left}
    return msgspec.structs.replace(extras, headers=headers, extra_body=body, ca_file="")


def _onward(extras: Extras) -> Iterator[str]:
    for said in (extras.headers, extras.extra_body):
        yield from (name for name, value in said.items() if leads_on(name, value))


def leads_on(name: str, value: Any) -> bool:
    """Whether a header or a field of the body, by its name or by what it holds, says where a request goes on to."""
    if name.lower() in ONLY_TOLD:
        return False
    match value:
        case Mapping():
            return bool(ONWARD.search(name)) or any(leads_on(str(inner), each) for inner, each in value.items())
        case list():
            return any(leads_on(name, each) for each in value)
        case str():
            return bool(ONWARD.search(name)) or "://" in value
    return False

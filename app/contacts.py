"""The user's own vendors, and what the user has changed about those that ship: values, as the file of them holds them.

No key is among them. A vendor that ships keeps its address whatever a file says: the key that is kept for it goes there
and nowhere else. An own vendor's key is kept under the origin of its address, so that a file that names another one
finds no key.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.own_prices import is_price
from app.redaction import CARRIERS
from providers.dialects.base import DialectName
from providers.dialects.urls import SECRET, normalised
from providers.vendors import VENDORS

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""What a header may be called."""
OURS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "te", "transfer-encoding"}
)
"""Headers that the exchange itself has to say."""
TAKEN = frozenset({"openai_chat", "openai_responses", "anthropic", "gemini", "ollama", "practice"})


class ContactError(ValueError):
    """What was written cannot be right; the message says why."""


class Extras(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may be set for any vendor. `price` is written as `app.own_prices` reads it; `drop` names parameters that
    are never sent; `ca_file` holds certificates that are trusted there besides the system's."""

    headers: dict[str, str] = {}
    extra_body: dict[str, Any] = {}
    drop: tuple[str, ...] = ()
    price: dict[str, Any] = {}
    ca_file: str = ""
    key_name: str = ""
    key_header: str = ""


NO_EXTRAS = Extras()


class OwnVendor(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An endpoint of the user's. `kin` is the vendor whose software runs there; `ssh` is the user's note of how to
    reach the machine, `user@host`."""

    id: str
    name: str
    dialect: DialectName
    base_url: str
    kin: str = ""
    needs_key: bool = False
    ssh: str = ""
    extras: Extras = NO_EXTRAS


class Contacts(msgspec.Struct, frozen=True):
    """`adjusted` is by the ids of vendors that ship. `unread` is what no vendor could be made of, kept as it was."""

    own: tuple[OwnVendor, ...] = ()
    adjusted: dict[str, Extras] = {}
    unread: tuple[Any, ...] = ()

    def with_own(self, vendor: OwnVendor, *, instead_of: str = "") -> "Contacts":
        """With this one at the end, or in the place of that one. Raises `ContactError`."""
        check(vendor)
        if vendor.id in {each.id for each in self.own if each.id != instead_of}:
            raise ContactError(f"there is a connection {vendor.id} already")
        if instead_of not in {each.id for each in self.own}:
            return msgspec.structs.replace(self, own=(*self.own, vendor))
        kept = tuple(vendor if each.id == instead_of else each for each in self.own)
        return msgspec.structs.replace(self, own=kept)

    def without(self, id_: str) -> "Contacts":
        return msgspec.structs.replace(self, own=tuple(each for each in self.own if each.id != id_))

    def with_extras(self, id_: str, extras: Extras) -> "Contacts":
        """With these for a vendor that ships; the default ones are as good as none. Raises `ContactError`."""
        check_extras(extras)
        rest = {each: kept for each, kept in self.adjusted.items() if each != id_}
        return msgspec.structs.replace(self, adjusted=rest if extras == NO_EXTRAS else rest | {id_: extras})


def check(vendor: OwnVendor) -> None:
    """Raises `ContactError`."""
    if not ID.fullmatch(vendor.id):
        raise ContactError("the short name must be small letters, digits and hyphens, 40 at most, for example gpu-box")
    if vendor.id in {row.id for row in VENDORS} | TAKEN or vendor.id.startswith("practice"):
        raise ContactError(f"the short name {vendor.id} is taken by a vendor that ships with Abreast")
    if not vendor.name.strip() or not vendor.name.isprintable() or len(vendor.name) > 80:
        raise ContactError("the name must not be empty, nor hold control characters, and have 80 characters at most")
    _check_address(vendor)
    if vendor.kin and vendor.kin not in {row.id for row in VENDORS}:
        raise ContactError(f"there is no vendor {vendor.kin} that it could be like")
    if not vendor.ssh.isprintable():
        raise ContactError("the SSH note holds control characters")
    check_extras(vendor.extras)


def _check_address(vendor: OwnVendor) -> None:
    try:
        once = normalised(vendor.base_url, vendor.dialect)
    except ValueError as error:
        raise ContactError(str(error)) from None
    if not vendor.base_url.isascii() or not vendor.base_url.startswith(("http://", "https://")):
        raise ContactError(f"the address must be written out, for example {once}")
    name, _, query = vendor.base_url.partition("?")
    if SECRET.search(query):
        raise ContactError("the address holds what looks like a key behind the ?: keys are kept in the keyring")
    if re.search(r"[\s\\#]", name):
        raise ContactError("the address holds white space, a backslash or a #")


def check_extras(extras: Extras) -> None:
    """Raises `ContactError`."""
    for name, value in extras.headers.items():
        check_header(name, value)
    if extras.key_header and not NAME.fullmatch(extras.key_header):
        raise ContactError(f"a header cannot be called {extras.key_header!r}")
    if extras.price and not is_price(extras.price):
        raise ContactError("the price needs input and output, per million tokens, as numbers")
    if extras.ca_file and not extras.ca_file.startswith("/"):
        raise ContactError("the file of certificates must be given with its whole path")
    if "/" in extras.key_name or not extras.key_name.isprintable():
        raise ContactError("a key's name must hold no slash and no control characters")


def check_header(name: str, value: str) -> None:
    """Raises `ContactError`, which does not quote the value."""
    if not NAME.fullmatch(name):
        raise ContactError(f"a header cannot be called {name!r}")
    if name.lower() in OURS:
        raise ContactError(f"the header {name} is written by Abreast itself")
    if CARRIERS.search(name):
        raise ContactError(f"the header {name} looks like one for a key: keys are kept in the keyring, not in a file")
    if not value.isascii() or not value.isprintable():
        raise ContactError(f"the value of the header {name} holds a character that HTTP forbids")


def prices_of(contacts: Contacts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The prices that are set with vendors, as the settings would have them."""
    for vendor in contacts.own:
        if vendor.extras.price:
            yield vendor.id, vendor.extras.price
    for id_, extras in contacts.adjusted.items():
        if extras.price:
            yield id_, extras.price

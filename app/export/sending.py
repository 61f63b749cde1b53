"""One request as it goes out: where to, with which headers, and the body that the dialect encodes."""

from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from app.directory import Directory
from app.export.errors import ExportError
from app.lanes import Lane, LaneError, UrlTarget, VendorTarget, is_loopback, parse, route_name
from app.redaction import CARRIERS
from providers import extra_headers
from providers.dialects import DIALECTS
from providers.dialects.base import ACCEPTS, DialectName, credentials
from providers.dialects.urls import SECRET, join
from providers.errors import ProviderError
from providers.types import Request
from providers.vendors import Vendor, origin, quirks_of_url

KEY = "[[the key]]"
"""Stands for the key in a header's value until a language says how it reads a variable."""
ANY_KEY = "API_KEY"


@dataclass(frozen=True)
class Sending:
    """`headers` hold `KEY` where the key goes; `key_name` is the variable that holds it, empty if none is sent.

    With `needs_key` false the server may have been started without one, and the variable may be unset.
    """

    dialect: DialectName
    model: str
    base_url: str
    url: str
    headers: dict[str, str]
    body: bytes
    key_name: str
    needs_key: bool

    @property
    def tree(self) -> dict[str, Any]:
        tree: dict[str, Any] = msgspec.json.decode(self.body)
        return tree


def sending(request: Request, lane: Lane, directory: Directory) -> Sending:
    """What goes out for `request` with what `lane` sets on top. Raises `ExportError`."""
    row, model, base_url = place(lane, directory)
    dialect = DIALECTS[row.dialect]
    try:
        plain, own = extra_headers.taken(msgspec.structs.replace(request, params={**request.params, **lane.params}))
        encoded = dialect.encode(plain, model=model, base_url=base_url, quirks=row.quirks)
    except ProviderError as error:
        raise ExportError(f"This request cannot be written as code: {error.failure.message}") from None
    headers = {"content-type": "application/json", "accept": ACCEPTS[dialect.framing], **encoded.headers}
    headers |= {name.lower(): value for name, value in row.quirks.headers.items()}
    headers |= {name: value for name, value in own.items() if not CARRIERS.search(name)}
    key_name = _key_name(row, base_url)
    headers |= credentials(dialect, row.quirks, KEY) if key_name else {}
    url = join(base_url, encoded.path)
    return Sending(row.dialect, model, base_url, url, headers, encoded.body, key_name, row.needs_key)


def place(lane: Lane, directory: Directory) -> tuple[Vendor, str, str]:
    """Who is asked, for which model, and where. Raises `ExportError`."""
    if name := route_name(lane.text):
        raise ExportError(
            f"A route is no single request. `abreast serve --route {quote(name)}` gives it an address to ask."
        )
    try:
        target = parse(lane.text)
    except LaneError as error:
        raise ExportError(f"This lane cannot be written as code: {error}.") from None
    match target:
        case VendorTarget():
            row, base_url = _vendor(target, directory), ""
        case UrlTarget():
            row, base_url = _custom(target, directory), target.base_url
    base_url = base_url or row.base_url
    if not base_url:
        raise ExportError("The practice models run inside Abreast only: no other program can ask them.")
    if any(SECRET.search(name) for name, _ in parse_qsl(urlsplit(base_url).query)):
        raise ExportError("The lane's address seems to hold a key, and no key is written into code. Take it out first.")
    return row, target.model, base_url


def _vendor(target: VendorTarget, directory: Directory) -> Vendor:
    try:
        return directory.vendor(target.vendor)
    except KeyError:
        raise ExportError(f"There is no vendor {target.vendor!r}, so nobody knows where this lane sends.") from None


def _custom(target: UrlTarget, directory: Directory) -> Vendor:
    owner = directory.at(target.base_url, target.dialect)
    if owner is not None and owner.dialect == target.dialect:
        return owner
    quirks = quirks_of_url(target.base_url, target.dialect)
    needs_key = not is_loopback(target.base_url)
    return Vendor("custom", origin(target.base_url), target.dialect, "", quirks=quirks, needs_key=needs_key)


def _key_name(row: Vendor, base_url: str) -> str:
    if row.key_env:
        return row.key_env[0]
    return "" if not row.needs_key and is_loopback(base_url) else ANY_KEY

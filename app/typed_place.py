"""What an address that somebody typed is taken for: by the vendor whose it is, or by what answers there."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.catalogue import Server
from app.desk import look_at
from app.desk_server import DeskServer
from app.fetch import Fetch
from app.listers import lister
from providers.dialects.base import DialectName
from providers.errors import ProviderError
from providers.vendors import Vendor, origin, vendor_of_origin

KIN = {"other": "", "portkey": "portkey-local"}
"""Vendors that run what was found, where they are not called the same."""
USUAL_PATHS = ("", "/", "/v1")
"""Where an API is unless somebody says otherwise."""


@dataclass(frozen=True)
class Taken:
    """An endpoint as it may be saved, and what is told of it."""

    url: str
    dialect: DialectName
    name: str
    said: str
    kin: str = ""
    needs_key: bool = False


@dataclass(frozen=True)
class _List:
    """What the list of models at a path said: how many there are, or that it wants a key."""

    count: int = 0
    wants_key: bool = False


def host_of(url: str) -> str:
    return re.sub(r"^https?://", "", origin(url)).rpartition(":")[0]


async def look(fetch: Fetch, url: str, dialect: DialectName, *, limit_s: float) -> Taken:
    """A path of its own is kept, with the protocol that it is of, whatever else is served there."""
    owner = vendor_of_origin(url, dialect)
    if owner is not None:
        said = f"This is {owner.name}: another account, or the same one with settings of its own."
        return Taken(url, dialect, f"{owner.name}, another account", said, owner.id, needs_key=True)
    root = look_at(fetch, origin(url), limit_s=limit_s, is_named=True)
    if urlsplit(url).path in USUAL_PATHS:
        server = await root
        return _unseen(url, dialect, limit_s) if server is None else _of_server(server, server.base_url)
    server, listed = await asyncio.gather(root, _listed(fetch, url, dialect, limit_s))
    return _below(url, dialect, server, listed) or _unseen(url, dialect, limit_s)


async def _listed(fetch: Fetch, url: str, dialect: DialectName, limit_s: float) -> _List | None:
    """None where there is no list within the limit."""
    row = Vendor("", host_of(url), dialect, url, needs_key=False)
    try:
        async with asyncio.timeout(limit_s):
            found = await lister("", dialect)(Server(row, None, fetch))
    except TimeoutError:
        return None
    except ProviderError as error:
        return _List(wants_key=True) if error.failure.kind in ("authentication", "permission") else None
    return _List(len([each for each in found if each.of("") is not None]))


def _of_server(server: DeskServer, url: str) -> Taken:
    host, kin = host_of(url), KIN.get(server.kind, server.kind)
    listed = _List(len(server.models), server.wants_key)
    said = f"{_called(server)} answers, {_with(listed)}."
    return Taken(url, server.dialect, f"{server.name} at {host}" if kin else host, said, kin, server.wants_key)


def _below(url: str, dialect: DialectName, server: DeskServer | None, listed: _List | None) -> Taken | None:
    """What is at a path, by its own list of models and by what the server is otherwise."""
    if server is None and listed is None:
        return None
    path, host = urlsplit(url).path, host_of(url)
    kin = KIN.get(server.kind, server.kind) if server is not None else ""
    name = f"{server.name} at {host}" if server is not None and kin else host
    if listed is None:
        said = f"{_called(server)} answers, and gives no list of models at {path}. It can be saved all the same."
        return Taken(url, dialect, name, said, kin, server is not None and server.wants_key)
    return Taken(url, dialect, name, f"{_called(server)} answers at {path}, {_with(listed)}.", kin, listed.wants_key)


def _unseen(url: str, dialect: DialectName, limit_s: float) -> Taken:
    said = f"No model server answered at {origin(url)} within {limit_s:g} s. It can be saved all the same."
    return Taken(url, dialect, host_of(url), said)


def _called(server: DeskServer | None) -> str:
    return f"{server.name} {server.version}".strip() if server is not None else "A server"


def _with(listed: _List) -> str:
    if listed.wants_key:
        return "and wants a key"
    return f"with {listed.count:,} {'model' if listed.count == 1 else 'models'}"

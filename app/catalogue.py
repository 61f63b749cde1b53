"""Which models there are: every vendor is asked in its own time, and what it said is kept with its age."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from app.fetch import Fetch
from app.keys import Keys, missing
from app.lanes import is_loopback
from app.listers import lister
from app.listing import Capability, ListedModel, Listing
from app.pricing import practice_price
from app.shelf import Kept, Shelf
from providers.dialects import DIALECTS
from providers.dialects.anthropic import VERSION
from providers.dialects.base import credentials
from providers.dialects.documents import decoded
from providers.dialects.urls import join
from providers.errors import Failure, ProviderError
from providers.own_key import failure_without
from providers.practice.catalog import ENTRIES
from providers.vendors import Vendor

LIST_S = 5.0
LOOPBACK_S = 2.0
"""How long a server may take for its whole list; one on this machine is there or it is not."""
FRESH_S = 3600.0
"""How long a list of a service is not asked for again unless someone wishes it."""
OPEN = {"openrouter": "/key"}
"""Services that tell their models to those without a key, and what they tell only to those who have one."""


class Catalogue:
    """Asks vendors. `ask` may be called for all of them at once."""

    def __init__(self, keys: Keys, fetch: Fetch, shelf: Shelf, *, now: Callable[[], float] = time.time) -> None:
        self._keys, self._fetch, self._shelf, self._now = keys, fetch, shelf, now

    async def may_ask(self, row: Vendor) -> bool:
        """Whether the vendor's models are of use to us, as far as a key decides that."""
        if not row.needs_key:
            return True
        try:
            return await self._keys.of_vendor(row) is not None
        except ProviderError:
            return True  # `ask` tells what is wrong with the key

    def known(self, row: Vendor) -> Listing:
        """What was last read, whatever its age."""
        if row.is_practice:
            return Listing(row.id, _practice(row))
        kept = self._shelf.get(row)
        return Listing(row.id, kept.models, kept.fetched_at) if kept else Listing(row.id)

    def is_fresh(self, row: Vendor) -> bool:
        """Whether asking again would be a waste. What a server on this machine offers may change at any time."""
        if row.is_practice:
            return True
        kept = self._shelf.get(row)
        return kept is not None and not is_loopback(row.base_url) and 0 <= self._now() - kept.fetched_at < FRESH_S

    async def ask(self, row: Vendor, *, proves_key: bool = False) -> Listing:
        """The vendor's models in its own order; if it does not tell, what was last read, with the reason.

        `proves_key` makes sure that the key is a good one, also where the list is anybody's.
        """
        if row.is_practice:
            return self.known(row)
        began = time.perf_counter()
        try:
            models = await self._asked(row, proves_key=proves_key)
        except ProviderError as error:
            return msgspec.structs.replace(self.known(row), failure=error.failure)
        took_ms = round((time.perf_counter() - began) * 1e3, 1)
        kept = Kept(self._now(), models)
        self._shelf.put(row, kept)
        return Listing(row.id, models, kept.fetched_at, took_ms=took_ms)

    async def unasked(self, row: Vendor, listing: Listing) -> Listing:
        """What to tell of it to someone who asked for everything: where a server of this machine usually listens, none
        may run, or another program may; then there are no models, and nothing to complain of."""
        return Listing(row.id) if listing.failure is not None and await self._may_be_absent(row) else listing

    async def _may_be_absent(self, row: Vendor) -> bool:
        if row.needs_key or row.is_own or not is_loopback(row.base_url):
            return False
        try:
            return await self._keys.of_vendor(row) is None
        except ProviderError:
            return False

    async def _asked(self, row: Vendor, *, proves_key: bool) -> tuple[ListedModel, ...]:
        if (proves_key or row.id not in OPEN) and not await self.may_ask(row):
            raise missing(row)
        limit_s = LOOPBACK_S if is_loopback(row.base_url) else LIST_S
        server = Server(row, await self._keys.of_vendor(row), self._fetch)
        try:
            async with asyncio.timeout(limit_s):
                if proves_key and server.key is not None and (closed := OPEN.get(row.kin or row.id)) is not None:
                    await server.get(closed)
                found = await lister(row.kin or row.id, row.dialect)(server)
        except TimeoutError:
            raise ProviderError(Failure("timeout_first", f"no answer within {limit_s:g} s")) from None
        models = (each.of(row.id) for each in found)
        return tuple({each.model: each for each in models if each is not None}.values())


@dataclass(frozen=True)
class Server:
    """A vendor as listers ask it."""

    row: Vendor
    key: str | None
    fetch: Fetch

    @property
    def base_url(self) -> str:
        return self.row.base_url

    async def get(self, path: str) -> Any:
        return await self._ask(join(self.base_url, path), None)

    async def beside(self, path: str, said: dict[str, Any] | None = None) -> Any:
        root = self.base_url.removesuffix("/").removesuffix("/v1")
        return await self._ask(join(root, path), None if said is None else json.dumps(said).encode())

    async def _ask(self, url: str, body: bytes | None) -> Any:
        page = await self.fetch.page(url, headers=self._headers(body is not None), body=body)
        if not 200 <= page.status < 300:
            said = DIALECTS[self.row.dialect].failure(page.status, page.headers, page.body)
            raise ProviderError(failure_without(self.key, said))
        try:
            return decoded(page.body)
        except ProviderError:
            raise ProviderError(Failure("protocol", "its list of models is not JSON", page.status)) from None

    def _headers(self, posts: bool) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if posts:
            headers["content-type"] = "application/json"
        if self.row.dialect == "anthropic":
            headers["anthropic-version"] = VERSION
        return (
            headers
            | self.row.quirks.headers
            | (credentials(DIALECTS[self.row.dialect], self.row.quirks, self.key) if self.key is not None else {})
        )


def _practice(row: Vendor) -> tuple[ListedModel, ...]:
    made = []
    for entry in ENTRIES:
        listed = practice_price(entry.name)
        prices = listed.tariff if listed else None
        lane = f"{row.id}/{entry.name}"
        sizes = (entry.context_length, entry.max_output)
        can: tuple[Capability, ...] = ("reasoning",) if entry.reasons else ()
        made.append(ListedModel(lane, row.id, entry.name, entry.title, *sizes, prices, can))
    return tuple(made)

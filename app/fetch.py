"""A small GET for whoever needs a page and no stream: model lists, probes."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from providers.errors import Failure, ProviderError
from providers.http import HttpClient

MAX_PAGE_BYTES = 16 * 1024 * 1024


class Page(msgspec.Struct, frozen=True):
    """A whole response. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Fetch:
    """GET through the program's one HTTP client."""

    client: HttpClient

    async def get(self, url: str, *, headers: dict[str, str], within_s: float) -> Page:
        """The page, whatever its status. Raises `ProviderError` if none came within `within_s` seconds."""
        try:
            async with asyncio.timeout(within_s):
                return await self._get(url, headers)
        except TimeoutError:
            raise ProviderError(Failure("timeout_first", f"no answer within {within_s:g} s")) from None

    async def _get(self, url: str, headers: dict[str, str]) -> Page:
        body = bytearray()
        async with self.client.exchange("GET", url, headers=headers) as exchange:
            async with aclosing(exchange.pieces()) as pieces:
                async for _, piece in pieces:
                    body += piece
                    if len(body) > MAX_PAGE_BYTES:
                        raise ProviderError(Failure("protocol", f"more than {MAX_PAGE_BYTES >> 20} MiB came"))
            return Page(exchange.status, exchange.headers, bytes(body))

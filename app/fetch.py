"""A small exchange for whoever needs a page and no stream: model lists, probes."""

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
    """GET, or POST where there is a body, through the program's one HTTP client. It knows no time limit."""

    client: HttpClient

    async def page(self, url: str, *, headers: dict[str, str], body: bytes | None = None) -> Page:
        """The page, whatever its status. Raises `ProviderError` if none came, or too large a one."""
        came = bytearray()
        method = "GET" if body is None else "POST"
        async with self.client.exchange(method, url, headers=headers, body=body) as exchange:
            async with aclosing(exchange.pieces()) as pieces:
                async for _, piece in pieces:
                    came += piece
                    if len(came) > MAX_PAGE_BYTES:
                        raise ProviderError(Failure("protocol", f"more than {MAX_PAGE_BYTES >> 20} MiB came"))
            return Page(exchange.status, exchange.headers, bytes(came))

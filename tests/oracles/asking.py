"""One request said twice: by us from a `Request`, and by a vendor's SDK in that SDK's own words."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Collection, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import Any

from app.compose import http_client
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName
from providers.errors import ProviderError
from providers.http_model import HttpModel
from providers.types import Request
from providers.vendors import vendor
from tests.oracles.recording import Asked, Server


def ours(server: Server, row: str, request: Request, *, model: str, below: str = "") -> Asked:
    """What we ask when `request` goes to the vendor `row`, whose place the server takes."""

    async def ask() -> None:
        client = http_client()
        dialect: DialectName = vendor(row).dialect
        leaf = HttpModel(
            vendor=row,
            model=model,
            base_url=f"{server.root}/any{below}",
            dialect=DIALECTS[dialect],
            client=client,
            quirks=vendor(row).quirks,
            key="k",
        )
        try:
            async with aclosing(leaf.stream(request)) as events:
                async for _ in events:
                    pass
        except ProviderError:
            pass  # the answer is no matter here
        finally:
            await client.aclose()

    server.asked.clear()
    asyncio.run(ask())
    return server.asked[-1]


def theirs(server: Server, ask: Callable[[str], Any]) -> Asked:
    """What an SDK asks; `ask` is given the root."""
    server.asked.clear()
    with contextlib.suppress(Exception):  # the answer is no matter here
        for _ in ask(f"{server.root}/any"):
            pass
    return server.asked[-1]


def meaning(asked: Asked, *unsaid: tuple[str, Any], spelled: Mapping[str, str] = MappingProxyType({})) -> Any:
    """The body, without the names and values in `unsaid`, which say the same by being absent; names that a vendor
    reads in two spellings in the one that `spelled` has for them."""
    return _plain(json.loads(asked.body), unsaid, spelled)


def _plain(value: Any, unsaid: Collection[tuple[str, Any]], spelled: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if (name, inner) not in unsaid}
        return {spelled.get(name, name): _plain(inner, unsaid, spelled) for name, inner in kept.items()}
    return [_plain(inner, unsaid, spelled) for inner in value] if isinstance(value, list) else value

"""One request said twice: by us from a `Request`, and by a vendor's SDK in that SDK's own words."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from app.compose import http_client
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName
from providers.errors import ProviderError
from providers.http_model import HttpModel
from providers.types import Request
from providers.vendors import vendor
from tests.oracles.recording import Asked, Server

SILENT = (("prefix", False), ("detail", "auto"), ("content", ""))
"""What is meant where nothing is said: by Mistral, by OpenAI of pictures, and beside calls."""


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


def meaning(asked: Asked) -> Any:
    """The body without what says the same by being absent."""
    return _plain(json.loads(asked.body))


def _plain(value: Any) -> Any:
    """Nulls, what is empty and Mistral's `prefix` of false say nothing; text and a list of one text are one, and so are
    `mime_type` and `mimeType`, both of which Google reads."""
    if isinstance(value, dict):
        kept = {_camel(key): _plain(inner) for key, inner in value.items() if (key, inner) not in SILENT}
        return {key: inner for key, inner in kept.items() if inner not in (None, {}, [])}
    if isinstance(value, list):
        items = [_plain(inner) for inner in value]
        if len(items) == 1 and isinstance(items[0], dict) and items[0].keys() == {"type", "text"}:
            return items[0]["text"]
        return items
    return value


def _camel(key: str) -> str:
    return {"mime_type": "mimeType", "parameters_json_schema": "parametersJsonSchema"}.get(key, key)

"""Which models a vendor has: its list, read page by page, in the shape of its dialect."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from app.fetch import Fetch, Page
from providers.dialects import DIALECTS
from providers.dialects.anthropic import VERSION
from providers.dialects.base import DialectName
from providers.dialects.urls import join
from providers.errors import Failure, ProviderError
from providers.practice.catalog import ENTRIES
from providers.vendors import Vendor

LIST_S = 5.0
MAX_PAGES = 20


class ListedModel(msgspec.Struct, frozen=True):
    """One model. `name` and `context` (tokens) are None where the vendor does not tell."""

    lane: str
    vendor: str
    model: str
    name: str | None
    context: int | None


class _Shape(msgspec.Struct, frozen=True):
    """How a dialect lists: the first page's path, its models, and the next page's path, None after the last."""

    first: Callable[[str], str]
    models: Callable[[Any], list[dict[str, Any]]]
    read: Callable[[dict[str, Any]], tuple[Any, Any, Any]]
    following: Callable[[Any], str | None]


async def listed(row: Vendor, key: str | None, fetch: Fetch) -> list[ListedModel]:
    """The vendor's models in its own order. Raises `ProviderError`."""
    if row.is_practice:
        return [_model(row, entry.name, entry.title, entry.context_length) for entry in ENTRIES]
    shape = SHAPES[row.dialect]
    path = shape.first(row.base_url)
    found: list[ListedModel] = []
    following: str | None = ""
    for _ in range(MAX_PAGES):
        said = _checked(row, await _page(row, key, fetch, path + (following or "")))
        found += [model for each in _dicts(shape.models(said)) if (model := _read(row, shape, each)) is not None]
        following = shape.following(said)
        if following is None:
            break
    return found


async def _page(row: Vendor, key: str | None, fetch: Fetch, path: str) -> Page:
    headers = {"accept": "application/json"}
    if row.dialect == "anthropic":
        headers["anthropic-version"] = VERSION
    if key is not None:
        headers |= DIALECTS[row.dialect].auth(key)
    return await fetch.get(join(row.base_url, path), headers=headers, within_s=LIST_S)


def _checked(row: Vendor, page: Page) -> Any:
    if not 200 <= page.status < 300:
        raise ProviderError(DIALECTS[row.dialect].failure(page.status, page.headers, page.body))
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError):
        raise ProviderError(Failure("protocol", "its list of models is not JSON", page.status)) from None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _read(row: Vendor, shape: _Shape, said: dict[str, Any]) -> ListedModel | None:
    """A model that can be printed on a line of its own, or None."""
    model, name, context = shape.read(said)
    if not isinstance(model, str) or not model or not model.isprintable():
        return None
    named = name if isinstance(name, str) and name.isprintable() and name not in ("", model) else None
    return _model(row, model, named, context if isinstance(context, int) and context > 0 else None)


def _model(row: Vendor, model: str, name: str | None, context: int | None) -> ListedModel:
    return ListedModel(f"{row.id}/{model}", row.id, model, name, context)


# OpenAI and those who speak its dialect; Together sends the bare list


def _openai_models(said: Any) -> Any:
    return said.get("data") if isinstance(said, dict) else said


def _openai_read(said: dict[str, Any]) -> tuple[Any, Any, Any]:
    context = said.get("context_length") or said.get("context_window") or said.get("max_model_len")
    return said.get("id"), said.get("name") or said.get("display_name"), context


# Anthropic


def _anthropic_first(base_url: str) -> str:
    below = base_url.removesuffix("/").endswith("/v1")
    return ("/models" if below else "/v1/models") + "?limit=1000"


def _anthropic_read(said: dict[str, Any]) -> tuple[Any, Any, Any]:
    return said.get("id"), said.get("display_name"), said.get("max_input_tokens")


def _anthropic_following(said: Any) -> str | None:
    last = said.get("last_id") if isinstance(said, dict) and said.get("has_more") else None
    return f"&after_id={quote(last, safe='')}" if isinstance(last, str) and last else None


# Gemini


def _gemini_first(base_url: str) -> str:
    below = base_url.removesuffix("/").endswith(("/v1beta", "/v1"))
    return ("/models" if below else "/v1beta/models") + "?pageSize=1000"


def _gemini_models(said: Any) -> list[dict[str, Any]]:
    """Those that can answer: the list mixes embedding and image models in."""
    found = _dicts(said.get("models")) if isinstance(said, dict) else []
    return [each for each in found if "generateContent" in each.get("supportedGenerationMethods", ["generateContent"])]


def _gemini_read(said: dict[str, Any]) -> tuple[Any, Any, Any]:
    model = said.get("name")
    bare = model.removeprefix("models/") if isinstance(model, str) else None
    return bare, said.get("displayName"), said.get("inputTokenLimit")


def _gemini_following(said: Any) -> str | None:
    token = said.get("nextPageToken") if isinstance(said, dict) else None
    return f"&pageToken={quote(token, safe='')}" if isinstance(token, str) and token else None


SHAPES: dict[DialectName, _Shape] = {
    "openai_chat": _Shape(lambda _: "/models", _openai_models, _openai_read, lambda _: None),
    "anthropic": _Shape(_anthropic_first, _openai_models, _anthropic_read, _anthropic_following),
    "gemini": _Shape(_gemini_first, _gemini_models, _gemini_read, _gemini_following),
}

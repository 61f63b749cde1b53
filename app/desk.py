"""Servers on the desk: what listens where model servers usually do, told apart by their own answers."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.desk_server import DeskServer, Kind
from app.directory import Directory
from app.fetch import Fetch, Page
from providers.errors import ProviderError
from providers.vendors import origin

PORTS = (8000, 8080, 9931, 11434, 1234, 3000, 30000, 4000, 8787)
"""Where they listen unless told otherwise; llama.cpp is about to move from 8080 to 9931."""
PROBE_S = 0.3
PATHS = (
    *("/", "/v1/models", "/api/version", "/api/tags", "/props", "/get_model_info", "/info", "/version"),
    *("/api/v0/models", "/health/liveliness"),
)
AT_ONCE = 3
"""Small servers let no more than five callers wait, and whoever finds no place is not heard for a second."""
GUARDED = (401, 403)


@dataclass
class _Answers:
    """What one server said, page by page."""

    pages: dict[str, Page] = field(default_factory=dict)

    def said(self, path: str) -> Any:
        """The JSON of a good answer, else None."""
        page = self.pages.get(path)
        if page is None or page.status != 200:
            return None
        try:
            return json.loads(page.body)
        except (ValueError, RecursionError):
            return None

    def has(self, path: str, *names: str) -> bool:
        said = self.said(path)
        return isinstance(said, dict) and any(name in said for name in names)

    def text(self, path: str) -> str:
        page = self.pages.get(path)
        return page.body[:500].decode("utf-8", "replace") if page is not None and page.status == 200 else ""


async def look_round(fetch: Fetch, roots: Mapping[str, str], *, limit_s: float = PROBE_S) -> tuple[DeskServer, ...]:
    """Asks all of them at once, none for longer than the limit; those that are model servers, in the order asked.

    `roots` tells of each which vendor of the user's it is, if it is one.
    """
    found = await asyncio.gather(*(look_at(fetch, root, limit_s=limit_s) for root in roots))
    told = (msgspec.structs.replace(server, vendor=roots[server.root]) for server in found if server is not None)
    return tuple(told)


def usual_roots(directory: Directory) -> dict[str, str]:
    """Where servers usually listen on this machine, and the user's own that are not out on the internet by their
    protocol: nobody serves a whole company without TLS."""
    own = {origin(row.base_url): row.id for row in directory.rows if row.is_own and row.base_url.startswith("http:")}
    return {f"http://127.0.0.1:{port}": "" for port in PORTS} | own


async def look_at(fetch: Fetch, root: str, *, limit_s: float = PROBE_S, is_named: bool = False) -> DeskServer | None:
    """What listens at `root`, if it is a model server. What has not come within the limit is not waited for.

    Where somebody has named it as one (`is_named`), a refusal to list models is as good as a sign.
    """
    answers = _Answers()
    places = asyncio.Semaphore(AT_ONCE)

    async def ask(path: str) -> None:
        async with places:
            await fetched(path)

    async def fetched(path: str) -> None:
        with contextlib.suppress(ProviderError):  # nobody is there, or nobody who speaks HTTP
            answers.pages[path] = await fetch.page(root + path, headers={"accept": "application/json, text/plain"})

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            await fetched("/v1/models")
            if not answers.pages:
                return None
            await asyncio.gather(*(ask(path) for path in PATHS if path != "/v1/models"))
    return _told(root, answers, is_named=is_named)


def _told(root: str, answers: _Answers, *, is_named: bool) -> DeskServer | None:
    kind = _kind(answers) or ("other" if is_named and _is_guarded(answers) else None)
    if kind is None:
        return None
    listed = _ollama_models(answers) if kind == "ollama" else _models(answers)
    # Without a key, LiteLLM's proxy answers with a fault of its own instead of a refusal.
    wants_key = not listed and (_is_guarded(answers) or kind == "litellm")
    return DeskServer(root, kind, listed, _version(kind, answers), wants_key)


def _kind(answers: _Answers) -> Kind | None:
    """The most telling sign first: several of them also answer for others."""
    if "Ollama is running" in answers.text("/") or (
        answers.has("/api/version", "version") and answers.has("/api/tags", "models")
    ):
        return "ollama"
    if answers.has("/props", "default_generation_settings", "model_path", "build_info"):
        return "llamacpp"
    if answers.has("/get_model_info", "model_path"):
        return "sglang"
    if answers.has("/info", "model_id"):
        return "tgi"
    if answers.has("/api/v0/models", "data") or "organization_owner" in _owners(answers):
        return "lmstudio"
    if "AI Gateway" in answers.text("/"):
        return "portkey"
    if "alive" in answers.text("/health/liveliness").lower():
        return "litellm"
    if "vllm" in _owners(answers) or (answers.has("/version", "version") and _is_guarded(answers)):
        return "vllm"
    return "other" if _is_list(answers.said("/v1/models")) else None


def _is_guarded(answers: _Answers) -> bool:
    page = answers.pages.get("/v1/models")
    return page is not None and page.status in GUARDED


def _is_list(said: Any) -> bool:
    return isinstance(said, dict) and isinstance(said.get("data"), list)


def _entries(said: Any, name: str) -> list[dict[str, Any]]:
    listed = said.get(name) if isinstance(said, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _owners(answers: _Answers) -> set[str]:
    return {str(each.get("owned_by")) for each in _entries(answers.said("/v1/models"), "data")}


def _models(answers: _Answers) -> tuple[str, ...]:
    return tuple(str(each["id"]) for each in _entries(answers.said("/v1/models"), "data") if each.get("id"))


def _ollama_models(answers: _Answers) -> tuple[str, ...]:
    return tuple(str(each["model"]) for each in _entries(answers.said("/api/tags"), "models") if each.get("model"))


def _version(kind: Kind, answers: _Answers) -> str:
    pages = {"ollama": ("/api/version", "version"), "vllm": ("/version", "version"), "tgi": ("/info", "version"),
             "llamacpp": ("/props", "build_info")}  # fmt: skip
    if kind not in pages:
        return ""
    path, name = pages[kind]
    said = answers.said(path)
    return str(said.get(name, ""))[:40] if isinstance(said, dict) else ""

"""How each vendor is asked for its models: which pages, in which order, and what stands in for one that is missing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import quote

from app import list_prices
from app.listing import Capability, Found, answers, capabilities, entries, found, ordered
from providers.errors import ProviderError

MAX_PAGES = 20
MAX_SHOWN = 32
"""How many models of Ollama's are asked for one by one, which is the only way to their context."""


class Asked(Protocol):
    """A vendor that answers questions in JSON. Paths may have a query. All raise `ProviderError`."""

    @property
    def base_url(self) -> str: ...

    async def get(self, path: str) -> Any:
        """What stands below the base URL."""
        ...

    async def beside(self, path: str, said: dict[str, Any] | None = None) -> Any:
        """What stands below the server's own root, which is the base URL without `/v1`; `said` is posted to it."""
        ...


Lister = Callable[[Asked], Awaitable[list[Found]]]


async def openai_like(server: Asked) -> list[Found]:
    return [found(each) for each in entries(await server.get("/models")) if answers(each)]


_NO_CHAT = re.compile(
    r"text-embedding|whisper|dall-e|gpt-image|chatgpt-image|tts-|sora|babbage|davinci|.*-moderation|.*-(tts|transcribe|realtime)|gpt-realtime"
)


async def openai(server: Asked) -> list[Found]:
    """Its list says nothing of what a model is for; those whose names say that they do not chat are left out."""
    return [
        each for each in await openai_like(server) if not (isinstance(each.model, str) and _NO_CHAT.match(each.model))
    ]


async def anthropic(server: Asked) -> list[Found]:
    root = "/models" if server.base_url.removesuffix("/").endswith("/v1") else "/v1/models"
    listed: list[Found] = []
    following = ""
    for _ in range(MAX_PAGES):
        said = await server.get(f"{root}?limit=1000{following}")
        listed += [_anthropic(each) for each in entries(said)]
        last = said.get("last_id") if isinstance(said, dict) and said.get("has_more") else None
        if not isinstance(last, str) or not last:
            break
        following = f"&after_id={quote(last, safe='')}"
    return listed


def _anthropic(said: dict[str, Any]) -> Found:
    each = found(said)
    return Found(each.model, each.name, said.get("max_input_tokens"), said.get("max_tokens"), None, each.capabilities)


async def gemini(server: Asked) -> list[Found]:
    below = server.base_url.removesuffix("/").endswith(("/v1beta", "/v1"))
    root = "/models" if below else "/v1beta/models"
    listed: list[Found] = []
    following = ""
    for _ in range(MAX_PAGES):
        said = await server.get(f"{root}?pageSize=1000{following}")
        listed += [_gemini(each) for each in entries(said, "models") if _generates(each)]
        token = said.get("nextPageToken") if isinstance(said, dict) else None
        if not isinstance(token, str) or not token:
            break
        following = f"&pageToken={quote(token, safe='')}"
    return listed


def _generates(said: dict[str, Any]) -> bool:
    """The list mixes embedding and image models in."""
    methods = said.get("supportedGenerationMethods", ["generateContent"])
    return isinstance(methods, list) and "generateContent" in methods


def _gemini(said: dict[str, Any]) -> Found:
    model = said.get("name")
    can: tuple[Capability, ...] | None = ("reasoning",) if said.get("thinking") is True else None
    return Found(
        model.removeprefix("models/") if isinstance(model, str) else None,
        said.get("displayName"),
        said.get("inputTokenLimit"),
        said.get("outputTokenLimit"),
        None,
        can,
    )


async def litellm(server: Asked) -> list[Found]:
    """A key without permission is shown no model_info, or none of it; the plain list then names the models."""
    try:
        told = [_litellm(each) for each in entries(await server.beside("/model/info"))]
    except ProviderError:
        told = []
    first: dict[Any, Found] = {}
    for each in told:
        if each is not None:
            first.setdefault(each.model, each)
    return list(first.values()) or await openai_like(server)


def _litellm(said: dict[str, Any]) -> Found | None:
    """One deployment; several may share the name under which they are called."""
    info = said.get("model_info")
    info = info if isinstance(info, dict) else {}
    if info.get("mode") not in (None, "chat", "completion", "responses"):
        return None
    model = said.get("model_name")
    return Found(
        model if isinstance(model, str) else None,
        None,
        info.get("max_input_tokens"),
        info.get("max_output_tokens"),
        list_prices.litellm(info),
        capabilities({name: value for name, value in info.items() if value is not None}),
    )


async def xai(server: Asked) -> list[Found]:
    try:
        listed = entries(await server.get("/language-models"), "models")
    except ProviderError:
        listed = []
    return [_xai(each) for each in listed] or await openai_like(server)


def _xai(said: dict[str, Any]) -> Found:
    can = capabilities({"architecture": {"input_modalities": said.get("input_modalities")}})
    each = found(said)
    return Found(each.model, None, each.context, each.max_output, list_prices.xai(said), can)


# Servers of one's own


async def tgi(server: Asked) -> list[Found]:
    models = await openai_like(server)
    info = await _beside(server, "/info")
    return [Found(each.model, each.name, info.get("max_total_tokens") or each.context) for each in models]


async def llama_cpp(server: Asked) -> list[Found]:
    """The context that a request really has is that of a slot, which `/props` tells where one model is served."""
    models = await openai_like(server)
    if len(models) != 1:
        return models
    props = await _beside(server, "/props")
    settings, senses = props.get("default_generation_settings"), props.get("modalities")
    context = settings.get("n_ctx") if isinstance(settings, dict) else None
    can = capabilities({"capabilities": senses}) if isinstance(senses, dict) else models[0].capabilities
    return [Found(each.model, each.name, context or each.context, None, None, can) for each in models]


async def lm_studio(server: Asked) -> list[Found]:
    """Its own list, of 0.4 and later; before that, the plain one."""
    listed = entries(await _beside(server, "/api/v1/models"), "models")
    return [_lm_studio(each) for each in listed if each.get("type") in ("llm", "vlm")] or await openai_like(server)


def _lm_studio(said: dict[str, Any]) -> Found:
    loaded = entries(said, "loaded_instances")
    config = loaded[0].get("config") if loaded else None
    context = config.get("context_length") if isinstance(config, dict) else None
    return Found(
        said.get("key"),
        said.get("display_name"),
        context or said.get("max_context_length"),
        None,
        None,
        capabilities(said),
    )


async def ollama(server: Asked) -> list[Found]:
    """What a model can do and hold is told of each alone; of the first few it is asked, all at once."""
    names = [each.get("model") or each.get("name") for each in entries(await server.beside("/api/tags"), "models")]
    named = [name for name in names if isinstance(name, str)]
    told = await asyncio.gather(*(_beside(server, "/api/show", {"model": name}) for name in named[:MAX_SHOWN]))
    details: list[dict[str, Any]] = [*told, *({} for _ in named[MAX_SHOWN:])]
    return [
        _ollama(name, said)
        for name, said in zip(named, details, strict=True)
        if not isinstance(said.get("capabilities"), list) or "completion" in said["capabilities"]
    ]


_OLLAMA: dict[str, Capability] = {"vision": "vision", "audio": "audio", "tools": "tools", "thinking": "reasoning"}


def _ollama(name: str, said: dict[str, Any]) -> Found:
    info = said.get("model_info")
    info = info if isinstance(info, dict) else {}
    can = said.get("capabilities")
    return Found(
        name,
        None,
        info.get(f"{info.get('general.architecture')}.context_length"),
        None,
        None,
        ordered({_OLLAMA[each] for each in can if each in _OLLAMA}) if isinstance(can, list) else None,
    )


async def _beside(server: Asked, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """What adds to a list that can do without it."""
    try:
        told = await server.beside(path, said)
    except ProviderError:
        return {}
    return told if isinstance(told, dict) else {}


OF_VENDOR: dict[str, Lister] = {
    "openai": openai,
    "openairesponses": openai,
    "litellm": litellm,
    "xai": xai,
    "tgi": tgi,
    "llamacpp": llama_cpp,
    "lmstudio": lm_studio,
    "ollama": ollama,
}
"""Vendors whose lists are not simply their dialect's, by their ids without hyphens, underscores and dots."""
OF_DIALECT: dict[str, Lister] = {"anthropic": anthropic, "gemini": gemini, "ollama": ollama}


def lister(vendor: str, dialect: str) -> Lister:
    """How that vendor is asked."""
    return OF_VENDOR.get(re.sub(r"[-_.]", "", vendor)) or OF_DIALECT.get(dialect, openai_like)

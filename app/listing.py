"""What a vendor's list tells of a model, read from one entry of any OpenAI-like list: the names do not collide."""

from typing import Any, Literal

import msgspec

from app.list_prices import tariff
from app.tariff import Tariff
from providers.errors import Failure

Capability = Literal["vision", "audio", "files", "tools", "reasoning", "logprobs", "json_schema"]

CONTEXT = ("context_length", "context_window", "max_model_len", "max_context_length", "max_input_tokens")
OUTPUT = ("max_completion_tokens", "max_output_tokens", "max_output_length")
MODALITIES: dict[str, Capability] = {"image": "vision", "audio": "audio", "file": "files"}
PARAMETERS: dict[str, Capability] = {
    "tools": "tools",
    "reasoning": "reasoning",
    "logprobs": "logprobs",
    "structured_outputs": "json_schema",
}
FLAGS: dict[str, Capability] = {
    "vision": "vision",
    "image_input": "vision",
    "audio": "audio",
    "pdf_input": "files",
    "function_calling": "tools",
    "trained_for_tool_use": "tools",
    "tools": "tools",
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "structured_outputs": "json_schema",
    "supports_image_input": "vision",
    "supports_tools": "tools",
    "supports_vision": "vision",
    "supports_audio_input": "audio",
    "supports_pdf_input": "files",
    "supports_function_calling": "tools",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "json_schema",
}
"""What vendors call the same things: Mistral and Anthropic under `capabilities`, Fireworks and LiteLLM beside it."""
ORDER: tuple[Capability, ...] = ("vision", "audio", "files", "tools", "reasoning", "logprobs", "json_schema")


class ListedModel(msgspec.Struct, frozen=True):
    """One model. What the vendor does not tell is None; `context` and `max_output` are in tokens."""

    lane: str
    vendor: str
    model: str
    name: str | None = None
    context: int | None = None
    max_output: int | None = None
    prices: Tariff | None = None
    capabilities: tuple[Capability, ...] | None = None


class Listing(msgspec.Struct, frozen=True):
    """What is known of a vendor's models. With a `failure`, they are those of the last time, if there were any."""

    vendor: str
    models: tuple[ListedModel, ...] = ()
    fetched_at: float | None = None
    """Seconds since 1970; None if the list was never read, or needs no reading."""
    failure: Failure | None = None
    took_ms: float | None = None
    """How long the vendor took to answer, where it has just been asked."""
    blocked: str = ""
    """Why none of them can be run yet; then nobody was asked."""


class Found(msgspec.Struct, frozen=True):
    """A model as its list tells it, whoever's list it is. `model` and `name` may still be anything."""

    model: Any
    name: Any = None
    context: Any = None
    max_output: Any = None
    prices: Tariff | None = None
    capabilities: tuple[Capability, ...] | None = None

    def of(self, vendor: str) -> ListedModel | None:
        """As a model of that vendor, if its name can be printed on a line of its own."""
        model, name = self.model, self.name
        if not isinstance(model, str) or not model or not model.isprintable():
            return None
        named = name if isinstance(name, str) and name.isprintable() and name not in ("", model) else None
        sizes = (_size(self.context), _size(self.max_output))
        return ListedModel(f"{vendor}/{model}", vendor, model, named, *sizes, self.prices, self.capabilities)


def found(said: dict[str, Any]) -> Found:
    """One entry of an OpenAI-like list, as any vendor writes it."""
    top = _object(said.get("top_provider"))
    context = _first(said, CONTEXT) or top.get("context_length") or _object(said.get("meta")).get("n_ctx_train")
    output = _first(said, OUTPUT) or top.get("max_completion_tokens")
    name = said.get("name") or said.get("display_name")
    return Found(said.get("id"), name, context, output, tariff(said), capabilities(said))


def capabilities(said: dict[str, Any]) -> tuple[Capability, ...] | None:
    """What the entry says that the model can do; None if it says nothing of that."""
    shape, asked = _object(said.get("architecture")), said.get("supported_parameters")
    flags = {name: value for name, value in said.items() if name.startswith("supports_")}
    told = _object(said.get("capabilities")) | flags
    if not isinstance(shape.get("input_modalities"), list) and not isinstance(asked, list) and not told:
        return None
    can = {MODALITIES[each] for each in _texts(shape.get("input_modalities")) if each in MODALITIES}
    can |= {PARAMETERS[each] for each in _texts(asked) if each in PARAMETERS}
    can |= {FLAGS[name] for name, value in told.items() if name in FLAGS and _is_on(value)}
    return ordered(can)


def ordered(can: set[Capability]) -> tuple[Capability, ...]:
    return tuple(each for each in ORDER if each in can)


def _is_on(value: Any) -> bool:
    """Vendors write true, {"supported": true}, or what they support."""
    if isinstance(value, dict):
        return bool(value.get("supported", value.get("types", True)))
    return bool(value)


def answers(said: dict[str, Any]) -> bool:
    """Whether the entry may be a model that answers in text; lists mix others in, some saying so."""
    made = _object(said.get("architecture")).get("output_modalities")
    flags = (_object(said.get("capabilities")).get("completion_chat"), said.get("supports_chat"), said.get("active"))
    kind = said.get("type")
    other = isinstance(kind, str) and kind in (
        "embedding",
        "embeddings",
        "image",
        "audio",
        "rerank",
        "transcribe",
        "video",
    )
    return not other and False not in flags and (not isinstance(made, list) or "text" in made)


def entries(said: Any, name: str = "data") -> list[dict[str, Any]]:
    """The entries of a list that is an object's field, or bare (Together)."""
    listed = said.get(name) if isinstance(said, dict) else said
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _first(said: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((said[name] for name in names if said.get(name)), None)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _size(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else None

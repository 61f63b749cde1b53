"""The model lists, in the shape of each dialect. Context length and play prices stand where clients look for them."""

from decimal import Decimal
from typing import Any

from providers.practice.catalog import ENTRIES, PRICES_AS_OF, Entry

CREATED = 1_795_392_000
"""The models' birthday, 2026-11-23, as OpenAI writes it."""


def openai() -> dict[str, Any]:
    return {"object": "list", "data": [_openai(entry) for entry in ENTRIES]}


def anthropic() -> dict[str, Any]:
    data = [_anthropic(entry) for entry in ENTRIES]
    return {"data": data, "has_more": False, "first_id": ENTRIES[0].name, "last_id": ENTRIES[-1].name}


def gemini() -> dict[str, Any]:
    return {"models": [_gemini(entry) for entry in ENTRIES]}


def ollama() -> dict[str, Any]:
    return {"models": [_ollama(entry) for entry in ENTRIES]}


def ollama_model(entry: Entry) -> dict[str, Any]:
    """What `/api/show` tells of one model."""
    info = {"general.architecture": "practice", "practice.context_length": entry.context_length}
    return _ollama(entry) | {"model_info": info}


def _openai(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.name,
        "object": "model",
        "created": CREATED,
        "owned_by": "practice",
        "name": entry.title,
        "description": entry.description,
        "context_length": entry.context_length,
        "pricing": _per_token(entry),
    }


def _anthropic(entry: Entry) -> dict[str, Any]:
    return {
        "type": "model",
        "id": entry.name,
        "display_name": entry.title,
        "created_at": f"{PRICES_AS_OF}T00:00:00Z",
        "max_input_tokens": entry.context_length,
        "max_tokens": entry.max_output,
        "capabilities": {"thinking": {"types": ["enabled", "adaptive", "disabled"] if entry.reasons else []}},
        "pricing": _per_token(entry),
    }


def _gemini(entry: Entry) -> dict[str, Any]:
    return {
        "name": f"models/{entry.name}",
        "version": "1",
        "displayName": entry.title,
        "description": entry.description,
        "inputTokenLimit": entry.context_length,
        "outputTokenLimit": entry.max_output,
        "supportedGenerationMethods": ["generateContent"],
        "temperature": 1.0,
        "maxTemperature": 2.0,
        "topP": 1.0,
        "thinking": entry.reasons,
        "pricing": _per_token(entry),
    }


def _ollama(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "model": entry.name,
        "modified_at": f"{PRICES_AS_OF}T00:00:00Z",
        "details": {"format": "n-gram", "family": "practice", "families": ["practice"]},
        "capabilities": ["completion", "thinking"] if entry.reasons else ["completion"],
    }


def _per_token(entry: Entry) -> dict[str, str]:
    """As OpenRouter lists them: US dollars for one token, as text."""
    price = entry.price
    named = (("prompt", price.input), ("completion", price.output), ("input_cache_read", price.cached))
    return {name: format(Decimal(value) / 1_000_000, "f") for name, value in named}

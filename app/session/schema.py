"""The format of a session's file as a JSON schema: what `resources/session.schema.json` holds."""

import inspect
from typing import Any

import msgspec

from app.session.codec import FORMAT
from app.session.document import VERSION, Session

TEXT = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
"""A text, or its lines, each with its line break."""
TEXTS = {
    "Draft": ("text", "system"),
    "Variable": ("value",),
    "RunRecord": ("text", "reasoning", "refusal"),
    "Opinion": ("note",),
    "Aside": ("text", "reasoning"),
}
"""Which texts may be written as lines."""


def schema() -> dict[str, Any]:
    """Other fields than these may be there: they are kept."""
    made = msgspec.json.schema(Session)
    parts: dict[str, Any] = made["$defs"]
    whole = parts["Session"]
    for part in parts.values():
        if "description" in part:  # Python 3.13 takes the indentation out of docstrings, earlier ones keep it
            part["description"] = inspect.cleandoc(part["description"])
    for unknown in ("Unknown",):
        parts.pop(unknown, None)
    whole["properties"].pop("unknown")
    head = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
    whole["properties"] = head | whole["properties"]
    whole["required"] = ["format", "version", *whole["required"]]
    for part, names in TEXTS.items():
        for name in names:
            parts[part]["properties"][name] = TEXT
    parts["LaneSpec"]["properties"]["unset"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Parameters that are known and not set, for the reader's eye; reading passes over it.",
    }
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A session of Abreast"}
    return {**title, **made}

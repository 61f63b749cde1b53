"""Tools and forms of answers as people keep them in files: JSON, in the shapes that the vendors' documents show."""

import json
from typing import Any

from providers.types import JsonSchema, OnlyTool, Tool, ToolChoice


class ShapeError(ValueError):
    """A document that does not describe what it should; the message says what is wrong."""


def tools(text: str) -> tuple[Tool, ...]:
    """The tools of a JSON list: bare functions, or wrapped as OpenAI, Anthropic and Gemini have them.

    Raises `ShapeError`.
    """
    said = _decoded(text)
    said = said.get("tools", said) if isinstance(said, dict) else said
    listed = said if isinstance(said, list) else [said]
    found = tuple(_tool(each) for one in listed for each in _declared(one))
    names = [tool.name for tool in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ShapeError(f"the tool {twice!r} is there twice")
    return found


def schema(text: str) -> JsonSchema:
    """A JSON schema, bare or in OpenAI's wrapping (`name`, `schema`, `strict`). Raises `ShapeError`."""
    said = _decoded(text)
    said = said.get("json_schema", said) if isinstance(said, dict) else said
    if not isinstance(said, dict):
        raise ShapeError("a schema is a JSON object")
    inner = said.get("schema")
    if not isinstance(inner, dict):
        return JsonSchema(said)
    name, strict = said.get("name"), said.get("strict")
    return JsonSchema(inner, name if isinstance(name, str) else "answer", strict if isinstance(strict, bool) else None)


def choice(text: str, known: tuple[Tool, ...]) -> ToolChoice:
    """`auto`, `none`, `required` or the name of one of the `known` tools. Raises `ShapeError`."""
    match text:
        case "auto" | "none" | "required":
            return text
        case _ if any(tool.name == text for tool in known):
            return OnlyTool(text)
        case _:
            names = ", ".join(tool.name for tool in known) or "none is given"
            raise ShapeError(f"{text!r} is neither auto, none or required, nor a tool ({names})")


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"it is not JSON: {error}") from None


def _declared(one: Any) -> list[Any]:
    """Gemini declares several functions in one entry."""
    inner = one.get("functionDeclarations") if isinstance(one, dict) else None
    return inner if isinstance(inner, list) else [one]


def _tool(said: Any) -> Tool:
    inner = said.get("function", said) if isinstance(said, dict) else None
    if not isinstance(inner, dict) or not isinstance(name := inner.get("name"), str) or not name:
        raise ShapeError("each tool is an object with a `name`")
    about, strict = inner.get("description"), inner.get("strict")
    given: Any = next(
        (inner[key] for key in ("parameters", "input_schema", "parametersJsonSchema") if key in inner), {}
    )
    if not isinstance(given, dict):
        raise ShapeError(f"the parameters of {name!r} are no JSON schema")
    return Tool(name, about if isinstance(about, str) else "", given, strict if isinstance(strict, bool) else None)

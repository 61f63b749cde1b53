"""Chat Completions as clients send them, as our request."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from app import shapes
from app.gateway.asked import Asked, BadCallError, labels_of, text_of, whole
from providers.types import (
    Attachment,
    Call,
    File,
    Image,
    JsonObject,
    JsonSchema,
    Message,
    OnlyTool,
    Output,
    Request,
    Result,
    Tool,
    ToolChoice,
)

_NOT_PARAMS = """
    model messages stream stream_options tools tool_choice response_format n user metadata store functions function_call
    prediction modalities audio service_tier safety_identifier prompt_cache_key
"""
NOT_PARAMS = frozenset(_NOT_PARAMS.split())
"""What is said elsewhere in our request, or is for the server that was meant."""
RENAMED = {"max_completion_tokens": "max_tokens"}


def read(body: Any) -> Asked:
    """Raises `BadCallError`."""
    body = whole(body, "the body", dict)
    if body.get("n") not in (None, 1):
        raise BadCallError("n: one answer is given to a request")
    messages = [whole(each, "a message", dict) for each in whole(body.get("messages"), "messages", list)]
    if not messages:
        raise BadCallError("messages is empty")
    system = "\n\n".join(text_of(m.get("content"), "content") for m in messages if m.get("role") in SYSTEM)
    params = {RENAMED.get(name, name): value for name, value in body.items() if name not in NOT_PARAMS}
    request = Request(
        tuple(turns([m for m in messages if m.get("role") not in SYSTEM])),
        system or None,
        {name: value for name, value in params.items() if value is not None},
        tools(body.get("tools")),
        _choice(body.get("tool_choice")),
        _output(body.get("response_format")),
        labels_of(body),
    )
    options = body.get("stream_options") or {}
    with_usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(str(body.get("model") or ""), request, body.get("stream") is True, with_usage)


SYSTEM = ("system", "developer")


def tools(listed: Any) -> tuple[Tool, ...]:
    if not listed:
        return ()
    try:
        return shapes.tools(json.dumps(listed))
    except shapes.ShapeError as error:
        raise BadCallError(f"tools: {error}") from None


def turns(messages: list[dict[str, Any]]) -> Iterator[Message]:
    """Results of calls belong to the user's turn that follows them, or make one of their own."""
    results: list[Result] = []
    names: dict[str, str] = {}
    for message in messages:
        role, content = message.get("role"), message.get("content")
        if role == "tool":
            id_ = str(message.get("tool_call_id") or "")
            results.append(Result(id_, names.get(id_, ""), text_of(content, "content")))
            continue
        if role == "assistant" and results:
            yield Message("user", results=tuple(results))
            results = []
        match role:
            case "user":
                yield Message("user", text_of(content, "content"), tuple(_attached(content)), tuple(results))
                results = []
            case "assistant":
                calls = tuple(_calls(message.get("tool_calls")))
                names |= {call.id: call.name for call in calls if call.id}
                yield Message("assistant", text_of(content, "content"), calls=calls)
            case _:
                raise BadCallError(f"messages: there is no role {role!r}")
    if results:
        yield Message("user", results=tuple(results))


def _calls(listed: Any) -> Iterator[Call]:
    for each in listed or ():
        function = whole(whole(each, "a tool call", dict).get("function"), "a tool call's function", dict)
        yield Call(each.get("id"), str(function.get("name") or ""), str(function.get("arguments") or "{}"))


def _attached(content: Any) -> Iterator[Attachment]:
    for part in content if isinstance(content, list) else ():
        match part:
            case {"type": "text"}:
                pass
            case {"type": "image_url", "image_url": {"url": str(url)}}:
                yield image(url)
            case {"type": "file", "file": {"file_data": str(data)} as file}:
                media_type, blob = of_data_url(data)
                yield File(media_type, str(file.get("filename") or "file"), blob)
            case _:
                raise BadCallError(
                    f"content: a part of the type {part.get('type') if isinstance(part, dict) else part!r}"
                )


def image(url: str) -> Image:
    """An address that the vendor is to load, or the picture itself. Raises `BadCallError`."""
    if url.startswith("data:"):
        media_type, data = of_data_url(url)
        return Image(media_type, data)
    if not url.startswith(("https://", "http://")):
        raise BadCallError("image_url: neither an address nor a data URL")
    return Image("image/png", url=url)


def of_data_url(url: str) -> tuple[str, bytes]:
    """Its media type and its bytes. Raises `BadCallError`."""
    head, comma, data = url.partition(",")
    if not comma or not head.endswith(";base64"):
        raise BadCallError("a data URL is data:TYPE;base64,…")
    return head.removeprefix("data:").removesuffix(";base64"), decoded(data)


def decoded(data: str) -> bytes:
    """Raises `BadCallError`."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadCallError("what is attached is not base64") from None


def _choice(said: Any) -> ToolChoice | None:
    match said:
        case None:
            return None
        case "auto" | "none" | "required":
            choice: ToolChoice = said
            return choice
        case {"type": "function", "function": {"name": str(name)}}:
            return OnlyTool(name)
        case _:
            raise BadCallError("tool_choice is not what it should be")


def _output(said: Any) -> Output | None:
    match said:
        case None | {"type": "text"}:
            return None
        case {"type": "json_object"}:
            return JsonObject()
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)} as given}:
            strict = given.get("strict")
            return JsonSchema(schema, str(given.get("name") or "answer"), strict if isinstance(strict, bool) else None)
        case _:
            raise BadCallError("response_format is not what it should be")

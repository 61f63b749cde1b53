"""Anthropic's Messages as clients send them, as our request."""

import json
from collections.abc import Iterator
from typing import Any

from app.gateway.asked import Asked, BadCallError, labels_of, text_of, whole
from app.gateway.openai_asked import decoded, image, tools
from providers.types import Attachment, Call, File, Image, Message, OnlyTool, Request, Result, ToolChoice

PARAMS = {"max_tokens": "max_tokens", "temperature": "temperature", "top_p": "top_p", "top_k": "top_k"} | {
    "stop_sequences": "stop"
}


def read(body: Any) -> Asked:
    """Raises `BadCallError`."""
    body = whole(body, "the body", dict)
    messages = [whole(each, "a message", dict) for each in whole(body.get("messages"), "messages", list)]
    if not messages:
        raise BadCallError("messages is empty")
    params = {ours: body[theirs] for theirs, ours in PARAMS.items() if body.get(theirs) is not None}
    match body.get("thinking"):
        case {"type": "enabled", "budget_tokens": int(budget)}:
            params["thinking_budget"] = budget
        case _:
            pass
    request = Request(
        tuple(_turns(messages)),
        text_of(body.get("system"), "system") or None,
        params,
        tools(body.get("tools")),
        _choice(body.get("tool_choice")),
        labels=labels_of(body),
    )
    return Asked(str(body.get("model") or ""), request, body.get("stream") is True)


def _turns(messages: list[dict[str, Any]]) -> Iterator[Message]:
    names: dict[str, str] = {}
    for message in messages:
        role, content = message.get("role"), message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else whole(content, "content", list)
        text = text_of([block for block in blocks if _is(block, "text")], "content")
        match role:
            case "user":
                yield Message("user", text, tuple(_attached(blocks)), tuple(_results(blocks, names)))
            case "assistant":
                calls = tuple(
                    Call(
                        str(block.get("id")), str(block.get("name")), json.dumps(block.get("input"), ensure_ascii=False)
                    )
                    for block in blocks
                    if _is(block, "tool_use")
                )
                names |= {call.id: call.name for call in calls if call.id}
                yield Message("assistant", text, calls=calls)
            case _:
                raise BadCallError(f"messages: there is no role {role!r}")


def _is(block: Any, kind: str) -> bool:
    return isinstance(block, dict) and block.get("type") == kind


def _results(blocks: list[Any], names: dict[str, str]) -> Iterator[Result]:
    for block in blocks:
        if _is(block, "tool_result"):
            id_ = str(block.get("tool_use_id") or "")
            said = text_of(block.get("content"), "a tool_result")
            yield Result(id_, names.get(id_, ""), said, block.get("is_error") is True)


def _attached(blocks: list[Any]) -> Iterator[Attachment]:
    for block in blocks:
        match block:
            case {"type": "image", "source": {"type": "base64", "media_type": str(media_type), "data": str(data)}}:
                yield Image(media_type, decoded(data))
            case {"type": "image", "source": {"type": "url", "url": str(url)}}:
                yield image(url)
            case {"type": "document", "source": {"type": "base64", "media_type": str(media_type), "data": str(data)}}:
                yield File(media_type, str(block.get("title") or "document"), decoded(data))
            case {"type": "image" | "document"}:
                raise BadCallError(f"content: a source of {block['type']} that is not understood")
            case _:
                pass


def _choice(said: Any) -> ToolChoice | None:
    match said:
        case None:
            return None
        case {"type": "auto"}:
            return "auto"
        case {"type": "any"}:
            return "required"
        case {"type": "none"}:
            return "none"
        case {"type": "tool", "name": str(name)}:
            return OnlyTool(name)
        case _:
            raise BadCallError("tool_choice is not what it should be")

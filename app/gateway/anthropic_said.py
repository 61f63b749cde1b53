"""Our events as Anthropic's Messages, streamed or whole."""

import json
from typing import Any, Literal

import msgspec

from app.gateway.told import Told, stop_of
from providers.errors import Failure
from providers.events import Event, Reasoning, Refusal, Text, ToolCall, ToolCallDelta
from providers.usage import TokenUsage

STOPS = {"length": "max_tokens", "filter": "refusal", "calls": "tool_use", "end": "end_turn"}
TYPES = {
    "authentication": "authentication_error",
    "permission": "permission_error",
    "not_found": "not_found_error",
    "rate": "rate_limit_error",
    "overloaded": "overloaded_error",
    "bad_request": "invalid_request_error",
    "too_long": "invalid_request_error",
}
Kind = Literal["", "text", "thinking", "tool"]


class AnthropicSaid:
    """One answer in Anthropic's words: blocks one after another, each opened, filled and closed."""

    content_type = "text/event-stream; charset=utf-8"

    def __init__(self, id_: str, model: str) -> None:
        self._id, self._model = f"msg_{id_}", model
        self._open: Kind = ""
        self._block = -1
        self._calls: dict[int, int] = {}
        """The block of each call."""

    def opening(self) -> bytes:
        usage = {"input_tokens": 0, "output_tokens": 0}
        message = {**self._head(), "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
        return _event("message_start", message=message)

    def piece(self, event: Event) -> bytes:
        match event:
            case Text(text=text) | Refusal(text=text):
                return self._into("text", {"type": "text", "text": ""}) + self._delta(
                    {"type": "text_delta", "text": text}
                )
            case Reasoning(text=text):
                opened = self._into("thinking", {"type": "thinking", "thinking": "", "signature": ""})
                return opened + self._delta({"type": "thinking_delta", "thinking": text})
            case ToolCallDelta(index=index):
                return self._called(index, event.id, event.name) + self._arguments(event.arguments)
            case ToolCall(index=index) if index not in self._calls:
                return self._called(index, event.id, event.name) + self._arguments(event.arguments)
            case _:
                return b""

    def closing(self, told: Told) -> bytes:
        usage = {"output_tokens": told.usage.output or 0, **input_of(told.usage)}
        delta = {"stop_reason": STOPS[stop_of(told)], "stop_sequence": None}
        return self._close() + _event("message_delta", delta=delta, usage=usage) + _event("message_stop")

    def failing(self, failure: Failure) -> bytes:
        return _event("error", **error(failure))

    def whole(self, told: Told) -> bytes:
        content: list[dict[str, Any]] = []
        if told.reasoning:
            content.append({"type": "thinking", "thinking": told.reasoning, "signature": ""})
        if told.text or told.refusal:
            content.append({"type": "text", "text": told.text or told.refusal})
        content += [
            {"type": "tool_use", "id": call.id or f"toolu_{at}", "name": call.name, "input": _object(call.arguments)}
            for at, call in enumerate(told.calls)
        ]
        usage = {**input_of(told.usage), "output_tokens": told.usage.output or 0}
        stop = {"stop_reason": STOPS[stop_of(told)], "stop_sequence": None}
        return msgspec.json.encode({**self._head(), "content": content, **stop, "usage": usage})

    def _head(self) -> dict[str, Any]:
        return {"id": self._id, "type": "message", "role": "assistant", "model": self._model}

    def _into(self, kind: Kind, block: dict[str, Any]) -> bytes:
        """Opens a block of that kind, unless it is open."""
        if self._open == kind and kind != "tool":
            return b""
        closed = self._close()
        self._open, self._block = kind, self._block + 1
        return closed + _event("content_block_start", index=self._block, content_block=block)

    def _called(self, index: int, id_: str | None, name: str) -> bytes:
        if index in self._calls:
            return b""
        opened = self._into("tool", {"type": "tool_use", "id": id_ or f"toolu_{index}", "name": name, "input": {}})
        self._calls[index] = self._block
        return opened

    def _arguments(self, text: str) -> bytes:
        return self._delta({"type": "input_json_delta", "partial_json": text}) if text else b""

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return _event("content_block_delta", index=self._block, delta=delta)

    def _close(self) -> bytes:
        if not self._open:
            return b""
        self._open = ""
        return _event("content_block_stop", index=self._block)


def input_of(usage: TokenUsage) -> dict[str, int]:
    """Anthropic counts the input without what the cache gave and took."""
    read, written = usage.cache_read or 0, usage.cache_write or 0
    fresh = max(0, (usage.input or 0) - read - written)
    return {"input_tokens": fresh, "cache_read_input_tokens": read, "cache_creation_input_tokens": written}


def error(failure: Failure) -> dict[str, Any]:
    return {"error": {"type": TYPES.get(failure.kind, "api_error"), "message": failure.message}}


def _object(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return {}


def _event(name: str, **fields: Any) -> bytes:
    return f"event: {name}\ndata: ".encode() + msgspec.json.encode({"type": name, **fields}) + b"\n\n"

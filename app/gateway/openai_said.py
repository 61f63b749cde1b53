"""Our events as Chat Completions, streamed or whole."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec

from app.gateway.told import Told, stop_of
from providers.errors import Failure
from providers.events import Event, Reasoning, Refusal, Text, ToolCall, ToolCallDelta
from providers.usage import TokenUsage

STOPS = {"length": "length", "filter": "content_filter", "calls": "tool_calls", "end": "stop"}
TYPES = {"authentication": "authentication_error", "permission": "permission_error", "rate": "rate_limit_error"}


class OpenAISaid:
    """One answer in OpenAI's words."""

    content_type = "text/event-stream; charset=utf-8"

    def __init__(self, id_: str, model: str, *, with_usage: bool) -> None:
        self._id, self._model, self._with_usage = f"chatcmpl-{id_}", model, with_usage
        self._made = int(time.time())
        self._calls: set[int] = set()

    def opening(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, event: Event) -> bytes:
        match event:
            case Text(text=text):
                return self._chunk({"content": text})
            case Reasoning(text=text):
                return self._chunk({"reasoning_content": text})
            case Refusal(text=text):
                return self._chunk({"refusal": text})
            case ToolCallDelta(index=index):
                head = {} if index in self._calls else {"id": event.id or f"call_{index}", "type": "function"}
                name = {"name": event.name} if head else {}
                self._calls.add(index)
                return self._call(index, head, {**name, "arguments": event.arguments})
            case ToolCall(index=index) if index not in self._calls:
                self._calls.add(index)
                head = {"id": event.id or f"call_{index}", "type": "function"}
                return self._call(index, head, {"name": event.name, "arguments": event.arguments})
            case _:
                return b""

    def closing(self, told: Told) -> bytes:
        end = self._chunk({}, STOPS[stop_of(told)])
        if self._with_usage:
            end += _event({**self._head("chat.completion.chunk"), "choices": [], "usage": usage_of(told.usage)})
        return end + b"data: [DONE]\n\n"

    def failing(self, failure: Failure) -> bytes:
        return _event(error(failure))

    def whole(self, told: Told) -> bytes:
        message: dict[str, Any] = {"role": "assistant", "content": told.text or None, "refusal": told.refusal or None}
        if told.reasoning:
            message["reasoning_content"] = told.reasoning
        if told.calls:
            message["tool_calls"] = [
                {
                    "id": call.id or f"call_{at}",
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for at, call in enumerate(told.calls)
            ]
        choice = {"index": 0, "message": message, "finish_reason": STOPS[stop_of(told)], "logprobs": None}
        made = {**self._head("chat.completion"), "choices": [choice], "usage": usage_of(told.usage)}
        return msgspec.json.encode(made)

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._made, "model": self._model}

    def _chunk(self, delta: dict[str, Any], stop: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": stop, "logprobs": None}
        return _event({**self._head("chat.completion.chunk"), "choices": [choice]})

    def _call(self, index: int, head: dict[str, Any], function: dict[str, Any]) -> bytes:
        return self._chunk({"tool_calls": [{"index": index, **head, "function": function}]})


def usage_of(usage: TokenUsage) -> dict[str, Any]:
    prompt, completion = usage.input or 0, usage.output or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read or 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning or 0},
    }


def error(failure: Failure) -> dict[str, Any]:
    kind = TYPES.get(failure.kind, "invalid_request_error" if failure.kind in ASKED_WRONG else "server_error")
    return {"error": {"message": failure.message, "type": kind, "param": None, "code": failure.kind}}


ASKED_WRONG = ("bad_request", "not_found", "too_long", "content_filter")


def models(names: Iterator[str]) -> bytes:
    made = [{"id": name, "object": "model", "created": 0, "owned_by": "abreast"} for name in names]
    return msgspec.json.encode({"object": "list", "data": made})


def _event(value: Any) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"

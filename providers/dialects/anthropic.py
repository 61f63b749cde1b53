"""Anthropic Messages."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from providers import error_bodies
from providers.dialects import documents
from providers.dialects.base import Encoded, Quirks
from providers.dialects.parameters import Parameters
from providers.dialects.text import Joiner
from providers.errors import Failure, ProviderError
from providers.events import (
    Event,
    Finished,
    Notice,
    Reasoning,
    Served,
    Stop,
    Text,
    ToolCall,
    ToolCallDelta,
    Usage,
)  # fmt: skip
from providers.sse import ServerEvent
from providers.types import Request
from providers.usage import TokenUsage, merged

VERSION = "2023-06-01"
DEFAULT_MAX_TOKENS = 4096
ABSENT = ("seed", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs")


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""


class _Event(msgspec.Struct, gc=False):
    type: str = ""
    index: int = 0
    delta: _Delta | None = None


_fast = msgspec.json.Decoder(_Event)


class Anthropic:
    name: Literal["anthropic"] = "anthropic"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Anthropic")
        parameters.drop(*ABSENT)
        limit = parameters.take("max_tokens")
        if limit is None:
            limit = DEFAULT_MAX_TOKENS
            parameters.note("changed_param", f"Anthropic requires `max_tokens`; {limit} was sent.")
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": limit,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            "stream": True,
        }
        if request.system is not None:
            body["system"] = request.system
        stop = parameters.take("stop")
        if stop is not None:
            body["stop_sequences"] = [stop] if isinstance(stop, str) else stop
        budget, effort = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
        if budget is not None:
            body["thinking"] = {"type": "enabled", "budget_tokens": budget} if budget else {"type": "disabled"}
        if effort is not None:
            body["output_config"] = {"effort": effort}
        body |= quirks.extra_body | parameters.left
        path = "/messages" if base_url.partition("?")[0].removesuffix("/").endswith("/v1") else "/v1/messages"
        return Encoded(path, documents.encoded(body), {"anthropic-version": VERSION}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> "AnthropicDecoder":
        return AnthropicDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"x-api-key": key}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


class _Tool:
    def __init__(self, number: int, block: dict[str, Any]) -> None:
        self.number = number
        self.id = block.get("id") if isinstance(block.get("id"), str) else None
        self.name = str(block.get("name", ""))
        self.given = block.get("input")
        self.arguments = ""


class AnthropicDecoder:
    def __init__(self, model: str) -> None:
        self._model = model
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._done_ns = 0
        self._tools: dict[int, _Tool] = {}
        self._count = 0
        self._joiners: dict[int, Joiner] = {}

    @property
    def complete(self) -> bool:
        return self._done_ns > 0

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if event.name == "content_block_delta":
            try:
                said = _fast.decode(event.data)
            except (msgspec.DecodeError, RecursionError):
                said = None
            if said is not None and said.delta is not None:
                return list(self._delta(said.index, said.delta, at_ns))
        return list(self._slowly(event, at_ns))

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        said = documents.decoded(body)
        if error_bodies.is_error(said) or not isinstance(said, dict):
            raise ProviderError(error_bodies.in_stream(said))
        events = list(self._message(said, at_ns))
        for index, block in enumerate(_dicts(said.get("content"))):
            events += self._opened(index, block, at_ns)
            events += self._closed(index, at_ns)
        events += self._ending(said, said, at_ns)
        self._done_ns = at_ns
        return events

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        if not self.complete:
            raise ProviderError(Failure("cut_off", "the stream ended without message_stop"))
        rest = [event for index in list(self._tools) for event in self._closed(index, at_ns)]
        return rest, Finished(0, self._done_ns, self._model, self._usage, self._stop)

    def _slowly(self, event: ServerEvent, at_ns: int) -> Iterator[Event]:
        if not event.data.strip():
            return
        try:
            said = documents.decoded(event.data)
        except ProviderError:
            if not event.terminated:
                return
            raise
        if event.name == "error" or error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        if isinstance(said, dict):
            yield from self._event(said, at_ns)

    def _event(self, said: dict[str, Any], at_ns: int) -> Iterator[Event]:
        index = said["index"] if isinstance(said.get("index"), int) else 0
        match said.get("type"):
            case "message_start":
                self._tools.clear()
                message = said.get("message")
                yield from self._message(message if isinstance(message, dict) else {}, at_ns)
            case "content_block_start":
                block = said.get("content_block")
                yield from self._opened(index, block if isinstance(block, dict) else {}, at_ns)
            case "content_block_delta":
                yield from self._delta(index, _delta_of(said.get("delta")), at_ns)
            case "content_block_stop":
                yield from self._closed(index, at_ns)
            case "message_delta":
                delta = said.get("delta")
                yield from self._ending(delta if isinstance(delta, dict) else {}, said, at_ns)
            case "message_stop":
                self._done_ns = at_ns

    def _message(self, message: dict[str, Any], at_ns: int) -> Iterator[Event]:
        if isinstance(model := message.get("model"), str) and model:
            self._model = model
            yield Served(0, at_ns, model)
        yield from self._used(message.get("usage"), at_ns)

    def _opened(self, index: int, block: dict[str, Any], at_ns: int) -> Iterator[Event]:
        match block.get("type"):
            case "tool_use":
                self._tools[index] = tool = _Tool(self._count, block)
                self._count += 1
                yield ToolCallDelta(0, at_ns, tool.number, tool.id, tool.name, "")
            case "text" if isinstance(text := block.get("text"), str) and text:
                yield Text(0, at_ns, self._joiner(index).feed(text))
            case "thinking" if isinstance(text := block.get("thinking"), str) and text:
                yield Reasoning(0, at_ns, self._joiner(index).feed(text))

    def _delta(self, index: int, delta: _Delta, at_ns: int) -> Iterator[Event]:
        match delta.type:
            case "text_delta" if delta.text and (text := self._joiner(index).feed(delta.text)):
                yield Text(0, at_ns, text)
            case "thinking_delta" if delta.thinking and (text := self._joiner(index).feed(delta.thinking)):
                yield Reasoning(0, at_ns, text)
            case "input_json_delta" if (tool := self._tools.get(index)) is not None and delta.partial_json:
                tool.arguments += delta.partial_json
                yield ToolCallDelta(0, at_ns, tool.number, tool.id, tool.name, delta.partial_json)

    def _closed(self, index: int, at_ns: int) -> Iterator[Event]:
        if (tool := self._tools.pop(index, None)) is None:
            return
        arguments = tool.arguments
        if not arguments and tool.given is not None:
            arguments = documents.text_of(tool.given)
        yield ToolCall(
            0, at_ns, tool.number, tool.id, tool.name, arguments, documents.is_one((arguments or "{}").encode())
        )

    def _ending(self, delta: dict[str, Any], said: dict[str, Any], at_ns: int) -> Iterator[Event]:
        yield from self._used(said.get("usage"), at_ns)
        details = delta.get("stop_details")
        if isinstance(details, dict) and isinstance(words := details.get("explanation"), str) and words:
            yield Notice(0, at_ns, "other", words)
        if isinstance(reason := delta.get("stop_reason"), str):
            self._stop = reason
            yield Stop(0, at_ns, reason)

    def _used(self, usage: Any, at_ns: int) -> Iterator[Event]:
        if isinstance(usage, dict) and usage:
            self._usage = usage_of(merged(self._usage.raw, usage))
            yield Usage(0, at_ns, self._usage)

    def _joiner(self, index: int) -> Joiner:
        return self._joiners.setdefault(index, Joiner())


def usage_of(raw: dict[str, Any]) -> TokenUsage:
    """Anthropic counts the cache apart from the input; the inclusive convention adds it."""
    read, written = _count(raw, "cache_read_input_tokens"), _count(raw, "cache_creation_input_tokens")
    given = _count(raw, "input_tokens")
    split, out = raw.get("cache_creation"), raw.get("output_tokens_details")
    return TokenUsage(
        input=None if given is None else given + (read or 0) + (written or 0),
        cache_read=read,
        cache_write=written,
        output=_count(raw, "output_tokens"),
        reasoning=_count(out, "thinking_tokens") if isinstance(out, dict) else None,
        cache_write_1h=_count(split, "ephemeral_1h_input_tokens") if isinstance(split, dict) else None,
        raw=raw,
    )


def _delta_of(value: Any) -> _Delta:
    if not isinstance(value, dict):
        return _Delta()
    return _Delta(**{k: v for k, v in value.items() if k in _Delta.__struct_fields__ and isinstance(v, str)})


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _count(source: dict[str, Any], name: str) -> int | None:
    value = source.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None

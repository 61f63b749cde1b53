"""Reads what Anthropic Messages answers."""

from collections.abc import Sequence
from typing import Any

import msgspec

from providers import error_bodies
from providers.dialects.anthropic_usage import usage_of
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE, tame, text_of
from providers.dialects.text import Joiner, whole
from providers.dialects.tool_calls import is_whole
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
)
from providers.sse import ServerEvent
from providers.usage import TokenUsage, merged


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""


class _Event(msgspec.Struct, gc=False):
    type: str = ""
    index: int = 0
    delta: _Delta | None = None


_decode = msgspec.json.Decoder(_Event).decode


class _Tool:
    def __init__(self, number: int, block: dict[str, Any]) -> None:
        self.number = number
        self.id = whole(block["id"]) if isinstance(block.get("id"), str) else None
        self.name = whole(block["name"]) if isinstance(block.get("name"), str) else ""
        self.given = block.get("input")
        self.fragments: list[str] = []
        self.joiner = Joiner()

    def piece(self, text: str, at_ns: int) -> ToolCallDelta:
        self.fragments.append(text)
        return ToolCallDelta(0, at_ns, self.number, self.id, self.name, text)

    def call(self, at_ns: int) -> ToolCall:
        """The call as it is whole. The input it began with holds only if no piece of it was streamed."""
        arguments = "".join(self.fragments)
        if not arguments and self.given is not None:
            arguments = whole(text_of(self.given))
        return ToolCall(0, at_ns, self.number, self.id, self.name, arguments, is_whole(arguments))


class AnthropicDecoder(Decoding):
    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._begun = False
        self._tools: dict[int, _Tool] = {}
        self._calls = 0
        """How many calls are whole."""
        self._joiners: dict[int, tuple[type[Text] | type[Reasoning], Joiner]] = {}

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if event.name == "content_block_delta" or not event.name:
            try:
                said = _decode(event.data)
            except UNREADABLE:
                return super().feed(event, at_ns)
            if said.delta is not None and said.type == "content_block_delta":
                return self._collect(self._delta, said, at_ns)
        return super().feed(event, at_ns)

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        self._raise_failure()
        if self._done_ns is None:
            raise ProviderError(Failure("cut_off", "the stream ended without message_stop"))
        if not self._begun and self._stop is None:  # llama.cpp leaves out message_start when a character is cut
            raise ProviderError(Failure("protocol", "the server ended the stream without an answer"))
        rest: list[Event] = []
        for index in [*self._tools, *self._joiners]:
            self._closed(index, self._done_ns, rest)
        return rest, Finished(0, self._done_ns, self._model, self._usage, self._stop)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        said = document_of(event)
        if is_failing(event, said):
            raise ProviderError(error_bodies.in_stream(said))
        if not isinstance(said, dict):
            return
        index = said["index"] if isinstance(said.get("index"), int) else 0
        match said.get("type"):
            case "message_start":
                self._started(_object(said, "message"), at_ns, out)
            case "content_block_start":
                self._opened(index, _object(said, "content_block"), at_ns, out)
            case "content_block_delta":
                self._delta(_Event("", index, _delta_of(_object(said, "delta"))), at_ns, out)
            case "content_block_stop":
                self._closed(index, at_ns, out)
            case "message_delta":
                self._ending(_object(said, "delta"), said, at_ns, out)
            case "message_stop":
                self._done_ns = at_ns

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        if not isinstance(said, dict) or not isinstance(said.get("content"), list):
            raise ProviderError(error_bodies.in_stream(said, otherwise="the server sent no answer"))
        self._started(said, at_ns, out)
        for index, block in enumerate(said["content"]):
            if isinstance(block, dict):
                self._opened(index, block, at_ns, out)
                self._closed(index, at_ns, out)
        self._ending(said, said, at_ns, out)

    def _started(self, message: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        """Some proxies say it twice, or start the message anew: blocks that are open then go no further."""
        self._begun = True
        self._tools.clear()
        self._joiners.clear()
        self._served(message.get("model"), at_ns, out)
        self._used(message.get("usage"), at_ns, out)

    def _served(self, model: Any, at_ns: int, out: list[Event]) -> None:
        if isinstance(model, str) and model:
            self._model = whole(model)
            out.append(Served(0, at_ns, self._model))

    def _opened(self, index: int, block: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        match block.get("type"):
            case "tool_use":
                self._tools[index] = tool = _Tool(self._calls + len(self._tools), block)
                out.append(tool.piece("", at_ns))
            case "text" if isinstance(text := block.get("text"), str):
                self._say(Text, index, text, at_ns, out)
            case "thinking" if isinstance(text := block.get("thinking"), str):
                self._say(Reasoning, index, text, at_ns, out)
            case "fallback":
                before, after = _object(block, "from").get("model"), _object(block, "to").get("model")
                if isinstance(after, str) and after:
                    out.append(Notice(0, at_ns, "other", whole(f"{after} answers in place of {before}.")))
                    self._served(after, at_ns, out)

    def _delta(self, said: _Event, at_ns: int, out: list[Event]) -> None:
        delta = said.delta
        assert delta is not None
        match delta.type:
            case "text_delta":
                self._say(Text, said.index, delta.text, at_ns, out)
            case "thinking_delta":
                self._say(Reasoning, said.index, delta.thinking, at_ns, out)
            case "input_json_delta" if (tool := self._tools.get(said.index)) is not None:
                if text := tool.joiner.feed(delta.partial_json):
                    out.append(tool.piece(text, at_ns))

    def _say(
        self, kind: type[Text] | type[Reasoning], index: int, text: str, at_ns: int, out: list[Event]
    ) -> None:  # fmt: skip
        if index not in self._joiners:
            self._joiners[index] = kind, Joiner()
        if text := self._joiners[index][1].feed(text):
            out.append(kind(0, at_ns, text))

    def _closed(self, index: int, at_ns: int, out: list[Event]) -> None:
        kind, joiner = self._joiners.pop(index, (Text, None))
        if joiner is not None and (text := joiner.end()):
            out.append(kind(0, at_ns, text))
        if (tool := self._tools.pop(index, None)) is not None:
            if text := tool.joiner.end():
                out.append(tool.piece(text, at_ns))
            self._calls = max(self._calls, tool.number + 1)
            out.append(tool.call(at_ns))

    def _ending(self, delta: dict[str, Any], said: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        self._used(said.get("usage"), at_ns, out)
        words = _object(delta, "stop_details").get("explanation")
        if isinstance(words, str) and words:
            out.append(Notice(0, at_ns, "other", whole(words)))
        if isinstance(reason := delta.get("stop_reason"), str):
            self._stop = whole(reason)
            out.append(Stop(0, at_ns, self._stop))

    def _used(self, usage: Any, at_ns: int, out: list[Event]) -> None:
        if isinstance(usage, dict) and usage:
            self._usage = usage_of(merged(self._usage.raw, tame(usage)))
            out.append(Usage(0, at_ns, self._usage))


def _delta_of(value: dict[str, Any]) -> _Delta:
    return _Delta(**{k: v for k, v in value.items() if k in _Delta.__struct_fields__ and isinstance(v, str)})


def _object(source: dict[str, Any], name: str) -> dict[str, Any]:
    value = source.get(name)
    return value if isinstance(value, dict) else {}

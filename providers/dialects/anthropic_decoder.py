"""Reads what Anthropic Messages answers."""

from collections.abc import Sequence
from typing import Any

import msgspec

from providers import error_bodies
from providers.dialects.anthropic_blocks import Block, turn_of
from providers.dialects.anthropic_usage import usage_of
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE, tame
from providers.dialects.text import whole
from providers.errors import Failure, ProviderError
from providers.events import (
    Event,
    Finished,
    Notice,
    Reasoning,
    Served,
    Stop,
    Text,
    Turn,
    Usage,
)
from providers.sse import ServerEvent
from providers.usage import TokenUsage, merged


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    signature: str = ""
    citation: Any = None


class _Event(msgspec.Struct, gc=False):
    type: str = ""
    index: int = 0
    delta: _Delta | None = None


_decode = msgspec.json.Decoder(_Event).decode


class AnthropicDecoder(Decoding):
    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._begun = False
        self._open: dict[int, Block] = {}
        self._blocks: list[Block] = []
        self._calls = 0
        """How many calls are whole."""
        self._open_calls = 0

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
        for index in [*self._open]:
            self._closed(index, self._done_ns, rest)
        if (turn := turn_of(self._blocks, paused=self._stop == "pause_turn")) is not None:
            rest.append(Turn(0, self._done_ns, "anthropic", turn))
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
        dropped = {id(block) for block in self._open.values()}
        self._blocks = [block for block in self._blocks if id(block) not in dropped]
        self._open.clear()
        self._open_calls = 0
        self._served(message.get("model"), at_ns, out)
        self._used(message.get("usage"), at_ns, out)

    def _served(self, model: Any, at_ns: int, out: list[Event]) -> None:
        if isinstance(model, str) and model:
            self._model = whole(model)
            out.append(Served(0, at_ns, self._model))

    def _opened(self, index: int, said: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        self._closed(index, at_ns, out)
        number = None
        if said.get("type") == "tool_use":
            number, self._open_calls = self._calls + self._open_calls, self._open_calls + 1
        self._begin(index, Block(said, number)).begin(at_ns, out)
        if said.get("type") == "fallback":
            before, after = _object(said, "from").get("model"), _object(said, "to").get("model")
            if isinstance(after, str) and after:
                out.append(Notice(0, at_ns, "other", whole(f"{after} answers in place of {before}.")))
                self._served(after, at_ns, out)

    def _begin(self, index: int, block: Block) -> Block:
        self._open[index] = block
        self._blocks.append(block)
        return block

    def _delta(self, said: _Event, at_ns: int, out: list[Event]) -> None:
        delta, block = said.delta, self._open.get(said.index)
        assert delta is not None
        match delta.type:
            case "text_delta":
                block = block or self._begin(said.index, Block({"type": "text"}))
                block.say(Text, delta.text, at_ns, out)
            case "thinking_delta":
                block = block or self._begin(said.index, Block({"type": "thinking"}))
                block.say(Reasoning, delta.thinking, at_ns, out)
            case "input_json_delta" if block is not None:
                block.add_json(delta.partial_json, at_ns, out)
            case "signature_delta" if block is not None:
                block.signature = delta.signature
            case "citations_delta" if block is not None and delta.citation is not None:
                block.citations.append(delta.citation)

    def _closed(self, index: int, at_ns: int, out: list[Event]) -> None:
        if (block := self._open.pop(index, None)) is not None:
            block.close(at_ns, out)
            if block.number is not None:
                self._calls, self._open_calls = max(self._calls, block.number + 1), self._open_calls - 1

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
    known = {name: value[name] for name in _Delta.__struct_fields__ if name in value}
    return _Delta(**{name: said for name, said in known.items() if name == "citation" or isinstance(said, str)})


def _object(source: dict[str, Any], name: str) -> dict[str, Any]:
    value = source.get(name)
    return value if isinstance(value, dict) else {}

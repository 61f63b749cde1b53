"""OpenAI Chat Completions, and everyone who speaks like it."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from providers import error_bodies
from providers.dialects import documents
from providers.dialects.base import Encoded, Quirks
from providers.dialects.parameters import Parameters
from providers.dialects.text import Joiner
from providers.dialects.tool_calls import ToolCalls
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, LogProbs, Reasoning, Refusal, Served, Stop, Text, Usage
from providers.sse import ServerEvent
from providers.types import Request
from providers.usage import TokenUsage, merged


class _Delta(msgspec.Struct, gc=False):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None
    function_call: dict[str, Any] | None = None
    reasoning_details: list[Any] | None = None
    content_blocks: list[Any] | None = None


class _Choice(msgspec.Struct, gc=False):
    index: int | None = 0
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None
    error: Any = None


class _Chunk(msgspec.Struct, gc=False):
    choices: list[_Choice] | None = None
    model: str | None = None
    usage: dict[str, Any] | None = None
    x_groq: dict[str, Any] | None = None
    error: Any = None
    object: str | None = None
    type: str | None = None
    detail: Any = None
    error_message: Any = None
    error_type: Any = None


_fast = msgspec.json.Decoder(_Chunk)


class OpenAiChat:
    """The dialect itself: it has no state."""

    name: Literal["openai_chat"] = "openai_chat"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="this API")
        body: dict[str, Any] = {
            "model": model,
            "messages": [
                *([{"role": "system", "content": request.system}] if request.system is not None else []),
                *({"role": message.role, "content": message.text} for message in request.messages),
            ],
            "stream": True,
        }
        if quirks.stream_options:
            body["stream_options"] = {"include_usage": True}
        limit = quirks.max_tokens_field
        renames = {"max_tokens": limit, **quirks.renames}
        body |= quirks.extra_body | {renames.get(name, name): value for name, value in parameters.left.items()}
        return Encoded("/chat/completions", documents.encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> "ChatDecoder":
        return ChatDecoder(model, quirks)

    def auth(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


class ChatDecoder:
    """One answer. Only the first choice is the answer; the others end with it."""

    def __init__(self, model: str, quirks: Quirks) -> None:
        self._model = model
        self._named = False
        self._quirks = quirks
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._stopped_ns = 0
        self._open_choices: set[int] = set()
        self._seen_choice = False
        self._said = False
        self._done_ns = 0
        self._calls = ToolCalls()
        self._text, self._reasoning = Joiner(), Joiner()

    @property
    def complete(self) -> bool:
        return self._done_ns > 0

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if not event.name and event.terminated:
            try:
                return list(self._chunk(_fast.decode(event.data), at_ns))
            except (msgspec.DecodeError, RecursionError):
                pass
        return list(self._slowly(event, at_ns))

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        said = documents.decoded(body)
        if error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        events = list(self._chunk(_lenient(said), at_ns))
        self._done_ns = at_ns
        return events

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        if not self._seen_choice and self.complete:
            raise ProviderError(Failure("protocol", "the server ended the stream without an answer"))
        proven = self._stop is not None and not self._open_choices
        if not proven or not (self.complete or self._usage.raw or not self._quirks.stream_options):
            raise ProviderError(Failure("cut_off", "the stream ended before the answer was complete"))
        if not self._said and not self._calls and self._stop == "stop" and self._usage.output is None:
            raise ProviderError(Failure("protocol", "the server ended the stream without saying anything"))
        over_ns = self._done_ns or self._stopped_ns or at_ns
        rest: list[Event] = [*self._held(over_ns), *self._calls.close(over_ns)]
        return rest, Finished(0, over_ns, self._model, self._usage, self._stop)

    # Events

    def _slowly(self, event: ServerEvent, at_ns: int) -> Iterator[Event]:
        data = event.data.strip()
        if data == b"[DONE]":
            self._done_ns = at_ns
            return
        if not data:
            return
        try:
            said = documents.decoded(data)
        except ProviderError:
            if (lines := data.split(b"\n")) and len(lines) > 1 and all(map(documents.is_one, lines)):
                for line in lines:
                    yield from self.feed(ServerEvent(event.name, line), at_ns)
                return
            if not event.terminated:
                return  # what was cut off in the middle says nothing
            raise
        if event.name == "error" or error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        yield from self._chunk(_lenient(said), at_ns)

    def _chunk(self, chunk: _Chunk, at_ns: int) -> Iterator[Event]:
        if chunk.error or chunk.object == "error" or chunk.type == "error" or chunk.error_message or chunk.error_type:
            yield from self._failing(chunk, at_ns)
        if chunk.detail is not None and chunk.choices is None:
            raise ProviderError(error_bodies.in_stream({"detail": chunk.detail}))
        if chunk.model and (not self._named or chunk.model != self._model):
            self._model, self._named = chunk.model, True
            yield Served(0, at_ns, chunk.model)
        for choice in chunk.choices or ():
            yield from self._choice(choice, at_ns)
        usage = chunk.usage or (chunk.x_groq or {}).get("usage")
        if isinstance(usage, dict) and usage:
            yield self._used(usage, at_ns)
        if chunk.x_groq and chunk.x_groq.get("error"):
            raise ProviderError(error_bodies.in_stream({"error": chunk.x_groq["error"]}))

    def _failing(self, chunk: _Chunk, at_ns: int) -> Iterator[Event]:
        for choice in chunk.choices or ():
            if choice.delta is not None and not choice.index:
                yield from self._delta(choice.delta, at_ns)
        raise ProviderError(error_bodies.in_stream(msgspec.to_builtins(chunk)))

    def _choice(self, choice: _Choice, at_ns: int) -> Iterator[Event]:
        index = choice.index or 0
        self._seen_choice = True
        delta = choice.delta or choice.message
        if index:
            (self._open_choices.discard if choice.finish_reason else self._open_choices.add)(index)
            return
        if delta is not None:
            yield from self._delta(delta, at_ns)
        if choice.logprobs and (tokens := choice.logprobs.get("content") or choice.logprobs.get("refusal")):
            yield LogProbs(0, at_ns, tuple(map(_log_prob, tokens)))
        if choice.error:
            raise ProviderError(error_bodies.in_stream({"error": choice.error}))
        if choice.finish_reason:
            self._stop, self._stopped_ns = choice.finish_reason, at_ns
            yield Stop(0, at_ns, choice.finish_reason)
            if choice.finish_reason == "error" or choice.finish_reason.endswith("_error"):
                raise ProviderError(Failure("server", f"the provider ended with {choice.finish_reason!r}"))
            if choice.finish_reason == "insufficient_system_resource":
                raise ProviderError(Failure("overloaded", "the provider ran out of resources while answering"))

    def _delta(self, delta: _Delta, at_ns: int) -> Iterator[Event]:
        content, thought = _content(delta.content)
        thought = thought or delta.reasoning_content or delta.reasoning or _details(delta)
        if thought and (text := self._reasoning.feed(thought)):
            self._said = True
            yield Reasoning(0, at_ns, text)
        if content and (text := self._text.feed(content)):
            self._said = True
            yield Text(0, at_ns, text)
        if delta.refusal:
            self._said = True
            yield Refusal(0, at_ns, delta.refusal)
        if delta.tool_calls:
            for call in delta.tool_calls:
                yield from self._calls.delta(call, at_ns)
        if delta.function_call:
            yield from self._calls.delta({"index": 0, "function": delta.function_call}, at_ns)

    def _held(self, at_ns: int) -> Iterator[Event]:
        if text := self._reasoning.end():
            yield Reasoning(0, at_ns, text)
        if text := self._text.end():
            yield Text(0, at_ns, text)

    def _used(self, usage: dict[str, Any], at_ns: int) -> Usage:
        self._usage = usage_of(merged(self._usage.raw, usage), excludes=self._quirks.output_excludes_reasoning)
        return Usage(0, at_ns, self._usage)


def usage_of(raw: dict[str, Any], *, excludes: bool = False) -> TokenUsage:
    """OpenAI's counts in the inclusive convention; the total, where there is one, tells who counts otherwise."""
    into = _details_of(raw, "prompt_tokens_details", "prompt_token_details", "input_tokens_details")
    out = _details_of(raw, "completion_tokens_details", "output_tokens_details")
    given, produced = _count(raw, "prompt_tokens", "input_tokens"), _count(raw, "completion_tokens", "output_tokens")
    read = _first(
        _count(into, "cached_tokens"),
        _count(raw, "prompt_cache_hit_tokens", "cache_read_input_tokens", "num_cached_tokens"),
    )
    written = _first(
        _count(into, "cache_write_tokens", "cache_creation_input_tokens", "cache_creation_tokens"),
        _count(raw, "cache_creation_input_tokens"),
    )
    thought = _first(_count(out, "reasoning_tokens"), _count(raw, "reasoning_tokens"))
    total = _count(raw, "total_tokens")
    if given is not None and produced is not None:
        cached = (read or 0) + (written or 0)
        if cached and (total == given + produced + cached if total is not None else (read or 0) > given):
            given += cached
        if thought and (
            total == given + produced + thought if total is not None and total != given + produced
            else (excludes and total is None) or thought > produced
        ):  # fmt: skip
            produced += thought
    return TokenUsage(
        input=given, cache_read=read, cache_write=written, output=produced, reasoning=thought,
        cost_usd=_cost(raw), raw=raw,
    )  # fmt: skip


def _cost(raw: dict[str, Any]) -> str | None:
    ticks = raw.get("cost_in_usd_ticks")
    if isinstance(ticks, int):
        return format(Decimal(ticks) / 10_000_000_000, "f")
    cost = raw.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float | str):
        return None
    try:
        return format(Decimal(str(cost)), "f")
    except ArithmeticError:
        return None


def _count(source: dict[str, Any], *names: str) -> int | None:
    for name in names:
        value = source.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _first(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)


def _details_of(raw: dict[str, Any], *names: str) -> dict[str, Any]:
    return next((raw[name] for name in names if isinstance(raw.get(name), dict)), {})


def _content(content: str | list[Any] | None) -> tuple[str, str]:
    """Answer and thought of a delta's content, which Mistral sends as a list of parts."""
    if content is None or isinstance(content, str):
        return content or "", ""
    text, thought = [], []
    for part in content:
        if isinstance(part, dict) and part.get("type") == "thinking":
            inner = part.get("thinking")
            thought.append(_content(inner if isinstance(inner, list | str) else None)[0])
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            text.append(part["text"])
    return "".join(text), "".join(thought)


def _details(delta: _Delta) -> str:
    """Reasoning that comes in structured form only."""
    parts = [
        part.get("text") or part.get("summary") for part in delta.reasoning_details or () if isinstance(part, dict)
    ]
    for block in delta.content_blocks or ():
        inner = block.get("delta") if isinstance(block, dict) else None
        if isinstance(inner, dict):
            parts.append(inner.get("thinking"))
    return "".join(part for part in parts if isinstance(part, str))


def _log_prob(token: dict[str, Any]) -> dict[str, Any]:
    top = [{"token": t.get("token"), "logprob": t.get("logprob")} for t in token.get("top_logprobs") or ()]
    return {"token": token.get("token"), "logprob": token.get("logprob"), "top": top}


def _lenient(said: Any) -> _Chunk:
    """A chunk whose fields are not of the types we expect: what fits is taken, the rest left out."""
    if not isinstance(said, dict):
        raise ProviderError(Failure("protocol", f"the stream holds what is no chunk: {json.dumps(said)[:200]}"))
    chunk: _Chunk = _fitting(said, _Chunk)
    return chunk


def _fitting(said: dict[str, Any], kind: Any) -> Any:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        value = said.get(field.encode_name)
        if value is None:
            continue
        if field.name in ("delta", "message"):
            value = _fitting(value, _Delta) if isinstance(value, dict) else None
        elif field.name == "choices":
            value = [_fitting(v, _Choice) for v in value if isinstance(v, dict)] if isinstance(value, list) else None
        else:
            try:
                value = msgspec.convert(value, field.type)
            except msgspec.ValidationError:
                continue
        values[field.name] = value
    return kind(**values)

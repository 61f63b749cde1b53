"""The chunks of Chat Completions, typed for speed; a chunk of another shape is taken as far as it fits."""

import json
from typing import Any

import msgspec

from providers.errors import Failure, ProviderError


class Delta(msgspec.Struct, gc=False):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | dict[str, Any] | None = None
    function_call: dict[str, Any] | None = None
    reasoning_details: list[Any] | None = None
    content_blocks: list[Any] | None = None
    thinking_blocks: list[Any] | None = None


class Choice(msgspec.Struct, gc=False):
    index: int | None = 0
    delta: Delta | None = None
    message: Delta | None = None
    text: str | None = None
    """Of the older completions, which have no deltas; some hosts send it beside a delta that says the same."""
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None


class Chunk(msgspec.Struct, gc=False):
    choices: list[Choice] | None = None
    model: str | None = None
    usage: dict[str, Any] | None = None
    x_groq: dict[str, Any] | None = None
    timings: dict[str, Any] | None = None
    """llama.cpp's."""
    metrics: dict[str, Any] | None = None
    """vLLM's, where it is asked to give them."""
    system_fingerprint: Any = None
    error: Any = None
    object: str | None = None
    type: Any = None
    detail: Any = None
    error_message: Any = None
    error_type: Any = None

    @property
    def is_suspect(self) -> bool:
        """Whether it may hold an error, which has fields that are not kept here."""
        return bool(
            self.error
            or self.object == "error"
            or self.type is not None
            or self.detail is not None
            or self.error_message is not None
            or self.error_type is not None
            or not (self.choices or self.usage)
        )


decode = msgspec.json.Decoder(Chunk).decode


def fitting(said: Any) -> Chunk:
    """What of a document fits the types. Raises `ProviderError` if it is no object."""
    if not isinstance(said, dict):
        raise ProviderError(Failure("protocol", f"the stream holds what is no chunk: {json.dumps(said)[:200]}"))
    chunk: Chunk = _fitting(said, Chunk)
    return chunk


def _fitting(said: dict[str, Any], kind: Any) -> Any:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        value = said.get(field.encode_name)
        if field.name in ("delta", "message"):
            value = _fitting(value, Delta) if isinstance(value, dict) else None
        elif field.name == "choices":
            value = [_fitting(v, Choice) for v in value if isinstance(v, dict)] if isinstance(value, list) else None
        elif value is not None:
            try:
                value = msgspec.convert(value, field.type)
            except (msgspec.ValidationError, UnicodeError):
                value = None
        if value is not None:
            values[field.name] = value
    return kind(**values)

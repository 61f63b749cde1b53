"""How a family of servers speaks: pure encode and decode, no I/O, no clock.

A dialect turns a request into the parts of one HTTP exchange, and gives a decoder for what comes back. The decoder is
fed whole server-sent events with the stamp of their bytes and says what they mean.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

from providers.errors import Failure
from providers.events import Event, Finished, Notice
from providers.sse import ServerEvent
from providers.types import Request

DialectName = Literal["openai_chat", "openai_responses", "anthropic", "gemini", "ollama"]
Framing = Literal["sse", "ndjson"]
"""How the documents of a stream are told apart: server-sent events, or a line each."""
ACCEPTS: dict[Framing, str] = {"sse": "text/event-stream", "ndjson": "application/x-ndjson"}


class ModelRule(msgspec.Struct, frozen=True):
    """Known parameters that models whose names match `pattern` answer with an error, unless a setting allows them."""

    pattern: str
    refuses: frozenset[str]
    unless: dict[str, str] = {}


class Quirks(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a vendor departs from its dialect, as data."""

    max_tokens_field: str = "max_tokens"
    stream_options: bool = True
    """Whether usage must be asked for with `stream_options.include_usage`, and may be."""
    ignores: frozenset[str] = frozenset()
    """Known parameters that this vendor accepts and ignores: sent, with a notice."""
    refuses: frozenset[str] = frozenset()
    """Known parameters that this vendor answers with an error: dropped, with a notice."""
    models: tuple[ModelRule, ...] = ()
    """What some of its models refuse besides."""
    renames: dict[str, str] = {}
    """Known parameters that go under another name."""
    extra_body: dict[str, Any] = {}
    headers: dict[str, str] = {}
    key_header: str = ""
    """The header that carries the key by itself, where it is not the dialect's."""
    reasoning: Literal["effort", "openrouter", "thinking", "enable_thinking", "template"] = "effort"
    """How a chat server is told how much to think."""
    images: Literal["any", "data", "none"] = "any"
    """Pictures by address or bytes, by bytes only, or not at all."""
    files: Literal["file", "document_url", "none"] = "file"
    """How a chat server takes documents that are no text."""
    forms: Literal["json_schema", "json_object", "value"] = "json_schema"
    """How a chat server takes the form of the answer; `value` is TGI's."""
    required_choice: str = "required"
    """The word for a call that must be made, of whatever tool."""
    echoes: frozenset[str] = frozenset({"reasoning", "reasoning_content", "reasoning_details", "thinking_blocks"})
    """Fields of an assistant's message that go back as they came."""
    wants_reasoning_of_calls: bool = False
    """A message with calls must hold `reasoning_content`, be it empty (DeepSeek)."""
    short_call_ids: bool = False
    """Ids of calls must have nine letters and digits (Mistral)."""
    output_excludes_reasoning: bool = False
    """Completion tokens do not contain reasoning tokens (xAI)."""


class Encoded(msgspec.Struct, frozen=True):
    """One exchange, ready to be sent: `path` is appended to the base URL (before its query, if it has one)."""

    path: str
    body: bytes
    headers: dict[str, str]
    notices: tuple[Notice, ...] = ()


class Decoder(Protocol):
    """Reads one answer. Whatever it is fed, it raises only `ProviderError`."""

    @property
    def complete(self) -> bool:
        """The dialect's own end marker was seen: nothing of this answer follows."""
        ...

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        """What `event` means, as events of attempt 0. Raises `ProviderError` for an error inside the stream."""
        ...

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        """What a body that is not a stream means: a server that ignored `stream`, or an error with status 200."""
        ...

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        """The stream is over: what was still open (whole tool calls), and the end.

        Raises `ProviderError` of kind `cut_off` without the dialect's proof of completion, and of kind `protocol`
        for a stream that said nothing at all. `at_ns` is used where the proof itself had no stamp.
        """
        ...


class Dialect(Protocol):
    @property
    def name(self) -> DialectName: ...

    @property
    def framing(self) -> Framing: ...

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        """The request in this dialect's words. `base_url` decides the path where the dialect says so."""
        ...

    def decoder(self, *, model: str, quirks: Quirks) -> Decoder: ...

    def auth(self, key: str) -> dict[str, str]:
        """The headers that carry the key."""
        ...

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        """What an answer with an error status says. Header names are lower case."""
        ...


def credentials(dialect: Dialect, quirks: Quirks, key: str) -> dict[str, str]:
    """The headers that carry the key to this vendor."""
    return {quirks.key_header: key} if quirks.key_header else dialect.auth(key)

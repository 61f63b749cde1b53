"""An exchange as a pair of files that our tests read: the body as it came, and what we made of it.

`NAME.sse` or `NAME.ndjson` is the body; `NAME.json` says what it means, what it takes to read it (`quirks`,
`content_type`, `status`, `headers`, where they are not the usual ones) and in which `pieces` it came, as
`[microseconds since the first one, bytes]`. The first word of the name is the protocol's.
"""

import json
import re
from typing import Any

import msgspec

from app.exchange import Exchange
from app.reading import readings
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.errors import Failure
from providers.events import (
    Event,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Served,
    ServerTimed,
    Stop,
    Text,
    ToolCall,
    Turn,
    Usage,
)
from providers.usage import TokenUsage

WORDS: dict[DialectName, str] = {
    "openai_chat": "chat",
    "openai_responses": "responses",
    "anthropic": "messages",
    "gemini": "gemini",
    "ollama": "ollama",
}
COUNTS = ("input", "cache_read", "cache_write", "cache_write_1h", "output", "reasoning", "cost_usd")
SAID = ("kind", "message", "status", "provider_code", "request_id", "retry_after_s")


def file_stem(exchange: Exchange, name: str) -> str:
    """`chat-some-name` for what a person calls it."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "recorded"
    return f"{WORDS[exchange.dialect]}-{plain}"


def files(exchange: Exchange, name: str) -> dict[str, bytes]:
    """Both files by their names. Raises `ValueError` where nothing was answered, or not all of it was kept."""
    if exchange.answered is None:
        raise ValueError("the server has not answered, so there is no stream to save")
    if exchange.missing:
        raise ValueError(f"the last {exchange.missing:,} bytes of this answer were not kept")
    stem = file_stem(exchange, name)
    ending = "ndjson" if DIALECTS[exchange.dialect].framing == "ndjson" else "sse"
    meaning = {**_reading_needs(exchange), **_meaning(exchange), "pieces": _pieces(exchange)}
    return {f"{stem}.{ending}": exchange.body, f"{stem}.json": _written(meaning)}


def _reading_needs(exchange: Exchange) -> dict[str, Any]:
    assert exchange.answered is not None
    needs: dict[str, Any] = {}
    if exchange.quirks != Quirks():
        needs["quirks"] = msgspec.to_builtins(exchange.quirks)
    kind = exchange.answered.header("content-type")
    if "event-stream" not in kind:
        needs["content_type"] = kind
    if exchange.is_refused:
        needs["status"] = exchange.answered.status
        needs["headers"] = {name.lower(): value for name, value in exchange.answered.headers}
    return needs


def _pieces(exchange: Exchange) -> list[list[int]]:
    first = exchange.pieces[0][0] if exchange.pieces else 0
    return [[(at_ns - first) // 1000, len(piece)] for at_ns, piece in exchange.pieces]


class _Meaning:
    """What a stream says, gathered under the names that the tests compare."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"text": [], "reasoning": [], "refusal": []}
        self.calls: dict[int, ToolCall] = {}
        self.usage = TokenUsage()
        self.told: dict[str, Any] = {}
        self.logprobs: list[Any] = []
        self.notices: list[str] = []
        self.server_ms: dict[str, float] = {}

    def take(self, event: Event) -> None:
        match event:
            case Text() | Reasoning() | Refusal():
                self.texts[type(event).__name__.lower()].append(event.text)
            case ToolCall():
                self.calls[event.index] = event
            case Usage():
                self.usage = event.usage
            case Stop():
                self.told["stop"] = event.reason
            case Served():
                self.told["model"] = event.model
            case Turn():
                self.told["turn"] = event.content
            case LogProbs():
                self.logprobs.extend(event.tokens)
            case Notice():
                self.notices.append(event.text)
            case ServerTimed():
                self.server_ms |= event.ms
            case _:
                pass

    def told_of(self, failure: Failure | None) -> dict[str, Any]:
        calls = [self.calls[index] for index in sorted(self.calls)]
        counts = {name: getattr(self.usage, name) for name in COUNTS}
        said: dict[str, Any] = {name: "".join(texts) for name, texts in self.texts.items()}
        said |= {
            "tools": [[call.id, call.name, call.arguments] for call in calls],
            "broken": [call.index for call in calls if not call.complete],
            "usage": {name: count for name, count in counts.items() if count is not None},
            "logprobs": self.logprobs,
            "notices": self.notices,
            "server_ms": self.server_ms,
            "failure": {field: getattr(failure, field) for field in SAID} if failure else None,
        }
        return self.told | {name: value for name, value in said.items() if value}


def _meaning(exchange: Exchange) -> dict[str, Any]:
    meaning = _Meaning()
    failure: Failure | None = None
    for reading in readings(exchange):
        for event in reading.made:
            meaning.take(event)
        failure = reading.failure or failure
    return meaning.told_of(failure)


def _written(meaning: dict[str, Any]) -> bytes:
    """A line for each field."""
    lines = (f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in meaning.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "replace")

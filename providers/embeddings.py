"""Embeddings from a vendor's or a local server's endpoint: one text, one vector of length 1."""

import math
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from providers.dialects.base import Dialect, DialectName, Quirks, credentials
from providers.dialects.urls import join
from providers.error_bodies import request_id
from providers.errors import Failure, ProviderError
from providers.events import Event, Response, Spent, Started
from providers.exchanging import Client
from providers.naming import model_name
from providers.routes.similarity import Vector
from providers.usage import TokenUsage

MOST_BYTES = 4 * 1024 * 1024
"""Of a response: 4,096 dimensions take about 100 kB."""


class _Call(NamedTuple):
    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class HttpEmbedder:
    """`key` belongs to the origin of `base_url`, as whoever builds this has made sure."""

    vendor: str
    model: str
    base_url: str
    dialect: Dialect
    client: Client
    quirks: Quirks = field(default_factory=Quirks)
    key: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return model_name(self.vendor, self.base_url, self.model)

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        call = _call(self.dialect.name, self.model, self.base_url, text)
        headers = {"content-type": "application/json", "accept": "application/json"}
        headers |= {name.lower(): value for name, value in self.quirks.headers.items()}
        if self.key is not None:
            headers |= credentials(self.dialect, self.quirks, self.key)
        started_ns = time.perf_counter_ns()
        yield Started(0, started_ns, role="embedding", vendor=self.vendor, endpoint=self.base_url, model=self.model)
        url, body = join(self.base_url, call.path), msgspec.json.encode(call.body)
        async with self.client.exchange("POST", url, headers=headers, body=body) as exchange:
            yield Response(
                *(0, exchange.headers_ns, exchange.status, exchange.http_version, exchange.reused),
                request_id(exchange.headers),
                stamp=exchange.stamp,
            )
            answer = bytearray()
            async with aclosing(exchange.pieces()) as pieces:
                async for _, piece in pieces:
                    answer += piece
                    if len(answer) > MOST_BYTES:
                        raise ProviderError(Failure("protocol", "the embedding is larger than 4 MiB"))
            if not 200 <= exchange.status < 300:
                raise ProviderError(self.dialect.failure(exchange.status, exchange.headers, bytes(answer)))
        values, tokens = _read(self.dialect.name, bytes(answer))
        yield Spent(0, time.perf_counter_ns(), "embedding", TokenUsage(input=tokens, output=0))
        yield Vector(unit(values))


def _call(dialect: DialectName, model: str, base_url: str, text: str) -> _Call:
    match dialect:
        case "openai_chat" | "openai_responses":
            return _Call("/embeddings", {"model": model, "input": text, "encoding_format": "float"})
        case "ollama":
            return _Call("/api/embed", {"model": model, "input": text})
        case "gemini":
            bare = base_url.partition("?")[0].rstrip("/")
            version = "" if bare.endswith(("/v1", "/v1beta")) else "/v1beta"
            return _Call(f"{version}/models/{model}:embedContent", {"content": {"parts": [{"text": text}]}})
        case _:
            raise ProviderError(Failure("bad_request", "Anthropic's API has no embeddings: choose another vendor's"))


def _read(dialect: DialectName, body: bytes) -> tuple[Sequence[float], int | None]:
    """The vector, and the tokens that were counted. Raises `ProviderError`."""
    try:
        answer = msgspec.json.decode(body)
        match dialect:
            case "ollama":
                values, tokens = answer["embeddings"][0], answer.get("prompt_eval_count")
            case "gemini":
                values, tokens = answer["embedding"]["values"], None
            case _:
                values, tokens = answer["data"][0]["embedding"], (answer.get("usage") or {}).get("prompt_tokens")
        found = [float(value) for value in values]
    except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError):
        raise ProviderError(Failure("protocol", f"the server sent no embedding: {body[:80]!r}")) from None
    if not found:
        raise ProviderError(Failure("protocol", "the server sent an embedding of no dimensions"))
    return found, tokens if isinstance(tokens, int) else None


def unit(values: Sequence[float]) -> tuple[float, ...]:
    """The same direction with length 1; zeros stay zeros."""
    length = math.sqrt(sum(value * value for value in values))
    return tuple(value / length for value in values) if length and math.isfinite(length) else tuple(0.0 for _ in values)

"""Embeddings from a vendor's or a local server's endpoint: one text, one vector of length 1."""

import math
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from providers.dialects.base import DialectName, credentials
from providers.dialects.urls import join
from providers.error_bodies import request_id
from providers.errors import Failure, ProviderError
from providers.events import Event, Notice, Response, Spent, Started
from providers.http_model import HttpModel
from providers.own_key import failure_without
from providers.routes.similarity import Vector
from providers.usage import TokenUsage

MOST_BYTES = 4 * 1024 * 1024
"""Of a response: 4,096 dimensions take about 100 kB."""


class _Call(NamedTuple):
    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class HttpEmbedder:
    """Asks where `leaf` would, with its key, before its observer, and with the fault that is on the way to it."""

    leaf: HttpModel

    @property
    def name(self) -> str:
        return self.leaf.name

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        leaf, witness = self.leaf, self.leaf.observer.attend(self.leaf)
        call = _call(leaf.dialect.name, leaf.model, leaf.base_url, text)
        headers = {"content-type": "application/json", "accept": "application/json"}
        headers |= {name.lower(): value for name, value in leaf.quirks.headers.items()}
        if leaf.key is not None:
            headers |= credentials(leaf.dialect, leaf.quirks, leaf.key)
        started_ns = time.perf_counter_ns()
        witness.began(started_ns)
        yield Started(0, started_ns, role="embedding", vendor=leaf.vendor, endpoint=leaf.base_url, model=leaf.model)
        if leaf.fault:
            yield Notice(0, started_ns, "fault", f"Fault injected: {leaf.fault}")
        url, body = join(leaf.base_url, call.path), msgspec.json.encode(call.body)
        async with leaf.client.exchange("POST", url, headers=headers, body=body, witness=witness) as exchange:
            yield Response(
                *(0, exchange.headers_ns, exchange.status, exchange.http_version, exchange.reused),
                request_id(exchange.headers),
                stamp=exchange.stamp,
            )
            answer = bytearray()
            async with aclosing(exchange.pieces()) as pieces:
                async for at_ns, piece in pieces:
                    witness.heard(at_ns, piece)
                    answer += piece
                    if len(answer) > MOST_BYTES:
                        raise ProviderError(Failure("protocol", "the embedding is larger than 4 MiB"))
            if not 200 <= exchange.status < 300:
                failure = leaf.dialect.failure(exchange.status, exchange.headers, bytes(answer))
                raise ProviderError(failure_without(leaf.key, failure))
        values, tokens = _read(leaf.dialect.name, bytes(answer))
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

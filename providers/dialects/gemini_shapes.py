"""The responses of Gemini, typed for speed; one of another shape is taken as far as it fits."""

import json
from typing import Any

import msgspec

from providers.errors import Failure, ProviderError


class Content(msgspec.Struct, gc=False):
    parts: list[dict[str, Any]] = []
    """As they came: whatever a part holds may have to go back."""


class Candidate(msgspec.Struct, gc=False):
    content: Content | None = None
    index: int = 0
    finishReason: str | None = None  # noqa: N815
    finishMessage: str | None = None  # noqa: N815
    logprobsResult: dict[str, Any] | None = None  # noqa: N815


class Response(msgspec.Struct, gc=False):
    candidates: list[Candidate] = []
    modelVersion: str = ""  # noqa: N815
    usageMetadata: dict[str, Any] | None = None  # noqa: N815
    promptFeedback: dict[str, Any] | None = None  # noqa: N815
    error: Any = None


decode = msgspec.json.Decoder(Response).decode


def fitting(said: Any) -> Response:
    """What of a document fits the types. Raises `ProviderError` if it is no object."""
    if not isinstance(said, dict):
        raise ProviderError(Failure("protocol", f"the stream holds what is no response: {json.dumps(said)[:200]}"))
    return Response(
        candidates=[_candidate_of(one) for one in objects(said.get("candidates"))],
        modelVersion=text_in(said.get("modelVersion")),
        usageMetadata=object_of(said.get("usageMetadata")),
        promptFeedback=object_of(said.get("promptFeedback")),
    )


def _candidate_of(said: dict[str, Any]) -> Candidate:
    content = object_of(said.get("content")) or {}
    return Candidate(
        content=Content(objects(content.get("parts"))),
        index=said["index"] if isinstance(said.get("index"), int) else 0,
        finishReason=text_in(said.get("finishReason")) or None,
        finishMessage=text_in(said.get("finishMessage")) or None,
        logprobsResult=object_of(said.get("logprobsResult")),
    )


def text_in(value: Any) -> str:
    return value if isinstance(value, str) else ""


def object_of(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

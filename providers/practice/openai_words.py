"""What OpenAI's two APIs say in the same words: errors, headers and log-probabilities (Ollama has the last too)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from providers.practice.generation import Token
from providers.practice.problems import Kind, Problem

TYPES: dict[Kind, tuple[str, str | None]] = {
    "bad_request": ("invalid_request_error", None),
    "authentication": ("invalid_request_error", "invalid_api_key"),
    "not_found": ("invalid_request_error", None),
    "too_large": ("invalid_request_error", "request_too_large"),
    "rate": ("requests", "rate_limit_exceeded"),
    "server": ("server_error", None),
    "unavailable": ("service_unavailable_error", "server_is_overloaded"),
    "overloaded": ("service_unavailable_error", "server_is_overloaded"),
}
"""OpenAI's type and code for each kind of problem."""


def headers(request_id: str, *, ms: float) -> dict[str, str]:
    return {
        "x-request-id": f"req_{request_id}",
        "openai-processing-ms": str(round(ms)),
        "openai-version": "2020-10-01",
        "openai-organization": "practice",
    }


def wrong_key() -> Problem:
    return Problem("authentication", "Incorrect API key provided: wrong.", code="invalid_api_key")


def refusal(problem: Problem) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an error response."""
    status = 503 if problem.kind == "overloaded" else problem.status
    return status, retry_after(problem), msgspec.json.encode({"error": error(problem)})


def retry_after(problem: Problem) -> dict[str, str]:
    return {} if problem.retry_after is None else {"retry-after": f"{problem.retry_after:g}"}


def error(problem: Problem) -> dict[str, Any]:
    kind, code = TYPES[problem.kind]
    return {"message": problem.message, "type": kind, "param": problem.param, "code": problem.code or code}


def logprobs(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    return [
        _likely(token.raw, token.logprob) | {"top_logprobs": [_likely(raw, each) for raw, each in token.top]}
        for token in tokens
    ]


def _likely(raw: bytes, logprob: float) -> dict[str, Any]:
    return {"token": raw.decode("utf-8", "replace"), "logprob": logprob, "bytes": list(raw)}

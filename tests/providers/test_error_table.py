"""What each vendor's failures are taken for, with whether the same request may be sent again: one row for each.

Shapes and codes are those that the vendors document or that their servers were seen to send.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from providers import error_bodies
from providers.body import Body
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.errors import Failure, ProviderError


class Row(NamedTuple):
    vendor: str
    status: int
    body: Any
    kind: str
    again: bool
    """Whether it may pass by itself."""
    code: str | None = None
    wait: float | None = None
    headers: Mapping[str, str] = MappingProxyType({})


def err(message: str, code: Any = None, type_: str | None = None, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": type_, "param": None, "code": code, **more}}


def google(code: int, message: str, status: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def quota(id_: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id_}]}


RETRY_IN_34 = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.4s"}
HTML = b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>x</body></html>"

ROWS = [
    Row("openai", 429, err("Rate limit reached", "rate_limit_exceeded", "tokens"), "rate", True, "rate_limit_exceeded",
        6.0, {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6s"}),
    Row("openai", 429, err("Traffic grew too fast", "slow_down"), "rate", True, "slow_down"),
    Row("openai", 429, err("You exceeded your current quota", "insufficient_quota"), "quota", False,
        "insufficient_quota"),
    Row("openai", 429, err("No credit", "credit_balance_exhausted"), "quota", False, "credit_balance_exhausted"),
    Row("openai", 429, err("Your spend limit is reached", "spend_limit_reached"), "quota", False),
    Row("openai", 400, err("too long", "context_length_exceeded", "invalid_request_error"), "too_long", False),
    Row("openai", 400, err("no", "unsupported_value", "invalid_request_error"), "bad_request", False,
        "unsupported_value"),
    Row("openai", 400, err("Invalid image.", "invalid_image", "invalid_request_error"), "bad_request", False),
    Row("openai", 400, err("Your request was rejected by our safety system.", "content_policy_violation"),
        "content_filter", False),
    Row("openai", 401, err("Incorrect API key provided", "invalid_api_key"), "authentication", False),
    Row("openai", 403, err("Country, region, or territory not supported", "unsupported_country_region_territory"),
        "permission", False),
    Row("openai", 404, err("The model does not exist or you do not have access to it.", "model_not_found"),
        "not_found", False),
    Row("openai", 409, err("Conflict"), "server", True),
    Row("openai", 500, err("The server had an error", None, "server_error"), "server", True),
    Row("openai", 503, err("Overloaded", "server_is_overloaded", "service_unavailable_error"), "overloaded", True),
    Row("openai", 503, err("Overloaded"), "overloaded", False, headers={"x-should-retry": "false"}),
    Row("openai", 503, HTML, "overloaded", True, wait=1.5, headers={"retry-after-ms": "1500", "retry-after": "2"}),
    Row("azure", 400, err("The response was filtered", "content_filter", None,
        innererror={"code": "ResponsibleAIPolicyViolation"}), "content_filter", False, "content_filter"),
    Row("azure", 404, err("The API deployment for this resource does not exist.", "DeploymentNotFound"),
        "not_found", False, "DeploymentNotFound"),
    Row("azure", 401, err("Access denied due to invalid subscription key", "401"), "authentication", False, "401"),
    Row("azure", 429, err("Requests have exceeded call rate limit", "429"), "rate", True, "429", 7.0,
        {"retry-after": "7"}),
    Row("anthropic", 400, {"type": "error", "error": {"type": "invalid_request_error",
        "message": "prompt is too long: 215000 tokens > 200000 maximum"}}, "too_long", False),
    Row("anthropic", 400, {"type": "error", "error": {"type": "invalid_request_error",
        "message": "Your credit balance is too low to access the Anthropic API."}}, "quota", False),
    Row("anthropic", 402, {"type": "error", "error": {"type": "billing_error", "message": "Unpaid"}}, "quota", False),
    Row("anthropic", 403, {"type": "error", "error": {"type": "permission_error", "message": "No"}},
        "permission", False),
    Row("anthropic", 404, {"type": "error", "error": {"type": "not_found_error", "message": "model: x"}},
        "not_found", False),
    Row("anthropic", 413, {"type": "error", "error": {"type": "request_too_large", "message": "32 MB"}},
        "too_long", False),
    Row("anthropic", 429, {"type": "error", "error": {"type": "rate_limit_error", "message": "Too many"}}, "rate", True,
        "rate_limit_error", 11.0, {"retry-after": "11"}),
    Row("anthropic", 429, {"type": "error", "error": {"type": "rate_limit_error", "message": "Limit",
        "details": {"reason": "enforced_spend_limit_reached"}}}, "quota", False),
    Row("anthropic", 500, {"type": "error", "error": {"type": "api_error", "message": "Oops"}}, "server", True),
    Row("anthropic", 504, {"type": "error", "error": {"type": "timeout_error", "message": "Late"}}, "server", True),
    Row("anthropic", 529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
        "overloaded", True, "overloaded_error"),
    Row("google", 400, google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT",
        {"reason": "API_KEY_INVALID"}), "authentication", False),
    Row("google", 400, google(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
        "bad_request", False),
    Row("google", 403, google(403, "Permission denied on resource", "PERMISSION_DENIED"), "permission", False),
    Row("google", 404, google(404, "models/x is not found for API version v1beta", "NOT_FOUND"), "not_found", False),
    Row("google", 429, google(429, "Quota exceeded.", "RESOURCE_EXHAUSTED",
        quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), RETRY_IN_34), "rate", True, "429", 34.4),
    Row("google", 429, google(429, "Quota exceeded.", "RESOURCE_EXHAUSTED",
        quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), RETRY_IN_34), "quota", False, "429", 34.4),
    Row("google", 503, google(503, "The model is overloaded.", "UNAVAILABLE"), "overloaded", True),
    Row("google", 504, google(504, "Deadline expired", "DEADLINE_EXCEEDED"), "server", True),
    Row("deepseek", 402, err("Insufficient Balance", "invalid_request_error", "unknown_error"), "quota", False),
    Row("deepseek", 422, err("Invalid parameter", "invalid_request_error"), "bad_request", False),
    Row("deepseek", 401, err("Authentication Fails", "invalid_request_error", "authentication_error"),
        "authentication", False),
    Row("mistral", 429, {"object": "error", "message": "Service tier capacity exceeded for this model.",
        "type": "service_tier_capacity_exceeded", "param": None, "code": "3505"}, "rate", True, "3505"),
    Row("mistral", 400, {"object": "error", "message": {"detail": [{"loc": ["body"], "msg": "Bad"}]},
        "type": "invalid_request_error", "code": "1500"}, "bad_request", False, "1500"),
    Row("mistral", 422, {"detail": [{"type": "missing", "loc": ["body", "model"], "msg": "Field required"}]},
        "bad_request", False),
    Row("qwen", 400, err("Input data may contain inappropriate content.", "data_inspection_failed",
        "data_inspection_failed"), "content_filter", False),
    Row("qwen", 400, {"code": "Arrearage", "message": "Access denied, account overdue", "request_id": "r"},
        "quota", False),
    Row("qwen", 401, err("Incorrect API key provided.", "InvalidApiKey"), "authentication", False, "InvalidApiKey"),
    Row("qwen", 403, {"code": "AllocationQuota.FreeTierOnly", "message": "Free tier used up"}, "quota", False),
    Row("qwen", 404, err("The model `x` does not exist", "ModelNotFound"), "not_found", False),
    Row("qwen", 429, err("Too many requests", "limit_requests", "limit_requests"), "rate", True),
    Row("qwen", 429, {"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded"}, "rate", True),
    Row("qwen", 429, err("Exceeded", "insufficient_quota"), "quota", False),
    Row("qwen", 500, {"code": "InternalError", "message": "An internal error has occured"}, "server", True),
    Row("qwen", 503, {"code": "ModelServingError", "message": "Too many requests in route"}, "overloaded", True),
    Row("openrouter", 402, err("Insufficient credits", 402), "quota", False, "402"),
    Row("openrouter", 403, err("Input was flagged", 403, metadata={"reasons": ["x"], "flagged_input": "…"}),
        "content_filter", False),
    Row("openrouter", 429, err("Provider returned error", 429, metadata={"provider_name": "X",
        "raw": "{\"error\":{\"message\":\"x is temporarily rate-limited upstream\"}}"}), "rate", True, "429"),
    Row("openrouter", 400, err("Provider returned error", 400, metadata={"provider_name": "X",
        "raw": "{\"error\":{\"message\":\"This model's maximum context length is 4096 tokens\"}}"}), "too_long", False),
    Row("openrouter", 502, err("Your chosen model is down", 502), "server", True),
    Row("openrouter", 503, err("No available model provider meets your routing requirements", 503), "overloaded", True),
    Row("groq", 413, err("Request too large for model `x` in organization on tokens per minute (TPM): Limit 6000, "
        "Requested 9000", "rate_limit_exceeded", "tokens"), "too_long", False, "rate_limit_exceeded"),
    Row("groq", 400, err("Failed to call a function.", "tool_use_failed", "invalid_request_error",
        failed_generation="<x>"), "bad_request", False, "tool_use_failed"),
    Row("groq", 498, err("Flex tier capacity exceeded", "capacity_exceeded"), "overloaded", True),
    Row("together", 503, {"id": "x", "error": "Rate is above your dynamic limit"}, "overloaded", True),
    Row("together", 402, {"error": {"message": "Credit limit exceeded", "type": "credit_limit"}}, "quota", False),
    Row("fireworks", 412, {"error": "Account suspended"}, "quota", False),
    Row("xai", 400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***31."},
        "authentication", False),
    Row("xai", 429, {"error": "Too many requests"}, "rate", True),
    Row("moonshot", 429, err("The engine is currently overloaded", None, "engine_overloaded_error"), "rate", True),
    Row("moonshot", 429, err("Your account is suspended, check your plan and billing details", None,
        "exceeded_current_quota_error"), "quota", False),
    Row("litellm", 429, err("litellm.RateLimitError: slow", "429", "throttling_error"), "rate", True, "429"),
    Row("litellm", 400, err("Budget has been exceeded! Current cost: 1.2", "400", "budget_exceeded"), "quota", False),
    Row("litellm", 400, err("litellm.ContextWindowExceededError: x", "400"), "too_long", False),
    Row("litellm", 401, err("Authentication Error, Invalid proxy server token passed", "401", "auth_error"),
        "authentication", False),
    Row("portkey", 412, {"status": "failure", "message": "Budget exhausted"}, "quota", False),
    Row("portkey", 446, {"error": {"message": "The guardrail checks defined in the config failed."},
        "hook_results": {}}, "content_filter", False),
    Row("portkey", 408, {"status": "failure", "message": "Request exceeded the timeout"}, "server", True),
    Row("helicone", 429, {"error": "Rate limit reached"}, "rate", True),
    Row("tokenmix", 402, err("Insufficient balance"), "quota", False),
    Row("vllm", 400, err("This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        400, "BadRequestError"), "too_long", False, "400"),
    Row("vllm", 400, {"object": "error", "message": "max_tokens must be at least 1", "type": "BadRequestError",
        "param": None, "code": 400}, "bad_request", False, "400"),
    Row("vllm", 404, err("The model `x` does not exist.", 404, "NotFoundError"), "not_found", False, "404"),
    Row("vllm", 401, {"error": "Unauthorized"}, "authentication", False),
    Row("tgi", 422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 9",
        "error_type": "validation"}, "too_long", False, "validation"),
    Row("tgi", 424, {"error": "Request failed during generation", "error_type": "generation"}, "server", True),
    Row("tgi", 429, {"error": "Model is overloaded", "error_type": "overloaded"}, "rate", True),
    Row("tgi", 500, {"error": "Incomplete generation", "error_type": "incomplete_generation"}, "server", True),
    Row("sglang", 400, {"object": "error",
        "message": "The input (9000 tokens) is longer than the model's context "
        "length (8192 tokens).", "type": "BAD_REQUEST", "param": None, "code": 400}, "too_long", False),
    Row("llamacpp", 400, err("the request exceeds the available context size", 400, "exceed_context_size_error",
        n_prompt_tokens=9, n_ctx=8), "too_long", False, "400"),
    Row("llamacpp", 503, err("Loading model", 503, "unavailable_error"), "overloaded", True, "503"),
    Row("llamacpp", 501, err("Not supported", 501, "not_supported_error"), "bad_request", False, "501"),
    Row("ollama", 404, {"error": "model 'qwen3' not found"}, "not_found", False),
    Row("ollama", 503, {"error": "server busy, please try again. maximum pending requests exceeded"},
        "overloaded", True),
    Row("ollama", 400, {"error": "\"gemma\" does not support tools"}, "bad_request", False),
    Row("ollama", 500, {"error": "model requires more system memory (9 GiB) than is available"}, "server", True),
    Row("lmstudio", 400, {"error": "Model does not exist"}, "not_found", False),
    Row("lmstudio", 404, {"error": {"message": "No models loaded"}}, "not_found", False),
    Row("a proxy", 502, HTML, "server", True),
    Row("a proxy", 403, HTML, "permission", False),
    Row("a proxy", 429, b"", "rate", True),
    Row("a proxy", 500, b"{\"error\": {\"mess", "server", True),
    Row("a proxy", 400, b"\xff\xfe\x00", "bad_request", False),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.vendor}-{row.status}-{at}" for at, row in enumerate(ROWS)])
def test_a_refusal_is_taken_for_what_it_is(row: Row) -> None:
    body = row.body if isinstance(row.body, bytes) else json.dumps(row.body).encode()
    failed = error_bodies.failure(row.status, {"x-request-id": "req-1", **row.headers}, body)

    assert (failed.kind, failed.retriable) == (row.kind, row.again), failed
    assert (failed.status, failed.request_id) == (row.status, "req-1")
    assert failed.retry_after_s == row.wait
    assert failed.message
    assert row.code is None or failed.provider_code == row.code


def test_the_upstreams_own_words_are_told() -> None:
    """OpenRouter says only that a provider failed; what that said stands inside, as text."""
    raw = json.dumps({"error": {"message": "x is temporarily rate-limited upstream"}})
    said = err("Provider returned error", 429, metadata={"provider_name": "X", "raw": raw})
    failed = error_bodies.failure(429, {}, json.dumps(said).encode())
    assert failed.message == "Provider returned error: x is temporarily rate-limited upstream"

    said["error"]["metadata"]["raw"] = "plain words"
    assert error_bodies.failure(429, {}, json.dumps(said).encode()).message == "Provider returned error: plain words"


START = 'data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}\n\n'
FORMS: list[tuple[DialectName, str, str, str, str | None]] = [
    ("openai_chat", START + 'data: {"error":{"message":"Slow","code":"rate_limit_exceeded"}}\n\n', "rate", "Slow",
     "rate_limit_exceeded"),
    ("openai_chat", START + 'event: error\ndata: {"message":"Too many tokens to keep from the initial prompt"}\n\n',
     "too_long", "Too many tokens to keep from the initial prompt", None),
    ("openai_chat", START + 'data: {"error":"words alone"}\n\n', "server", "words alone", None),
    ("openai_chat", START + 'data: {"object":"error","message":"Flat","type":"BadRequestError","code":400}\n\n',
     "bad_request", "Flat", "400"),
    ("openai_chat", START + 'data: {"error_type":"overloaded","error_message":"Busy"}\n\n', "overloaded", "Busy",
     "overloaded"),
    ("openai_chat", START + 'data: [{"error":{"code":503,"message":"In a list","status":"UNAVAILABLE"}}]\n\n',
     "overloaded", "In a list", "503"),
    ("openai_chat", START + 'data: {"error":{"code":"server_error","message":"Gone"},"choices":'
     '[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n', "server", "Gone", "server_error"),
    ("openai_chat", START + 'data: {"choices":[{"delta":{},"finish_reason":"overloaded_error"}]}\n\ndata: [DONE]\n\n',
     "overloaded", "", None),
    ("openai_chat", START + 'data: {"detail":"Broken behind FastAPI"}\n\n', "server", "Broken behind FastAPI", None),
    ("openai_chat", START + 'error: {"code":500,"message":"Context size has been exceeded.","type":"server_error"}\n\n',
     "too_long", "Context size has been exceeded.", "500"),
    ("openai_chat", START + '{"error":\n {"code":429,"message":"Bare","status":"RESOURCE_EXHAUSTED"}}\n\n', "rate",
     "Bare", "429"),
    ("openai_chat", START + 'data: {"error":{"message":"litellm.APIError: x","code":"500"}}\n\n', "server",
     "litellm.APIError: x", "500"),
    ("anthropic", 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
     "overloaded", "Overloaded", "overloaded_error"),
    ("openai_responses", 'event: error\ndata: {"type":"error","sequence_number":2,"error":'
     '{"type":"insufficient_quota","code":"insufficient_quota","message":"Quota exceeded."}}\n\n', "quota",
     "Quota exceeded.", "insufficient_quota"),
    ("openai_responses", 'data: {"type":"error","code":"rate_limit_exceeded","message":"Flat","sequence_number":1}\n\n',
     "rate", "Flat", "rate_limit_exceeded"),
    ("gemini", '{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\n', "overloaded", "Overloaded",
     "503"),
    ("ollama", '{"error":"an unknown error was encountered while running the model"}\n', "server",
     "an unknown error was encountered while running the model", None),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "stream", "kind", "message", "code"), FORMS, ids=range(len(FORMS)))
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_an_error_inside_a_stream(
    dialect: DialectName, stream: str, kind: str, message: str, code: str | None, size: int
) -> None:
    spoken = DIALECTS[dialect]
    kind_of_body = "application/x-ndjson" if spoken.framing == "ndjson" else "text/event-stream"
    body = Body(spoken.decoder(model="m", quirks=Quirks()), kind_of_body, spoken.framing)
    failed = _failed(body, stream.encode(), size)

    assert failed.kind == kind
    assert message in failed.message
    assert code is None or failed.provider_code == code


def _failed(body: Body, stream: bytes, size: int) -> Failure:
    with pytest.raises(ProviderError) as caught:
        for at in range(0, len(stream), size):
            list(body.feed(stream[at : at + size], at))
        list(body.end(0))
    return caught.value.failure

"""Errors with a status, in the shapes in which they are sent, and what each one means."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from providers import error_bodies
from providers.errors import Failure


def failure(status: int, body: Any = b"", **headers: str) -> Failure:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_bodies.failure(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def openai(message: str, code: Any = None, type_: str = "invalid_request_error") -> Any:
    return {"error": {"message": message, "type": type_, "param": None, "code": code}}


def google(code: int, message: str, status: str, **details: Any) -> Any:
    return {"error": {"code": code, "message": message, "status": status, "details": [details]}}


def anthropic(type_: str, message: str) -> Any:
    return {"type": "error", "error": {"type": type_, "message": message}, "request_id": "req_7"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, openai("Incorrect API key provided", "invalid_api_key"), "authentication", "invalid_api_key"),
        (403, openai("Country not supported", "unsupported_country"), "permission", "unsupported_country"),
        (404, openai("The model `x` does not exist", "model_not_found"), "not_found", "model_not_found"),
        (400, openai("Maximum context length is 10", "context_length_exceeded"), "too_long", "context_length_exceeded"),
        (400, openai("Unsupported parameter: 'x'", "unsupported_parameter"), "bad_request", "unsupported_parameter"),
        (400, openai("The response was filtered", "content_filter"), "content_filter", "content_filter"),
        (400, openai("No internal structure allowed"), "bad_request", "invalid_request_error"),
        (429, openai("Slow down", "rate_limit_exceeded", "tokens"), "rate", "rate_limit_exceeded"),
        (429, openai("You exceeded your current quota", "insufficient_quota"), "quota", "insufficient_quota"),
        (500, openai("The server had an error", None, "server_error"), "server", "server_error"),
        (503, openai("Overloaded", "server_is_overloaded"), "overloaded", "server_is_overloaded"),
        (400, anthropic("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"), "too_long", None),
        (400, anthropic("invalid_request_error", "Your credit_balance is too low"), "quota", None),
        (413, anthropic("request_too_large", "Request exceeds the maximum size"), "too_long", "request_too_large"),
        (429, anthropic("rate_limit_error", "Too fast"), "rate", "rate_limit_error"),
        (529, anthropic("overloaded_error", "Overloaded"), "overloaded", "overloaded_error"),
        (400, google(400, "API key not valid.", "INVALID_ARGUMENT", reason="API_KEY_INVALID"), "authentication", "400"),
        (400, google(400, "Bad field", "INVALID_ARGUMENT"), "bad_request", "400"),
        (
            400,
            google(
                400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "INVALID_ARGUMENT"
            ),
            "too_long",
            "400",
        ),
        (
            429,
            google(
                429,
                "You exceeded your current quota, check your billing details.",
                "RESOURCE_EXHAUSTED",
                violations=[{"quotaId": "RequestsPerMinute"}],
            ),
            "rate",
            "429",
        ),
        (
            429,
            google(
                429,
                "You exceeded your current quota.",
                "RESOURCE_EXHAUSTED",
                violations=[{"quotaId": "RequestsPerDayPerProject"}],
            ),
            "quota",
            "429",
        ),
        (503, google(503, "Try later", "UNAVAILABLE"), "overloaded", "503"),
        (429, [google(429, "Wrapped", "RESOURCE_EXHAUSTED")], "rate", "429"),
        (402, openai("Insufficient Balance"), "quota", "invalid_request_error"),
        (
            402,
            {
                "error": {
                    "code": 402,
                    "message": "Too much at once",
                    "metadata": {"error_type": "in_flight_budget_exhausted"},
                }
            },
            "rate",
            "402",
        ),
        (403, {"error": {"code": 403, "message": "Input was flagged by moderation"}}, "content_filter", "403"),
        (
            422,
            {"detail": [{"type": "missing", "loc": ["body", "model"], "msg": "Field required"}]},
            "bad_request",
            None,
        ),
        (401, {"detail": "Unauthorized"}, "authentication", None),
        (429, {"object": "error", "message": "Too many", "type": "rate_limited", "code": "1300"}, "rate", "1300"),
        (429, openai("Requests throttled", "Throttling.AllocationQuota"), "rate", "Throttling.AllocationQuota"),
        (403, openai("Free tier used up", "AllocationQuota.FreeTierOnly"), "quota", "AllocationQuota.FreeTierOnly"),
        (400, {"code": "Arrearage", "message": "Unpaid", "request_id": "q-1"}, "quota", "Arrearage"),
        (400, openai("litellm.ContextWindowExceededError: too much", "400"), "too_long", "400"),
        (412, {"error": {"message": "Budget spent"}, "provider": "x"}, "quota", None),
        (446, {"error": {"message": "hooks failed", "type": "hooks_failed"}}, "content_filter", "hooks_failed"),
        (498, openai("Flex capacity"), "overloaded", "invalid_request_error"),
        (400, {"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}, "bad_request", "400"),
        (
            422,
            {
                "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 9",
                "error_type": "validation",
            },
            "too_long",
            "validation",
        ),
        (429, {"error": "Model is overloaded", "error_type": "overloaded"}, "rate", "overloaded"),
        (
            400,
            {"error": {"code": 400, "message": "the request exceeds", "type": "exceed_context_size_error"}},
            "too_long",
            "400",
        ),
        (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, "overloaded", "503"),
        (
            501,
            {"error": {"code": 501, "message": "No such thing", "type": "not_supported_error"}},
            "bad_request",
            "501",
        ),
        (400, {"code": "Client specified an invalid argument", "error": "Nope"}, "bad_request", None),
        (404, {"error": "model 'x' not found"}, "not_found", None),
        (408, b"", "server", None),
        (418, b"", "bad_request", None),
        (599, b"", "server", None),
        (502, b"<html><head><title>502 Bad Gateway</title></head></html>", "server", None),
    ],
)
def test_kinds(status: int, body: Any, kind: str, code: str | None) -> None:
    failed = failure(status, body)

    assert failed.kind == kind
    assert failed.status == status
    assert failed.message
    if code is not None:
        assert failed.provider_code == code


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (openai("In plain words"), "In plain words"),
        ({"error": "text"}, "text"),
        ({"message": "flat"}, "flat"),
        ({"message": {"detail": [{"loc": ["body", 1], "msg": "inner"}]}}, "body.1: inner"),
        ({"status": "failure", "message": "gateway"}, "gateway"),
        ([{"error": {"message": "first"}}], "first"),
        ({"error": {"message": ""}, "message": "second"}, "second"),
        (b'\n\n  {"error": {"message": "after blank lines"}}', "after blank lines"),
        (b'data: {"error": {"message": "as an event"}}\n\n', "as an event"),
        (b"just  text\n", "just text"),
        (b"", "the server answered 500 without a word"),
        (
            b"<!DOCTYPE html><title>\n Bad &amp; gone </title>",
            "the server answered 500 with an HTML page titled “Bad & gone”",
        ),
        (b"<html><body>x</body></html>", "the server answered 500 with an HTML page"),
        ({}, "{}"),
        (b"null", "null"),
        (b"[]", "[]"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_words(body: Any, message: str) -> None:
    assert failure(500, body).message == message


def test_words_are_bounded_and_hold_no_key() -> None:
    assert len(failure(500, openai("x" * 9000)).message) == 2000
    said = failure(401, openai("Incorrect API key provided: sk-proj-Abc123*****xyz9 and AIzaSyA1234567890abc.")).message
    assert "Abc123" not in said
    assert "AIzaSy" not in said
    assert said.startswith("Incorrect API key provided: [key]")


@pytest.mark.parametrize(
    "key",
    [
        "sk-or-v1-0123456789abcdef", "csk-abcdefghijklmno123456", "gsk_abcdEFGH1234", "pplx-1234567890abcdef1234",
        "nvapi-abcdefghijk12345", "tgp_v1_abcdefgh123456789", "AIzaSyA1234567890abc", "AQ.Ab8RN6Labcdefghijkl12345",
        "ya29.a0AfH6SNabcdefgh1234", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "xai-0123456789", "hf_AbCdEf123456",
    ],
)  # fmt: skip
def test_keys_of_any_vendor_are_not_repeated(key: str) -> None:
    assert error_bodies.masked(f"The key '{key}' is wrong") == "The key '[key]' is wrong"
    assert error_bodies.words_of({"error": {"message": f"({key})"}})[0] == "([key])"


@pytest.mark.parametrize(
    "said", ["Bearer {}", "Authorization: Basic {}", "Incorrect API key provided: {}", "at https://h/x?a=b&key={}&c"]
)
def test_what_stands_where_a_key_stands_is_not_repeated(said: str) -> None:
    assert error_bodies.masked(said.format("Zq8vKp2mXw9rTyBn4L")) == said.format("[key]")


@pytest.mark.parametrize(
    "said", ["hf_hub_download failed", "task-force_12345678", "disk-usage_123456", "gpt-5.1-2025-11-13", "req_011CSHoE"]
)
def test_what_is_no_key_is_repeated(said: str) -> None:
    assert error_bodies.masked(said) == said


def test_words_can_be_stored() -> None:
    failure(400, b'{"error": {"message": "half \\ud83d", "code": "\\ud83d"}}').message.encode()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "2"}, 2.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ({"x_ms_retry_after_ms": "1500"}, 1.5),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert failure(429, b"", **headers).retry_after_s == seconds


def test_waiting_until_a_date() -> None:
    wait = failure(503, b"", retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))

    assert wait.retry_after_s is not None
    assert 60 < wait.retry_after_s <= 90


def test_waiting_as_google_says_it() -> None:
    assert failure(429, google(429, "Wait", "RESOURCE_EXHAUSTED", retryDelay="34.4s")).retry_after_s == 34.4


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("false", False), ("perhaps", None), ("", None)])
def test_whether_to_ask_again(said: str, meant: bool | None) -> None:
    assert failure(500, b"", x_should_retry=said).should_retry is meant


def test_request_ids() -> None:
    assert failure(500, b"", x_request_id="a", cf_ray="b").request_id == "a"
    assert failure(500, b"", request_id="c").request_id == "c"
    assert failure(529, anthropic("overloaded_error", "x")).request_id == "req_7"
    assert failure(500).request_id is None


def test_what_quotes_the_prompt_is_no_cause() -> None:
    """A validating server sends back what it was sent."""
    body = {"detail": [{"loc": ["body"], "msg": "Field required", "input": {"content": "my billing was overloaded"}}]}

    assert failure(422, body).kind == "bad_request"


def test_deep_documents_do_no_harm() -> None:
    deep = b'{"error":' * 900 + b'{"message":"deep"}' + b"}" * 900

    assert failure(400, deep).kind == "bad_request"
    assert failure(400, b"[" * 100_000).kind == "bad_request"

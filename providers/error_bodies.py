"""What an answer with an error status says, whoever wrote it: one reading of all the shapes in use."""

import html
import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from providers.errors import ErrorKind, Failure

MAX_WORDS = 2000
REQUEST_IDS = ("x-request-id", "request-id", "x-generation-id", "x-litellm-call-id", "apim-request-id", "cf-ray")

BY_STATUS: dict[int, ErrorKind] = {
    400: "bad_request", 401: "authentication", 402: "quota", 403: "permission", 404: "not_found", 405: "not_found",
    408: "server", 409: "server", 413: "too_long", 422: "bad_request", 429: "rate", 498: "authentication",
    500: "server", 501: "bad_request", 502: "server", 503: "overloaded", 504: "server", 529: "overloaded",
}  # fmt: skip

BY_WORD: tuple[tuple[str, ErrorKind], ...] = (
    (r"insufficient_quota|billing|credit_balance|exceeded your current quota|spend.?limit|arrearage|perday"
     r"|budget_exceeded|insufficient.?balance|allocationquota|out of credits", "quota"),
    (r"context_length_exceeded|context.?size|prompt is too long|maximum context|exceed_context|too many tokens"
     r"|request_too_large|string_above_max_length|context window|tokens to keep from the initial prompt"
     r"|input.{0,40}too long|inputs? tokens \+", "too_long"),
    (r"content_filter|content_policy|responsibleai|data_?inspection|prohibited_content|moderation|guardrail"
     r"|flagged", "content_filter"),
    (r"invalid_api_key|incorrect api key|api_key_invalid|authentication_error|unauthenticated|invalidapikey"
     r"|api key not valid|unauthorized", "authentication"),
    (r"permission_error|permission_denied|accessdenied", "permission"),
    (r"model_not_found|not_found_error|modelnotfound|does not exist", "not_found"),
    (r"rate_limit|resource_exhausted|throttling|too many requests|limit_requests", "rate"),
    (r"overloaded|slow_down|unavailable|insufficient_system_resource|server busy|loading model", "overloaded"),
    (r"invalid_request|invalid_argument|invalidparameter|unsupported_|bad_request|failed_precondition|tool_use_failed",
     "bad_request"),
    (r"server_error|api_error|internal|timeout_error|deadline_exceeded", "server"),
)  # fmt: skip


def request_id(headers: dict[str, str]) -> str | None:
    return next((headers[name] for name in REQUEST_IDS if headers.get(name)), None)


def html_title(body: bytes) -> str:
    """The title of an HTML page, "" if there is none."""
    found = re.search(rb"<title[^>]*>(.*?)</title", body[:65536], re.IGNORECASE | re.DOTALL)
    return " ".join(html.unescape(found.group(1).decode("utf-8", "replace")).split())[:200] if found else ""


def failure(status: int, headers: dict[str, str], body: bytes) -> Failure:
    """The failure that a response tells. Header names are lower case."""
    said = _parsed(body)
    message, code = words_of(said) if said is not None else ("", None)
    if not message:
        message = _described(status, body)
    return Failure(
        kind=kind_of(status, message, code, said),
        message=message,
        status=status,
        provider_code=code,
        request_id=request_id(headers) or _in_body_id(said),
        retry_after_s=retry_after(headers, said),
    )


def in_stream(said: Any, *, otherwise: str = "the provider reported an error without words") -> Failure:
    """An error that came inside a stream that had begun with success; `otherwise` is said where it has no words."""
    message, code = words_of(said)
    status = int(code) if code is not None and code.isdecimal() and 400 <= int(code) <= 599 else None
    text = message or otherwise
    return Failure(kind_of(status or 0, text, code, said), text, status, code, _in_body_id(said), retry_after({}, said))


def is_error(said: Any) -> bool:
    """Whether a decoded event is an error, in any of the forms in use."""
    if isinstance(said, list):
        return bool(said) and is_error(said[0])
    if not isinstance(said, dict):
        return False
    error = said.get("error")
    return (
        (isinstance(error, dict) and bool(error))
        or (isinstance(error, str) and bool(error))
        or said.get("type") == "error"
        or said.get("object") == "error"
        or "error_message" in said
        or "error_type" in said
        or ("detail" in said and "choices" not in said)
    )


def words_of(said: Any) -> tuple[str, str | None]:
    """The message and the code of an error in any of the shapes in use; "" and None where there is none."""
    if isinstance(said, list):
        return words_of(said[0]) if said else ("", None)
    if isinstance(said, str):
        return masked(said), None
    if not isinstance(said, dict):
        return "", None
    inner = said.get("error")
    error: dict[str, Any] = inner if isinstance(inner, dict) else said
    message = inner if isinstance(inner, str) else None
    candidates = (message, error.get("message"), said.get("message"), said.get("detail"), said.get("error_message"))
    text = next((words for words in map(_text, candidates) if words), "")
    codes = (error.get("code"), error.get("type"), error.get("status"), said.get("code"), said.get("error_type"))
    code = next((str(value) for value in codes if isinstance(value, str | int) and value not in ("", "error")), None)
    return masked(text)[:MAX_WORDS], code


def kind_of(status: int, message: str, code: str | None, said: Any) -> ErrorKind:
    words = json.dumps(said, ensure_ascii=False, default=str)[:20000] if said is not None else message
    haystack = f"{code} {message} {words}".lower()
    by_status = BY_STATUS.get(status)
    if by_status in ("authentication", "permission", "not_found", "too_long"):
        return _sharper(haystack, by_status)
    for pattern, kind in BY_WORD:
        if re.search(pattern, haystack) and _fits(kind, status):
            return kind
    if by_status is not None:
        return by_status
    return "server" if status >= 500 or status == 0 else "bad_request"


def _sharper(haystack: str, kind: ErrorKind) -> ErrorKind:
    """A status that speaks for itself, unless the words are about money or content."""
    for pattern, other in BY_WORD[:3]:
        if other in ("quota", "content_filter") and re.search(pattern, haystack):
            return other
    return kind


def _fits(kind: ErrorKind, status: int) -> bool:
    """Whether words may overrule a status: a 500 that mentions an argument is still the server's."""
    if status in (0, 200, 400, 422):
        return True
    if status == 429:
        return kind in ("quota", "rate")
    if status >= 500:
        return kind in ("overloaded", "too_long")
    return kind in ("quota", "too_long", "content_filter", "rate", "overloaded")


def retry_after(headers: dict[str, str], said: Any) -> float | None:
    """The wait that the server asks for, in seconds; what makes no sense is ignored."""
    if (ms := _number(headers.get("retry-after-ms") or headers.get("x-ms-retry-after-ms"))) is not None:
        return ms / 1000
    value = headers.get("retry-after", "")
    if (seconds := _number(value)) is not None:
        return seconds
    if value:
        try:
            wait = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            wait = -1.0
        if wait >= 0:
            return round(wait, 3)
    delay = re.search(r'"retryDelay": ?"([0-9.]+)s"', json.dumps(said, default=str)) if said is not None else None
    return _number(delay.group(1)) if delay else None


def masked(text: str) -> str:
    """`text` without anything that looks like a key: some providers quote it."""
    return re.sub(r"\b(sk|pk|gsk|xai|AIza|r8|hf|key)[-_][A-Za-z0-9_*\-]{6,}|\bAIza[A-Za-z0-9_\-]{10,}", "[key]", text)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value else -1.0
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None


def _parsed(body: bytes) -> Any:
    text = body.decode("utf-8", "replace").strip()
    if text.startswith(("data:", "event:")):
        text = "\n".join(line[5:].strip() for line in text.splitlines() if line.startswith("data:"))
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return _text(value.get("message") or value.get("detail"))
    if isinstance(value, list):
        parts = [f"{'.'.join(map(str, p.get('loc', ())))}: {p.get('msg', '')}" for p in value if isinstance(p, dict)]
        return "; ".join(parts)
    return ""


def _described(status: int, body: bytes) -> str:
    """The body in our words, where the provider had none that can be read."""
    if title := html_title(body):
        return f"the server answered {status} with an HTML page titled “{title}”"
    text = " ".join(body.decode("utf-8", "replace").split())
    if text.lower().startswith(("<!doctype", "<html")):
        return f"the server answered {status} with an HTML page"
    return masked(text)[:MAX_WORDS] if text else f"the server answered {status} without a word"


def _in_body_id(said: Any) -> str | None:
    value = said.get("request_id") if isinstance(said, dict) else None
    return value if isinstance(value, str) else None

"""What an answer with an error status says, whoever wrote it: one reading of all the shapes in use."""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from providers import limits_reset
from providers.error_kinds import kind_of
from providers.errors import Failure

MAX_WORDS = 2000
ANSWERS = frozenset({"choices", "candidates", "content", "delta", "usage"})
"""A document with one of these fields may be an answer, whatever else it has."""
REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-generation-id",
    "x-litellm-call-id",
    "x-portkey-trace-id",
    "apim-request-id",
    "mistral-correlation-id",
    "cf-ray",
)
TELLING = frozenset({"code", "type", "status", "reason", "quotaId", "error_type", "provider_code", "http_status_code"})
"""Fields, at any depth of an error, whose values name its cause. Others may quote the prompt."""
KEY = re.compile(
    r"\b(?:[cg]?sk|pk|xai|r8|hf|fw|pplx|nvapi|tgp)[-_](?=[\w.\-]*[\d*])[\w*.\-]{6,}"
    r"|\b(?:AIza[\w\-]{10,}|AQ\.[\w\-]{16,}|ya29\.[\w\-]{10,}|eyJ[\w\-]{8,}\.[\w.\-]+)"
    r"|(?i:(?<=bearer )|(?<=basic )|(?<=key provided: )|(?<=[?&_]key=))[\w+/=*.\-]{8,}",
    re.ASCII,
)


def request_id(headers: dict[str, str]) -> str | None:
    return next((headers[name] for name in REQUEST_IDS if headers.get(name)), None)


def html_title(body: bytes) -> str:
    """The title of an HTML page, "" if there is none."""
    found = re.search(rb"<title[^>]*>(.*?)</title", body[:65536], re.IGNORECASE | re.DOTALL)
    return " ".join(html.unescape(found.group(1).decode("utf-8", "replace")).split())[:200] if found else ""


def failure(status: int, headers: dict[str, str], body: bytes) -> Failure:
    """The failure that a response tells. Header names are lower case."""
    said = _parsed(body)
    message, code = words_of(said)
    if not message:
        message = _described(status, body)
    return Failure(
        kind=kind_of(status, message, _telling(said)),
        message=message,
        status=status,
        provider_code=code,
        request_id=request_id(headers) or _id_within(said),
        retry_after_s=retry_after(headers, said),
        should_retry={"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower()),
    )


def in_stream(said: Any, *, otherwise: str = "the provider reported an error without words") -> Failure:
    """An error that came inside a stream that had begun with success; `otherwise` is said where it has no words."""
    message, code = words_of(said)
    telling = _telling(said)
    status = next((int(word) for word in telling if word.isdecimal() and 400 <= int(word[:4]) <= 599), None)
    return Failure(
        kind=kind_of(status or 0, message, telling),
        message=message or otherwise,
        status=status,
        provider_code=code,
        request_id=_id_within(said),
        retry_after_s=retry_after({}, said),
    )


def is_error(said: Any) -> bool:
    """Whether a decoded event is an error, in any of the forms in use."""
    if isinstance(said, list):
        return bool(said) and is_error(said[0])
    if not isinstance(said, dict):
        return False
    error = said.get("error")
    return (
        (isinstance(error, dict | str | list) and bool(error))
        or said.get("type") == "error"
        or said.get("object") == "error"
        or bool(said.get("error_message") or said.get("error_type"))
        or (bool(said.get("detail")) and "choices" not in said)
        or (not ANSWERS & said.keys() and _is_flat(said))
    )


def _is_flat(said: dict[str, Any]) -> bool:
    """Whether a document that is no answer is an error by itself, as DashScope and some gateways send them."""
    words, code = said.get("message"), said.get("code")
    is_told_apart = said.get("status") == "failure" or bool(said.get("error"))
    return isinstance(words, str) and bool(words) and (is_told_apart or (isinstance(code, int | str) and bool(code)))


def words_of(said: Any) -> tuple[str, str | None]:
    """The message and the code of an error in any of the shapes in use; "" and None where there is none."""
    if isinstance(said, list):
        return words_of(said[0]) if said and isinstance(said[0], dict) else ("", None)
    if isinstance(said, str):
        return masked(said.strip()), None
    if not isinstance(said, dict):
        return "", None
    inner = said.get("error")
    inner = inner[0] if isinstance(inner, list) and inner else inner
    error: dict[str, Any] = inner if isinstance(inner, dict) else said
    message = inner if isinstance(inner, str) else None
    candidates = (message, error.get("message"), said.get("message"), said.get("detail"), said.get("error_message"))
    text = next((words for words in map(_text, candidates) if words), "")
    codes = (error.get("code"), said.get("code"), error.get("type"), error.get("status"), said.get("error_type"))
    named = (str(code) for code in codes if isinstance(code, str | int) and not isinstance(code, bool))
    if upstream := _upstream(error.get("metadata")):
        text = f"{text}: {upstream}" if text else upstream
    return masked(text), next((_sound(code)[:200] for code in named if code not in ("", "error", "None")), None)


def _upstream(metadata: Any) -> str:
    """What the provider behind a gateway said, which OpenRouter hands on as text."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if not isinstance(raw, str):
        return ""
    return words_of(_parsed(raw.encode("utf-8", "replace")))[0] or " ".join(raw.split())


def retry_after(headers: dict[str, str], said: Any) -> float | None:
    """The wait that the server asks for, in seconds; what makes no sense is ignored."""
    if (ms := _number(headers.get("retry-after-ms"))) is not None:
        return ms / 1000
    value = headers.get("retry-after", "")
    if (seconds := _number(value)) is not None:
        return seconds
    if (wait := _until(value)) is not None:
        return wait
    delays = (delay for name, delay in _walk(said) if name == "retryDelay" and isinstance(delay, str))
    if (seconds := _number(next(delays, "").removesuffix("s"))) is not None:
        return seconds
    if (ms := _number(headers.get("x-ms-retry-after-ms"))) is not None:
        return ms / 1000
    return limits_reset.wait_s(headers)


def masked(text: str) -> str:
    """`text`, cut to a bearable length, without anything that looks like a key: some providers quote it."""
    return KEY.sub("[key]", _sound(text))[:MAX_WORDS]


def _until(value: str) -> float | None:
    """Seconds from now to an HTTP date."""
    try:
        wait = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return round(wait, 3) if 0 <= wait < 1e6 else None


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


def _telling(said: Any) -> list[str]:
    return [str(value)[:200] for name, value in _walk(said) if name in TELLING and isinstance(value, str | int)]


def _walk(said: Any, depth: int = 8) -> Iterator[tuple[str, Any]]:
    """The fields of a document and of what is inside it, outermost first."""
    if depth == 0:
        return
    if isinstance(said, dict):
        yield from said.items()
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    for value in inner:
        if isinstance(value, dict | list):
            yield from _walk(value, depth - 1)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return _text(value.get("message") or value.get("detail"))
    if isinstance(value, list):
        return "; ".join(_complaint(one) for one in value[:20] if isinstance(one, dict))
    return ""


def _complaint(one: dict[str, Any]) -> str:
    """One of the faults that a validating server lists: where, and what."""
    where = one.get("loc")
    at = ".".join(map(str, where)) if isinstance(where, list) else ""
    return f"{at}: {one.get('msg', '')}" if at else str(one.get("msg", ""))


def _described(status: int, body: bytes) -> str:
    """The body in our words, where the provider had none that can be read."""
    if title := html_title(body):
        return f"the server answered {status} with an HTML page titled “{title}”"
    text = " ".join(body.decode("utf-8", "replace").split())
    if text.lower().startswith(("<!doctype", "<html")):
        return f"the server answered {status} with an HTML page"
    return masked(text) if text else f"the server answered {status} without a word"


def _id_within(said: Any) -> str | None:
    ids = (value for name, value in _walk(said, 2) if name == "request_id" and isinstance(value, str) and value)
    return next((_sound(value)[:200] for value in ids), None)


def _sound(text: str) -> str:
    """`text` as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode()

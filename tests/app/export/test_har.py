"""An HTTP Archive of a run: what the format asks for, every attempt, and no key."""

import json
from datetime import datetime

from app.exchange import Answered, Asked, Exchange
from app.export.har import har
from app.redaction import KEY
from providers.dialects.base import Quirks

MS = 1_000_000
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize", "postData"}
RESPONSE = {
    *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"),
}


def exchange(at_ms: int, *pieces: tuple[int, bytes], status: int = 200, missing: int = 0) -> Exchange:
    headers = (("Content-Type", "application/json"), ("Authorization", f"Bearer {KEY}"))
    asked = Asked("POST", "https://api.example.com/v1/chat?a=b&c=", headers, '{"ünï": 1}'.encode())
    answered = Answered(status, "HTTP/2", (("content-type", "text/event-stream"),))
    stamped = tuple(((at_ms + after) * MS, piece) for after, piece in pieces)
    return Exchange(at_ms * MS, "openai", "openai_chat", "gpt-5", Quirks(), asked, answered, stamped, missing)


def entries(*exchanges: Exchange, at: str = "2026-11-27T10:00:00.000Z") -> list:  # type: ignore[type-arg]
    log = json.loads(har(exchanges, at))["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "Abreast")
    return log["entries"]


def test_each_exchange_is_an_entry_with_all_that_the_format_asks_for() -> None:
    first, second = entries(exchange(1000, status=429), exchange(3500, (40, b"data: a\n\n"), (90, b"data: b\n\n")))
    assert first.keys() >= ENTRY
    assert set(first["request"]) == REQUEST
    assert set(first["response"]) == RESPONSE
    assert (first["response"]["status"], first["response"]["statusText"]) == (429, "Too Many Requests")
    times = [datetime.fromisoformat(each["startedDateTime"]) for each in (first, second)]
    assert (times[1] - times[0]).total_seconds() == 2.5
    assert second["timings"] == {"send": 0, "wait": 40, "receive": 50}
    assert second["time"] == 90
    assert second["response"]["content"]["text"] == "data: a\n\ndata: b\n\n"
    assert [each["time_ms"] for each in second["_chunks"]] == [40, 90]
    assert second["request"]["queryString"] == [{"name": "a", "value": "b"}, {"name": "c", "value": ""}]
    assert second["request"]["postData"]["text"] == '{"ünï": 1}'


def test_what_is_no_text_and_what_was_not_kept_is_told() -> None:
    (entry,) = entries(exchange(0, (1, b"\xff\xfe"), missing=7))
    assert entry["response"]["content"]["encoding"] == "base64"
    assert "7 bytes" in entry["response"]["content"]["comment"]
    assert entry["response"]["content"]["size"] == 9


def test_a_request_that_never_left_is_left_out_and_a_bad_time_is_no_crash() -> None:
    gone = Exchange(0, "openai", "openai_chat", "m", Quirks(), None, None, ())
    assert entries(gone) == []
    assert entries(exchange(5), at="yesterday")[0]["startedDateTime"].startswith("1970")

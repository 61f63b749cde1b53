"""What went over the wire for a run as an HTTP Archive (HAR 1.2), which browsers and proxies open. Without any key."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from app.exchange import Answered, Asked, Exchange, Pairs
from app.release import release

MS = 1_000_000
UNKNOWN = -1
"""What the format says for a size or a time that is not known."""


def har(exchanges: Iterable[Exchange], began_at: str) -> bytes:
    """`began_at` is when the first of them began: their stamps tell only how long after it the others did."""
    kept = [each for each in exchanges if each.asked is not None]
    first = min((each.started_ns for each in kept), default=0)
    entries = [_entry(each, _moment(began_at, each.started_ns - first)) for each in kept]
    creator = {"name": "Abreast", "version": release()}
    log = {"version": "1.2", "creator": creator, "pages": [], "entries": entries}
    return msgspec.json.format(msgspec.json.encode({"log": log}), indent=1)


def _moment(began_at: str, after_ns: int) -> str:
    try:
        start = datetime.fromisoformat(began_at)
    except ValueError:
        start = datetime.fromtimestamp(0, UTC)
    return (start + timedelta(microseconds=after_ns // 1000)).isoformat(timespec="milliseconds")


def _entry(exchange: Exchange, at: str) -> dict[str, Any]:
    stamps = [stamp for stamp, _ in exchange.pieces]
    wait = (stamps[0] - exchange.started_ns) / MS if stamps else UNKNOWN
    receive = (stamps[-1] - stamps[0]) / MS if stamps else UNKNOWN
    assert exchange.asked is not None
    return {
        "startedDateTime": at,
        "time": max(0, wait) + max(0, receive),
        "request": _request(exchange.asked),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": max(0, wait), "receive": max(0, receive)},
        "_vendor": exchange.vendor,
        "_model": exchange.model,
        "_chunks": [
            {"time_ms": round((stamp - exchange.started_ns) / MS, 3), "bytes": len(piece)}
            for stamp, piece in exchange.pieces
        ],
    }


def _request(asked: Asked) -> dict[str, Any]:
    mime = next((value for name, value in asked.headers if name.lower() == "content-type"), "")
    made = {
        "method": asked.method,
        "url": asked.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(asked.headers),
        "queryString": _pairs(parse_qsl(urlsplit(asked.url).query, keep_blank_values=True)),
        "headersSize": UNKNOWN,
        "bodySize": asked.size,
    }
    if asked.body:
        made["postData"] = {"mimeType": mime, "text": asked.body.decode("utf-8", "replace")}
    return made


def _response(exchange: Exchange) -> dict[str, Any]:
    answered = exchange.answered or Answered(0, "", ())
    content: dict[str, Any] = {"size": exchange.size, "mimeType": answered.header("content-type")}
    try:
        content["text"] = exchange.body.decode()
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(exchange.body).decode(), "encoding": "base64"}
    if exchange.missing:
        content["comment"] = f"{exchange.missing} bytes at its end were not kept"
    return {
        "status": answered.status,
        "statusText": _phrase(answered.status),
        "httpVersion": answered.http_version or "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answered.headers),
        "content": content,
        "redirectURL": answered.header("location"),
        "headersSize": UNKNOWN,
        "bodySize": exchange.size,
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _pairs(pairs: Pairs | list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]

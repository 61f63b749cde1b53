"""One attempt as its inspector shows it: text and figures, ready to be painted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.attempt import Attempt
from app.exchange import Exchange, Pairs
from app.figures import NONE, cost_note, money, tokens_text
from app.jitter import Jitter, jitter
from app.laps import laps, rows
from app.records import Cost
from app.run import RunFold
from app.series import duration
from app.shown import Figure
from app.waterfall import STATES, Step, steps

LONG_STRING = 2_000
"""A longer string in JSON is a picture or a document: its beginning is enough for the eye."""
LONG_TEXT = 400_000
"""More is not shown; copying and saving give all of it."""
STAMPS = {
    "kernel": "the kernel’s, as bytes came in",
    "transport": "the transport’s, as bytes were read",
}


@dataclass(frozen=True)
class Course:
    """What goes on changing while an attempt runs, and is cheap to tell."""

    steps: tuple[Step, ...]
    jitter: Jitter | None
    """Once the attempt is over."""
    facts: tuple[Figure, ...]


@dataclass(frozen=True)
class Wire:
    """The request as it was sent, and the head of the response, or all of one that is no stream."""

    request: str
    response: str


def course(attempt: Attempt, exchange: Exchange | None, cost: Cost | None, fold: RunFold | None = None) -> Course:
    """`exchange` is None where nothing is kept of it; `cost` is what the attempt cost, as far as that is known. With
    `fold`, the run's other attempts are on the same axis."""
    all_steps = rows(laps(fold), frozenset([attempt.number])) if fold is not None else steps(attempt)
    return Course(all_steps, _jitter(attempt, fold), tuple(_facts(attempt, exchange, cost)))


def _jitter(attempt: Attempt, fold: RunFold | None) -> Jitter | None:
    if attempt.state == "open":
        return None
    start = attempt.started_ns if fold is None else fold.started_ns or attempt.started_ns
    return jitter([(stamp - start) / 1e6 for stamp in attempt.stamps])


def wire(exchange: Exchange | None) -> Wire:
    return Wire(_request(exchange), _response(exchange))


def title(attempt: Attempt, of: int) -> str:
    """`Attempt 2 of 3 · answer · 429 failed`."""
    number = f"Attempt {attempt.number + 1} of {of}"
    status = f"{attempt.response.status} " if attempt.response else ""
    return f"{number} · {attempt.role} · {status}{STATES.get(attempt.state, attempt.state)}"


def _facts(attempt: Attempt, exchange: Exchange | None, cost: Cost | None) -> Iterable[Figure]:
    yield Figure("Endpoint", attempt.endpoint, "The base URL of the lane")
    response = attempt.response
    if response is not None:
        how = "opened ahead" if response.warmed else "kept from before" if response.reused else "new"
        yield Figure("Connection", f"HTTP/{response.http_version}, {how}", "HTTP version, and where it came from")
        yield Figure("Stamps", STAMPS[response.stamp], "Where the time of each piece was taken")
        yield Figure("Status", str(response.status), "Of the HTTP response")
    if response is not None and response.request_id:
        yield Figure("Request id", response.request_id, "By which the provider finds this request")
    yield Figure("Model", _served(attempt), "The one asked for, and the one that the provider says served")
    tokens = attempt.tokens()
    is_counted = tokens.input is not None or tokens.output is not None
    counted = tokens_text(tokens) if is_counted else "not reported"
    yield Figure("Tokens", counted, "In → out, as the provider counts them")
    yield Figure("Cost", money(cost) if cost else "unknown", cost_note(cost))
    if attempt.stop:
        yield Figure("Finish reason", attempt.stop, "In the provider’s own word")
    for name, value in attempt.server_ms.items():
        yield Figure(name, duration(value), "The server’s own timing, by the name that it gives it")
    if exchange is not None and exchange.asked is not None:
        yield Figure("Request body", f"{exchange.asked.size:,} bytes", "Without its head")
    if exchange is not None and exchange.answered is not None:
        size = sum(len(piece) for _, piece in exchange.pieces) + exchange.missing
        yield Figure(
            "Response body", f"{size:,} bytes in {len(exchange.pieces):,} pieces", "Decompressed, without its head"
        )


def _served(attempt: Attempt) -> str:
    if attempt.model == attempt.asked:
        return attempt.asked or NONE
    return f"{attempt.asked}, served by {attempt.model}"


def _request(exchange: Exchange | None) -> str:
    if exchange is None or exchange.asked is None:
        return ""
    asked = exchange.asked
    return "\n".join([f"{asked.method} {asked.url}", *_headers(asked.headers), "", pretty(asked.body)])


def _response(exchange: Exchange | None) -> str:
    if exchange is None or exchange.answered is None:
        return ""
    answered = exchange.answered
    lines = [f"HTTP/{answered.http_version} {answered.status}", *_headers(answered.headers)]
    return "\n".join([*lines, "", pretty(exchange.body)] if exchange.is_refused else lines)


def _headers(pairs: Pairs) -> list[str]:
    return [f"{name}: {value}" for name, value in pairs]


def pretty(body: bytes) -> str:
    """JSON indented and with its long strings cut; anything else as text."""
    try:
        text = json.dumps(_shortened(json.loads(body)), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    text = text.encode("utf-8", "replace").decode()  # half a character, which JSON may hold, is none that can be shown
    if len(text) > LONG_TEXT:
        text = f"{text[:LONG_TEXT]}\n… and {len(text) - LONG_TEXT:,} characters more"
    return text


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > LONG_STRING:
            return f"{value[:120]}… ({len(value):,} characters)"
        case list():
            return [_shortened(each) for each in value]
        case dict():
            return {name: _shortened(each) for name, each in value.items()}
    return value

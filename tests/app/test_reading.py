"""Exchanges read once more, and saved so that the tests of dialects read them: the same meaning each time."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.exchange import Answered, Asked, Exchange
from app.reading import Reading, readings
from app.recorded_stream import file_stem, files
from providers.dialects.base import Quirks
from providers.events import Finished, Text
from tests.providers.dialects.test_cassettes import DIALECT_OF, NAMES, body_of, expected_of
from tests.providers.folding import cut

KINDS = {"sse": "text/event-stream", "ndjson": "application/x-ndjson"}


def exchange_of(name: str, body: bytes, size: int = 7, **changed: Any) -> Exchange:
    dialect = DIALECT_OF[name.partition("-")[0]]
    kind = KINDS["ndjson" if dialect == "ollama" else "sse"]
    pieces = tuple((1000 * at, piece) for at, piece in enumerate(cut(body, size), 1))
    answered = changed.pop("answered", Answered(200, "1.1", (("Content-Type", kind),)))
    asked = Asked("POST", "http://x/v1", (), b"{}")
    return Exchange(1, "custom", dialect, "asked", changed.pop("quirks", Quirks()), asked, answered, pieces, **changed)


def chat(*documents: str) -> bytes:
    return "".join(f"data: {document}\n\n" for document in documents).encode()


def piece(text: str, reason: str | None = None) -> str:
    return json.dumps({"model": "m", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]})


def texts(read: list[Reading]) -> str:
    return "".join(event.text for reading in read for event in reading.made if isinstance(event, Text))


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_stream_means_what_the_stream_does(name: str) -> None:
    """Compared with what was written by hand about the same bytes."""
    said = files(exchange_of(name, body_of(name)), "again")
    stem = file_stem(exchange_of(name, b""), "again")
    ending = "ndjson" if name.startswith("ollama") else "sse"
    assert set(said) == {f"{stem}.{ending}", f"{stem}.json"}
    assert said[f"{stem}.{ending}"] == body_of(name)
    saved, expected = json.loads(said[f"{stem}.json"]), expected_of(name)
    for field in ("text", "reasoning", "refusal", "tools", "broken", "stop", "notices", "logprobs", "usage"):
        assert saved.get(field) == (expected.get(field) or None), field
    for field in ("model", "turn", "server_ms"):
        assert field not in expected or saved.get(field) == (expected[field] or None), field
    failure = expected.get("failure") or {}
    assert {field: saved.get("failure", {}).get(field) for field in failure} == failure
    assert bool(saved.get("failure")) == bool(failure)
    assert sum(size for _, size in saved["pieces"]) == len(body_of(name))


def test_each_raw_event_stands_beside_what_was_made_of_it() -> None:
    body = chat(piece("Hel"), piece("lo", "stop"), "[DONE]")
    read = list(readings(exchange_of("chat", body, size=1 << 20)))
    assert [reading.data for reading in read[:3]] == [piece("Hel").encode(), piece("lo", "stop").encode(), b"[DONE]"]
    assert texts(read[:1]) == "Hel"
    assert texts(read) == "Hello"
    assert read[-1].is_end
    assert isinstance(read[-1].made[-1], Finished)


def test_a_stream_that_was_cut_ends_with_what_is_wrong() -> None:
    read = list(readings(exchange_of("chat", chat(piece("Hel")))))
    assert texts(read) == "Hel"
    assert read[-1].failure is not None
    assert read[-1].failure.kind == "cut_off"


def test_one_that_goes_on_has_no_end_yet() -> None:
    read = list(readings(exchange_of("chat", chat(piece("Hel"))), is_over=False))
    assert [reading.is_end for reading in read] == [False]
    read = list(readings(exchange_of("chat", chat(piece("Hel")), missing=9)))
    assert [reading.failure for reading in read] == [None]


def test_an_error_in_the_stream_stands_beside_its_event() -> None:
    read = list(readings(exchange_of("chat", chat(piece("Hel"), '{"error":{"message":"no","code":429}}'))))
    assert [bool(reading.failure) for reading in read] == [False, True]
    assert read[-1].data.startswith(b'{"error"')


def test_a_refusal_is_one_document_and_is_saved_with_its_head() -> None:
    head = Answered(429, "1.1", (("Content-Type", "application/json"), ("Retry-After", "7")))
    exchange = exchange_of("chat", b'{"error":{"message":"slow down","type":"rate_limit"}}', answered=head)
    (read,) = readings(exchange)
    assert read.failure is not None
    assert (read.failure.kind, read.failure.retry_after_s) == ("rate", 7.0)
    saved = json.loads(files(exchange, "Slow down!")["chat-slow-down.json"])
    assert (saved["status"], saved["headers"]["retry-after"]) == (429, "7")
    assert saved["failure"]["retry_after_s"] == 7.0


def test_quirks_that_it_takes_to_read_are_saved_too() -> None:
    exchange = exchange_of("chat", chat(piece("Hi", "stop")), quirks=Quirks(output_excludes_reasoning=True))
    assert json.loads(files(exchange, "x")["chat-x.json"])["quirks"]["output_excludes_reasoning"] is True


@pytest.mark.parametrize(
    ("changed", "why"), [({"answered": None}, "has not answered"), ({"missing": 12}, "last 12 bytes")]
)
def test_what_is_not_whole_is_not_saved(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        files(exchange_of("chat", b"", **changed), "x")


@pytest.mark.parametrize(
    ("called", "stem"), [("GPT 5 — über/..", "chat-gpt-5-ber"), ("", "chat-recorded"), ("../x", "chat-x")]
)
def test_a_name_becomes_a_file_name(called: str, stem: str) -> None:
    assert file_stem(exchange_of("chat", b""), called) == stem
    assert Path(stem).name == stem

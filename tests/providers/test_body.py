"""A body as its first bytes show it, and what is kept of it when it ends badly."""

import json

import pytest

from providers.body import Body
from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.errors import ProviderError
from providers.events import Event, Finished, Text

CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"kept"}}]}'


def body(content_type: str = "text/event-stream") -> Body:
    return Body(DIALECTS["openai_chat"].decoder(model="m", quirks=Quirks()), content_type)


def ended(made: Body) -> tuple[list[Event], ProviderError | None]:
    events: list[Event] = []
    try:
        for event in made.end(9):
            events.append(event)
    except ProviderError as error:
        return events, error
    return events, None


def test_the_last_event_is_kept_though_the_stream_was_cut_off_behind_it() -> None:
    made = body()
    assert list(made.feed(CHUNK, 1)) == []

    events, error = ended(made)

    assert [event.text for event in events if isinstance(event, Text)] == ["kept"]
    assert error is not None
    assert error.failure.kind == "cut_off"


def test_text_beside_an_error_in_one_document_is_kept() -> None:
    choice = {"index": 0, "message": {"content": "kept"}, "finish_reason": "error"}
    made = body("application/json")
    document = json.dumps({"choices": [choice], "error": {"message": "broken", "code": 502}}).encode()
    assert list(made.feed(document, 1)) == []

    _, error = ended(made)

    assert error is not None
    assert error.failure.kind == "server"


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json", ""])
def test_a_stream_is_a_stream_whatever_it_calls_itself(content_type: str) -> None:
    made = body(content_type)

    assert [event.text for event in made.feed(CHUNK + b"\n\n", 1) if isinstance(event, Text)] == ["kept"]


WHOLE = b"""{

  "choices": [{"index": 0, "message": {"content": "kept"}, "finish_reason": "stop"}],

  "usage": {"prompt_tokens": 1}
}"""


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_a_document_is_one_whatever_it_calls_itself(content_type: str) -> None:
    made = body(content_type)
    assert [event for piece in (WHOLE[:20], WHOLE[20:]) for event in made.feed(piece, 1)] == []

    events, error = ended(made)

    assert error is None
    assert [event.text for event in events if isinstance(event, Text)] == ["kept"]
    assert isinstance(events[-1], Finished)


def test_a_bare_error_before_the_rest_of_a_stream_is_heard() -> None:
    made = body("text/plain")
    list(made.feed(b'{"error": {"message": "Busy", "code": 503}}\n\ndata: [DONE]\n\n', 1))

    _, error = ended(made)

    assert error is not None
    assert error.failure.message == "Busy"


def test_a_stream_that_begins_with_a_field_of_its_own_is_one() -> None:
    made = body()
    done = b'{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
    pieces = b"x-note: 5\n\n" + CHUNK + b"\n\ndata: " + done + b"\n\ndata: [DONE]\n\n"

    assert [event.text for event in made.feed(pieces, 1) if isinstance(event, Text)] == ["kept"]
    events, error = ended(made)
    assert error is None
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("first", [b"<!doctype html><title>Log in</title>", b"SSH-2.0", b"\x00\x01\x02"])
def test_what_is_no_stream_is_said_to_be_none(first: bytes) -> None:
    made = body()
    list(made.feed(first, 1))

    events, error = ended(made)

    assert not any(isinstance(event, Finished) for event in events)
    assert error is not None
    assert error.failure.kind == "protocol"


def test_an_endless_event_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.body.MAX_ANSWER_BYTES", 1000)
    made = body()

    with pytest.raises(ProviderError, match="larger than"):
        for _ in range(20):
            list(made.feed(b"data: " + b"x" * 90, 1))

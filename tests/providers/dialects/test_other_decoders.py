"""Anthropic and Gemini: bodies that are no streams, stamps, and what the cassettes do not show."""

import json
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.events import Finished, Stop, Text, ToolCall, ToolCallDelta, Turn
from providers.sse import ServerEvent
from tests.providers.folding import Fold, failure_of, finished_of, fold


def whole(dialect: DialectName, body: Any) -> Fold:
    return fold(dialect, [json.dumps(body).encode()], content_type="application/json")


def test_a_whole_message() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm.", "signature": "x"},
        {"type": "text", "text": "Hello"},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": "é"}},
    ]
    usage = {"input_tokens": 3, "output_tokens": 4}
    answer = whole(
        "anthropic", {"type": "message", "model": "c", "content": content, "stop_reason": "tool_use", "usage": usage}
    )

    assert (answer.reasoning, answer.text, answer.tools) == ("Hm.", "Hello", [("t", "f", '{"a": "é"}')])
    assert (finished_of(answer).stop, finished_of(answer).usage.input) == ("tool_use", 3)


def test_a_whole_response_and_a_list_of_them() -> None:
    first = {"candidates": [{"content": {"parts": [{"text": "Hel"}]}}], "modelVersion": "g"}
    last = {"candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}]}

    assert whole("gemini", [first, last]).text == "Hello"
    assert finished_of(whole("gemini", last)).stop == "STOP"
    assert failure_of(whole("gemini", first)).kind == "protocol"
    broken = whole("gemini", [first, {"error": {"code": 503, "message": "Gone", "status": "UNAVAILABLE"}}])
    assert failure_of(broken).message == "Gone"


@pytest.mark.parametrize("dialect", ["anthropic", "gemini"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "No", "type": "api_error"}}, "No"),
        ({"type": "error", "error": {"type": "api_error", "message": "No"}}, "No"),
        ([{"error": {"message": "No"}}], "No"),
        ({}, None),
        (5, None),
    ],
)
def test_documents_that_are_no_answer(dialect: DialectName, body: Any, message: str | None) -> None:
    failure = failure_of(whole(dialect, body))

    assert failure.kind != "cut_off"
    assert message in (None, failure.message)


def test_stamps_of_messages() -> None:
    decoder = DIALECTS["anthropic"].decoder(model="m", quirks=Quirks())

    def feed(at_ns: int, **said: Any) -> list[Any]:
        return list(decoder.feed(ServerEvent(said["type"], json.dumps(said).encode()), at_ns))

    feed(1, type="message_start", message={"model": "c", "usage": {"input_tokens": 1}})
    assert feed(2, type="content_block_start", index=0, content_block={"type": "tool_use", "id": "t", "name": "f"}) == [
        ToolCallDelta(0, 2, 0, "t", "f", "")
    ]
    assert feed(3, type="content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": "{}"}) == [
        ToolCallDelta(0, 3, 0, "t", "f", "{}")
    ]
    assert feed(4, type="content_block_stop", index=0) == [ToolCall(0, 4, 0, "t", "f", "{}")]
    assert feed(5, type="message_delta", delta={"stop_reason": "tool_use"}) == [Stop(0, 5, "tool_use")]
    assert decoder.complete is False
    assert feed(6, type="message_stop") == []
    assert bool(decoder.complete)
    assert feed(7, type="content_block_delta", index=0, delta={"type": "text_delta", "text": "late"}) == []
    rest, end = decoder.end(8)
    turn = Turn(0, 6, "anthropic", [{"type": "tool_use", "id": "t", "name": "f", "input": {}}])
    assert (list(rest), end.at_ns, end.model) == ([turn], 6, "c")


def test_the_proof_of_a_response_is_its_finish_reason() -> None:
    decoder = DIALECTS["gemini"].decoder(model="asked", quirks=Quirks())
    said = b'{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}'

    assert decoder.feed(ServerEvent("", said), 5) == [Text(0, 5, "a"), Stop(0, 5, "STOP")]
    assert not decoder.complete  # usage may follow
    assert decoder.end(9)[1] == Finished(0, 5, "asked", decoder.end(9)[1].usage, "STOP")


def test_gemini_counts_are_replaced_not_merged() -> None:
    def chunk(finish: str | None, **usage: int) -> bytes:
        return (
            b"data: "
            + json.dumps({"candidates": [{"finishReason": finish}], "usageMetadata": usage}).encode()
            + b"\r\n\r\n"
        )

    answer = fold(
        "gemini", [chunk(None, promptTokenCount=5, candidatesTokenCount=9), chunk("STOP", promptTokenCount=6)]
    )

    assert (answer.usage.input, answer.usage.output, answer.usage.raw) == (6, None, {"promptTokenCount": 6})


def test_gemini_halves_of_a_character() -> None:
    body = (
        b'data: {"candidates":[{"content":{"parts":[{"text":"\\ud83c"}]}}]}\r\n\r\n'
        b'data: {"candidates":[{"content":{"parts":[{"text":"\\udf0a \\ud83c"}]},"finishReason":"STOP"}]}\r\n\r\n'
    )

    assert fold("gemini", [body]).text == "🌊 \ufffd"


@pytest.mark.parametrize(
    "said", [b'{"detail":"Not here"}', b'{"type":"error","message":"Not here"}', b'{"error":"Not here"}']
)
def test_errors_of_a_proxy_in_a_gemini_stream(said: bytes) -> None:
    assert failure_of(fold("gemini", [b"data: " + said + b"\n\n"])).message == "Not here"

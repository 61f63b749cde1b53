"""From a stream to the assistant's turn, and from there to the next request."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from providers.body import Body
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.errors import Failure
from providers.events import Discarded, Event, Failed, Finished, Refusal, Started, Stop, Text, ToolCall, Turn
from providers.turns import AnswerFold, with_results
from providers.types import Call, Echo, Message, Request, Result, Tool
from providers.usage import TokenUsage
from tests.providers.dialects.test_cassettes import body_of

BASE = "https://here/v1"
ASKED = Request((Message("user", "What is at the beach?"),), params={"reasoning_effort": "high"}, tools=(Tool("now"),))


def started(attempt: int, endpoint: str = BASE) -> Started:
    return Started(attempt, 0, "answer", "v", endpoint, "m")


def finished(attempt: int) -> Finished:
    return Finished(attempt, 9, "m", TokenUsage(), "stop")


def folded(*events: Event) -> Message | None:
    fold = AnswerFold()
    for event in events:
        fold.take(event)
    return fold.message


def stream_of(dialect: DialectName, cassette: str) -> Iterator[Event]:
    yield started(0)
    body = Body(DIALECTS[dialect].decoder(model="m", quirks=Quirks()), "text/event-stream")
    yield from body.feed(body_of(cassette), 1)
    yield from body.end(2)


def next_bodies(dialect: DialectName, *cassettes: str, model: str) -> Iterator[dict[str, Any]]:
    """The bodies of the requests that follow each answer, all calls being answered."""
    request = ASKED
    for cassette in cassettes:
        answer = folded(*stream_of(dialect, cassette))
        assert answer is not None
        assert answer.calls
        results = [Result(call.id, call.name, f"result {n}") for n, call in enumerate(answer.calls)]
        request = with_results(request, answer, results)
        encoded = DIALECTS[dialect].encode(request, model=model, base_url=BASE, quirks=Quirks())
        yield json.loads(encoded.body)


def test_two_rounds_of_tools_with_messages() -> None:
    first, second = next_bodies("anthropic", "messages-tool", "messages-redacted", model="claude-opus-4-6")

    thinking = {"type": "thinking", "thinking": "Ask first.", "signature": "AbC="}
    assert first["messages"][1]["role"] == "assistant"
    assert first["messages"][1]["content"] == [
        thinking,
        {"type": "text", "text": "Un moment… 🐚", "citations": [{}]},
        {"type": "tool_use", "id": "toolu_1", "name": "shell", "input": {"beach": "Étretat"}},
        {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}},
    ]
    assert first["messages"][2] == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "result 0"},
            {"type": "tool_result", "tool_use_id": "toolu_2", "content": "result 1"},
        ],
    }
    assert second["messages"][:3] == first["messages"]
    assert [block["type"] for block in second["messages"][3]["content"]] == [
        "redacted_thinking",
        "thinking",
        "tool_use",
    ]
    assert second["messages"][3]["content"][0] == {"type": "redacted_thinking", "data": "EmwKAhgB/+8="}
    assert second["messages"][3]["content"][1]["signature"] == "Zm9v+/=="
    assert first["thinking"] == {"type": "adaptive", "display": "summarized"}


def test_two_rounds_of_tools_with_gemini() -> None:
    first, second = next_bodies("gemini", "gemini-tool", "gemini-streamed-arguments", model="gemini-3-pro-preview")

    assert first["contents"][1] == {
        "role": "model",
        "parts": [
            {"text": "I might call.", "thought": True},
            {"text": "Je vérifie 🪸"},
            {"functionCall": {"name": "reef", "args": {"où": "Hyères"}}, "thoughtSignature": "Es=="},
            {"functionCall": {"name": "now", "id": "f2"}},
            {"text": "", "thoughtSignature": "Zz=="},
        ],
    }
    assert first["contents"][2] == {
        "role": "user",
        "parts": [
            {"functionResponse": {"name": "reef", "response": {"result": "result 0"}}},
            {"functionResponse": {"name": "now", "response": {"result": "result 1"}, "id": "f2"}},
        ],
    }
    assert second["contents"][:3] == first["contents"]
    assert second["contents"][3]["parts"] == [
        {
            "functionCall": {"name": "book", "args": {"to": {"city": "New Delhi"}, "seats": 2}, "id": "f3"},
            "thoughtSignature": "CtQB+/8=",
        }
    ]


@pytest.mark.parametrize("dialect", ["openai_responses", "anthropic", "gemini"])
def test_elsewhere_the_same_turn_goes_as_text_and_calls(dialect: DialectName) -> None:
    answer = folded(*stream_of("anthropic", "messages-tool"))
    assert answer is not None
    request = with_results(ASKED, answer, [Result("toolu_1", "shell", "a"), Result("toolu_2", "now", "b")])
    encoded = DIALECTS[dialect].encode(request, model="gemini-3-pro", base_url="https://elsewhere", quirks=Quirks())

    assert b"AbC=" not in encoded.body
    assert b"Ask first." not in encoded.body
    assert "Étretat".encode() in encoded.body
    assert (b"skip_thought_signature_validator" in encoded.body) is (dialect == "gemini")


def test_only_what_stands_is_folded() -> None:
    lost = Failure("server", "gone")
    message = folded(
        started(0, "https://a"),
        started(1, "https://b"),
        started(2, "https://c"),
        Text(0, 1, "void"),
        Text(1, 1, "It "),
        ToolCall(2, 1, 0, "x", "void", "{}"),
        Turn(2, 1, "anthropic", []),
        Failed(0, 2, lost),
        Text(1, 2, "stands"),
        Discarded(2, 3, "slower"),
        Stop(1, 3, "stop"),
        Turn(1, 3, "gemini", [{"text": "It stands"}]),
        finished(1),
    )

    assert message == Message("assistant", "It stands", echo=Echo("gemini", "https://b", [{"text": "It stands"}]))


def test_a_call_that_was_cut_off_is_left_out() -> None:
    whole, cut = ToolCall(0, 1, 1, None, "now", ""), ToolCall(0, 1, 0, "x", "shell", '{"a', complete=False)

    assert folded(started(0), cut, whole, finished(0)) == Message("assistant", calls=(Call(None, "now", "{}"),))


def test_a_refusal_is_what_was_said() -> None:
    assert folded(started(0), Refusal(0, 1, "No."), finished(0)) == Message("assistant", "No.")


def test_nothing_stands_before_the_end() -> None:
    assert folded(started(0), Text(0, 1, "Not yet")) is None


def test_results_follow_the_answer() -> None:
    answer = Message("assistant", calls=(Call("t", "now", "{}"),))
    request = with_results(ASKED, answer, [Result("t", "now", "noon")])

    assert request.messages == (*ASKED.messages, answer, Message("user", results=(Result("t", "now", "noon"),)))
    assert (request.tools, request.params) == (ASKED.tools, ASKED.params)

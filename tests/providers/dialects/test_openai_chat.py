"""What the cassettes do not show: bodies that are no streams, stamps, counts that contradict each other."""

import json
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.dialects.chat_usage import usage_of
from providers.errors import ProviderError
from providers.events import Event, Stop, Text, ToolCall, ToolCallDelta, Usage
from providers.sse import ServerEvent
from tests.providers.folding import failure_of, finished_of, fold

DONE = b"data: [DONE]\n\n"
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


def event(delta: dict[str, Any] | None = None, **choice: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta or {}, **choice}]}).encode() + b"\n\n"


def whole(body: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fold("openai_chat", [raw[:9], raw[9:]], content_type="application/json; charset=utf-8")


def test_a_server_that_does_not_stream() -> None:
    message = {
        "role": "assistant", "content": "Whole.", "reasoning_content": "Hm.", "refusal": None,
        "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    }  # fmt: skip
    answer = whole({
        "object": "chat.completion", "model": "m-9", "usage": {"prompt_tokens": 3, "completion_tokens": 4},
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
    })  # fmt: skip

    assert (answer.text, answer.reasoning, answer.tools) == ("Whole.", "Hm.", [("a", "f", "{}")])
    end = finished_of(answer)
    assert (end.model, end.stop, end.usage.input, end.usage.output, end.at_ns) == ("m-9", "tool_calls", 3, 4, 2)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({"error": {"message": "No credits", "code": 402}}, "quota", "No credits"),
        ({"error": "Broken"}, "server", "Broken"),
        ({"status": "failure", "message": "No such route"}, "server", "No such route"),
        ([{"error": {"message": "In a list", "code": 503}}], "overloaded", "In a list"),
        ({}, "server", "the server sent no answer"),
        ({"choices": []}, "server", "the server sent no answer"),
        (b'{"choices": [', "protocol", None),
        ([1, 2], "protocol", None),
        ({"choices": [{"index": 0, "message": {"content": "Half"}, "finish_reason": None}]}, "cut_off", None),
        ({"choices": [{"index": 0, "message": {"content": ""}, "finish_reason": "stop"}]}, "protocol", None),
    ],
)
def test_documents_that_are_no_answer(body: Any, kind: str, message: str | None) -> None:
    failure = failure_of(whole(body))

    assert failure.kind == kind
    assert message in (None, failure.message)


def test_a_message_after_its_deltas_is_not_said_again() -> None:
    last = b'data: {"choices":[{"index":0,"message":{"content":"Once"},"finish_reason":"stop"}]}\n\n'

    assert fold("openai_chat", [event({"content": "Once"}), last, DONE]).text == "Once"


def test_delta_goes_before_message_and_text() -> None:
    both = event({"content": "b"}, message={"content": "ab"}, text="b")

    assert fold("openai_chat", [event({"content": "a"}), both, STOP, DONE]).text == "ab"


def test_stamps() -> None:
    """Each event has the stamp of its bytes, and the end that of its proof."""
    decoder = DIALECTS["openai_chat"].decoder(model="m", quirks=Quirks())

    def feed(data: bytes, at_ns: int) -> list[Event]:
        return list(decoder.feed(ServerEvent("", data), at_ns))

    (text,) = feed(b'{"choices":[{"delta":{"content":"a"}}]}', 10)
    assert text == Text(0, 10, "a")
    (piece,) = feed(b'{"choices":[{"delta":{"tool_calls":[{"id":"c","function":{"name":"f"}}]}}]}', 20)
    assert piece == ToolCallDelta(0, 20, 0, "c", "f", "")
    call, stop = feed(b'{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}', 30)
    assert (call, stop) == (ToolCall(0, 30, 0, "c", "f", ""), Stop(0, 30, "tool_calls"))
    (usage,) = feed(b'{"choices":[],"usage":{"prompt_tokens":1}}', 40)
    assert isinstance(usage, Usage)
    assert decoder.complete is False
    assert feed(b"[DONE]", 50) == []
    assert bool(decoder.complete)
    assert feed(b'{"choices":[{"delta":{"content":"late"}}]}', 60) == []
    assert feed(b'{"error":{"message":"late"}}', 61) == []
    rest, end = decoder.end(70)
    assert (list(rest), end.at_ns) == ([], 50)


def test_without_an_end_marker_the_finish_reason_is_the_proof() -> None:
    decoder = DIALECTS["openai_chat"].decoder(model="m", quirks=Quirks())
    decoder.feed(ServerEvent("", b'{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}'), 30)
    decoder.feed(ServerEvent("", b'{"choices":[],"usage":{"prompt_tokens":1}}'), 40)

    assert decoder.end(70)[1].at_ns == 30


def test_words_beside_an_error_are_given_before_it() -> None:
    decoder = DIALECTS["openai_chat"].decoder(model="m", quirks=Quirks())
    data = b'{"error":{"message":"Gone","code":502},"choices":[{"delta":{"content":"last"},"finish_reason":"error"}]}'

    assert [type(e) for e in decoder.feed(ServerEvent("", data), 1)] == [Text, Stop]
    assert decoder.complete
    for call in (lambda: decoder.feed(ServerEvent("", b"[DONE]"), 2), lambda: decoder.end(3)):
        with pytest.raises(ProviderError) as caught:
            call()
        assert caught.value.failure.message == "Gone"


def test_an_error_that_is_empty_is_none() -> None:
    body = [
        b'data: {"error":null,"choices":[{"delta":{"content":"a"}}]}\n\n',
        b'data: {"error":"","detail":null,"choices":[{"delta":{"content":"b"}}]}\n\n',
        b'data: {"error":{},"choices":[{"delta":{"content":"c"},"finish_reason":"stop"}]}\n\n',
    ]

    assert fold("openai_chat", [*body, DONE]).text == "abc"


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ({"code": "DataInspectionFailed", "message": "Not this"}, "content_filter", "Not this"),
        ({"code": "Throttling", "message": "Slower", "request_id": "r"}, "rate", "Slower"),
        ({"status": "failure", "message": "No route"}, "server", "No route"),
        ({"error": [{"message": "First"}, {"message": "Second"}]}, "server", "First"),
        ({"error": True, "message": "Said beside"}, "server", "Said beside"),
    ],
)
def test_errors_in_shapes_of_their_own(said: Any, kind: str, message: str) -> None:
    answer = fold("openai_chat", [event({"content": "kept"}), b"data: " + json.dumps(said).encode() + b"\n\n", DONE])

    assert answer.text == "kept"
    assert (failure_of(answer).kind, failure_of(answer).message) == (kind, message)


def test_text_before_an_error_without_a_blank_line_between_is_kept() -> None:
    error = b'{"error":{"message":"Gone","code":502}}\n\n'
    answer = fold("openai_chat", [event({"content": "kept"})[:-1] + error])

    assert answer.text == "kept"
    assert failure_of(answer).message == "Gone"


@pytest.mark.parametrize("name", ["ping", "keepalive", "heartbeat"])
@pytest.mark.parametrize("data", ["ping", "{}", "2026-01-01T00:00:00Z", '{"error":""}'])
def test_signs_of_life_say_nothing(name: str, data: str) -> None:
    alive = f"event: {name}\ndata: {data}\n\n".encode()

    assert finished_of(fold("openai_chat", [alive, event({"content": "a"}), alive, STOP, alive, DONE])).stop == "stop"


@pytest.mark.parametrize(
    "said",
    [
        {"code": "x", "message": "y", "choices": []},
        {"code": 0, "message": "ok"},
        {"message": ""},
        {"status": "ok", "message": "working"},
        {"error": []},
    ],
)
def test_what_is_no_error_is_none(said: Any) -> None:
    notice = b"data: " + json.dumps(said).encode() + b"\n\n"

    assert finished_of(fold("openai_chat", [notice, event({"content": "a"}), STOP, DONE])).stop == "stop"


def test_every_choice_must_end() -> None:
    other = b'data: {"choices":[{"index":1,"delta":{"content":"x"},"finish_reason":null}]}\n\n'

    assert failure_of(fold("openai_chat", [event({"content": "a"}), other, STOP, DONE])).kind == "cut_off"


def test_the_model_that_serves_may_change() -> None:
    body = [
        b'data: {"model":"a","choices":[{"delta":{"content":"1"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"2"}}]}\n\n',
        b'data: {"model":"b","choices":[{"delta":{"content":"3"},"finish_reason":"stop"}]}\n\n',
        DONE,
    ]
    answer = fold("openai_chat", body)

    assert (answer.text, answer.model, finished_of(answer).model) == ("123", "b", "b")


@pytest.mark.parametrize(
    "first",
    [
        {"index": 0, "id": "", "function": {"name": "f", "arguments": ""}},
        {"index": 0, "id": "x1", "function": {"name": "f"}},
        {"id": "x1", "function": {"name": "f", "arguments": None}},
        {"index": 3, "id": "x1", "function": {"name": "f", "arguments": ""}},
    ],
)
@pytest.mark.parametrize(
    "more",
    [
        {"function": {"arguments": "{1}"}},
        {"id": None, "function": {"name": None, "arguments": "{1}"}},
        {"id": "", "function": {"name": "", "arguments": "{1}"}},
        {"id": "x1", "function": {"name": "f", "arguments": "{1}"}},
    ],
)
def test_pieces_of_a_call_find_each_other(first: dict[str, Any], more: dict[str, Any]) -> None:
    if "index" in first:
        more = {**more, "index": first["index"]}
    pieces = [event({"tool_calls": [first]}), event({"tool_calls": [more]})]

    ((_, name, arguments),) = fold("openai_chat", [*pieces, STOP, DONE]).tools

    assert (name, arguments) == ("f", "{1}")


def test_a_new_id_for_every_piece_is_still_one_call() -> None:
    pieces = [
        event({"tool_calls": [{"index": 0, "id": "r1", "function": {"name": "f", "arguments": '{"a"'}}]}),
        event({"tool_calls": [{"index": 0, "id": "r2", "function": {"arguments": ":1}"}}]}),
    ]

    assert fold("openai_chat", [*pieces, STOP, DONE]).tools == [("r1", "f", '{"a":1}')]


def test_arguments_cut_inside_a_character() -> None:
    first, second = (
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"\\"'
        b'\\ud83c"}}]}}]}\n\n',
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\udf0a\\""}}]}}]}\n\n',
    )

    assert fold("openai_chat", [first, second, STOP, DONE]).tools == [("c", "f", '"🌊"')]


def usage(total: int | None, *, read: int = 0, written: int = 0, thought: int = 0, excludes: bool = False) -> Any:
    raw: dict[str, Any] = {
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }
    if total is not None:
        raw["total_tokens"] = total
    counts = usage_of(raw, excludes_reasoning=excludes)
    return counts.input, counts.output


@pytest.mark.parametrize(
    ("counts", "meant"),
    [
        (usage(110, read=60, thought=5), (100, 10)),
        (usage(115, read=60, thought=5), (100, 15)),
        (usage(175, read=60, written=5), (165, 10)),
        (usage(180, read=60, written=5, thought=5), (165, 15)),
        (usage(None, read=60, thought=5), (100, 10)),
        (usage(None, read=60, thought=5, excludes=True), (100, 15)),
        (usage(110, read=60, thought=5, excludes=True), (100, 10)),
        (usage(None, read=160, thought=15), (260, 25)),
        (usage(110, read=160), (260, 10)),
        (usage(999, read=60, thought=5), (100, 10)),
    ],
)
def test_the_total_tells_what_is_counted_apart(counts: Any, meant: Any) -> None:
    assert counts == meant


@pytest.mark.parametrize(
    ("raw", "cost"),
    [
        ({"cost": 0.00085}, "0.00085"),
        ({"cost": "0.10"}, "0.10"),
        ({"cost": 0}, "0"),
        ({"cost": 1e-7}, "0.0000001"),
        ({"cost": {"total_cost": 0.006}}, "0.006"),
        ({"cost_in_usd_ticks": 515000}, "0.0000515"),
        ({"cost": None}, None),
        ({"cost": True}, None),
        ({"cost": -1}, None),
        ({"cost": "NaN"}, None),
        ({"cost": "1e99999999"}, None),
        ({"cost": "much"}, None),
        ({}, None),
    ],
)
def test_costs(raw: dict[str, Any], cost: str | None) -> None:
    assert usage_of(raw).cost_usd == cost


def test_nothing_reported_is_not_zero() -> None:
    counts = usage_of({"prompt_tokens": None, "completion_tokens": -4, "prompt_tokens_details": None})

    assert (counts.input, counts.output, counts.cache_read, counts.reasoning) == (None, None, None, None)

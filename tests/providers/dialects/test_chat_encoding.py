"""Requests in the words of Chat Completions, and of each vendor that speaks it."""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Encoded, Quirks, credentials
from providers.dialects.chat_input import shortened
from providers.errors import ProviderError
from providers.types import (
    Call,
    Echo,
    File,
    Image,
    JsonObject,
    JsonSchema,
    Message,
    OnlyTool,
    Request,
    Result,
    Tool,
)
from providers.vendors import VENDORS, vendor
from tests.providers.dialects.test_cassettes import body_of as recorded
from tests.providers.dialects.test_cassettes import read
from tests.providers.dialects.test_encoding import EVERY

GOLDEN = Path(__file__).with_name("chat_parameters.json")
HERE = "http://h/v1"
TAKES = {"type": "object", "properties": {"where": {"type": "string"}}}
GULLS = Tool("gulls", "Counts them", TAKES)
CHATTING = [row for row in VENDORS if row.dialect == "openai_chat" and not row.is_practice]


def encode(request: Request, quirks: Quirks | None = None, *, model: str = "m") -> Encoded:
    return DIALECTS["openai_chat"].encode(request, model=model, base_url=HERE, quirks=quirks or Quirks())


def body_of(request: Request, quirks: Quirks | None = None, *, model: str = "m") -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode(request, quirks, model=model).body)
    return body


def said_of(id_: str, name: str, value: Any) -> dict[str, Any]:
    """What a vendor is sent for one parameter, and what is told."""
    quirks = vendor(id_).quirks
    plain = body_of(Request.of("Hi"), quirks)
    body = body_of(Request.of("Hi", **{name: value}), quirks)
    notices = encode(Request.of("Hi", **{name: value}), quirks).notices
    sent = {key: it for key, it in body.items() if key not in plain or plain[key] != it}
    return {"sent": sent} | ({"told": [f"{it.kind}: {it.text}" for it in notices]} if notices else {})


def test_every_parameter_at_every_vendor() -> None:
    """The file was read line by line against what vendors document; it changes only with such a reading."""
    said = {row.id: {name: said_of(row.id, name, value) for name, value in EVERY.items()} for row in CHATTING}

    assert said == json.loads(GOLDEN.read_bytes())


def test_nothing_is_dropped_in_silence() -> None:
    for row in CHATTING:
        for name, value in EVERY.items():
            said = said_of(row.id, name, value)
            assert said["sent"] or said.get("told"), (row.id, name)


@pytest.mark.parametrize(
    ("model", "given", "dropped"),
    [
        ("o3-mini", {"temperature": 1, "stop": "END"}, ["temperature", "stop"]),
        ("o1", {"temperature": 1, "stop": "END"}, ["temperature"]),
        ("gpt-5.1", {"top_p": 0.5, "logprobs": True}, ["logprobs", "top_p"]),
        ("gpt-5.1", {"top_p": 0.5, "reasoning_effort": "none"}, []),
        ("gpt-5.1-chat-latest", {"top_p": 0.5}, []),
        ("gpt-4.1", {"top_p": 0.5, "stop": "END"}, []),
    ],
)
def test_what_openais_reasoning_models_refuse(model: str, given: dict[str, Any], dropped: list[str]) -> None:
    quirks = vendor("openai").quirks
    request = Request.of("Hi", **given)

    assert [notice.text for notice in encode(request, quirks, model=model).notices] == [
        f"The model {model} takes no `{name}`; it was not sent." for name in dropped
    ]
    assert not body_of(request, quirks, model=model).keys() & set(dropped)


def test_pictures_by_bytes_and_by_address() -> None:
    seen = Message("user", "What?", (Image("image/png", b"\x89PNG"), Image("image/gif", url="https://e.org/a.gif")))

    assert body_of(Request((seen,)))["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                {"type": "image_url", "image_url": {"url": "https://e.org/a.gif"}},
                {"type": "text", "text": "What?"},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("id_", "attached", "part"),
    [
        ("openai", File("application/pdf", "a.pdf", b"%PDF"), {
            "type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}}),
        ("mistral", File("application/pdf", "a.pdf", url="https://e.org/a.pdf"), {
            "type": "document_url", "document_url": "https://e.org/a.pdf", "document_name": "a.pdf"}),
        ("vllm", File("text/csv", "a.csv", b"1,2"), {"type": "text", "text": "a.csv:\n1,2"}),
    ],
)  # fmt: skip
def test_documents(id_: str, attached: File, part: dict[str, Any]) -> None:
    request = Request((Message("user", "", (attached,)),))

    assert body_of(request, vendor(id_).quirks)["messages"] == [{"role": "user", "content": [part]}]


@pytest.mark.parametrize(
    ("id_", "attached", "why"),
    [
        ("deepseek", Image("image/png", b"x"), "takes no pictures"),
        ("llamacpp", Image("image/png", url="https://e.org/a.png"), "not its address"),
        ("groq", File("application/pdf", "a.pdf", b"%PDF"), "a.pdf is application/pdf"),
        ("openai", File("application/pdf", "a.pdf", url="https://e.org/a.pdf"), "attach a.pdf as a file"),
        ("openai", File("text/plain", "a.txt", b"\xff"), "not text in UTF-8"),
    ],
)
def test_what_cannot_be_shown_is_not_left_out(id_: str, attached: Any, why: str) -> None:
    with pytest.raises(ProviderError, match=why) as caught:
        encode(Request((Message("user", "What?", (attached,)),)), vendor(id_).quirks)
    assert caught.value.failure.kind == "bad_request"


def test_tools() -> None:
    request = Request((Message("user", "Hi"),), tools=(GULLS, Tool("now", strict=True)), tool_choice=OnlyTool("now"))
    body = body_of(request)

    assert body["tools"] == [
        {"type": "function", "function": {"name": "gulls", "description": "Counts them", "parameters": TAKES}},
        {"type": "function", "function": {"name": "now", "parameters": {}, "strict": True}},
    ]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "now"}}
    for word in ("auto", "none", "required"):
        assert body_of(Request((Message("user", "Hi"),), tools=(GULLS,), tool_choice=word))["tool_choice"] == word


@pytest.mark.parametrize(
    ("id_", "output", "said", "told"),
    [
        ("openai", JsonObject(), {"type": "json_object"}, 0),
        ("openai", JsonSchema(TAKES, "place", True), {
            "type": "json_schema", "json_schema": {"name": "place", "schema": TAKES, "strict": True}}, 0),
        ("deepseek", JsonSchema(TAKES), {"type": "json_object"}, 1),
        ("tgi", JsonSchema(TAKES), {"type": "json", "value": TAKES}, 0),
    ],
)  # fmt: skip
def test_the_form_of_the_answer(id_: str, output: Any, said: dict[str, Any], told: int) -> None:
    request = Request((Message("user", "Hi"),), output=output)

    assert body_of(request, vendor(id_).quirks)["response_format"] == said
    assert len(encode(request, vendor(id_).quirks).notices) == told


def second_round(cassette: str, id_: str) -> list[dict[str, Any]]:
    """The messages of the round after the one that a cassette holds, its calls answered."""
    answer = read(cassette, recorded(cassette))
    calls = tuple(Call(call.id, call.name, call.arguments) for call in answer.calls.values())
    echo = Echo("openai_chat", HERE, answer.turn.content) if answer.turn else None
    messages = (
        Message("user", "Go"),
        Message("assistant", answer.text, calls=calls, echo=echo),
        Message("user", results=tuple(Result(call.id, call.name, "41") for call in calls)),
    )
    sent: list[dict[str, Any]] = body_of(Request(messages, tools=(GULLS,)), vendor(id_).quirks)["messages"]
    return sent[1:]


@pytest.mark.parametrize(
    ("cassette", "id_", "extras"),
    [
        ("chat-qwen", "qwen", {"reasoning_content": "Two at once."}),
        ("chat-vllm", "vllm", {"reasoning": "Call.", "reasoning_content": "Call."}),
        ("chat-sglang", "sglang", {"reasoning_content": "Call."}),
        ("chat-groq", "groq", {}),
        ("chat-openai", "openai", {}),
        ("chat-empty-arguments", "deepseek", {"reasoning_content": ""}),
    ],
)
def test_two_rounds_of_a_tool(cassette: str, id_: str, extras: dict[str, Any]) -> None:
    said, *results = second_round(cassette, id_)

    assert {name: said[name] for name in said.keys() - {"role", "content", "tool_calls"}} == extras
    assert [result["tool_call_id"] for result in results] == [call["id"] for call in said["tool_calls"]]
    assert all(
        result == {"role": "tool", "tool_call_id": result["tool_call_id"], "content": "41"} for result in results
    )


def chunks(*deltas: dict[str, Any]) -> bytes:
    said = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    return b"".join(b"data: %b\n\n" % json.dumps(each).encode() for each in (*said, end)) + b"data: [DONE]\n\n"


CALL = {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "gulls", "arguments": "{}"}}]}


def test_openrouters_details_are_put_together_by_index_and_go_back() -> None:
    answer = read("chat-composed", chunks(
        {"reasoning": "Think", "reasoning_details": [{"type": "reasoning.text", "text": "Think", "index": 0}]},
        {"reasoning": " on", "reasoning_details": [{"type": "reasoning.text", "text": " on", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.text", "signature": "Sg==", "index": 0, "format": "x-v1"}]},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "En==", "index": 1, "id": "r1"}]},
        CALL,
    ))  # fmt: skip
    assert answer.turn is not None
    details = [
        {"type": "reasoning.text", "text": "Think on", "index": 0, "signature": "Sg==", "format": "x-v1"},
        {"type": "reasoning.encrypted", "data": "En==", "index": 1, "id": "r1"},
    ]
    assert answer.turn.content == {"reasoning": "Think on", "reasoning_details": details}
    echo = Echo("openai_chat", HERE, answer.turn.content)
    back = Request((Message("assistant", calls=(Call("c1", "gulls", "{}"),), echo=echo),))
    assert body_of(back, vendor("openrouter").quirks)["messages"][0]["reasoning_details"] == details
    assert "reasoning" not in body_of(back, vendor("openrouter").quirks)["messages"][0]


def test_litellms_thinking_blocks_keep_their_signatures() -> None:
    answer = read("chat-composed", chunks(
        {"reasoning_content": "Hm", "thinking_blocks": [{"type": "thinking", "thinking": "Hm", "signature": None}]},
        {"reasoning_content": ".", "thinking_blocks": [{"type": "thinking", "thinking": ".", "signature": None}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": "Sg=="}]},
        CALL,
    ))  # fmt: skip
    assert answer.turn is not None
    assert answer.turn.content["thinking_blocks"] == [{"type": "thinking", "thinking": "Hm.", "signature": "Sg=="}]


def test_an_echo_goes_to_no_other_server() -> None:
    echo = Echo("openai_chat", "http://other/v1", {"reasoning_content": "mine"})
    said = body_of(Request((Message("assistant", "Yes", echo=echo),)))["messages"][0]

    assert said == {"role": "assistant", "content": "Yes"}


def test_mistral_wants_short_ids() -> None:
    calls = (Call("call_0123456789abcdef", "gulls", "{}"), Call("aB3dE5fG7", "now", ""))
    results = (Result("call_0123456789abcdef", "gulls", "41"), Result("aB3dE5fG7", "now", "noon"))
    messages = (Message("assistant", calls=calls), Message("user", results=results))
    said, *tools = body_of(Request(messages), vendor("mistral").quirks)["messages"]

    ids = [call["id"] for call in said["tool_calls"]]
    assert ids == [tool["tool_call_id"] for tool in tools] == [shortened("call_0123456789abcdef"), "aB3dE5fG7"]
    assert all(len(id_) == 9 and id_.isalnum() for id_ in ids)


def test_kimis_ids_stay_as_they_are() -> None:
    messages = (
        Message("assistant", calls=(Call("functions.gulls:0", "gulls", "{}"),)),
        Message("user", results=(Result("functions.gulls:0", "gulls", "41"),)),
    )
    said, tool = body_of(Request(messages))["messages"]

    assert said["tool_calls"][0]["id"] == tool["tool_call_id"] == "functions.gulls:0"


@pytest.mark.parametrize(
    ("id_", "headers"),
    [
        ("openai", {"authorization": "Bearer k"}),
        ("portkey", {"x-portkey-api-key": "k"}),
        ("helicone", {"authorization": "Bearer k"}),
    ],
)
def test_where_the_key_goes(id_: str, headers: dict[str, str]) -> None:
    row = vendor(id_)
    assert credentials(DIALECTS[row.dialect], row.quirks, "k") == headers


def test_the_servers_own_times() -> None:
    timings = {"timings": {"prompt_ms": 21.5, "predicted_ms": 240.0, "predicted_n": 12}, "choices": []}
    groq = {"choices": [], "x_groq": {"usage": {"queue_time": 0.04, "total_time": 0.06, "total_tokens": 3}}}
    metrics = {"choices": [], "metrics": {"time_to_first_token_ms": 5, "tokens_per_second": 9}}
    end = {"choices": [{"index": 0, "delta": {"content": "k"}, "finish_reason": "stop"}]}
    body = b"".join(b"data: %b\n\n" % json.dumps(each).encode() for each in (end, timings, groq, metrics))

    answer = read("chat-composed", body + b"data: [DONE]\n\n")

    assert answer.server_ms == {
        "prompt_ms": 21.5,
        "predicted_ms": 240.0,
        "queue_time": 40.0,
        "total_time": 60.0,
        "time_to_first_token_ms": 5.0,
    }

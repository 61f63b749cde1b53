"""A route as an endpoint: both protocols, streamed and whole, their errors, and who may ask."""

import json
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.routes import spec
from tests.app.conftest import Call
from tests.app.gateway.conftest import gateway, keep
from tests.app.recorded import Server

PROMPT = {"messages": [{"role": "user", "content": "Count to three"}], "max_tokens": 12}


def post(url: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    return httpx.post(url, json=body, headers=headers, timeout=20, trust_env=False)


def events(response: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def chat(said: dict[str, Any]) -> str:
    return f"{said['openai_chat']}/chat/completions"


def messages(said: dict[str, Any]) -> str:
    return f"{said['anthropic']}/v1/messages"


def test_chat_completions_are_streamed(said: dict[str, Any]) -> None:
    response = post(chat(said), {**PROMPT, "model": "swift", "stream": True, "stream_options": {"include_usage": True}})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-abreast-lane"] == "route:swift"
    *chunks, usage, done = events(response)
    assert done == "[DONE]"
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 12
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert len("".join(delta.get("content", "") for delta in deltas)) > 10
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


def test_and_whole(said: dict[str, Any]) -> None:
    answer = post(chat(said), {**PROMPT, "model": "swift"}).json()
    assert answer["object"] == "chat.completion"
    assert len(answer["choices"][0]["message"]["content"]) > 10
    assert answer["usage"]["completion_tokens"] == 12


def test_messages_are_streamed_and_whole(said: dict[str, Any]) -> None:
    likeliest = {**PROMPT, "model": "deep", "max_tokens": 200, "temperature": 0}
    streamed = events(post(messages(said), {**likeliest, "stream": True}))
    kinds = [event["type"] for event in streamed]
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    opened = [event["content_block"]["type"] for event in streamed if event["type"] == "content_block_start"]
    assert opened == ["thinking", "text"]
    assert kinds.count("content_block_stop") == 2
    whole = post(messages(said), {**likeliest, "max_tokens": 12}).json()
    assert [block["type"] for block in whole["content"]] == ["thinking"]
    assert whole["stop_reason"] == "max_tokens"


def test_an_answer_that_is_set_aside_was_never_sent(said: dict[str, Any]) -> None:
    body = {**PROMPT, "stream": True, "seed": 5, "temperature": 0}
    one = events(post(chat(said), {**body, "model": "weak"}))
    other = events(post(chat(said), {**body, "model": "steady"}))

    def text(chunks: list[Any]) -> str:
        return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks[:-1])

    assert text(one) == text(other) != ""


def test_calls_go_through_in_both_protocols(said: dict[str, Any], upstream: Server) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    body = {"model": "chat-calls", "messages": [{"role": "user", "content": "?"}], "tools": tools}
    whole = post(chat(said), body).json()["choices"][0]
    assert whole["finish_reason"] == "tool_calls"
    names = [call["function"]["name"] for call in whole["message"]["tool_calls"]]
    chunks = events(post(chat(said), {**body, "stream": True}))[:-1]
    pieces = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", ())]
    assert [piece["function"]["name"] for piece in pieces if "id" in piece] == names
    arguments = "".join(piece["function"]["arguments"] for piece in pieces if piece["index"] == 0)
    assert arguments == whole["message"]["tool_calls"][0]["function"]["arguments"]

    ours = [{"name": "get_weather", "input_schema": {"type": "object"}}]
    answer = post(
        messages(said), {"model": "chat-calls", "messages": body["messages"], "tools": ours, "max_tokens": 9}
    ).json()
    assert answer["stop_reason"] == "tool_use"
    used = [block for block in answer["content"] if block["type"] == "tool_use"]
    assert [block["name"] for block in used] == names
    assert used[0]["input"] == json.loads(arguments)


def test_a_conversation_with_results_reaches_the_server_as_it_was(said: dict[str, Any], upstream: Server) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": '{"zone": "CET"}'}}
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Time?"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "12:00"},
    ]
    tools = [{"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}]
    form = {"type": "json_schema", "json_schema": {"name": "t", "schema": {"type": "object"}}}
    upstream.requests.clear()
    body = {"model": "chat-text", "messages": turns, "tools": tools, "tool_choice": "auto", "response_format": form}
    assert post(chat(said), {**body, "max_completion_tokens": 5, "top_p": 0.5, "user": "me"}).status_code == 200
    asked = json.loads(upstream.requests[-1][2])
    assert [turn["role"] for turn in asked["messages"]] == ["system", "user", "assistant", "tool"]
    assert asked["messages"][2]["tool_calls"][0]["function"] == call["function"]
    assert asked["messages"][3]["content"] == "12:00"
    assert asked["tools"][0]["function"]["name"] == "now"
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert (asked["top_p"], "user" in asked) == (0.5, False)


def test_failover_is_the_routes_business_and_not_the_clients(said: dict[str, Any], upstream: Server) -> None:
    answer = post(chat(said), {**PROMPT, "model": "failing over"})
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize(("protocol", "kind"), [(chat, "authentication_error"), (messages, "authentication_error")])
def test_an_error_before_the_answer_has_its_status_and_the_protocols_own_shape(
    said: dict[str, Any], upstream: Server, protocol: Any, kind: str
) -> None:
    for stream in (False, True):
        answer = post(protocol(said), {**PROMPT, "model": "status-401", "stream": stream})
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == kind
        assert "not known here" in answer.json()["error"]["message"]


def test_an_answer_that_breaks_off_is_not_called_whole(said: dict[str, Any], upstream: Server) -> None:
    streamed = events(post(chat(said), {**PROMPT, "model": "chat-cut", "stream": True}))
    assert streamed[-1]["error"]["code"] == "cut_off"
    assert "[DONE]" not in streamed


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[" * 100_000, 400),
        (b'{"messages": "x"}', 400),
        (b'{"messages": []}', 400),
        (b'{"messages": [{"role": "wizard", "content": "x"}]}', 400),
        (b'{"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}', 400),
        (b'{"messages": [{"role": "user", "content": "x"}], "n": 2}', 400),
        (b'{"messages": [{"role": "user", "content": "x"}], "tools": [{}]}', 400),
        (b'{"model": "other", "messages": [{"role": "user", "content": "x"}]}', 404),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(said: dict[str, Any], body: bytes, status: int) -> None:
    answer = httpx.post(chat(said), content=body, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_models_are_listed(said: dict[str, Any]) -> None:
    listed = httpx.get(f"{said['openai_chat']}/models", trust_env=False).json()
    assert [each["id"] for each in listed["data"]] == [
        "swift",
        "deep",
        "steady",
        "weak",
        "failing over",
        "chat-calls",
        "chat-text",
        "chat-cut",
        "status-401",
        "stall",
    ]


def test_another_machines_name_is_not_answered(said: dict[str, Any]) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        assert httpx.get(f"{said['openai_chat']}/models", headers={"host": host}, trust_env=False).status_code in (
            400,
            421,
        )


def test_one_route_alone_is_given_to_everybody_who_has_the_token(tmp_path: Path) -> None:
    words = keep(tmp_path, {"a": "practice/swift"})
    with gateway(tmp_path, *words, "--token-env", "GATE", GATE="t" * 20) as said:
        assert post(chat(said), PROMPT).status_code == 401
        assert post(chat(said), PROMPT, authorization="Bearer wrong").status_code == 401
        assert post(chat(said), PROMPT, authorization="Bearer " + "t" * 20).status_code == 200
        assert post(messages(said), PROMPT, **{"x-api-key": "t" * 20}).status_code == 200


def test_a_client_that_goes_away_ends_the_run(said: dict[str, Any], upstream: Server) -> None:
    upstream.streaming.clear()
    address = said["anthropic"].removeprefix("http://")
    host, _, port = address.partition(":")
    body = json.dumps({**PROMPT, "model": "stall", "stream": True}).encode()
    with socket.create_connection((host, int(port))) as client:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-length: {len(body)}\r\n\r\n"
        client.sendall(head.encode() + body)
        assert upstream.streaming.wait(10)
        assert client.recv(10)
    time.sleep(0.2)  # the gateway ends at once when its standard input does: nothing of the run is left to wait for


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--route", "nope"), "there is no route 'nope'"),
        (("--route", "nope", "--host", "0.0.0.0"), "--token-env NAME"),
        (("--route", "nope", "--host", "0.0.0.0", "--token-env", "NO_SUCH_VARIABLE"), "holds no token"),
    ],
)
def test_what_cannot_be_served_is_a_usage_error(call: Call, words: tuple[str, ...], said: str) -> None:
    result = call("serve", *words)
    assert (result.code, result.out) == (2, b"")
    assert said in result.err


def test_what_a_gateway_was_asked_is_in_the_ledger(call: Call, tmp_path: Path, upstream: Server) -> None:
    """Also while it runs; a try that failed has a row of its own."""
    tries = (f"openai_chat:m@{upstream.root}/status-401", f"openai_chat:m@{upstream.root}/chat-text")
    words = keep(tmp_path, {"over": spec.Fallback(tries)})
    with gateway(tmp_path, *words) as here:
        assert post(chat(here), {**PROMPT, "model": "over"}).status_code == 200
        for _ in range(20):  # rows are written behind the answer's back
            if len(lines := call("ledger", "--by", "lane", "--by", "outcome", "--json").lines) == 2:
                break
            time.sleep(0.2)
    assert [(line["lane"], line["outcome"], line["attempts"]) for line in lines] == [
        ("route:over", "done", 1),
        ("route:over", "failed", 1),
    ]
    assert call("ledger", "--by", "lane", "--json").only["attempts"] == 2

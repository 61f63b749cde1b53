import json
from typing import Any

import httpx
import pytest

from tests.providers.practice.conftest import Server

ASK = {"model": "steady", "max_tokens": 2000, "messages": [{"role": "user", "content": "What is a token?"}]}
COLD = {"temperature": 0}
VERSION = {"anthropic-version": "2023-06-01"}


def post(server: Server, url: str = "/v1/messages", **fields: Any) -> httpx.Response:
    return server.http.post(url, json={**ASK, **COLD, **fields}, headers=VERSION)


def events(server: Server, **fields: Any) -> list[dict[str, Any]]:
    answer = post(server, stream=True, **fields)
    assert answer.status_code == 200
    *blocks, rest = answer.text.split("\n\n")
    assert rest == ""
    read = []
    for block in blocks:
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        read.append(event)
    return read


def names(read: list[dict[str, Any]]) -> list[str]:
    """The order of events, runs of the same kind taken together."""
    kinds = [event.get("delta", {}).get("type") or event["type"] for event in read]
    return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]


def text(read: list[dict[str, Any]], name: str = "text") -> str:
    return "".join(event["delta"].get(name, "") for event in read if event["type"] == "content_block_delta")


def test_a_stream_has_its_events_in_order(server: Server) -> None:
    read = events(server)
    assert names(read) == [
        *("message_start", "content_block_start", "ping", "text_delta"),
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    assert text(read).startswith("A **token** is the unit")
    assert read[0]["message"]["usage"]["output_tokens"] == 1
    assert read[-2]["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    deltas = [event for event in read if event["type"] == "content_block_delta"]
    assert read[-2]["usage"]["output_tokens"] == len(deltas)


def test_deep_thinks_in_a_signed_block_before_the_text(server: Server) -> None:
    read = events(server, model="deep")
    assert names(read) == [
        *("message_start", "content_block_start", "ping", "thinking_delta", "signature_delta", "content_block_stop"),
        *("content_block_start", "text_delta", "content_block_stop", "message_delta", "message_stop"),
    ]
    assert {event["index"] for event in read if "index" in event} == {0, 1}
    assert text(read, "thinking").startswith('The question is "What is a token?".')
    assert text(read).startswith("A **token**")
    thought = read[-2]["usage"]["output_tokens_details"]["thinking_tokens"]
    assert 0 < thought < read[-2]["usage"]["output_tokens"]


def test_stream_and_body_say_the_same(server: Server) -> None:
    body, read = post(server, model="deep").json(), events(server, model="deep")
    thinking, said = body["content"]
    assert (thinking["thinking"], said["text"]) == (text(read, "thinking"), text(read))
    assert thinking["signature"] == text(read, "signature")
    assert body["stop_reason"] == "end_turn"


def test_thoughts_can_be_switched_off(server: Server) -> None:
    read = events(server, model="deep", thinking={"type": "disabled"})
    assert "thinking_delta" not in names(read)


def test_input_leaves_out_what_was_cached(server: Server) -> None:
    turns = [{"role": "user", "content": "A question that only this test asks."}]
    first, second = (post(server, messages=turns, max_tokens=1).json()["usage"] for _ in range(2))
    assert first["cache_read_input_tokens"] <= 1  # the mark of the user's turn, which other tests sent too
    assert second["input_tokens"] == 1
    assert second["cache_read_input_tokens"] + 1 == first["cache_read_input_tokens"] + first["input_tokens"]


def test_stop_sequences_and_the_limit_are_told(server: Server) -> None:
    stopped = post(server, stop_sequences=["nothing", "unit in"]).json()
    assert (stopped["stop_reason"], stopped["stop_sequence"]) == ("stop_sequence", "unit in")
    assert stopped["content"][0]["text"] == "A **token** is the "
    assert post(server, max_tokens=2).json()["stop_reason"] == "max_tokens"


def test_headers_name_the_request(server: Server) -> None:
    assert post(server, max_tokens=1).headers["request-id"].startswith("req_")


PICTURE = [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://h/a.png"}}]}]


@pytest.mark.parametrize(
    ("fields", "status", "kind", "says"),
    [
        ({"max_tokens": None}, 400, "invalid_request_error", "max_tokens: Field required"),
        ({"messages": None}, 400, "invalid_request_error", "messages: Field required"),
        ({"messages": []}, 400, "invalid_request_error", "messages"),
        ({"model": "claude"}, 404, "not_found_error", "claude"),
        ({"temperature": 1.5}, 400, "invalid_request_error", "temperature"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, "invalid_request_error", "role"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, 400, "invalid_request_error", "does not reason"),
        ({"model": "deep", "thinking": {"type": "enabled", "budget_tokens": 9}}, 400, "invalid_request_error", "1024"),
        ({"messages": PICTURE}, 400, "invalid_request_error", "text only, not 'image'"),
        ({"tools": [{"name": "f", "input_schema": {"type": "object"}}]}, 400, "invalid_request_error", "tools"),
        ({"output_config": {"format": {"type": "json_schema"}}}, 400, "invalid_request_error", "format"),
    ],
)
def test_errors_are_anthropics(server: Server, fields: dict[str, Any], status: int, kind: str, says: str) -> None:
    answer = post(server, **fields)
    body = answer.json()
    assert answer.status_code == status
    assert (body["type"], body["error"]["type"]) == ("error", kind)
    assert says in body["error"]["message"]
    assert body["request_id"] == answer.headers["request-id"]


def test_the_version_header_is_required(server: Server) -> None:
    answer = server.http.post("/v1/messages", json=ASK)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "anthropic-version: header is required")


def test_the_wrong_key_is_refused(server: Server) -> None:
    answer = server.http.post("/v1/messages", json=ASK, headers={**VERSION, "x-api-key": "wrong"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")


def test_models_are_listed_in_anthropics_shape(server: Server) -> None:
    listed = server.http.get("/v1/models", headers=VERSION).json()
    assert [model["display_name"] for model in listed["data"]] == ["Swift", "Steady", "Deep"]
    assert listed["has_more"] is False

import json
from typing import Any

import httpx
import pytest

from tests.providers.practice.conftest import Server

ASK = {"model": "steady", "input": "What is a token?", "temperature": 0}
TURN = [{"role": "user", "content": [{"type": "input_text", "text": "What is a token?"}]}]
OPENED = ("response.output_item.added", "response.content_part.added", "response.output_text.delta")
CLOSED = ("response.output_text.done", "response.content_part.done", "response.output_item.done")


def post(server: Server, **fields: Any) -> httpx.Response:
    return server.http.post("/v1/responses", json={**ASK, **fields})


def events(server: Server, path: str = "/v1/responses", **fields: Any) -> list[dict[str, Any]]:
    answer = server.http.post(path, json={**ASK, "stream": True, **fields})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    *blocks, rest = answer.text.split("\n\n")
    assert rest == ""
    read = []
    for block in blocks:
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        read.append(event)
    assert [event["sequence_number"] for event in read] == list(range(len(read)))
    return read


def names(read: list[dict[str, Any]]) -> list[str]:
    """The order of events, runs of the same kind taken together."""
    kinds = [event["type"] for event in read]
    return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]


def deltas(read: list[dict[str, Any]], kind: str = "output_text") -> str:
    return "".join(event["delta"] for event in read if event["type"] == f"response.{kind}.delta")


def test_a_stream_has_its_events_in_order_and_all_of_it_again_at_the_end(server: Server) -> None:
    read = events(server)
    assert names(read) == ["response.created", "response.in_progress", *OPENED, *CLOSED, "response.completed"]
    last = read[-1]["response"]
    text = deltas(read)
    assert text.startswith("A **token** is the unit")
    (item,) = last["output"]
    assert read[-2]["item"] == item
    assert (item["status"], item["content"][0]["text"], read[-4]["text"]) == ("completed", text, text)
    assert {event["item_id"] for event in read if "item_id" in event} == {item["id"]}
    assert read[0]["response"] == {**last, "status": "in_progress", "output": [], "usage": None}
    usage = last["usage"]
    assert usage["output_tokens"] == len([event for event in read if event["type"] == OPENED[-1]])
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_deep_reasons_in_an_item_of_its_own_and_tells_it_only_if_asked(server: Server) -> None:
    shown = events(server, model="deep", reasoning={"effort": "high", "summary": "auto"})
    hidden = events(server, model="deep")
    assert names(shown)[2:8] == [
        *("response.output_item.added", "response.reasoning_summary_part.added"),
        *("response.reasoning_summary_text.delta", "response.reasoning_summary_text.done"),
        *("response.reasoning_summary_part.done", "response.output_item.done"),
    ]
    assert names(hidden)[2:5] == ["response.output_item.added", "response.output_item.done", OPENED[0]]
    assert deltas(shown, "reasoning_summary_text").startswith('The question is "What is a token?".')
    assert deltas(shown) == deltas(hidden)
    for read in (shown, hidden):
        last = read[-1]["response"]
        assert [item["type"] for item in last["output"]] == ["reasoning", "message"]
        assert {event["output_index"] for event in read if "output_index" in event} == {0, 1}
        assert 0 < last["usage"]["output_tokens_details"]["reasoning_tokens"] < last["usage"]["output_tokens"]
    silent = events(server, model="deep", reasoning={"effort": "none"})
    assert [item["type"] for item in silent[-1]["response"]["output"]] == ["message"]


def test_stream_and_body_say_the_same(server: Server) -> None:
    asked: dict[str, Any] = {"model": "deep", "reasoning": {"effort": "high", "summary": "auto"}}
    body, last = post(server, **asked).json(), events(server, **asked)[-1]["response"]
    for item in (*body["output"], *last["output"]):
        item.pop("id")
    assert (body["output"], body["status"]) == (last["output"], "completed")
    assert body["usage"]["output_tokens"] == last["usage"]["output_tokens"]


def test_the_limit_makes_an_answer_incomplete(server: Server) -> None:
    last = events(server, max_output_tokens=16)[-1]
    assert last["type"] == "response.incomplete"
    response = last["response"]
    assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert (response["output"][0]["status"], response["usage"]["output_tokens"]) == ("incomplete", 16)
    thinking = post(server, model="deep", max_output_tokens=16).json()
    assert [item["type"] for item in thinking["output"]] == ["reasoning"]


def test_log_probabilities_come_with_the_words_and_again_with_the_part(server: Server) -> None:
    read = events(server, max_output_tokens=16, include=["message.output_text.logprobs"], top_logprobs=2)
    told = [each for event in read if event["type"] == OPENED[-1] for each in event["logprobs"]]
    assert "".join(each["token"] for each in told) == deltas(read)
    assert read[-1]["response"]["output"][0]["content"][0]["logprobs"] == told


def test_a_conversation_goes_back_as_it_came(server: Server) -> None:
    asked = {"include": ["reasoning.encrypted_content"], "reasoning": {"effort": "low"}}
    output = post(server, model="deep", **asked).json()["output"]
    assert output[0]["encrypted_content"]
    turns = [*TURN, *output, {"role": "user", "content": "Why?"}]
    assert post(server, model="deep", input=turns, instructions="Be brief.").status_code == 200


def test_texts_parts_and_items_are_one_prompt(server: Server) -> None:
    said = [post(server, input=each).json()["output"][0]["content"] for each in ("What is a token?", TURN)]
    assert said[0] == said[1]
    developer = [{"type": "message", "role": "developer", "content": "Be brief."}, *TURN]
    first, second = post(server, input=developer).json(), post(server, instructions="Be brief.").json()
    assert first["usage"]["input_tokens"] == second["usage"]["input_tokens"]
    assert second["usage"]["input_tokens_details"]["cached_tokens"] == second["usage"]["input_tokens"] - 1


def test_an_error_in_the_stream_is_told_twice(server: Server) -> None:
    *_, error, failed = events(server, "/fault/error:after=3/v1/responses")
    assert (error["type"], error["error"]["type"]) == ("error", "server_error")
    assert (failed["type"], failed["response"]["status"]) == ("response.failed", "failed")
    assert failed["response"]["error"]["message"] == error["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"input": []}, "missing_required_parameter", "input"),
        ({"max_output_tokens": 15}, None, "max_output_tokens"),
        ({"stop": ["x"]}, "unknown_parameter", "stop"),
        ({"seed": 7}, "unknown_parameter", "seed"),
        ({"temperature": 3}, None, "temperature"),
        ({"tools": [{"type": "function", "name": "f"}]}, None, "tools"),
        ({"previous_response_id": "resp_1"}, None, "previous_response_id"),
        ({"text": {"format": {"type": "json_schema"}}}, None, "text.format.type"),
        ({"reasoning": {"effort": "low"}}, None, "reasoning.effort"),
        ({"reasoning": {"summary": "auto"}}, None, "reasoning.summary"),
        ({"model": "deep", "reasoning": {"effort": "huge"}}, None, "reasoning.effort"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": "7"}]}, None, "input[0].type"),
        ({"input": [{"role": "tool", "content": "7"}]}, None, "input[0].role"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, None, "input[0].content[0].type"),
    ],
)
def test_errors_are_openais(server: Server, fields: dict[str, Any], code: str | None, param: str) -> None:
    answer = post(server, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (400, "invalid_request_error", code)
    assert error["param"] == param


def test_headers_name_the_request_and_the_wrong_key_is_refused(server: Server) -> None:
    assert post(server, max_output_tokens=16).headers["x-request-id"].startswith("req_")
    wrong = server.http.post("/v1/responses", json=ASK, headers={"authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")

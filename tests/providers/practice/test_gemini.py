import json
from typing import Any

import httpx
import pytest

from tests.providers.practice.conftest import Server

ASK = {"contents": [{"role": "user", "parts": [{"text": "What is a token?"}]}]}


def post(server: Server, model: str = "steady", verb: str = "generateContent", **fields: Any) -> httpx.Response:
    config = {"temperature": 0, **fields.pop("generationConfig", {})}
    return server.http.post(f"/v1beta/models/{model}:{verb}", json={**ASK, "generationConfig": config, **fields})


def events(server: Server, model: str = "steady", **fields: Any) -> list[dict[str, Any]]:
    answer = post(server, model, "streamGenerateContent?alt=sse", **fields)
    assert answer.status_code == 200
    *read, rest = answer.content.split(b"\r\n\r\n")
    assert rest == b""
    assert all(event.startswith(b"data: ") and b"\n" not in event for event in read)
    return [json.loads(event.removeprefix(b"data: ")) for event in read]


def parts(read: list[dict[str, Any]], *, thought: bool = False) -> str:
    told = [part for event in read for part in event["candidates"][0]["content"]["parts"]]
    return "".join(part["text"] for part in told if part.get("thought", False) is thought)


def test_every_event_is_a_response_and_usage_grows(server: Server) -> None:
    read = events(server)
    counts = [event["usageMetadata"].get("candidatesTokenCount", 0) for event in read]
    assert counts == [*range(1, len(read)), len(read) - 1]
    assert all("finishReason" not in event["candidates"][0] for event in read[:-1])
    assert read[-1]["candidates"][0]["finishReason"] == "STOP"
    assert {(event["modelVersion"], event["responseId"]) for event in read} == {("steady", read[0]["responseId"])}
    assert parts(read).startswith("A **token** is the unit")


def test_thoughts_are_shown_only_if_asked_for_but_always_counted(server: Server) -> None:
    shown = events(server, "deep", generationConfig={"thinkingConfig": {"includeThoughts": True}})
    hidden = events(server, "deep")
    assert parts(shown, thought=True).startswith('The question is "What is a token?".')
    assert parts(hidden, thought=True) == ""
    assert parts(shown) == parts(hidden)
    usage = hidden[-1]["usageMetadata"]
    assert usage["thoughtsTokenCount"] == shown[-1]["usageMetadata"]["thoughtsTokenCount"] > 0
    total = usage["promptTokenCount"] + usage["candidatesTokenCount"] + usage["thoughtsTokenCount"]
    assert usage["totalTokenCount"] == total
    off = events(server, "deep", generationConfig={"thinkingConfig": {"thinkingBudget": 0}})
    assert "thoughtsTokenCount" not in off[-1]["usageMetadata"]


def test_stream_body_and_array_say_the_same(server: Server) -> None:
    body = post(server).json()
    array = post(server, verb="streamGenerateContent").json()
    assert parts([body]) == parts(events(server)) == parts(array)


def test_the_limit_stops_and_log_probabilities(server: Server) -> None:
    cut = post(server, generationConfig={"maxOutputTokens": 2, "responseLogprobs": True, "logprobs": 2}).json()
    candidate = cut["candidates"][0]
    assert candidate["finishReason"] == "MAX_TOKENS"
    chosen = candidate["logprobsResult"]["chosenCandidates"]
    assert "".join(each["token"] for each in chosen) == candidate["content"]["parts"][0]["text"]
    assert [len(top["candidates"]) for top in candidate["logprobsResult"]["topCandidates"]] == [2, 2]
    stopped = post(server, generationConfig={"stopSequences": ["unit"]}).json()
    assert parts([stopped]) == "A **token** is the "


@pytest.mark.parametrize(
    ("model", "fields", "code", "status"),
    [
        ("gemini", {}, 404, "NOT_FOUND"),
        ("swift", {"contents": []}, 400, "INVALID_ARGUMENT"),
        ("swift", {"contents": [{"parts": [{"inlineData": {}}]}]}, 400, "INVALID_ARGUMENT"),
        ("swift", {"contents": [{"parts": [{"functionResponse": {}}]}]}, 400, "INVALID_ARGUMENT"),
        ("swift", {"tools": [{"functionDeclarations": [{"name": "f"}]}]}, 400, "INVALID_ARGUMENT"),
        ("swift", {"generationConfig": {"responseJsonSchema": {"type": "object"}}}, 400, "INVALID_ARGUMENT"),
        ("swift", {"generationConfig": {"temperature": 9}}, 400, "INVALID_ARGUMENT"),
        ("swift", {"generationConfig": {"thinkingConfig": {"thinkingBudget": 64}}}, 400, "INVALID_ARGUMENT"),
    ],
)
def test_errors_are_googles(server: Server, model: str, fields: dict[str, Any], code: int, status: str) -> None:
    answer = post(server, model, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (code, code, status)


def test_the_wrong_key_is_a_bad_request_with_a_reason(server: Server) -> None:
    url = "/v1beta/models/swift:generateContent"
    answer = server.http.post(url, json=ASK, headers={"x-goog-api-key": "wrong"})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_models_are_listed_in_googles_shape(server: Server) -> None:
    listed = server.http.get("/v1beta/models").json()["models"]
    assert [model["name"] for model in listed] == ["models/swift", "models/steady", "models/deep"]
    assert listed[2]["thinking"] is True

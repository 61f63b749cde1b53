import json
import re
from typing import Any

import httpx
import pytest

from providers.practice.catalog import DEEP
from tests.providers.practice.conftest import Server

ASK = {"model": "steady", "messages": [{"role": "user", "content": "What is a token?"}]}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")


def post(server: Server, path: str = "/api/chat", **fields: Any) -> httpx.Response:
    options = {"temperature": 0, **fields.pop("options", {})}
    return server.http.post(path, json={**ASK, "options": options, **fields})


def whole(server: Server, **fields: Any) -> dict[str, Any]:
    answer = post(server, stream=False, **fields)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    read: dict[str, Any] = answer.json()
    return read


def lines(server: Server, path: str = "/api/chat", **fields: Any) -> list[dict[str, Any]]:
    answer = post(server, path, **fields)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    *read, rest = answer.content.split(b"\n")
    assert rest == b""
    return [json.loads(line) for line in read]


def joined(read: list[dict[str, Any]], name: str = "content") -> str:
    return "".join(line["message"].get(name, "") for line in read)


def test_a_line_is_a_token_and_the_last_one_counts_them(server: Server) -> None:
    *said, last = lines(server)
    assert joined(said).startswith("A **token** is the unit")
    assert all(set(line) == {"model", "created_at", "message", "done"} and line["done"] is False for line in said)
    assert all(STAMP.fullmatch(line["created_at"]) for line in (*said, last))
    assert (last["done"], last["done_reason"], last["message"]["content"]) == (True, "stop", "")
    assert last["eval_count"] == len(said)
    parts = (last[f"{name}_duration"] for name in ("load", "prompt_eval", "eval"))
    assert last["total_duration"] == sum(parts) > 0


def test_stream_and_body_say_the_same(server: Server) -> None:
    body, read = whole(server, model="deep"), lines(server, model="deep")
    assert (body["message"]["content"], body["message"]["thinking"]) == (joined(read), joined(read, "thinking"))
    assert {"done", "done_reason", "total_duration", "eval_count"} <= body.keys()
    assert body["eval_count"] == read[-1]["eval_count"]


def test_it_thinks_unless_told_not_to(server: Server) -> None:
    assert joined(lines(server, model="deep"), "thinking").startswith('The question is "What is a token?".')
    silent = lines(server, model="deep", think=False)
    assert joined(silent, "thinking") == ""
    low, much = (joined(lines(server, model="deep", think=level), "thinking") for level in ("low", "high"))
    assert low
    assert len(low) <= len(much)


def test_the_limit_stops_and_log_probabilities(server: Server) -> None:
    cut = whole(server, options={"num_predict": 3}, logprobs=True, top_logprobs=2)
    assert (cut["done_reason"], cut["eval_count"]) == ("length", 3)
    assert "".join(each["token"] for each in cut["logprobs"]) == cut["message"]["content"]
    assert [len(each["top_logprobs"]) for each in cut["logprobs"]] == [2, 2, 2]
    stopped = whole(server, options={"stop": ["unit in"], "num_predict": -1})
    assert (stopped["message"]["content"], stopped["done_reason"]) == ("A **token** is the ", "stop")


def test_an_error_in_the_stream_is_a_line(server: Server) -> None:
    *said, last = lines(server, "/fault/error:after=3/api/chat")
    assert len(said) == 3
    assert last == {"error": "The server had an error while it was answering."}


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"model": None}, 400, "model is required"),
        ({"model": "llama3"}, 404, "llama3"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "tool", "content": "7"}]}, 400, "tool"),
        ({"messages": [{"role": "user", "content": "x", "images": ["aGk="]}]}, 400, "messages[0].images"),
        ({"options": {"temperature": 9}}, 400, "options.temperature"),
        ({"options": {"repeat_penalty": 1.1}}, 400, "options.repeat_penalty"),
        ({"options": {"min_p": 0.1}}, 400, "options.min_p"),
        ({"tools": [{"type": "function"}]}, 400, "tools"),
        ({"format": "json"}, 400, "format"),
        ({"think": True}, 400, "does not reason"),
        ({"model": "deep", "think": "hugely"}, 400, "low, medium, high, max"),
        ({"model": "deep", "think": 7}, 400, "low, medium, high, max"),
    ],
)
def test_errors_are_a_sentence(server: Server, fields: dict[str, Any], status: int, says: str) -> None:
    answer = post(server, **fields)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
    assert says in answer.json()["error"]


def test_the_wrong_key_is_refused(server: Server) -> None:
    answer = server.http.post("/api/chat", json=ASK, headers={"authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})


def test_models_are_listed_and_each_tells_what_it_holds(server: Server) -> None:
    listed = server.http.get("/api/tags").json()["models"]
    assert [model["name"] for model in listed] == ["swift", "steady", "deep"]
    deep = server.http.post("/api/show", json={"model": "deep"}).json()
    assert deep["capabilities"] == ["completion", "thinking"]
    assert deep["model_info"]["practice.context_length"] == DEEP.context_length
    nobody = server.http.post("/api/show", json={"model": "llama3"})
    assert (nobody.status_code, set(nobody.json())) == (404, {"error"})
    assert server.http.post("/api/show", content=b"[]").status_code == 400

import json
import math
from decimal import Decimal
from typing import Any

import pytest

from providers.practice.catalog import DEEP, PRICES
from tests.providers.practice.conftest import Server

ASK = {"model": "steady", "messages": [{"role": "user", "content": "What is a token?"}], "temperature": 0}
URL = "/v1/chat/completions"


def chunks(server: Server, url: str = URL, **fields: Any) -> list[dict[str, Any]]:
    answer = server.http.post(url, json={**ASK, "stream": True, **fields})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    *events, done, rest = answer.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    assert all(event.startswith("data: ") for event in events)
    return [json.loads(event.removeprefix("data: ")) for event in events]


def joined(read: list[dict[str, Any]], name: str = "content") -> str:
    return "".join(choice["delta"].get(name) or "" for chunk in read for choice in chunk["choices"])


def whole(server: Server, **fields: Any) -> dict[str, Any]:
    answer = server.http.post(URL, json={**ASK, **fields})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    read: dict[str, Any] = answer.json()
    return read


def test_a_stream_opens_with_the_role_and_ends_with_the_reason_and_usage(server: Server) -> None:
    read = chunks(server, stream_options={"include_usage": True})
    first, *middle, last, usage = read
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert all(set(chunk["choices"][0]["delta"]) == {"content"} for chunk in middle)
    assert last["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]
    assert usage["choices"] == []
    assert [chunk["usage"] for chunk in read[:-1]] == [None] * (len(read) - 1)
    assert usage["usage"]["completion_tokens"] == len(middle)  # one token a chunk
    assert len({(chunk["id"], chunk["created"]) for chunk in read}) == 1
    assert {chunk["model"] for chunk in read} == {"steady"}
    assert joined(read).startswith("A **token** is the unit")


def test_without_being_asked_a_stream_tells_no_usage(server: Server) -> None:
    assert not any("usage" in chunk for chunk in chunks(server))


def test_stream_and_body_say_the_same(server: Server) -> None:
    body = whole(server)
    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"]["content"] == joined(chunks(server))
    assert body["choices"][0]["finish_reason"] == "stop"


def test_deep_reasons_in_a_field_of_its_own_and_counts_it(server: Server) -> None:
    read = chunks(server, model="deep", stream_options={"include_usage": True})
    thoughts = [chunk for chunk in read if chunk["choices"] and "reasoning_content" in chunk["choices"][0]["delta"]]
    usage = read[-1]["usage"]
    assert joined(read, "reasoning_content").startswith('The question is "What is a token?".')
    assert usage["completion_tokens_details"]["reasoning_tokens"] == len(thoughts)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    silent = whole(server, model="deep", reasoning_effort="none")
    assert "reasoning_content" not in silent["choices"][0]["message"]


def test_the_limit_cuts_with_length_and_stop_cuts_before_the_sequence(server: Server) -> None:
    cut = whole(server, max_completion_tokens=3)
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["usage"]["completion_tokens"] == 3
    stopped = whole(server, stop="unit in which")
    assert stopped["choices"][0]["message"]["content"] == "A **token** is the "
    assert stopped["choices"][0]["finish_reason"] == "stop"


def test_a_prompt_seen_before_is_cached_but_for_its_last_token(server: Server) -> None:
    messages = [{"role": "system", "content": "Nobody else says this."}, {"role": "user", "content": "Only once."}]
    first, second = (whole(server, messages=messages, max_tokens=1)["usage"] for _ in range(2))
    assert first["prompt_tokens_details"]["cached_tokens"] == 0
    assert second["prompt_tokens_details"]["cached_tokens"] == second["prompt_tokens"] - 1
    longer = [messages[0], {"role": "user", "content": "Only twice."}]
    third = whole(server, messages=longer, max_tokens=1)["usage"]
    assert 0 < third["prompt_tokens_details"]["cached_tokens"] < third["prompt_tokens"] - 1


def test_the_cost_is_the_price_times_the_tokens(server: Server) -> None:
    usage = whole(server, model="deep")["usage"]
    cached, price = usage["prompt_tokens_details"]["cached_tokens"], PRICES[DEEP.name]
    expected = (
        (usage["prompt_tokens"] - cached) * Decimal(price.input)
        + cached * Decimal(price.cached)
        + usage["completion_tokens"] * Decimal(price.output)
    ) / 1_000_000
    assert usage["cost"] == pytest.approx(float(expected))


def test_log_probabilities_spell_the_text(server: Server) -> None:
    read = chunks(server, logprobs=True, top_logprobs=3, max_tokens=12)
    told = [each for chunk in read if (found := chunk["choices"][0]["logprobs"]) for each in found["content"]]
    assert b"".join(bytes(each["bytes"]) for each in told).decode() == joined(read)
    for each in told:
        assert 0.0 < math.exp(each["logprob"]) <= 1.0
        assert each["top_logprobs"][0]["token"] == each["token"]
        assert sum(math.exp(other["logprob"]) for other in each["top_logprobs"]) <= 1.0 + 1e-9


def test_headers_name_the_request(server: Server) -> None:
    headers = server.http.post(URL, json={**ASK, "max_tokens": 1}).headers
    assert headers["x-request-id"].startswith("req_")
    assert int(headers["openai-processing-ms"]) >= 0


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        pytest.param(b"{", 400, None, None, id="no JSON"),
        pytest.param(b"[]", 400, None, None, id="no object"),
        pytest.param({**ASK, "model": "gpt"}, 404, "model_not_found", "model", id="unknown model"),
        pytest.param({"messages": []}, 400, "missing_required_parameter", "model", id="no model"),
        pytest.param({"model": "swift"}, 400, "missing_required_parameter", "messages", id="no messages"),
        pytest.param({**ASK, "temperature": 3}, 400, None, "temperature", id="too hot"),
        pytest.param({**ASK, "temperature": "hot"}, 400, None, "temperature", id="no number"),
        pytest.param({**ASK, "top_logprobs": 2}, 400, None, "top_logprobs", id="alternatives without logprobs"),
        pytest.param({**ASK, "tools": [{}]}, 400, None, "tools", id="tools"),
        pytest.param({**ASK, "reasoning_effort": "low"}, 400, None, "reasoning_effort", id="thoughts of steady"),
        pytest.param({**ASK, "practice": {"jitter": 7}}, 400, None, "practice.jitter", id="unfit pace"),
        pytest.param(
            {**ASK, "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            *(400, None, "messages[0].content[0].type"),
            id="an image",
        ),
        pytest.param(
            {**ASK, "model": "swift", "messages": [{"role": "user", "content": "tea " * 9000}]},
            *(400, "context_length_exceeded", "messages"),
            id="too long",
        ),
    ],
)
def test_errors_are_openais(server: Server, body: Any, status: int, code: str | None, param: str | None) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = server.http.post(URL, content=content)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert error["type"] == "invalid_request_error"
    assert error["message"]


def test_the_wrong_key_is_refused_and_any_other_is_welcome(server: Server) -> None:
    wrong, other = (
        server.http.post(URL, json={**ASK, "max_tokens": 1}, headers={"authorization": f"Bearer {key}"})
        for key in ("wrong", "anything")
    )
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    assert other.status_code == 200


def test_a_body_without_end_is_refused(server: Server) -> None:
    answer = server.http.post(URL, content=b" " * (9 * 1024 * 1024))
    assert answer.status_code == 413


def test_models_are_listed_with_context_and_price(server: Server) -> None:
    listed = server.http.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == server.ready["models"] == ["swift", "steady", "deep"]
    deep = listed["data"][2]
    assert deep["context_length"] == DEEP.context_length
    assert Decimal(deep["pricing"]["completion"]) * 1_000_000 == Decimal(PRICES["deep"].output)


def test_another_path_is_not_found(server: Server) -> None:
    answer = server.http.get("/v1/images")
    assert answer.status_code == 404
    assert "/v1/images" in answer.json()["error"]["message"]

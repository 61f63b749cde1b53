import socket
import time
from random import Random

import httpx
import pytest

from providers.practice.faults import Fault, FaultError, Lab, parse
from tests.providers.practice.conftest import Server

ASK = {"model": "swift", "messages": [{"role": "user", "content": "What is a token?"}], "temperature": 0}
CHAT = {**ASK, "stream": True}
MESSAGE = {**CHAT, "max_tokens": 500}
VERSION = {"anthropic-version": "2023-06-01"}


def chat(server: Server, spec: str) -> httpx.Response:
    return server.http.post(f"/fault/{spec}/v1/chat/completions", json=CHAT)


def test_a_spec_is_several_faults_with_their_values() -> None:
    assert parse("429:retry_after=2,times=1+stall") == (
        Fault("429", {"retry_after": 2.0}, times=1),
        Fault("stall", {"after": 8.0, "s": 3600.0}),
    )
    assert parse("") == ()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("teapot", "no fault 'teapot'"),
        ("429+", "no fault ''"),
        ("stall:retry_after=1", "no 'retry_after'"),
        ("stall:after=soon", "not a number"),
        ("stall:after=1.5", "out of bounds"),
        ("stall:after=-1", "out of bounds"),
        ("500:p=2", "out of bounds"),
        ("500:times=nan", "out of bounds"),
    ],
)
def test_a_bad_spec_says_what_is_wrong(server: Server, spec: str, says: str) -> None:
    with pytest.raises(FaultError, match=says):
        parse(spec)
    answer = chat(server, spec)
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]
    assert "SPEC is one or several faults" in answer.json()["error"]["message"]


def test_times_counts_the_requests_of_each_spec() -> None:
    lab = Lab(random=Random(1))
    assert [lab.plan("500:times=2").names for _ in range(3)] == [("500",), ("500",), ()]
    assert lab.plan("500:times=2,tag=other").names == ("500",)


def test_p_strikes_only_so_often_and_the_servers_own_faults_come_first() -> None:
    lab = Lab(always="html:p=0.5", random=Random(1))
    struck = sum(lab.plan().names == ("html",) for _ in range(400))
    assert 150 < struck < 250
    assert Lab(always="html", random=Random(1)).plan("empty").names == ("html", "empty")


@pytest.mark.parametrize(
    ("spec", "status", "code"),
    [
        ("401", 401, "invalid_api_key"),
        ("429:retry_after=1.5", 429, "rate_limit_exceeded"),
        ("500", 500, None),
        ("503:retry_after=3", 503, "server_is_overloaded"),
    ],
)
def test_error_statuses_for_openai(server: Server, spec: str, status: int, code: str | None) -> None:
    answer = chat(server, spec)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    after = spec.partition("=")[2] or None
    assert answer.headers.get("retry-after") == after


def test_error_statuses_for_the_others(server: Server) -> None:
    message = server.http.post("/fault/429:retry_after=4/v1/messages", json=MESSAGE, headers=VERSION)
    assert message.json()["error"]["type"] == "rate_limit_error"
    assert message.headers["retry-after"] == "4"
    content = server.http.post("/fault/429:retry_after=4/v1beta/models/swift:generateContent", json={})
    assert content.status_code == 429
    lines = server.http.post("/fault/429:retry_after=4/api/chat", json=CHAT)
    assert (lines.status_code, lines.headers["retry-after"]) == (429, "4")
    assert lines.json() == {"error": "Rate limit reached for requests."}
    response = server.http.post("/fault/429:retry_after=4/v1/responses", json=CHAT)
    assert response.headers["retry-after"] == "4"
    assert response.json()["error"]["code"] == "rate_limit_exceeded"
    assert content.json()["error"]["details"][0]["retryDelay"] == "4s"


def test_the_first_k_requests_fail_and_the_next_is_well(server: Server) -> None:
    spec = "503:times=2,tag=first_k"
    assert [chat(server, spec).status_code for _ in range(3)] == [503, 503, 200]


def test_an_overload_may_be_the_first_event_of_a_200(server: Server) -> None:
    answer = server.http.post("/fault/529/v1/messages", json=MESSAGE, headers=VERSION)
    assert answer.status_code == 200
    assert answer.text == (
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
    )


def test_bodies_that_are_no_stream(server: Server) -> None:
    page, nothing, body = (chat(server, spec) for spec in ("html", "empty", "json"))
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    assert "<h1>502" in page.text
    assert (nothing.status_code, nothing.content) == (200, b"")
    assert body.headers["content-type"] == "application/json"
    assert body.json()["object"] == "chat.completion"


def test_an_error_within_the_answer_comes_after_so_many_tokens(server: Server) -> None:
    answer = chat(server, "error:after=3")
    *events, error, rest = answer.text.split("\n\n")
    assert len(events) == 1 + 3  # the role, and the tokens
    assert '"error":{"message"' in error
    assert rest == ""


def test_a_cut_is_a_clean_end_without_the_end_marker(server: Server) -> None:
    answer = chat(server, "cut:after=3")
    assert answer.text.count("data: ") == 1 + 3
    assert "[DONE]" not in answer.text
    assert "finish_reason" in answer.text
    assert '"finish_reason":"stop"' not in answer.text


def test_junk_is_followed_by_the_rest_of_the_answer(server: Server) -> None:
    answer = chat(server, "junk:after=2")
    assert b"\x00\xff\xfe" in answer.content
    assert answer.content.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("spec", "error"),
    [("close", httpx.RemoteProtocolError), ("drop:after=2", httpx.RemoteProtocolError), ("reset", httpx.ReadError)],
)
def test_connections_that_break(server: Server, spec: str, error: type[Exception]) -> None:
    number = server.next_request()
    with pytest.raises(error):
        chat(server, spec)
    end = server.end_of(number)
    assert (end["how"], end["faults"]) == ("fault", [spec.partition(":")[0]])


@pytest.mark.parametrize(("spec", "head_s", "first_s"), [("slow_head:s=0.3", 0.3, 0.0), ("slow_first:s=0.3", 0.0, 0.3)])
def test_a_late_head_and_a_late_first_event(server: Server, spec: str, head_s: float, first_s: float) -> None:
    start = time.monotonic()
    with server.http.stream("POST", f"/fault/{spec}/v1/chat/completions", json=CHAT) as answer:
        head = time.monotonic()
        next(answer.iter_raw())
        first = time.monotonic()
    assert head - start >= head_s
    assert first - head >= first_s * 0.9  # the head was read a little after it was sent


def test_a_stall_sends_nothing_more_and_the_client_can_leave(server: Server) -> None:
    number = server.next_request()
    with server.http.stream("POST", "/fault/stall:after=2/v1/chat/completions", json=CHAT) as answer:
        stream, read = answer.iter_raw(), b""
        while read.count(b"data: ") < 3:
            read += next(stream)
        raw: socket.socket = answer.extensions["network_stream"].get_extra_info("socket")
        raw.settimeout(0.2)
        with pytest.raises(TimeoutError):
            raw.recv(1, socket.MSG_PEEK)
    end = server.end_of(number)
    assert (end["how"], end["tokens"], end["faults"]) == ("client_closed", 2, ["stall"])


def test_after_a_stall_the_answer_goes_on(server: Server) -> None:
    answer = chat(server, "stall:after=2,s=0.1")
    assert answer.text.endswith("data: [DONE]\n\n")

"""`abreast run` against real sockets: whatever a server does, the run ends as a record that says what happened."""

import socket
from typing import Any

import pytest

from app import cli_run
from app.records import RunRecord
from providers.vendors import VENDORS
from tests.app.conftest import Call
from tests.app.recorded import Server

ASK = ("run", "--json", "--prompt", "hello")
ORDER = ("dns", "connect", "tls", "sent", "headers", "ttfb", "ttft", "last", "total")
DIALECTS = [(row.id, row.dialect) for row in VENDORS if row.is_practice]


def at(server: Server, name: str) -> tuple[str, str]:
    return "--lane", f"openai_chat:m@{server.root}/{name}"


def in_order(timings: dict[str, Any]) -> bool:
    """Whether each milestone comes no earlier than the one before."""
    moments = [timings[name] for name in ORDER if timings[name] is not None]
    return moments == sorted(moments) and timings["sent"] is not None


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("html", "protocol", "an HTML page titled “Sign in”"),
        ("close", "network", "closed the connection without a word"),
        ("redirect", "protocol", "redirects to https://elsewhere.example/v1/chat/completions"),
        ("status-401", "authentication", "The key is not known here."),
        ("chat-error/v1", "overloaded", "The engine is overloaded"),
    ],
)
def test_a_server_that_does_not_answer_is_told_as_it_is(
    call: Call, server: Server, name: str, kind: str, sentence: str
) -> None:
    said = call(*ASK, *at(server, name), "--retries", "0")
    assert (said.code, said.err) == (1, "")
    assert (said.only["outcome"], said.only["error"]["kind"]) == ("failed", kind)
    assert sentence in said.only["error"]["message"]
    assert len(server.requests) == 1


def test_what_may_pass_is_tried_again_each_try_being_told(call: Call, server: Server) -> None:
    said = call(*ASK, *at(server, "close"), "--retries", "1")

    assert [attempt["outcome"] for attempt in said.only["attempts"]] == ["failed", "failed"]
    assert said.only["outcome"] == "failed"
    assert [notice["kind"] for notice in said.only["notices"]] == ["retry"]
    assert len(server.requests) == 2


def test_a_key_that_is_refused_is_not_tried_again(call: Call, server: Server) -> None:
    assert call(*ASK, *at(server, "status-401")).only["error"]["kind"] == "authentication"
    assert len(server.requests) == 1


def test_a_limit_that_ran_out_is_not_waited_for_again(call: Call, server: Server) -> None:
    assert call(*ASK, *at(server, "stall"), "--idle-timeout", "0.2").only["error"]["kind"] == "timeout_idle"
    assert call(*ASK, *at(server, "hang"), "--timeout", "0.2").only["error"]["kind"] == "timeout_first"
    assert len(server.requests) == 2


def test_a_connection_opened_ahead_is_told(call: Call, server: Server) -> None:
    said = call("run", "--events", "--prompt", "hello", *at(server, "chat-text"), *at(server, "chat-text"), "--warm")

    heads = [line for line in said.lines if line.get("type") == "response"]
    assert [(head["reused"], head["warmed"]) for head in heads] == [(True, True), (True, True)]


def test_nobody_listens(call: Call) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        said = call(*ASK, "--lane", f"openai_chat:m@http://127.0.0.1:{held.getsockname()[1]}/v1")
    assert said.code == 1
    line = said.only
    assert (line["outcome"], line["error"]["kind"], line["http_version"]) == ("failed", "network", None)
    assert line["attempts"][0]["outcome"] == "failed"


def test_patience_ends_a_server_that_says_nothing(call: Call, server: Server) -> None:
    said = call(*ASK, *at(server, "hang"), "--timeout", "0.2")
    assert said.code == 1
    assert said.only["error"]["kind"] == "timeout_first"
    assert "0.2 s" in said.only["error"]["message"]


def test_an_answer_compressed_unasked_is_read(call: Call, server: Server) -> None:
    said = call(*ASK, *at(server, "gzip"))
    assert said.code == 0
    assert said.only["text"].endswith("né en mer 🌊\n")


def test_half_characters_are_joined_or_replaced_and_never_lost(call: Call, server: Server) -> None:
    said = call(*ASK, "--events", *at(server, "half-characters"))
    assert said.code == 0
    assert said.lines[-1]["text"].replace("\ufffd", "") in ("😀 ", " ")
    assert said.out.decode("utf-8")
    assert call("run", "--prompt", "x", *at(server, "half-characters")).code == 0


def test_lanes_end_each_on_its_own_and_rounds_follow_each_other(call: Call, server: Server) -> None:
    lanes = (*at(server, "chat-text/v1"), *at(server, "status-401"), *at(server, "chat-text/v1"))
    said = call(*ASK, *lanes, "--repeat", "2")
    assert said.code == 1
    keys = [(line["run"], line["lane_index"], line["repeat"]) for line in said.lines]
    assert sorted(keys[:3]) == [(0, 0, 0), (1, 1, 0), (2, 2, 0)]
    assert sorted(keys[3:]) == [(3, 0, 1), (4, 1, 1), (5, 2, 1)]
    outcomes = {line["run"]: line["outcome"] for line in said.lines}
    assert outcomes == {0: "done", 1: "failed", 2: "done", 3: "done", 4: "failed", 5: "done"}


def test_a_kept_connection_is_used_again_and_says_so(call: Call, server: Server) -> None:
    first, second = call(*ASK, *at(server, "chat-text/v1"), "--repeat", "2").lines
    assert (first["reused"], second["reused"]) == (False, True)
    assert first["timings_ms"]["connect"] is not None
    assert second["timings_ms"]["connect"] is None
    assert in_order(first["timings_ms"])
    assert in_order(second["timings_ms"])


def test_every_event_is_a_line_before_the_runs_own(call: Call, server: Server) -> None:
    said = call(*ASK, "--events", *at(server, "chat-text/v1"))
    *events, record = said.lines
    assert [list(event)[:4] for event in events] == [["run", "attempt", "at_ns", "type"]] * len(events)
    kinds = [event["type"] for event in events]
    assert (kinds[0], kinds[-1]) == ("started", "finished")
    assert kinds.count("text") == record["chunks"] == 3
    assert "".join(event["text"] for event in events if event["type"] == "text") == record["text"]
    stamps = [event["at_ns"] for event in events if event["type"] != "timing"]
    assert stamps == sorted(stamps)
    first = next(event["at_ns"] for event in events if event["type"] == "text")
    assert record["timings_ms"]["ttft"] == round((first - events[0]["at_ns"]) / 1e6, 3)


def test_events_alone_imply_json(call: Call, server: Server) -> None:
    said = call("run", "--prompt", "x", "--events", *at(server, "chat-text/v1"))
    assert said.lines[-1]["schema"] == 1


# For people


def test_one_lane_prints_its_answer_and_nothing_else(call: Call, server: Server) -> None:
    said = call("run", "--prompt", "x", *at(server, "chat-text/v1"))
    assert said.out.decode() == "A lighthouse né en mer 🌊\n"
    assert "done, TTFT" in said.err
    assert "in 21, out 9" in said.err


def test_an_answer_without_a_line_end_gets_one(call: Call, server: Server) -> None:
    said = call("run", "--prompt", "x", *at(server, "chat-cut/v1"))
    assert said.out == b"Half an answer\n"
    assert "cut off" in said.err
    assert "error: the stream ended before the answer was complete (cut_off)" in said.err


def test_several_runs_stand_under_headings(call: Call, server: Server) -> None:
    said = call("run", "--prompt", "x", *at(server, "chat-text/v1"), "--repeat", "2")
    text = "A lighthouse né en mer 🌊\n"
    assert said.out.decode() == f"--- run 0 ---\n{text}\n--- run 1 ---\n{text}"
    both = call("run", "--prompt", "x", *at(server, "chat-cut/v1"), *at(server, "chat-calls/v1")).out.decode()
    assert f"openai_chat:m@{server.root}/chat-cut/v1 ---\nHalf an answer\n" in both
    assert '[tool call] tide {"port": "Brest"}\n[tool call] moon {}\n' in both


def test_a_file_gets_every_character_and_a_terminal_none_that_it_would_obey(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("run", "--prompt", "x", *at(server, "escapes")).out == b"\x1b[2Jred\x07\n"
    monkeypatch.setattr(cli_run.sys.stdout.__class__, "isatty", lambda _: True, raising=False)
    assert call("run", "--prompt", "x", *at(server, "escapes")).out == b"\\x1b[2Jred\\x07\n"


# The practice models


@pytest.mark.parametrize(("vendor", "dialect"), DIALECTS)
def test_the_practice_models_answer_in_each_dialect(call: Call, vendor: str, dialect: str) -> None:
    words = ("--param", "max_tokens=60", "--system", "Be brief.")
    said = call("run", "--json", "--prompt", "Tell me about lighthouses", "--lane", f"{vendor}/swift", *words)
    assert (said.code, said.err) == (0, "")
    line = said.only
    assert line["outcome"] == "done"
    assert line["text"]
    assert 0 < line["usage"]["output"] <= 60
    assert line["usage"]["input"] > 0
    assert line["cost"]["currency"] == "USD"
    assert line["attempts"][0]["vendor"] == vendor
    assert in_order(line["timings_ms"])
    assert line["timings_ms"]["total"] is not None
    assert list(line) == list(RunRecord.__struct_fields__)


def test_a_practice_model_that_is_not_there_is_not_found(call: Call) -> None:
    said = call(*ASK, "--lane", "practice/colossus")
    assert (said.code, said.only["error"]["kind"]) == (1, "not_found")

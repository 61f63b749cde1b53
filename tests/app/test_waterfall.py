"""The course of an attempt in steps, and the other things that an inspector tells of it."""

import json

import pytest

from app.attempt import Attempt
from app.exchange import Answered, Asked, Exchange
from app.inspection import LONG_TEXT, course, pretty, title, wire
from app.meaning import meaning
from app.reading import Reading
from app.records import Cost
from app.run import RunFold
from app.waterfall import steps
from providers.dialects.base import Quirks
from providers.errors import Failure
from providers.events import (
    Discarded,
    Event,
    Failed,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Response,
    Served,
    ServerTimed,
    Spent,
    Started,
    Stop,
    Text,
    Timing,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.usage import TokenUsage

MS = 1_000_000
USAGE = TokenUsage(input=1200, cache_read=1000, output=30, reasoning=10)
WHOLE: tuple[Event, ...] = (
    Started(0, 100 * MS, "answer", "openai", "https://api.example/v1", "m"),
    Timing(0, 101 * MS, "pool", 100 * MS),
    Timing(0, 111 * MS, "dns", 101 * MS),
    Timing(0, 131 * MS, "connect", 111 * MS),
    Timing(0, 161 * MS, "tls", 131 * MS),
    Timing(0, 162 * MS, "sent", 161 * MS),
    Timing(0, 300 * MS, "headers"),
    Response(0, 300 * MS, 200, "1.1", False, "req-7", {"openai-processing-ms": 120.0}, stamp="kernel"),
    Timing(0, 310 * MS, "first_byte"),
    Served(0, 310 * MS, "m-2026"),
    Reasoning(0, 320 * MS, "hm"),
    Reasoning(0, 350 * MS, " so"),
    Text(0, 400 * MS, "Hi"),
    Text(0, 500 * MS, "!"),
    Stop(0, 500 * MS, "stop"),
    Usage(0, 505 * MS, USAGE),
    Finished(0, 510 * MS, "m-2026", USAGE, "stop"),
)
ALL_STEPS = [
    ("Pool wait", 0, 1), ("DNS lookup", 1, 11), ("TCP connect", 11, 31), ("TLS handshake", 31, 61),
    ("Request sent", 61, 62), ("Wait for headers", 62, 200), ("Wait for first byte", 200, 210),
    ("Wait for first token", 210, 220), ("Reasoning", 220, 250), ("Content", 300, 400), ("Usage", 405, 405),
    ("Done", 410, 410),
]  # fmt: skip


def attempt_of(*events: Event) -> Attempt:
    fold = RunFold(run=1, lane_index=0, repeat=0, lane="openai/m")
    for event in events:
        fold.add(event)
    return fold.attempts[0]


def test_every_milestone_is_a_step_from_the_start_of_the_attempt() -> None:
    assert [(step.name, step.from_ms, step.to_ms) for step in steps(attempt_of(*WHOLE))] == ALL_STEPS


@pytest.mark.parametrize("events", range(1, len(WHOLE)))
def test_an_attempt_that_goes_on_has_the_steps_that_are_over(events: int) -> None:
    names = [step.name for step in steps(attempt_of(*WHOLE[:events]))]
    assert names == [name for name, _, _ in ALL_STEPS if name in names]


def test_a_kept_connection_has_no_steps_of_its_making() -> None:
    kept = [event for event in WHOLE if not (isinstance(event, Timing) and event.phase in ("dns", "connect", "tls"))]
    assert [step.name for step in steps(attempt_of(*kept))][:3] == ["Pool wait", "Request sent", "Wait for headers"]


def test_an_answer_of_reasoning_alone_has_no_content() -> None:
    only = [event for event in WHOLE if not isinstance(event, Text)]
    assert "Content" not in [step.name for step in steps(attempt_of(*only))]


def test_a_call_counts_as_content() -> None:
    call = (*WHOLE[:10], ToolCallDelta(0, 320 * MS, 0, "c", "f", "{"), ToolCallDelta(0, 330 * MS, 0, None, "", "}"))
    assert [(s.name, s.from_ms, s.to_ms) for s in steps(attempt_of(*call))][-1] == ("Content", 220, 230)


def exchange(body: bytes, *, status: int = 200) -> Exchange:
    asked = Asked("POST", "https://api.example/v1/chat", (("Authorization", "Bearer [key]"),), b'{"model":"m"}')
    answered = Answered(status, "1.1", (("content-type", "text/event-stream"),))
    return Exchange(100 * MS, "openai", "openai_chat", "m", Quirks(), asked, answered, ((300 * MS, body),), missing=5)


def facts_of(attempt: Attempt, of: Exchange | None, cost: Cost | None = None) -> dict[str, str]:
    return {figure.name: figure.value for figure in course(attempt, of, cost).facts}


def test_the_facts_of_an_attempt() -> None:
    facts = facts_of(attempt_of(*WHOLE), exchange(b"12345"), Cost("0.0021", "USD", "list", None))
    assert facts == {
        "Endpoint": "https://api.example/v1",
        "Connection": "HTTP/1.1, new",
        "Stamps": "the kernel’s, as bytes came in",
        "Status": "200",
        "Request id": "req-7",
        "Model": "m, served by m-2026",
        "Tokens": "1,200 (1,000 cached) → 30 (10 reasoning) tok",
        "Cost": "$0.0021",
        "Finish reason": "stop",
        "openai-processing-ms": "120 ms",
        "Request body": "13 bytes",
        "Response body": "10 bytes in 1 pieces",
    }


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    facts = facts_of(attempt_of(WHOLE[0]), None)
    assert (facts["Tokens"], facts["Cost"]) == ("not reported", "unknown")
    assert "Connection" not in facts


def test_request_and_response_stand_as_they_were() -> None:
    shown = wire(exchange(b'{"error":{"message":"no"}}', status=400))
    assert shown.request.splitlines()[:3] == ["POST https://api.example/v1/chat", "Authorization: Bearer [key]", ""]
    assert '"model": "m"' in shown.request
    assert shown.response.startswith("HTTP/1.1 400\ncontent-type: text/event-stream\n\n{")
    assert wire(exchange(b"data: x")).response.endswith("text/event-stream")


def test_pictures_in_json_do_not_fill_the_page_and_nothing_breaks_it() -> None:
    assert "(9,000 characters)" in pretty(json.dumps({"url": "a" * 9000}).encode())
    assert len(pretty(b"x" * (LONG_TEXT + 7))) < LONG_TEXT + 40
    assert pretty(b'{"half":"\\ud800"}') == '{\n  "half": "?"\n}'
    assert pretty(b"\xff\xfe") == "\ufffd\ufffd"
    assert pretty(b"[" * 200_000).startswith("[[")


def test_the_title_tells_which_attempt_and_how_it_ended() -> None:
    refused = attempt_of(WHOLE[0], Response(0, 1, 429, "1.1", True), Failed(0, 2, Failure("rate", "slow")))
    assert title(refused, 3) == "Attempt 1 of 3 · answer · 429 failed"
    assert title(attempt_of(WHOLE[0]), 1) == "Attempt 1 of 1 · answer · running"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Text(0, 0, "a\nb"), "text “a⏎b”"),
        (Text(0, 0, "x" * 99), f"text “{'x' * 80}…”"),
        (Reasoning(0, 0, ""), "reasoning “”"),
        (Refusal(0, 0, "no"), "refusal “no”"),
        (ToolCallDelta(0, 0, 1, None, "", '{"a'), 'call 1 “{"a”'),
        (ToolCall(0, 0, 1, "c", "f", "{}"), "call 1 whole: f({})"),
        (ToolCall(0, 0, 1, "c", "f", "{", complete=False), "call 1 cut off: f({)"),
        (LogProbs(0, 0, ({}, {})), "log-probabilities of 2"),
        (Usage(0, 0, USAGE), "usage 1,200 in, 1,000 cached, 30 out, 10 reasoning"),
        (Spent(0, 0, "judge", TokenUsage(output=1)), "usage 1 out"),
        (Served(0, 0, "m-2"), "served by m-2"),
        (ServerTimed(0, 0, {"prompt_ms": 1.5}), "server’s times prompt_ms 1.5 ms"),
        (Turn(0, 0, "gemini", []), "the turn in the provider’s own form"),
        (Stop(0, 0, "length"), "finish reason length"),
        (Notice(0, 0, "other", "Mind."), "Mind."),
        (Finished(0, 0, "m", TokenUsage(), "stop"), "complete"),
        (Failed(0, 0, Failure("rate", "slow")), "slow"),
        (Discarded(0, 0, "weak"), "weak"),
        (WHOLE[0], ""),
    ],
)
def test_each_event_in_a_few_words(event: Event, said: str) -> None:
    assert meaning(Reading(0, "", b"", (event,))) == said


def test_a_failure_stands_behind_what_came_before_it() -> None:
    reading = Reading(0, "", b"", (Stop(0, 0, "stop"),), Failure("cut_off", "it ended"))
    assert meaning(reading) == "finish reason stop · cut off: it ended"

"""One attempt, folded from its events."""

from app.attempt import Attempt
from app.records import CallRecord
from providers.events import Reasoning, Refusal, Response, Started, Text, Timing, ToolCall, ToolCallDelta

MS = 1_000_000


def begun(role: str = "answer") -> Attempt:
    return Attempt(Started(0, 100 * MS, role=role, vendor="v", endpoint="http://h", model="m"))  # type: ignore[arg-type]


def test_empty_deltas_are_no_chunks_and_start_no_clock() -> None:
    attempt = begun()
    attempt.on_delta(Text(0, 101 * MS, ""))
    assert attempt.first_ns is None
    assert len(attempt.stamps) == 0


def test_the_first_delta_of_any_kind_and_the_first_of_content_are_told_apart() -> None:
    attempt = begun()
    attempt.on_delta(Reasoning(0, 110 * MS, "hm"))
    attempt.on_delta(Text(0, 130 * MS, "yes"))
    attempt.on_delta(Refusal(0, 140 * MS, "no"))
    timings = attempt.timings()
    assert (timings.ttft, timings.ttfo, timings.last, timings.total) == (10.0, 30.0, 40.0, None)
    assert len(attempt.stamps) == 3


def test_a_refusal_is_not_content() -> None:
    attempt = begun()
    attempt.on_delta(Refusal(0, 140 * MS, "no"))
    assert attempt.timings().ttfo is None
    assert attempt.timings().ttft == 40.0


def test_tool_calls_are_joined_as_they_were_streamed() -> None:
    attempt = begun()
    attempt.on_call_delta(ToolCallDelta(0, 110 * MS, 1, "b", "second", '{"x"'))
    attempt.on_call_delta(ToolCallDelta(0, 111 * MS, 0, None, "first", ""))
    attempt.on_call_delta(ToolCallDelta(0, 112 * MS, 1, None, "", ": 1 }"))
    assert attempt.calls == (
        CallRecord(None, "first", "", False),
        CallRecord("b", "second", '{"x": 1 }', False),
    )
    assert attempt.timings().ttft == 10.0
    assert len(attempt.stamps) == 0


def test_a_whole_call_replaces_its_pieces() -> None:
    attempt = begun()
    attempt.on_call_delta(ToolCallDelta(0, 110 * MS, 0, "a", "f", '{"x'))
    attempt.on_call(ToolCall(0, 120 * MS, 0, "a", "f", '{"x":1}'))
    assert attempt.calls == (CallRecord("a", "f", '{"x":1}', True),)
    assert attempt.timings().last == 10.0


def test_a_call_that_comes_whole_is_a_first_sign_too() -> None:
    attempt = begun()
    attempt.on_call(ToolCall(0, 120 * MS, 0, None, "f", "{}"))
    assert attempt.timings().ttft == 20.0


def test_long_arguments_in_many_pieces_cost_no_more_than_their_length() -> None:
    attempt = begun()
    for _ in range(200_000):
        attempt.on_call_delta(ToolCallDelta(0, 110 * MS, 0, None, "", "12345678"))
    assert len(attempt.calls[0].arguments) == 1_600_000


def test_milestones_are_moments_since_the_start() -> None:
    attempt = begun()
    for index, phase in enumerate(("pool", "dns", "connect", "tls", "sent", "headers", "first_byte")):
        attempt.on_timing(Timing(0, (101 + index) * MS, phase))  # type: ignore[arg-type]
    timings = attempt.timings()
    assert (timings.dns, timings.connect, timings.tls, timings.sent) == (2.0, 3.0, 4.0, 5.0)
    assert (timings.headers, timings.ttfb) == (6.0, 7.0)
    assert attempt.timings(90 * MS).dns == 12.0


def test_judges_and_samples_are_not_the_answer() -> None:
    assert [role for role in ("answer", "hedge", "judge", "sample", "embedding", "cache") if begun(role).answers] == [
        "answer",
        "hedge",
        "cache",
    ]


def test_an_error_status_is_a_refusal_to_serve() -> None:
    attempt = begun()
    assert not attempt.refused
    attempt.response = Response(0, 0, 200, "1.1", reused=False)
    assert not attempt.refused
    attempt.response = Response(0, 0, 429, "1.1", reused=False)
    assert attempt.refused

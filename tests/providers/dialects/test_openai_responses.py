"""What the decoder of Responses says beyond the words: the turn to send back, timings, errors that come twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.errors import ProviderError
from providers.events import Finished, Stop, ToolCall, Turn
from providers.sse import ServerEvent
from tests.providers.dialects.test_cassettes import body_of, events_of
from tests.providers.folding import Fold, failure_of, finished_of, fold

Said = dict[str, Any]
REASONING = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "whole"}
CALL = {"id": "fc_1", "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "status": "completed"}
MESSAGE = {"id": "m_1", "type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Yes"}]}


def event(kind: str, **said: Any) -> bytes:
    return b"data: " + json.dumps({"type": kind, **said}).encode() + b"\n\n"


def done(index: int, item: Said) -> bytes:
    return event("response.output_item.done", output_index=index, item=item)


def delta(text: str, index: int = 0) -> bytes:
    return event("response.output_text.delta", output_index=index, content_index=0, delta=text)


def ended(kind: str = "completed", **response: Any) -> bytes:
    return event(f"response.{kind}", response={"status": kind, **response})


def read(*pieces: bytes) -> Fold:
    return fold("openai_responses", pieces)


def turn_of(answer: Fold) -> Any:
    finished_of(answer)
    assert answer.turn is not None
    assert answer.turn.dialect == "openai_responses"
    return answer.turn.content


def test_the_turn_holds_items_as_they_ended_in_the_order_of_the_output() -> None:
    added = event("response.output_item.added", output_index=0, item={**REASONING, "encrypted_content": "part"})

    assert turn_of(read(added, done(1, CALL), done(0, REASONING), ended())) == [REASONING, CALL]


def test_the_turn_of_a_server_that_ends_no_items_is_its_last_view() -> None:
    assert turn_of(read(delta("Yes", 1), ended(output=[REASONING, MESSAGE]))) == [REASONING, MESSAGE]
    assert turn_of(read(done(0, REASONING), delta("Yes", 1), ended(output=[REASONING, MESSAGE]))) == [
        REASONING,
        MESSAGE,
    ]


def test_text_alone_needs_no_turn() -> None:
    assert read(done(0, MESSAGE), ended(output=[MESSAGE])).turn is None


def test_what_a_built_in_tool_did_belongs_to_the_turn() -> None:
    search = {"id": "ws_1", "type": "web_search_call", "status": "completed"}

    assert turn_of(read(done(0, search), done(1, MESSAGE), ended())) == [search, MESSAGE]


def test_what_was_cut_off_is_not_sent_back() -> None:
    cut = {**CALL, "status": "incomplete", "arguments": "{"}

    assert read(delta("a"), done(0, REASONING), done(1, cut), ended("incomplete")).turn is None
    assert turn_of(read(done(0, REASONING), done(1, CALL), done(2, REASONING), ended("incomplete"))) == [
        REASONING,
        CALL,
    ]


def test_nothing_is_sent_back_of_what_failed() -> None:
    assert read(done(0, REASONING), done(1, CALL), ended("failed", error={"message": "Gone"})).turn is None


def test_a_turn_can_be_stored() -> None:
    odd = {**REASONING, "extra": ["\ud83d", 2**70, float("inf")]}

    assert turn_of(read(done(0, odd), done(1, CALL), ended()))[0]["extra"] == ["\ufffd", str(2**70), None]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/event-stream"])
def test_an_answer_that_was_not_streamed(kind: str) -> None:
    said = {"object": "response", "status": "completed", "model": "m", "output": [REASONING, MESSAGE, CALL]}
    body = json.dumps(said).encode()

    answer = fold("openai_responses", [body[:50], body[50:]], content_type=kind)

    assert (answer.text, answer.tools, answer.stop) == ("Yes", [("c", "f", "{}")], "completed")
    assert turn_of(answer) == [REASONING, MESSAGE, CALL]


@pytest.mark.parametrize("status", ["queued", "in_progress", "strange", 7])
def test_an_answer_that_is_still_being_made_is_no_answer(status: Any) -> None:
    body = json.dumps({"object": "response", "status": status, "output": [MESSAGE]}).encode()

    assert failure_of(fold("openai_responses", [body], content_type="application/json")).kind == "cut_off"


def test_an_answer_that_failed_whole() -> None:
    said = {
        "object": "response",
        "status": "failed",
        "error": {"code": "server_error", "message": "Gone"},
        "output": [],
    }

    failure = failure_of(fold("openai_responses", [json.dumps(said).encode()], content_type="application/json"))
    assert (failure.kind, failure.message) == ("server", "Gone")


def test_a_document_of_another_kind_is_no_answer() -> None:
    assert failure_of(fold("openai_responses", [b'{"id":"x"}'], content_type="application/json")).kind == "server"


def test_servers_own_timings() -> None:
    timings = {"prompt_ms": 12.5, "predicted_ms": 80, "predicted_n": 9, "predicted_per_token_ms": 9}

    for told, meant in ((timings, {"prompt_ms": 12.5, "predicted_ms": 80.0}), ({"prompt_ms": "x"}, {}), ([1], {})):
        assert read(delta("a"), event("response.completed", response={}, timings=told)).server_ms == meant


def steps(name: str) -> Iterator[tuple[Any, list[Any], str]]:
    """For each event of a cassette: the decoder, what it said, and the failure it raised, if any."""
    decoder = DIALECTS["openai_responses"].decoder(model="m", quirks=Quirks())
    for at_ns, each in enumerate(events_of(body_of(name))):
        yield decoder, list(decoder.feed(each, at_ns)), each.name


def test_an_error_is_held_until_the_end_has_been_told_or_the_stream_ends() -> None:
    seen = [(name, decoder.complete, said) for decoder, said, name in steps("responses-quota")]

    assert [(name, complete) for name, complete, _ in seen[-2:]] == [("error", True), ("response.failed", True)]
    assert seen[-2][2] == []
    assert seen[-1][2] == [Stop(0, 3, "failed")]


def test_words_after_an_error_are_none() -> None:
    failing = event("error", error={"message": "Gone", "code": "server_error"})
    answer = read(delta("a"), failing, delta("b"), done(1, CALL), ended())

    assert (answer.text, answer.calls, answer.stop) == ("a", {}, None)
    assert failure_of(answer).message == "Gone"


def test_the_first_error_has_the_word() -> None:
    failing = event("error", code="rate_limit_exceeded", message="Slower")
    answer = read(failing, ended("failed", error={"code": "server_error", "message": "An error occurred"}))

    assert (failure_of(answer).kind, failure_of(answer).message, answer.stop) == ("rate", "Slower", "failed")


def test_a_call_is_whole_when_its_arguments_are() -> None:
    decoder = DIALECTS["openai_responses"].decoder(model="m", quirks=Quirks())
    added = event("response.output_item.added", output_index=0, item={**CALL, "arguments": ""})
    arguments = event("response.function_call_arguments.done", output_index=0, arguments='{"a":1}')
    said = [decoder.feed(each, n) for n, each in enumerate(events_of(added, arguments, done(0, CALL)))]

    assert said[1][-1] == ToolCall(0, 1, 0, "c", "f", '{"a":1}')
    assert said[2] == []


def test_arguments_that_were_told_when_the_call_was_opened() -> None:
    opened = event("response.output_item.added", output_index=0, item={**CALL, "arguments": '{"a":1}'})

    assert read(opened, ended()).tools == [("c", "f", '{"a":1}')]


@pytest.mark.parametrize(
    ("streamed", "final", "meant"),
    [
        ('{"a"', '{"a":1}', '{"a":1}'),
        ('{"a":1}', "", '{"a":1}'),
        ('{"a":1}', '{"a":', '{"a":1}'),
        ('{"a":1}', '{"a": 1}', '{"a": 1}'),
        ("", {"a": 1}, '{"a": 1}'),
        ("", None, ""),
    ],
)
def test_arguments_at_the_end_hold_unless_only_the_streamed_ones_are_sound(
    streamed: str, final: Any, meant: str
) -> None:
    piece = event("response.function_call_arguments.delta", output_index=0, delta=streamed)
    opened = event("response.output_item.added", output_index=0, item={**CALL, "arguments": ""})

    answer = read(opened, piece, done(0, {**CALL, "arguments": final}), ended())

    assert answer.tools == [("c", "f", meant)]
    assert answer.calls[0].complete


def test_a_call_that_never_ended_in_an_answer_that_was_cut_is_broken() -> None:
    opened = event("response.output_item.added", output_index=0, item={**CALL, "arguments": ""})

    assert not read(opened, ended("incomplete")).calls[0].complete
    assert read(opened, ended()).calls[0].complete


def test_a_thought_in_two_forms_is_told_in_the_one_that_was_streamed() -> None:
    summary = event("response.reasoning_summary_text.delta", output_index=0, summary_index=0, delta="In short")
    thought = event("response.reasoning_text.done", output_index=0, content_index=0, text="At length")
    both = {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "In short."}],
        "content": [{"type": "reasoning_text", "text": "At length"}],
    }

    assert read(summary, thought, done(0, both), delta("a", 1), ended()).reasoning == "In short."
    assert read(done(0, both), delta("a", 1), ended()).reasoning == "At length"


def test_parts_that_are_misnumbered_are_not_said_twice() -> None:
    first = event("response.output_text.delta", output_index=0, content_index=3, delta="Y")

    assert read(first, done(0, MESSAGE), ended(output=[MESSAGE])).text == "Yes"


def test_log_probs_of_every_part_are_told_once() -> None:
    told = [[{"token": token, "logprob": -1.0, "top_logprobs": []}] for token in "ab"]
    parts = [{"type": "output_text", "text": each[0]["token"], "logprobs": each} for each in told]
    ends = [
        event(
            "response.output_text.done", output_index=0, content_index=n, text=part["text"], logprobs=part["logprobs"]
        )
        for n, part in enumerate(parts)
    ]
    message = {**MESSAGE, "content": parts}

    for body in ([*ends, done(0, message)], [done(0, message)], []):
        answer = read(*body, ended(output=[message]))
        assert (answer.text, [each["token"] for each in answer.logprobs]) == ("ab", ["a", "b"])


def test_a_view_that_counts_anew_repeats_nothing() -> None:
    views = [MESSAGE, {**MESSAGE, "id": "m_2"}]

    assert read(delta("Yes", 5), ended(output=views)).text == "Yes"


def test_the_status_is_the_reason_even_where_the_event_is_named_otherwise() -> None:
    late = event("response.completed", response={"status": "incomplete", "incomplete_details": {"reason": "steered"}})
    answer = read(delta("a"), late)

    assert (answer.stop, finished_of(answer).stop) == ("incomplete", "incomplete")
    assert answer.notices == ["The answer is incomplete; the provider's reason: steered."]
    assert read(delta("a"), event("response.completed", response={"status": "in_progress"})).stop == "completed"


def test_nothing_is_read_after_the_end() -> None:
    answer = read(delta("a"), ended(), delta("b"), event("error", message="late"))

    assert (answer.text, finished_of(answer).stop) == ("a", "completed")


def test_the_end_has_the_stamp_of_its_proof() -> None:
    decoder = DIALECTS["openai_responses"].decoder(model="m", quirks=Quirks())
    said = [one for n, each in enumerate(events_of(done(0, CALL), ended())) for one in decoder.feed(each, 10 + n)]
    rest, finished = decoder.end(99)

    assert rest == ()
    assert isinstance(finished, Finished)
    assert finished.at_ns == 11
    assert [type(one) for one in said[-2:]] == [Turn, Stop]


def test_an_event_of_another_kind_than_its_name() -> None:
    decoder = DIALECTS["openai_responses"].decoder(model="m", quirks=Quirks())
    said = json.dumps({"type": "response.output_text.delta", "output_index": 0, "delta": "a"}).encode()

    assert [type(one).__name__ for one in decoder.feed(ServerEvent("message", said), 1)] == ["Text"]
    with pytest.raises(ProviderError):
        decoder.feed(ServerEvent("error", said), 2)
        decoder.end(3)

"""Whatever a decoder is fed, it answers with events that can be stored, or with a `ProviderError`."""

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.dialects.responses_decoder import ENDS, PARTS, WHOLE_ARGUMENTS
from providers.dialects.responses_shapes import ARGUMENTS, WORDS
from providers.errors import ProviderError
from providers.events import Event
from providers.sse import BARE, ServerEvent
from tests.providers.dialects.test_cassettes import DIALECT_OF, NAMES, body_of
from tests.providers.folding import cut, fold

NAMES_OF_EVENTS = (
    "",
    "error",
    BARE,
    "message_start",
    "content_block_delta",
    "message_delta",
    "hook_results",
    "response.output_text.delta",
    "response.output_item.done",
    "response.completed",
    "response.failed",
)

every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def fed(dialect: DialectName, *documents: bytes, name: str = "") -> list[Event]:
    """What comes of them before a failure, each event having gone into JSON and into MessagePack."""
    decoder = DIALECTS[dialect].decoder(model="m", quirks=Quirks())
    events: list[Event] = []
    try:
        for n, document in enumerate(documents):
            events += decoder.feed(ServerEvent(name, document), n)
        rest, finished = decoder.end(9)
        events += [*rest, finished]
    except ProviderError as error:
        msgspec.json.encode(error.failure)
    for event in events:
        msgspec.json.encode(event)
        msgspec.msgpack.encode(event)
    return events


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(min_value=2**70), st.floats(), st.text(max_size=3),
    st.sampled_from(["stop", "STOP", "error", "text", "tool_use", "text_delta", "\ud83d", "\ude00", "{}", "thinking",
                     "function_call", "custom_tool_call", "reasoning", "response.output_item.done", "completed",
                     "response.output_text.delta", "response.function_call_arguments.done", "response.completed"]),
)  # fmt: skip
KEYS = """
choices delta message content index finish_reason tool_calls function name arguments id type usage prompt_tokens
completion_tokens cost error code detail model logprobs top_logprobs token x_groq reasoning_details text refusal
content_block content_blocks partial_json stop_reason stop_details explanation input candidates parts thought
functionCall args finishReason finishMessage usageMetadata promptTokenCount promptFeedback blockReason
modelVersion logprobsResult topCandidates chosenCandidates from to thinking object response output item status
output_index content_index summary summary_index call_id item_id timings incomplete_details reason part phase
done done_reason eval_count
"""
keys = st.sampled_from(KEYS.split())
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=25,
)


@every_dialect
@settings(max_examples=250, deadline=None)
@given(documents=st.lists(documents, min_size=1, max_size=3), name=st.sampled_from(NAMES_OF_EVENTS))
def test_documents_of_any_shape(dialect: DialectName, documents: list[Any], name: str) -> None:
    raw = [json.dumps(document).encode() for document in documents]

    fed(dialect, *raw, name=name)
    whole(dialect, raw[0])


def responses_shaped(said: Any) -> list[Any]:
    place = {"output_index": said, "content_index": said, "summary_index": said, "item_id": said}
    fields = ("id", "call_id", "name", "arguments", "input", "content", "summary", "status", "phase")
    kinds = ("message", "reasoning", "function_call", "custom_tool_call", said)
    items = [{"type": kind, **dict.fromkeys(fields, said)} for kind in kinds]
    steps = [f"response.output_item.{step}" for step in ("added", "done")]
    parts = (*WORDS, *ARGUMENTS, *PARTS, *WHOLE_ARGUMENTS)
    whole = {"model": said, "usage": said, "status": said, "output": [*items, said], "timings": {"a_ms": said}}
    return [
        *({"type": step, **place, "item": item} for step in steps for item in (*items, said)),
        *({"type": part, **place, **dict.fromkeys(("delta", "logprobs", "text", "name"), said)} for part in parts),
        *({"type": end, "response": {**whole, "incomplete_details": said, "error": said}} for end in ENDS),
        {"type": "response.created", "response": said},
        {"object": "response", **whole},
    ]


def shaped(dialect: DialectName, said: Any) -> list[Any]:
    """Documents of the right shape but for one place."""
    if dialect == "openai_chat":
        places = [{name: said} for name in ("content", "reasoning", "tool_calls", "function_call", "reasoning_details")]
        call = {"index": said, "id": said, "function": {"name": said, "arguments": said}}
        deltas = [*places, {"tool_calls": [call]}, {"tool_calls": [said]}, {"content": [{"text": said}, said]}]
        choices: list[Any] = [{"index": 0, "delta": delta} for delta in deltas]
        choices += [{"index": said, "delta": said, "finish_reason": said}, {"logprobs": {"content": [said]}}, said]
        choices += [{"logprobs": {"content": [{"token": said, "logprob": said, "top_logprobs": [said]}]}}]
        return [*({"choices": [choice]} for choice in choices), {"usage": {"prompt_tokens": said, "cost": said}}]
    if dialect == "anthropic":
        block = {"type": "tool_use", "id": said, "name": said, "input": said}
        return [
            {"type": "message_start", "message": {"model": said, "usage": said}},
            {"type": "content_block_start", "index": said, "content_block": block},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": said}},
            {"type": "content_block_stop", "index": said},
            {"type": "message_delta", "delta": {"stop_reason": said, "stop_details": said}, "usage": {"x": said}},
        ]
    if dialect == "openai_responses":
        return responses_shaped(said)
    if dialect == "ollama":
        call = {"id": said, "function": {"name": said, "arguments": said}}
        message = {"content": said, "thinking": said, "tool_calls": [call, said]}
        return [
            {"model": said, "message": message, "done": said},
            {"message": said, "response": said, "logprobs": [said, {"token": said, "top_logprobs": [said]}]},
            {"done": True, "done_reason": said, "eval_count": said, "prompt_eval_count": said, "load_duration": said},
        ]
    part = {"text": said, "thought": said, "functionCall": {"name": said, "args": said, "id": said}}
    return [
        {"candidates": [{"index": said, "content": {"parts": [part, said]}, "finishReason": said}]},
        {"candidates": [said], "modelVersion": said, "usageMetadata": {"promptTokenCount": said, "x": said}},
        {"candidates": [{"logprobsResult": {"chosenCandidates": [said, {"token": said}], "topCandidates": [said]}}]},
        {"promptFeedback": {"blockReason": said, "blockReasonMessage": said}},
    ]


@every_dialect
@settings(max_examples=150, deadline=None)
@given(said=documents)
def test_one_place_that_holds_something_else(dialect: DialectName, said: Any) -> None:
    fed(dialect, *(json.dumps(document).encode() for document in shaped(dialect, said)))
    for document in shaped(dialect, said):
        raw = json.dumps(document).encode()
        fed(dialect, raw)
        whole(dialect, raw)


def whole(dialect: DialectName, body: bytes) -> None:
    decoder = DIALECTS[dialect].decoder(model="m", quirks=Quirks())
    try:
        events = decoder.whole(body, 1)
        msgspec.json.encode(events)
        decoder.end(1)
    except ProviderError:
        pass


@every_dialect
@pytest.mark.parametrize(
    "data",
    [
        b"{", b"nonsense", b"\xff\xfe\x00", b'{"choices":"\xf3"}', b"NaN", b"Infinity", b"-", b'"', b"null", b"true",
        b"[]", b"{}", b'""', b"1e999999", b"1" * 5000, b"[" * 100_000, b'{"a":' * 100_000,
        b'{"choices":' + b"[" * 990 + b"]" * 990 + b"}",
        b'{"error":' + b"[" * 990 + b"]" * 990 + b"}",
        b'{"choices":[{"delta":{"content":1e999}}]}',
        b'{"usage":{"prompt_tokens":' + b"9" * 400 + b',"cost":"1e999999999"}}',
        b'{"usageMetadata":{"promptTokenCount":' + b"9" * 400 + b"}}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", NAMES_OF_EVENTS)
def test_awkward_documents(dialect: DialectName, data: bytes, name: str) -> None:
    fed(dialect, data, data, name=name)
    whole(dialect, data)


def test_what_is_not_json_is_shown() -> None:
    for dialect in DIALECTS:
        answer = fold(dialect, [b"data: {broken" + b"x" * 5000 + b"\n\n"])
        assert answer.failure is not None
        assert answer.failure.kind == "protocol"
        assert "{broken" in answer.failure.message
        assert len(answer.failure.message) < 400


@pytest.mark.parametrize("name", NAMES)
def test_damaged_bytes(name: str) -> None:
    """Bits flipped, bytes dropped, doubled and put in: it may say something else, or fail, in our own words."""
    dice = random.Random(name)
    body = body_of(name)
    for _ in range(40):
        damaged = bytearray(body)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(damaged) or 1)
            match dice.randrange(4):
                case 0:
                    damaged[at : at + 1] = bytes(byte ^ 1 << dice.randrange(8) for byte in damaged[at : at + 1])
                case 1:
                    del damaged[at : at + dice.randint(1, 40)]
                case 2:
                    damaged[at:at] = damaged[at : at + dice.randint(1, 40)]
                case _:
                    damaged[at:at] = dice.randbytes(64)
        answer = fold(DIALECT_OF[name.partition("-")[0]], cut(bytes(damaged), dice.choice([1 << 30, 5])))
        assert (answer.failure is None) != (answer.finished is None)
        for call in answer.calls.values():
            msgspec.json.encode(call)


@every_dialect
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300))
def test_random_bytes(dialect: DialectName, body: bytes) -> None:
    for content_type in ("text/event-stream", "application/json"):
        assert fold(dialect, [body], content_type=content_type).finished is None

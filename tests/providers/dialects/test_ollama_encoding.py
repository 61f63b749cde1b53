"""Requests in Ollama's own words."""

import json
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Encoded, Quirks
from providers.errors import ProviderError
from providers.types import (
    Call,
    Echo,
    File,
    Image,
    JsonObject,
    JsonSchema,
    Message,
    OnlyTool,
    Request,
    Result,
    Tool,
)
from tests.providers.dialects.test_cassettes import body_of as recorded
from tests.providers.dialects.test_cassettes import read
from tests.providers.dialects.test_encoding import EVERY

HERE = "http://127.0.0.1:11434"
TAKES = {"type": "object", "properties": {"where": {"type": "string"}}}


def encode(request: Request) -> Encoded:
    return DIALECTS["ollama"].encode(request, model="qwen3:8b", base_url=HERE, quirks=Quirks())


def body_of(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode(request).body)
    return body


def told(request: Request) -> list[str]:
    return [f"{notice.kind}: {notice.text}" for notice in encode(request).notices]


def test_a_conversation() -> None:
    talk = Request((Message("user", "Hi"), Message("assistant", "Yes?"), Message("user", "Sea")), system="Be brief.")

    assert encode(talk).path == "/api/chat"
    assert body_of(talk) == {
        "model": "qwen3:8b",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Sea"},
        ],
        "stream": True,
    }


def test_every_known_parameter() -> None:
    body = body_of(Request.of("Hi", **EVERY))

    assert body["options"] == {
        "temperature": 0.5, "top_p": 0.9, "top_k": 40, "min_p": 0.05, "seed": 7, "num_predict": 100, "stop": ["END"],
        "repeat_penalty": 1.1, "presence_penalty": 0.1, "frequency_penalty": 0.2,
    }  # fmt: skip
    assert (body["logprobs"], body["top_logprobs"], body["think"]) == (True, 3, "low")
    assert told(Request.of("Hi", **EVERY)) == [
        "dropped_param: Ollama has no `logit_bias`; it was not sent.",
        "dropped_param: Ollama has no `parallel_tool_calls`; it was not sent.",
        "changed_param: Ollama has no `thinking_budget`; thinking was on.",
    ]


def test_its_own_names_and_the_rest() -> None:
    body = body_of(Request.of("Hi", num_ctx=16384, mirostat=2, keep_alive="10m", options={"numa": True}, odd=1))

    assert body["options"] == {"num_ctx": 16384, "mirostat": 2, "numa": True}
    assert (body["keep_alive"], body["odd"]) == ("10m", 1)


@pytest.mark.parametrize(
    ("given", "think", "notices"),
    [
        ({}, None, 0),
        ({"reasoning_effort": "none"}, False, 0),
        ({"reasoning_effort": "high"}, "high", 0),
        ({"reasoning_effort": "xhigh"}, True, 1),
        ({"thinking_budget": 0}, False, 1),
        ({"thinking_budget": 900}, True, 1),
    ],
)
def test_thinking(given: dict[str, Any], think: Any, notices: int) -> None:
    request = Request.of("Hi", **given)

    assert body_of(request).get("think") == think
    assert len(told(request)) == notices


def test_pictures_and_text_files() -> None:
    text = File("text/markdown", "notes.md", "Grüße".encode())
    request = Request((Message("user", "What is it?", (Image("image/png", b"\x89PNG"), text)),))

    assert body_of(request)["messages"] == [
        {"role": "user", "content": "notes.md:\nGrüße\n\nWhat is it?", "images": ["iVBORw=="]}
    ]


@pytest.mark.parametrize(
    ("attached", "why"),
    [
        (Image("image/png", url="https://example.org/a.png"), "not its address"),
        (File("application/pdf", "a.pdf", b"%PDF-"), "a.pdf is application/pdf"),
        (File("text/plain", "a.txt", url="https://example.org/a.txt"), "a.txt is text/plain"),
    ],
)
def test_what_it_cannot_be_shown(attached: Any, why: str) -> None:
    with pytest.raises(ProviderError, match=why):
        encode(Request((Message("user", "What is it?", (attached,)),)))


def test_tools_and_the_form_of_the_answer() -> None:
    tool = Tool("gulls", "Counts them", TAKES)
    assert body_of(Request((Message("user", "Hi"),), tools=(tool,)))["tools"] == [
        {"type": "function", "function": {"name": "gulls", "description": "Counts them", "parameters": TAKES}}
    ]
    assert told(Request((Message("user", "Hi"),), tools=(tool,), tool_choice="auto")) == []
    for choice in ("required", OnlyTool("gulls")):
        assert told(Request((Message("user", "Hi"),), tools=(tool,), tool_choice=choice)) == [
            "dropped_param: Ollama has no `tool_choice`; it was not sent."
        ]
    assert body_of(Request((Message("user", "Hi"),), output=JsonObject()))["format"] == "json"
    assert body_of(Request((Message("user", "Hi"),), output=JsonSchema(TAKES)))["format"] == TAKES


def test_two_rounds_of_a_tool_with_thinking() -> None:
    """What the first answer thought goes back with its call; to another server it does not."""
    answer = read("ollama-thinking-tool", recorded("ollama-thinking-tool"))
    assert answer.turn is not None
    call = answer.calls[0]
    said = Message(
        "assistant",
        answer.text,
        calls=(Call(call.id, call.name, call.arguments),),
        echo=Echo("ollama", HERE, answer.turn.content),
    )
    results = Message("user", results=(Result(call.id, call.name, "41"),))
    first = Message("user", "How many?")

    assert body_of(Request((first, said, results)))["messages"][1:] == [
        {
            "role": "assistant",
            "content": "One moment.",
            "thinking": "Ask the gulls.",
            "tool_calls": [
                {"id": "call_g1", "function": {"index": 0, "name": "gulls", "arguments": {"where": "Ærø", "n": 3}}}
            ],
        },
        {"role": "tool", "content": "41", "tool_name": "gulls"},
    ]
    elsewhere = Message(
        said.role, said.text, calls=said.calls, echo=Echo("ollama", "http://other", answer.turn.content)
    )
    assert body_of(Request((first, elsewhere, results)))["messages"][1] == {
        "role": "assistant",
        "content": "One moment.",
        "tool_calls": [{"function": {"name": "gulls", "arguments": {"where": "Ærø", "n": 3}}}],
    }


def test_arguments_that_are_no_object() -> None:
    broken = Message("assistant", calls=(Call("c", "gulls", '{"where'),))
    with pytest.raises(ProviderError, match="no JSON object"):
        encode(Request((broken,)))

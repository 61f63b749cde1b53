"""What the Responses dialect makes of a request."""

import json
from typing import Any

import pytest

from providers.dialects.base import Quirks
from providers.dialects.openai_responses import ABSENT, OpenAiResponses
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
from tests.providers.dialects.test_cassettes import body_of
from tests.providers.dialects.test_encoding import EVERY
from tests.providers.folding import fold

HERE = "http://h/v1"
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
PNG, PDF = b"\x89PNG", b"%PDF-1.7"


def sent(
    request: Request, *, model: str = "gpt-5.1", base_url: str = HERE, quirks: Quirks | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The body, and the notices as `kind: text`."""
    encoded = OpenAiResponses().encode(request, model=model, base_url=base_url, quirks=quirks or Quirks())
    assert (encoded.path, encoded.headers) == ("/responses", {})
    return json.loads(encoded.body), [f"{notice.kind}: {notice.text}" for notice in encoded.notices]


def body(request: Request, **more: Any) -> dict[str, Any]:
    said, notices = sent(request, **more)
    assert notices == []
    return said


def items(*messages: Message, base_url: str = HERE) -> list[Any]:
    said: list[Any] = body(Request(messages), base_url=base_url)["input"]
    return said


def test_a_talk() -> None:
    talk = (Message("user", "Hi"), Message("assistant", "Yes?"), Message("user", "Sea 🌊"))

    assert body(Request(talk, system="Be brief.")) == {
        "model": "gpt-5.1",
        "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Sea 🌊"},
        ],
        "stream": True,
        "store": False,
        "include": ["reasoning.encrypted_content"],
    }


def test_unset_is_not_sent() -> None:
    assert body(Request.of("Hi")).keys() == {"model", "input", "stream", "store", "include"}


@pytest.mark.parametrize(
    ("model", "reasons"),
    [
        ("gpt-5.1", True), ("o4-mini", True), ("openai/gpt-oss-20b", True), ("grok-4", True), ("gpt-5.3-codex", True),
        ("gpt-4o", False), ("gpt-4.1-mini", False), ("openai/gpt-4o", False), ("gpt-3.5-turbo", False),
        ("gpt-5-chat-latest", False), ("gpt-5.2-chat-latest", False), ("chatgpt-4o-latest", False),
    ],
)  # fmt: skip
def test_encrypted_reasoning_is_asked_of_models_that_reason(model: str, reasons: bool) -> None:
    assert body(Request.of("Hi"), model=model).get("include") == (["reasoning.encrypted_content"] if reasons else None)


def test_parameters() -> None:
    said, notices = sent(Request.of("Hi", **EVERY))

    assert {name: said[name] for name in said.keys() - {"model", "input", "stream", "store"}} == {
        "temperature": 0.5,
        "top_p": 0.9,
        "max_output_tokens": 100,
        "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
        "top_logprobs": 3,
        "reasoning": {"effort": "low", "summary": "auto"},
        "parallel_tool_calls": False,
    }
    assert notices == [f"dropped_param: The Responses API has no `{name}`; it was not sent." for name in ABSENT]


def test_set_to_the_default_is_sent() -> None:
    said = body(Request.of("Hi", temperature=1, top_p=1, max_tokens=0, logprobs=False, parallel_tool_calls=True))

    assert (said["temperature"], said["top_p"], said["max_output_tokens"], said["parallel_tool_calls"]) == (
        1,
        1,
        0,
        True,
    )
    assert said["include"] == ["reasoning.encrypted_content"]


def test_no_reasoning_has_no_summary() -> None:
    assert body(Request.of("Hi", reasoning_effort="none"))["reasoning"] == {"effort": "none"}


def test_what_is_unknown_goes_in_as_given() -> None:
    given: dict[str, Any] = {
        "service_tier": "flex",
        "metadata": {"a": "b"},
        "truncation": "auto",
        "nothing": None,
        "a.b": 1,
    }

    assert given.items() <= body(Request.of("Hi", **given)).items()


def test_what_is_given_in_the_apis_own_words_wins() -> None:
    said = body(Request.of("Hi", store=True, include=[], max_output_tokens=5))

    assert (said["store"], said["include"], said["max_output_tokens"]) == (True, [], 5)


def test_objects_are_joined() -> None:
    given = {"reasoning_effort": "high", "reasoning": {"summary": "detailed"}, "text": {"verbosity": "low"}}
    said = body(Request((Message("user", "Hi"),), params=given, output=JsonObject()))

    assert said["reasoning"] == {"effort": "high", "summary": "detailed"}
    assert said["text"] == {"format": {"type": "json_object"}, "verbosity": "low"}


def test_a_vendor_departs_from_it() -> None:
    quirks = Quirks(
        refuses=frozenset({"top_p"}),
        ignores=frozenset({"temperature"}),
        renames={"max_tokens": "max_tokens", "top_k": "top_k", "thinking_budget": "reasoning.max_tokens"},
        extra_body={"include": [], "provider": {"sort": "price"}},
    )
    given: dict[str, Any] = {"top_p": 1, "temperature": 0, "max_tokens": 7, "top_k": 3, "thinking_budget": 99}
    said, notices = sent(Request.of("Hi", **given), quirks=quirks)

    assert {"temperature": 0, "max_tokens": 7, "top_k": 3, "reasoning": {"max_tokens": 99}}.items() <= said.items()
    assert (said["include"], said["provider"]) == ([], {"sort": "price"})
    assert [notice.partition(":")[0] for notice in notices] == ["dropped_param", "ignored_param"]


def test_tools() -> None:
    tools = (Tool("tide", "When it is high", SCHEMA, strict=True), Tool("now"))
    said = body(Request((Message("user", "Hi"),), tools=tools, tool_choice=OnlyTool("tide")))

    assert said["tools"] == [
        {"type": "function", "name": "tide", "description": "When it is high", "parameters": SCHEMA, "strict": True},
        {"type": "function", "name": "now", "parameters": {"type": "object", "properties": {}}},
    ]
    assert said["tool_choice"] == {"type": "function", "name": "tide"}


@pytest.mark.parametrize("choice", ["auto", "none", "required"])
def test_tool_choices(choice: Any) -> None:
    assert body(Request((Message("user", "Hi"),), tools=(Tool("now"),), tool_choice=choice))["tool_choice"] == choice


def test_the_schema_is_flat() -> None:
    request = Request((Message("user", "Hi"),), output=JsonSchema(SCHEMA, "number", strict=True))

    assert body(request)["text"] == {
        "format": {"type": "json_schema", "name": "number", "schema": SCHEMA, "strict": True}
    }


def test_strictness_that_is_unset_is_not_sent() -> None:
    said = body(Request((Message("user", "Hi"),), output=JsonSchema(SCHEMA), tools=(Tool("now"),)))

    assert said["text"]["format"] == {"type": "json_schema", "name": "answer", "schema": SCHEMA}
    assert "strict" not in said["tools"][0]


def test_pictures_and_papers() -> None:
    attachments = (
        Image("image/png", PNG),
        Image("image/webp", url="https://pictures.example/a.webp"),
        File("application/pdf", "a.pdf", PDF),
        File("application/pdf", "b.pdf", url="https://papers.example/b.pdf"),
    )

    assert items(Message("user", "Look", attachments)) == [
        {
            "role": "user",
            "content": [
                {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                {"type": "input_image", "image_url": "https://pictures.example/a.webp", "detail": "auto"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjc="},
                {"type": "input_file", "file_url": "https://papers.example/b.pdf"},
                {"type": "input_text", "text": "Look"},
            ],
        }
    ]
    assert items(Message("user", attachments=attachments[:1]))[0]["content"] == [
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"}
    ]


def test_calls_and_results_without_an_echo() -> None:
    talk = (
        Message("user", "Tide?"),
        Message("assistant", "I look.", calls=(Call("c1", "tide", '{"port":"Brest"}'), Call("c2", "now", ""))),
        Message("user", "Quick!", results=(Result("c1", "tide", "04:10"), Result("c2", "now", "no", failed=True))),
    )

    assert items(*talk) == [
        {"role": "user", "content": "Tide?"},
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "c1", "name": "tide", "arguments": '{"port":"Brest"}'},
        {"type": "function_call", "call_id": "c2", "name": "now", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "04:10"},
        {"type": "function_call_output", "call_id": "c2", "output": "no"},
        {"role": "user", "content": "Quick!"},
    ]


def test_calls_without_an_id_are_given_one() -> None:
    calls = (Call(None, "tide", "{}"), Call(None, "now", "{}"), Call(None, "tide", "{}"))
    results = (Result(None, "now", "noon"), Result(None, "tide", "first"), Result(None, "tide", "second"))
    said = items(Message("user", "?"), Message("assistant", calls=calls), Message("user", results=results))

    named = {item["call_id"]: item["name"] for item in said if item.get("type") == "function_call"}
    assert len(named) == 3
    answered = [(named[item["call_id"]], item["output"]) for item in said if item.get("type") == "function_call_output"]
    assert answered == [("now", "noon"), ("tide", "first"), ("tide", "second")]
    assert len({item["call_id"] for item in said[4:]}) == 3


def echoed(name: str, base_url: str = HERE) -> Message:
    """The assistant's turn that a composed stream tells."""
    answer = fold("openai_responses", [body_of(name)])
    assert answer.turn is not None
    calls = tuple(Call(*tool) for tool in answer.tools)
    return Message("assistant", answer.text, calls=calls, echo=Echo(answer.turn.dialect, base_url, answer.turn.content))


def test_two_rounds_with_a_tool_hold_the_reasoning_of_both() -> None:
    first = (Message("user", "Tide at Brest?"), echoed("responses-reasoning-tool"))
    second = (*first, Message("user", results=(Result("call_t1", "tide", "04:10"),)), echoed("responses-id-rotation"))
    third = (*second, Message("user", results=(Result("call_t1", "count", "3"),)))

    said = items(*third)

    assert [item.get("type", item.get("role")) for item in said] == [
        "user",
        *("reasoning", "function_call", "function_call_output"),
        *("reasoning", "message", "function_call", "function_call_output"),
    ]
    assert [item["encrypted_content"] for item in said if item.get("type") == "reasoning"] == ["gAAAfull", "e2"]
    assert said[2] == {
        "id": "fc_d4",
        "type": "function_call",
        "status": "completed",
        "arguments": '{"port":"Brest"}',
        "call_id": "call_t1",
        "name": "tide",
    }
    assert said[3] == {"type": "function_call_output", "call_id": "call_t1", "output": "04:10"}


def test_phases_go_back() -> None:
    said = items(Message("user", "?"), echoed("responses-phases"), Message("user", "And now?"))

    assert [item.get("phase") for item in said] == [None, "commentary", "final_answer", None]


def test_an_echo_goes_to_no_other_endpoint() -> None:
    there = echoed("responses-reasoning-tool", "https://other.example/v1")

    assert items(Message("user", "?"), there) == [
        {"role": "user", "content": "?"},
        {"type": "function_call", "call_id": "call_t1", "name": "tide", "arguments": '{"port":"Brest"}'},
    ]


@pytest.mark.parametrize("content", [None, "text", {"type": "message"}])
def test_an_echo_that_is_no_list_is_not_sent(content: Any) -> None:
    message = Message("assistant", "Plain", echo=Echo("openai_responses", HERE, content))

    assert items(message) == [{"role": "assistant", "content": "Plain"}]


def test_what_answers_a_free_call_is_called_so() -> None:
    said = items(
        Message("user", "?"),
        echoed("responses-custom-tool"),
        Message("user", results=(Result("call_c1", "shell", "3"),)),
    )

    assert said[-1] == {"type": "custom_tool_call_output", "call_id": "call_c1", "output": "3"}


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ProviderError, match="half a character"):
        sent(Request.of("half \ud83d"))

"""What Anthropic Messages is sent: content, tools, thinking and what each family takes."""

import base64
import json
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.anthropic_models import family_of
from providers.dialects.base import Quirks
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
    ToolChoice,
)

BASE = "https://api.anthropic.com"
WEATHER = Tool("weather", "Now", {"type": "object", "properties": {"city": {"type": "string"}}}, strict=True)


def sent(request: Request, model: str = "claude-sonnet-4-5") -> tuple[dict[str, Any], list[str]]:
    encoded = DIALECTS["anthropic"].encode(request, model=model, base_url=BASE, quirks=Quirks())
    return json.loads(encoded.body), [notice.text for notice in encoded.notices if "requires" not in notice.text]


def asked(model: str, **params: Any) -> tuple[dict[str, Any], list[str]]:
    body, notices = sent(Request.of("Hi", **params), model)
    return {name: body[name] for name in body.keys() - {"model", "messages", "stream"}}, notices


def content_of(*messages: Message) -> Any:
    return [turn["content"] for turn in sent(Request(messages))[0]["messages"]]


def refused(request: Request) -> str:
    with pytest.raises(ProviderError) as caught:
        sent(request)
    assert caught.value.failure.kind == "bad_request"
    return caught.value.failure.message


def test_pictures_come_before_the_text() -> None:
    message = Message("user", "What?", (Image("image/png", b"\x89PNG"), Image("image/webp", url="https://h/a.webp")))

    assert content_of(message) == [
        [
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(b"\x89PNG").decode()},
            },
            {"type": "image", "source": {"type": "url", "url": "https://h/a.webp"}},
            {"type": "text", "text": "What?"},
        ]
    ]


def test_documents() -> None:
    files = (
        File("application/pdf", "a.pdf", b"%PDF"),
        File("application/pdf", "b.pdf", url="https://h/b.pdf"),
        File("text/markdown; charset=utf-8", "c.md", "\ufeff# Ü".encode()),
        File("application/json", "d", b"{}"),
    )

    assert content_of(Message("user", attachments=files)) == [
        [
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                "title": "a.pdf",
            },
            {"type": "document", "source": {"type": "url", "url": "https://h/b.pdf"}, "title": "b.pdf"},
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "# Ü"},
                "title": "c.md",
            },
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "{}"},
                "title": "d",
            },
        ]
    ]


@pytest.mark.parametrize(
    ("file", "said"),
    [(File("application/zip", "x.zip", b"PK"), "x.zip is called"), (File("text/plain", "x.txt", b"\xff"), "not text")],
)
def test_documents_that_it_does_not_take(file: File, said: str) -> None:
    assert said in refused(Request((Message("user", "Read", (file,)),)))


def test_tools() -> None:
    body, notices = sent(Request((Message("user", "Hi"),), tools=(WEATHER, Tool("now"))))

    assert body["tools"] == [
        {"name": "weather", "description": "Now", "input_schema": WEATHER.parameters, "strict": True},
        {"name": "now", "input_schema": {"type": "object"}},
    ]
    assert "tool_choice" not in body
    assert notices == []


@pytest.mark.parametrize(
    ("choice", "params", "said"),
    [
        ("auto", {}, {"type": "auto"}),
        ("required", {}, {"type": "any"}),
        ("none", {}, {"type": "none"}),
        (OnlyTool("now"), {}, {"type": "tool", "name": "now"}),
        (None, {"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
        ("required", {"parallel_tool_calls": True}, {"type": "any", "disable_parallel_tool_use": False}),
    ],
)
def test_choices(choice: ToolChoice | None, params: dict[str, Any], said: dict[str, Any]) -> None:
    body, notices = sent(Request((Message("user", "Hi"),), params=params, tools=(Tool("now"),), tool_choice=choice))

    assert body["tool_choice"] == said
    assert notices == []


def test_whether_calls_are_parallel_needs_a_tool_to_call() -> None:
    assert asked("claude-sonnet-4-5", parallel_tool_calls=True) == (
        {"max_tokens": 4096},
        ["There is no tool to call; `parallel_tool_calls` was not sent."],
    )


def test_no_call_is_forced_while_it_thinks() -> None:
    request = Request((Message("user", "Hi"),), None, {"thinking_budget": 2048}, (Tool("now"),), "required")
    body, notices = sent(request)

    assert body["tool_choice"] == {"type": "auto"}
    assert notices == ["Claude cannot be made to call a tool while it thinks; it was left to choose."]


def test_tools_of_the_server_join_ours() -> None:
    search = {"type": "web_search_20250305", "name": "web_search"}
    body, _ = sent(Request((Message("user", "Hi"),), params={"tools": [search]}, tools=(Tool("now"),)))

    assert [tool["name"] for tool in body["tools"]] == ["now", "web_search"]


def test_results_come_first() -> None:
    conversation = (
        Message("user", "Weather?"),
        Message("assistant", "One moment.", calls=(Call("t1", "weather", '{"city": "Oslo"}'), Call("t2", "now", ""))),
        Message("user", "Hurry", results=(Result("t1", "weather", "4°"), Result("t2", "now", "broken", failed=True))),
    )

    assert content_of(*conversation)[1:] == [
        [
            {"type": "text", "text": "One moment."},
            {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}},
            {"type": "tool_use", "id": "t2", "name": "now", "input": {}},
        ],
        [
            {"type": "tool_result", "tool_use_id": "t1", "content": "4°"},
            {"type": "tool_result", "tool_use_id": "t2", "content": "broken", "is_error": True},
            {"type": "text", "text": "Hurry"},
        ],
    ]


def test_calls_of_other_servers_get_ids_that_it_takes() -> None:
    calls = (Call(None, "now", "{}"), Call(None, "now", "{}"), Call("functions.f:0", "f", "{}"), Call(None, "g", "{}"))
    results = (Result(None, "g", "3"), Result("functions.f:0", "f", "2"), Result(None, "now", "0"))
    said, answered = content_of(Message("assistant", calls=calls), Message("user", results=results))

    assert [one["id"] for one in said] == ["call_1", "call_2", "functions_f_0", "call_3"]
    assert [one["tool_use_id"] for one in answered] == ["call_3", "functions_f_0", "call_1"]


@pytest.mark.parametrize("arguments", ['{"a', "[1]", "5", "\ud800"])
def test_arguments_that_are_no_object_are_refused(arguments: str) -> None:
    message = refused(Request((Message("assistant", calls=(Call("t", "shell", arguments),)),)))

    assert "the call of shell" in message


def test_its_own_turn_goes_back_unchanged() -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm.", "signature": "EqQB"},
        {"type": "redacted_thinking", "data": "zz"},
        {"type": "tool_use", "id": "t", "name": "now", "input": {}},
    ]
    message = Message("assistant", "other words", calls=(Call("t", "now", "{}"),), echo=Echo("anthropic", BASE, blocks))
    elsewhere = Message("assistant", "Yes", echo=Echo("anthropic", "https://elsewhere", blocks))
    foreign = Message("assistant", "Yes", echo=Echo("gemini", BASE, [{"text": "Yes"}]))

    assert content_of(message, elsewhere, foreign) == [blocks, "Yes", "Yes"]


def test_a_schema_beside_an_effort() -> None:
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    request = Request((Message("user", "Hi"),), None, {"reasoning_effort": "low"}, output=JsonSchema(schema))
    body, notices = sent(request, "claude-opus-4-5")

    assert body["output_config"] == {"effort": "low", "format": {"type": "json_schema", "schema": schema}}
    assert notices == []


def test_forms_that_it_does_not_have() -> None:
    body, notices = sent(Request((Message("user", "Hi"),), output=JsonObject()))
    assert "output_config" not in body
    assert notices == ["Anthropic has no JSON without a schema; the form was not asked for."]

    assert sent(Request((Message("user", "Hi"),), output=JsonSchema({}, strict=False)))[1] == [
        "Anthropic always holds an answer to its schema."
    ]


SAMPLING = {"temperature": 0.5, "top_p": 0.9, "top_k": 40}


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        ("glm-5", {"temperature", "top_p", "top_k"}),
        ("claude-3-5-haiku-20241022", {"temperature", "top_p", "top_k"}),
        ("claude-sonnet-4-20250514", {"temperature", "top_p", "top_k"}),
        ("claude-opus-4-1-20250805", {"temperature", "top_k"}),
        ("anthropic/claude-sonnet-4.5", {"temperature", "top_k"}),
        ("claude-opus-4-6", {"temperature", "top_k"}),
        ("claude-opus-4-7", set()),
        ("claude-sonnet-5", set()),
    ],
)
def test_what_a_family_refuses_is_dropped(model: str, kept: set[str]) -> None:
    body, notices = asked(model, **SAMPLING)

    assert body.keys() - {"max_tokens"} == kept
    assert len(notices) == len(SAMPLING) - len(kept)
    assert all(any(f"`{name}`" in notice for notice in notices) for name in SAMPLING.keys() - kept)


def test_one_of_two_is_sent_alone() -> None:
    assert asked("claude-opus-4-1", top_p=0.9) == ({"max_tokens": 4096, "top_p": 0.9}, [])


def test_thinking_takes_the_usual_sampling_only() -> None:
    body, notices = asked("claude-sonnet-4-0", thinking_budget=2048, **SAMPLING)
    assert body == {"max_tokens": 6144, "thinking": {"type": "enabled", "budget_tokens": 2048}}
    assert len(notices) == 3

    body, notices = asked("claude-sonnet-4-0", thinking_budget=2048, temperature=1, top_p=0.95)
    assert (body["temperature"], body["top_p"], notices) == (1, 0.95, [])


def test_thinking_of_ones_own_counts_as_well() -> None:
    body, notices = asked("claude-opus-4-6", thinking={"type": "adaptive"}, temperature=0.2)

    assert body == {"max_tokens": 4096, "thinking": {"type": "adaptive"}}
    assert len(notices) == 1


@pytest.mark.parametrize(
    ("params", "thinking", "said"),
    [
        ({"thinking_budget": 100}, {"type": "enabled", "budget_tokens": 1024}, "1024 was sent"),
        ({"thinking_budget": 9000, "max_tokens": 5000}, {"type": "enabled", "budget_tokens": 4999}, "4999 was sent"),
        ({"thinking_budget": 2048, "max_tokens": 1024}, None, "was not asked for"),
        ({"thinking_budget": 0}, {"type": "disabled"}, ""),
        ({"thinking_budget": 2048, "max_tokens": 4096}, {"type": "enabled", "budget_tokens": 2048}, ""),
    ],
)
def test_a_budget_is_held_to_its_bounds(params: dict[str, Any], thinking: Any, said: str) -> None:
    body, notices = asked("claude-sonnet-4-5", **params)

    assert body.get("thinking") == thinking
    assert len(notices) == bool(said)
    assert all(said in notice for notice in notices)


def test_where_thinking_was_not_asked_for_sampling_stays() -> None:
    assert asked("claude-sonnet-4-5", thinking_budget=2048, max_tokens=1000, temperature=0.5)[0] == {
        "max_tokens": 1000,
        "temperature": 0.5,
    }


ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("model", "params", "said", "noticed"),
    [
        ("claude-opus-4-7", {"thinking_budget": 5000}, {"thinking": ADAPTIVE}, 1),
        ("claude-opus-4-7", {"thinking_budget": 0}, {"thinking": {"type": "disabled"}}, 0),
        (
            "claude-opus-4-8",
            {"reasoning_effort": "xhigh"},
            {"thinking": ADAPTIVE, "output_config": {"effort": "xhigh"}},
            0,
        ),
        (
            "claude-opus-4-6",
            {"reasoning_effort": "xhigh"},
            {"thinking": ADAPTIVE, "output_config": {"effort": "high"}},
            1,
        ),
        (
            "claude-sonnet-4-6",
            {"reasoning_effort": "minimal", "thinking_budget": 2048},
            {"thinking": {"type": "enabled", "budget_tokens": 2048}, "output_config": {"effort": "low"}},
            1,
        ),
        ("claude-opus-4-5", {"reasoning_effort": "max"}, {"output_config": {"effort": "high"}}, 1),
        (
            "claude-haiku-4-5",
            {"reasoning_effort": "medium"},
            {"thinking": {"type": "enabled", "budget_tokens": 8192}},
            1,
        ),
        (
            "claude-haiku-4-5",
            {"reasoning_effort": "medium", "thinking_budget": 2000},
            {"thinking": {"type": "enabled", "budget_tokens": 2000}},
            1,
        ),
        ("claude-3-5-sonnet", {"reasoning_effort": "low", "thinking_budget": 2000}, {}, 2),
        ("claude-3-5-sonnet", {"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}, 1),
        (
            "MiniMax-M2",
            {"reasoning_effort": "strange", "thinking_budget": 5},
            {"thinking": {"type": "enabled", "budget_tokens": 5}, "output_config": {"effort": "strange"}},
            0,
        ),
    ],
)
def test_thinking_by_family(model: str, params: dict[str, Any], said: dict[str, Any], noticed: int) -> None:
    body, notices = asked(model, **params)
    del body["max_tokens"]

    assert body == said
    assert len(notices) == noticed


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-instant-1.2", "none"),
        ("claude-3-opus-20240229", "none"),
        ("claude-3-7-sonnet-latest", "budget"),
        ("us.anthropic.claude-opus-4-20250514-v1:0", "budget"),
        ("claude-opus-4-1@20250805", "budget"),
        ("claude-sonnet-4@20250514", "budget"),
        ("claude-opus-4", "budget"),
        ("claude-sonnet-4-6", "adaptive"),
        ("claude-opus-5-20260901", "adaptive"),
    ],
)
def test_families(model: str, thinking: str) -> None:
    family = family_of(model)

    assert family is not None
    assert family.thinking == thinking


def test_marks_of_the_cache_stay_where_they_are() -> None:
    body, notices = asked("claude-sonnet-4-5", cache_control={"type": "ephemeral"})

    assert body["cache_control"] == {"type": "ephemeral"}
    assert notices == []


def test_a_turn_in_which_nothing_was_said_is_left_out() -> None:
    said = content_of(
        Message("user", "Think"),
        Message("assistant", "\n\n"),
        Message("user", "Well?"),
        Message("assistant", "\n\n", calls=(Call("t", "now", "{}"),)),
    )

    assert said == ["Think", "Well?", [{"type": "tool_use", "id": "t", "name": "now", "input": {}}]]


@pytest.mark.parametrize(
    ("model", "echo", "thinks"),
    [
        ("claude-sonnet-4-5", None, False),
        ("claude-sonnet-4-5", [{"type": "text", "text": "So"}], False),
        ("claude-sonnet-4-5", [{"type": "redacted_thinking", "data": "z"}], True),
        ("claude-opus-4-7", None, True),
        ("glm-5", None, True),
    ],
)
def test_no_thinking_begins_in_the_middle_of_a_tools_use(model: str, echo: Any, thinks: bool) -> None:
    made = Message("assistant", calls=(Call("t", "now", "{}"),), echo=echo and Echo("anthropic", BASE, echo))
    answered = Message("user", results=(Result("t", "now", "noon"),))
    request = Request((Message("user", "Hi"), made, answered), params={"thinking_budget": 2048, "temperature": 0.5})
    body, notices = sent(request, model)

    assert ("thinking" in body) is thinks
    assert any("in the middle" in notice for notice in notices) is not thinks
    if not thinks:
        assert (body["temperature"], body["max_tokens"]) == (0.5, 4096)

"""Requests to OpenAI's Chat Completions, sent by us and by its own SDK to a server that records: they mean the same."""

from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

import openai

from providers.types import Request
from tests.oracles.asking import meaning, ours, theirs
from tests.oracles.recording import Server
from tests.oracles.requests import (
    ANY_JSON,
    FORM,
    LINKED,
    NO_CALL,
    ONE_TOOL,
    PAPER,
    PDF_64,
    PICTURE,
    PIXEL_64,
    SCHEMA,
    STRICT,
    TAKES,
    TALK,
    TOOLS,
    TWO_CALLS,
    Ask,
)

NO_TEXT = "content", None
"""What is said beside calls: of that role it may be absent."""
CHAT_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "description": "Current weather", "parameters": TAKES},
}


def chat(**said: Any) -> Ask:
    def ask(root: str) -> Any:
        client = openai.OpenAI(base_url=f"{root}/v1", api_key="k", max_retries=0)
        usual: dict[str, Any] = {"model": "gpt-4.1", "stream": True, "stream_options": {"include_usage": True}}
        return client.chat.completions.create(**(usual | {"max_completion_tokens": 100} | said))

    return ask


CHAT: dict[str, tuple[Request, Ask]] = {
    "talk": (
        TALK,
        chat(
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "Sea \N{WATER WAVE}"},
            ],
            temperature=0.5,
            top_p=0.9,
        ),
    ),
    "picture": (
        PICTURE,
        chat(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL_64}"}},
                        {"type": "text", "text": "What is it?"},
                    ],
                }
            ]
        ),
    ),
    "linked": (
        LINKED,
        chat(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                        {"type": "text", "text": "What is it?"},
                    ],
                }
            ]
        ),
    ),
    "paper": (
        PAPER,
        chat(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "file",
                            "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF_64}"},
                        },
                        {"type": "text", "text": "Sum up"},
                    ],
                }
            ]
        ),
    ),
    "tools": (
        TOOLS,
        chat(
            messages=[
                {"role": "user", "content": "Weather in Oslo?"},
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": "call_1", "content": '{"sky": "grey"}'},
            ],
            tools=[CHAT_TOOL],
            tool_choice="auto",
        ),
    ),
    "one tool": (
        ONE_TOOL,
        chat(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[CHAT_TOOL],
            tool_choice={"type": "function", "function": {"name": "weather"}},
        ),
    ),
    "form": (
        FORM,
        chat(
            messages=[{"role": "user", "content": "Hi"}],
            response_format={"type": "json_schema", "json_schema": {"name": "number", "schema": SCHEMA.schema}},
        ),
    ),
    "strict": (
        STRICT,
        chat(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[{"type": "function", "function": {**CHAT_TOOL["function"], "strict": True}}],
            tool_choice="required",
            parallel_tool_calls=False,
        ),
    ),
    "no call": (
        NO_CALL,
        chat(messages=[{"role": "user", "content": "Hi"}], tools=[CHAT_TOOL], tool_choice="none"),
    ),
    "two calls": (
        TWO_CALLS,
        chat(
            messages=[
                {"role": "user", "content": "Weather?"},
                {
                    "role": "assistant",
                    "content": "I look.",
                    "tool_calls": [
                        {
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
                        },
                        {
                            "id": "call_2",
                            "type": "function",
                            "function": {"name": "weather", "arguments": '{"city": "Rome"}'},
                        },
                    ],
                },
                {"role": "tool", "tool_call_id": "call_1", "content": "no such city"},
                {"role": "tool", "tool_call_id": "call_2", "content": "dry"},
                {"role": "user", "content": "And?"},
            ],
            tools=[CHAT_TOOL],
        ),
    ),
    "any JSON": (
        ANY_JSON,
        chat(messages=[{"role": "user", "content": "Hi"}], response_format={"type": "json_object"}),
    ),
    "every setting": (
        Request.of(
            "Hi",
            max_tokens=100,
            temperature=0.0,
            top_p=1.0,
            stop=["END", "\n\n"],
            seed=7,
            presence_penalty=-0.5,
            frequency_penalty=1.5,
            logit_bias={"50256": -100},
            logprobs=True,
            top_logprobs=3,
            service_tier="flex",
        ),
        chat(
            messages=[{"role": "user", "content": "Hi"}],
            temperature=0.0,
            top_p=1.0,
            stop=["END", "\n\n"],
            seed=7,
            presence_penalty=-0.5,
            frequency_penalty=1.5,
            logit_bias={"50256": -100},
            logprobs=True,
            top_logprobs=3,
            service_tier="flex",
        ),
    ),
}


@pytest.mark.parametrize("case", CHAT)
def test_openai_chat(case: str, refusing: Server) -> None:
    request, ask = CHAT[case]
    said, meant = ours(refusing, "openai", request, model="gpt-4.1", below="/v1"), theirs(refusing, ask)

    assert said.path == meant.path
    assert said.headers["authorization"] == meant.headers["authorization"]
    assert meaning(said, NO_TEXT) == meaning(meant)


def test_a_model_that_thinks_is_told_how_much(refusing: Server) -> None:
    request = Request.of("Hi", max_tokens=100, reasoning_effort="high", temperature=0.5)
    said = ours(refusing, "openai", request, model="gpt-5", below="/v1")
    ask = chat(model="gpt-5", messages=[{"role": "user", "content": "Hi"}], reasoning_effort="high")

    assert meaning(said) == meaning(theirs(refusing, ask)), "without the temperature, which the API refuses"

"""Requests to OpenAI's Responses, sent by us and by its own SDK to a server that records: they mean the same."""

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

FLAT_TOOL = {"type": "function", "name": "weather", "description": "Current weather", "parameters": TAKES}


def responses(**said: Any) -> Ask:
    def ask(root: str) -> Any:
        client = openai.OpenAI(base_url=f"{root}/v1", api_key="k", max_retries=0)
        usual: dict[str, Any] = {"model": "gpt-4.1", "stream": True, "store": False, "max_output_tokens": 100}
        return client.responses.create(**(usual | said))

    return ask


RESPONSES: dict[str, tuple[Request, Ask]] = {
    "talk": (
        TALK,
        responses(
            instructions="Be brief.",
            input=[
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
        responses(
            input=[
                {
                    "role": "user",
                    "content": [
                        {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL_64}", "detail": "auto"},
                        {"type": "input_text", "text": "What is it?"},
                    ],
                }
            ]
        ),
    ),
    "paper": (
        PAPER,
        responses(
            input=[
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "input_file",
                            "filename": "a.pdf",
                            "file_data": f"data:application/pdf;base64,{PDF_64}",
                        },
                        {"type": "input_text", "text": "Sum up"},
                    ],
                }
            ]
        ),
    ),
    "tools": (
        TOOLS,
        responses(
            input=[
                {"role": "user", "content": "Weather in Oslo?"},
                {
                    "type": "function_call",
                    "call_id": "call_1",
                    "name": "weather",
                    "arguments": '{"city": "Oslo"}',
                },
                {"type": "function_call_output", "call_id": "call_1", "output": '{"sky": "grey"}'},
            ],
            tools=[FLAT_TOOL],
            tool_choice="auto",
        ),
    ),
    "one tool": (
        ONE_TOOL,
        responses(
            input=[{"role": "user", "content": "Hi"}],
            tools=[FLAT_TOOL],
            tool_choice={"type": "function", "name": "weather"},
        ),
    ),
    "form": (
        FORM,
        responses(
            input=[{"role": "user", "content": "Hi"}],
            text={"format": {"type": "json_schema", "name": "number", "schema": SCHEMA.schema}},
        ),
    ),
    "strict": (
        STRICT,
        responses(
            input=[{"role": "user", "content": "Hi"}],
            tools=[FLAT_TOOL | {"strict": True}],
            tool_choice="required",
            parallel_tool_calls=False,
        ),
    ),
    "no call": (
        NO_CALL,
        responses(input=[{"role": "user", "content": "Hi"}], tools=[FLAT_TOOL], tool_choice="none"),
    ),
    "two calls": (
        TWO_CALLS,
        responses(
            input=[
                {"role": "user", "content": "Weather?"},
                {"role": "assistant", "content": "I look."},
                {
                    "type": "function_call",
                    "call_id": "call_1",
                    "name": "weather",
                    "arguments": '{"city": "Oslo"}',
                },
                {
                    "type": "function_call",
                    "call_id": "call_2",
                    "name": "weather",
                    "arguments": '{"city": "Rome"}',
                },
                {"type": "function_call_output", "call_id": "call_1", "output": "no such city"},
                {"type": "function_call_output", "call_id": "call_2", "output": "dry"},
                {"role": "user", "content": "And?"},
            ],
            tools=[FLAT_TOOL],
        ),
    ),
    "any JSON": (
        ANY_JSON,
        responses(input=[{"role": "user", "content": "Hi"}], text={"format": {"type": "json_object"}}),
    ),
    "log probs": (
        Request.of("Hi", max_tokens=100, logprobs=True, top_logprobs=3),
        responses(input=[{"role": "user", "content": "Hi"}], include=["message.output_text.logprobs"], top_logprobs=3),
    ),
}


THINKING = Request(TALK.messages[-1:], params={"max_tokens": 100, "reasoning_effort": "low"})


def test_a_model_that_thinks_is_asked_for_what_must_go_back(refusing: Server) -> None:
    said = ours(refusing, "openai-responses", THINKING, model="gpt-5", below="/v1")
    ask = responses(
        model="gpt-5",
        input=[{"role": "user", "content": "Sea \N{WATER WAVE}"}],
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
    )

    assert meaning(said) == meaning(theirs(refusing, ask))


@pytest.mark.parametrize("case", RESPONSES)
def test_openai_responses(case: str, refusing: Server) -> None:
    request, ask = RESPONSES[case]
    said, meant = ours(refusing, "openai-responses", request, model="gpt-4.1", below="/v1"), theirs(refusing, ask)

    assert said.path == meant.path
    assert meaning(said) == meaning(meant)

"""Requests to Mistral, sent by us and by its own SDK to a server that records: they mean the same."""

from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

from mistralai.client import Mistral

from providers.dialects.chat_input import shortened
from providers.types import Request
from tests.oracles.asking import meaning, ours, theirs
from tests.oracles.recording import Server
from tests.oracles.requests import (
    FORM,
    LINKED,
    NO_CALL,
    ONE_TOOL,
    PICTURE,
    PIXEL_64,
    SCHEMA,
    STRICT,
    TAKES,
    TALK,
    TOOLS,
    Ask,
)

NO_TEXT = "content", None
"""What is said beside calls: of that role it may be absent."""
FIRST = "index", 0
"""Where a call stands, for who does not count."""
NOT_BEGUN = "prefix", False
"""An assistant's turn that the answer is not to go on with, as is usual."""
CHAT_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "description": "Current weather", "parameters": TAKES},
}


def mistral(**said: Any) -> Ask:
    def ask(root: str) -> Any:
        with Mistral(api_key="k", server_url=root) as client:
            yield from client.chat.stream(model="mistral-small-latest", max_tokens=100, **said)

    return ask


MISTRAL: dict[str, tuple[Request, Ask]] = {
    "talk": (
        Request(TALK.messages, TALK.system, {**TALK.params, "seed": 7}),
        mistral(
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "Sea \N{WATER WAVE}"},
            ],
            temperature=0.5,
            top_p=0.9,
            random_seed=7,
        ),
    ),
    "one tool": (
        ONE_TOOL,
        mistral(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[CHAT_TOOL],
            tool_choice={"type": "function", "function": {"name": "weather"}},
        ),
    ),
    "picture": (
        PICTURE,
        mistral(
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
        mistral(
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
    "tools": (
        TOOLS,
        mistral(
            messages=[
                {"role": "user", "content": "Weather in Oslo?"},
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": shortened("call_1"),
                            "type": "function",
                            "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": shortened("call_1"), "content": '{"sky": "grey"}'},
            ],
            tools=[CHAT_TOOL],
            tool_choice="auto",
        ),
    ),
    "strict": (
        STRICT,
        mistral(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[{"type": "function", "function": {**CHAT_TOOL["function"], "strict": True}}],
            tool_choice="required",
            parallel_tool_calls=False,
        ),
    ),
    "no call": (
        NO_CALL,
        mistral(messages=[{"role": "user", "content": "Hi"}], tools=[CHAT_TOOL], tool_choice="none"),
    ),
    "form": (
        FORM,
        mistral(
            messages=[{"role": "user", "content": "Hi"}],
            response_format={"type": "json_schema", "json_schema": {"name": "number", "schema": SCHEMA.schema}},
        ),
    ),
}


@pytest.mark.parametrize("case", MISTRAL)
def test_mistral(case: str, refusing: Server) -> None:
    request, ask = MISTRAL[case]
    said = ours(refusing, "mistral", request, model="mistral-small-latest", below="/v1")

    assert said.path == (meant := theirs(refusing, ask)).path.partition("#")[0]
    assert meaning(said, NO_TEXT) == meaning(meant, NOT_BEGUN, FIRST)

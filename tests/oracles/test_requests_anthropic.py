"""Requests to Anthropic, sent by us and by its own SDK to a server that records: they mean the same."""

from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

import anthropic

from providers.types import Request
from tests.oracles.asking import meaning, ours, theirs
from tests.oracles.recording import Server
from tests.oracles.requests import (
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

pytestmark = pytest.mark.filterwarnings("ignore:The model:DeprecationWarning")


def messages(**said: Any) -> Ask:
    def ask(root: str) -> Any:
        client = anthropic.Anthropic(base_url=root, api_key="k", max_retries=0)
        usual: dict[str, Any] = {"model": "claude-3-7-sonnet-latest", "max_tokens": 100, "stream": True}
        return client.messages.create(**(usual | said))

    return ask


ANTHROPIC_TOOL = {"name": "weather", "description": "Current weather", "input_schema": TAKES}
MESSAGES: dict[str, tuple[Request, Ask]] = {
    "talk": (
        TALK,
        messages(
            system="Be brief.",
            messages=[
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "Sea \N{WATER WAVE}"},
            ],
            extra_body={"temperature": 0.5, "top_p": 0.9},
        ),
    ),
    "picture": (
        PICTURE,
        messages(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "image",
                            "source": {"type": "base64", "media_type": "image/png", "data": PIXEL_64},
                        },
                        {"type": "text", "text": "What is it?"},
                    ],
                }
            ]
        ),
    ),
    "linked": (
        LINKED,
        messages(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
                        {"type": "text", "text": "What is it?"},
                    ],
                }
            ]
        ),
    ),
    "paper": (
        PAPER,
        messages(
            messages=[
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "document",
                            "source": {"type": "base64", "media_type": "application/pdf", "data": PDF_64},
                            "title": "a.pdf",
                        },
                        {"type": "text", "text": "Sum up"},
                    ],
                }
            ]
        ),
    ),
    "tools": (
        TOOLS,
        messages(
            messages=[
                {"role": "user", "content": "Weather in Oslo?"},
                {
                    "role": "assistant",
                    "content": [{"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Oslo"}}],
                },
                {
                    "role": "user",
                    "content": [{"type": "tool_result", "tool_use_id": "call_1", "content": '{"sky": "grey"}'}],
                },
            ],
            tools=[ANTHROPIC_TOOL],
            tool_choice={"type": "auto"},
        ),
    ),
    "one tool": (
        ONE_TOOL,
        messages(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[ANTHROPIC_TOOL],
            tool_choice={"type": "tool", "name": "weather"},
        ),
    ),
    "form": (
        FORM,
        messages(
            messages=[{"role": "user", "content": "Hi"}],
            output_config={"format": {"type": "json_schema", "schema": SCHEMA.schema}},
        ),
    ),
    "strict": (
        STRICT,
        messages(
            messages=[{"role": "user", "content": "Hi"}],
            tools=[ANTHROPIC_TOOL | {"strict": True}],
            tool_choice={"type": "any", "disable_parallel_tool_use": True},
        ),
    ),
    "no call": (
        NO_CALL,
        messages(messages=[{"role": "user", "content": "Hi"}], tools=[ANTHROPIC_TOOL], tool_choice={"type": "none"}),
    ),
    "two calls": (
        TWO_CALLS,
        messages(
            messages=[
                {"role": "user", "content": "Weather?"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I look."},
                        {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Oslo"}},
                        {"type": "tool_use", "id": "call_2", "name": "weather", "input": {"city": "Rome"}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "call_1",
                            "content": "no such city",
                            "is_error": True,
                        },
                        {"type": "tool_result", "tool_use_id": "call_2", "content": "dry"},
                        {"type": "text", "text": "And?"},
                    ],
                },
            ],
            tools=[ANTHROPIC_TOOL],
        ),
    ),
    "stop": (
        Request.of("Hi", max_tokens=100, stop="END", top_k=5, service_tier="auto"),
        messages(
            messages=[{"role": "user", "content": "Hi"}],
            stop_sequences=["END"],
            extra_body={"top_k": 5},
            service_tier="auto",
        ),
    ),
    "a budget to think": (
        Request.of("Hi", max_tokens=3000, thinking_budget=2000),
        messages(
            messages=[{"role": "user", "content": "Hi"}],
            max_tokens=3000,
            thinking={"type": "enabled", "budget_tokens": 2000},
        ),
    ),
    "no thought": (
        Request.of("Hi", max_tokens=100, thinking_budget=0),
        messages(messages=[{"role": "user", "content": "Hi"}], thinking={"type": "disabled"}),
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_anthropic(case: str, refusing: Server) -> None:
    request, ask = MESSAGES[case]
    said, meant = ours(refusing, "anthropic", request, model="claude-3-7-sonnet-latest"), theirs(refusing, ask)

    assert said.path == meant.path
    assert said.headers["anthropic-version"] == "2023-06-01"  # the SDK's newer one has no sampling any more
    assert said.headers["x-api-key"] == "k"  # the SDK's newest way is a bearer token; the API takes both
    assert meant.headers["authorization"] == "Bearer k"
    assert meaning(said) == meaning(meant)

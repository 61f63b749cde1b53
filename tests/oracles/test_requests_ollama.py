"""Requests to Ollama, sent by us and by its own SDK to a server that records: they mean the same."""

from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

import ollama

from providers.types import Request, Tool
from tests.oracles.asking import meaning, ours, theirs
from tests.oracles.recording import Server
from tests.oracles.requests import ANY_JSON, FORM, PICTURE, PIXEL, SCHEMA, TAKES, TALK, TOOLS, Ask

NO_TEXT, NO_TOOLS = ("content", ""), ("tools", [])
"""What is said beside calls, and what the SDK says where there are none."""
OPEN_WEATHER = Tool("weather", "Current weather", {k: v for k, v in TAKES.items() if k != "additionalProperties"})
"""The SDK drops what it does not know of a schema."""
OPEN_TOOL = {
    "type": "function",
    "function": {"name": "weather", "description": "Current weather", "parameters": OPEN_WEATHER.parameters},
}


def ollama_chat(**said: Any) -> Ask:
    def ask(root: str) -> Any:
        return ollama.Client(host=root).chat(model="qwen3:8b", stream=True, **said)

    return ask


OLLAMA: dict[str, tuple[Request, Ask]] = {
    "talk": (
        Request(TALK.messages, TALK.system, {**TALK.params, "seed": 7, "stop": ["END"], "reasoning_effort": "low"}),
        ollama_chat(
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "Sea \N{WATER WAVE}"},
            ],
            options={"temperature": 0.5, "top_p": 0.9, "num_predict": 100, "seed": 7, "stop": ["END"]},
            think="low",
        ),
    ),
    "picture": (
        PICTURE,
        ollama_chat(
            messages=[{"role": "user", "content": "What is it?", "images": [PIXEL]}], options={"num_predict": 100}
        ),
    ),
    "tools": (
        Request(TOOLS.messages, params=TOOLS.params, tools=(OPEN_WEATHER,)),
        ollama_chat(
            messages=[
                {"role": "user", "content": "Weather in Oslo?"},
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [{"function": {"name": "weather", "arguments": {"city": "Oslo"}}}],
                },
                {"role": "tool", "content": '{"sky": "grey"}', "tool_name": "weather"},
            ],
            tools=[OPEN_TOOL],
            options={"num_predict": 100},
        ),
    ),
    "form": (
        FORM,
        ollama_chat(messages=[{"role": "user", "content": "Hi"}], format=SCHEMA.schema, options={"num_predict": 100}),
    ),
    "any JSON": (
        ANY_JSON,
        ollama_chat(messages=[{"role": "user", "content": "Hi"}], format="json", options={"num_predict": 100}),
    ),
    "every setting": (
        Request.of(
            "Hi",
            temperature=0.0,
            top_p=1.0,
            top_k=5,
            min_p=0.1,
            presence_penalty=-0.5,
            frequency_penalty=1.5,
            repetition_penalty=1.1,
            logprobs=True,
            top_logprobs=3,
            reasoning_effort="none",
            options={"num_ctx": 4096},
            keep_alive="1m",
        ),
        ollama_chat(
            messages=[{"role": "user", "content": "Hi"}],
            options={
                "temperature": 0.0,
                "top_p": 1.0,
                "top_k": 5,
                "min_p": 0.1,
                "presence_penalty": -0.5,
                "frequency_penalty": 1.5,
                "repeat_penalty": 1.1,
                "num_ctx": 4096,
            },
            logprobs=True,
            top_logprobs=3,
            think=False,
            keep_alive="1m",
        ),
    ),
}


@pytest.mark.parametrize("case", OLLAMA)
def test_ollama(case: str, refusing: Server) -> None:
    request, ask = OLLAMA[case]
    said, meant = ours(refusing, "ollama", request, model="qwen3:8b"), theirs(refusing, ask)

    assert said.path == meant.path
    assert meaning(said, NO_TEXT) == meaning(meant, NO_TOOLS)

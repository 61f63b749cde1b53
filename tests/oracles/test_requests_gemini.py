"""Requests to Gemini, sent by us and by its own SDK to a server that records: they mean the same."""

from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

from google import genai
from google.genai import types as g

from providers.types import Request
from tests.oracles.asking import meaning, ours, theirs
from tests.oracles.recording import Server
from tests.oracles.requests import (
    ANY_JSON,
    FORM,
    NO_CALL,
    ONE_TOOL,
    PAPER,
    PDF,
    PICTURE,
    PIXEL,
    SCHEMA,
    TAKES,
    TALK,
    TOOLS,
    TWO_CALLS,
    Ask,
)


def gemini(contents: Any, **config: Any) -> Ask:
    def ask(root: str) -> Any:
        client = genai.Client(api_key="k", http_options=g.HttpOptions(base_url=root, api_version="v1beta"))
        yield from client.models.generate_content_stream(
            model="gemini-2.5-flash",
            contents=contents,
            config=g.GenerateContentConfig(**({"max_output_tokens": 100} | config)),
        )

    return ask


def turn(role: str, *parts: g.Part) -> g.Content:
    return g.Content(role=role, parts=list(parts))


SPELLED = {
    "mime_type": "mimeType",
    "parameters_json_schema": "parametersJsonSchema",
    "include_thoughts": "includeThoughts",
    "thinking_budget": "thinkingBudget",
}
"""Protobuf's JSON is read in both spellings."""
DECLARED = g.Tool(
    function_declarations=[
        g.FunctionDeclaration(name="weather", description="Current weather", parameters_json_schema=TAKES)
    ]
)
GEMINI: dict[str, tuple[Request, Ask]] = {
    "talk": (
        TALK,
        gemini(
            [
                turn("user", g.Part(text="Hi")),
                turn("model", g.Part(text="Yes?")),
                turn("user", g.Part(text="Sea \N{WATER WAVE}")),
            ],
            system_instruction=g.Content(parts=[g.Part(text="Be brief.")]),
            temperature=0.5,
            top_p=0.9,
        ),
    ),
    "picture": (
        PICTURE,
        gemini([turn("user", g.Part.from_bytes(data=PIXEL, mime_type="image/png"), g.Part(text="What is it?"))]),
    ),
    "paper": (
        PAPER,
        gemini([turn("user", g.Part.from_bytes(data=PDF, mime_type="application/pdf"), g.Part(text="Sum up"))]),
    ),
    "tools": (
        TOOLS,
        gemini(
            [
                turn("user", g.Part(text="Weather in Oslo?")),
                turn("model", g.Part(function_call=g.FunctionCall(id="call_1", name="weather", args={"city": "Oslo"}))),
                turn(
                    "user",
                    g.Part(function_response=g.FunctionResponse(id="call_1", name="weather", response={"sky": "grey"})),
                ),
            ],
            tools=[DECLARED],
            tool_config=g.ToolConfig(function_calling_config=g.FunctionCallingConfig(mode="AUTO")),
        ),
    ),
    "one tool": (
        ONE_TOOL,
        gemini(
            [turn("user", g.Part(text="Hi"))],
            tools=[DECLARED],
            tool_config=g.ToolConfig(
                function_calling_config=g.FunctionCallingConfig(mode="ANY", allowed_function_names=["weather"])
            ),
        ),
    ),
    "form": (
        FORM,
        gemini(
            [turn("user", g.Part(text="Hi"))],
            response_mime_type="application/json",
            response_json_schema=SCHEMA.schema,
        ),
    ),
    "no call": (
        NO_CALL,
        gemini(
            [turn("user", g.Part(text="Hi"))],
            tools=[DECLARED],
            tool_config=g.ToolConfig(function_calling_config=g.FunctionCallingConfig(mode="NONE")),
        ),
    ),
    "two calls": (
        TWO_CALLS,
        gemini(
            [
                turn("user", g.Part(text="Weather?")),
                turn(
                    "model",
                    g.Part(text="I look."),
                    g.Part(function_call=g.FunctionCall(id="call_1", name="weather", args={"city": "Oslo"})),
                    g.Part(function_call=g.FunctionCall(id="call_2", name="weather", args={"city": "Rome"})),
                ),
                turn(
                    "user",
                    g.Part(
                        function_response=g.FunctionResponse(
                            id="call_1", name="weather", response={"error": "no such city"}
                        )
                    ),
                    g.Part(
                        function_response=g.FunctionResponse(id="call_2", name="weather", response={"result": "dry"})
                    ),
                    g.Part(text="And?"),
                ),
            ],
            tools=[DECLARED],
        ),
    ),
    "any JSON": (ANY_JSON, gemini([turn("user", g.Part(text="Hi"))], response_mime_type="application/json")),
    "every setting": (
        Request.of(
            "Hi",
            max_tokens=100,
            temperature=0.0,
            top_p=1.0,
            top_k=5,
            stop="END",
            seed=7,
            presence_penalty=-0.5,
            frequency_penalty=1.5,
            logprobs=True,
            top_logprobs=3,
        ),
        gemini(
            [turn("user", g.Part(text="Hi"))],
            temperature=0.0,
            top_p=1.0,
            top_k=5,
            stop_sequences=["END"],
            seed=7,
            presence_penalty=-0.5,
            frequency_penalty=1.5,
            response_logprobs=True,
            logprobs=3,
        ),
    ),
    "a budget to think": (
        Request.of("Hi", max_tokens=3000, thinking_budget=2000),
        gemini(
            [turn("user", g.Part(text="Hi"))],
            max_output_tokens=3000,
            thinking_config=g.ThinkingConfig(include_thoughts=True, thinking_budget=2000),
        ),
    ),
    "no thought": (
        Request.of("Hi", max_tokens=100, reasoning_effort="none"),
        gemini([turn("user", g.Part(text="Hi"))], thinking_config=g.ThinkingConfig(thinking_budget=0)),
    ),
}


@pytest.mark.parametrize("case", GEMINI)
def test_gemini(case: str, refusing: Server) -> None:
    request, ask = GEMINI[case]
    said, meant = ours(refusing, "google", request, model="gemini-2.5-flash"), theirs(refusing, ask)

    assert said.path == meant.path
    assert said.headers["x-goog-api-key"] == meant.headers["x-goog-api-key"]
    assert meaning(said) == meaning(meant, spelled=SPELLED)

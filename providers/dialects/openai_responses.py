"""OpenAI Responses, and everyone who speaks like it."""

import re
from typing import Any, Literal

from providers import error_bodies
from providers.dialects.base import Encoded, Framing, Quirks
from providers.dialects.documents import encoded
from providers.dialects.parameters import Parameters
from providers.dialects.responses_decoder import ResponsesDecoder
from providers.dialects.responses_input import Input
from providers.errors import Failure
from providers.types import JsonSchema, OnlyTool, Output, Request, Tool

ABSENT = (
    "stop", "seed", "presence_penalty", "frequency_penalty", "top_k", "min_p", "repetition_penalty", "logit_bias",
    "thinking_budget",
)  # fmt: skip
NAMES = {"max_tokens": "max_output_tokens", "reasoning_effort": "reasoning.effort"}
SAYS_AT_ONCE = re.compile(r"(^|/)(gpt-[34]|chatgpt|gpt-[\d.]+-chat)")
"""OpenAI's models that do not reason: they refuse a request that asks for encrypted reasoning."""
NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}


class OpenAiResponses:
    """The dialect itself: it has no state."""

    name: Literal["openai_responses"] = "openai_responses"
    framing: Framing = "sse"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="the Responses API")
        parameters.drop(*(name for name in ABSENT if name not in quirks.renames))
        conversation = Input(self.name, base_url)
        body: dict[str, Any] = {
            "model": model,
            "input": [item for message in request.messages for item in conversation.items(message)],
            "stream": True,
            # Nothing is left with the provider; what it would have kept comes encrypted, to be sent back.
            "store": False,
        }
        if include := _include(model, parameters):
            body["include"] = include
        if request.system is not None:
            body["instructions"] = request.system
        body |= _tools(request) | quirks.extra_body
        if request.output is not None:
            _put(body, "text.format", _format(request.output))
        names = {**NAMES, **quirks.renames}
        if parameters.left.get("reasoning_effort") not in (None, "none"):
            _put(body, "reasoning.summary", "auto")  # without it the thinking is not told at all
        for name, value in parameters.left.items():
            if name in names:
                _put(body, names[name], value)
            else:
                body[name] = {**body[name], **value} if _are_objects(body.get(name), value) else value
        return Encoded("/responses", encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> ResponsesDecoder:
        return ResponsesDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _include(model: str, parameters: Parameters) -> list[str]:
    include = [] if SAYS_AT_ONCE.search(model) else ["reasoning.encrypted_content"]
    return [*include, "message.output_text.logprobs"] if parameters.take("logprobs") else include


def _tools(request: Request) -> dict[str, Any]:
    said: dict[str, Any] = {"tools": [_tool(tool) for tool in request.tools]} if request.tools else {}
    choice = request.tool_choice
    if choice is not None:
        said["tool_choice"] = {"type": "function", "name": choice.name} if isinstance(choice, OnlyTool) else choice
    return said


def _tool(tool: Tool) -> dict[str, Any]:
    said = {"type": "function", "name": tool.name, "parameters": tool.parameters or NO_PARAMETERS}
    said |= {"description": tool.description} if tool.description else {}
    return said | ({} if tool.strict is None else {"strict": tool.strict})


def _format(output: Output) -> dict[str, Any]:
    if not isinstance(output, JsonSchema):
        return {"type": "json_object"}
    said = {"type": "json_schema", "name": output.name, "schema": output.schema}
    return said | ({} if output.strict is None else {"strict": output.strict})


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    """What the API has inside an object is named with a dot."""
    outer, dot, inner = name.partition(".")
    if dot:
        body[outer] = {**(body[outer] if isinstance(body.get(outer), dict) else {}), inner: value}
    else:
        body[name] = value


def _are_objects(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)

"""OpenAI Chat Completions, and everyone who speaks like it."""

from typing import Any, Literal

from providers import error_bodies
from providers.dialects import documents
from providers.dialects.base import Encoded, Framing, Quirks
from providers.dialects.chat_decoder import ChatDecoder
from providers.dialects.chat_input import ChatInput
from providers.dialects.chat_reasoning import STYLES
from providers.dialects.extras import joined
from providers.dialects.parameters import Parameters
from providers.errors import Failure
from providers.types import JsonObject, JsonSchema, OnlyTool, Output, Request, Tool, ToolChoice

OBJECTS = ("stream_options", "reasoning", "chat_template_kwargs", "thinking", "response_format")
"""Fields into which what the user gives under the same name is joined."""


class OpenAiChat:
    """The dialect itself: it has no state."""

    name: Literal["openai_chat"] = "openai_chat"
    framing: Framing = "sse"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="this API")
        parameters.drop_for(model)
        body: dict[str, Any] = {
            "model": model,
            "messages": ChatInput(quirks, base_url, model).messages(request),
            "stream": True,
        }
        if quirks.stream_options:
            body["stream_options"] = {"include_usage": True}
        body |= _tools(request, quirks)
        if request.output is not None:
            body |= _form(request.output, quirks, parameters)
        body |= STYLES[quirks.reasoning](parameters)
        body = joined(body, quirks.extra_body, *OBJECTS)
        renames = {"max_tokens": quirks.max_tokens_field, **quirks.renames}
        given = {renames.get(name, name): value for name, value in parameters.left.items()}
        return Encoded(
            "/chat/completions",
            documents.encoded(joined(body, given, *OBJECTS)),
            {},
            parameters.notices,
        )

    def decoder(self, *, model: str, quirks: Quirks) -> ChatDecoder:
        return ChatDecoder(model, quirks)

    def auth(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _tools(request: Request, quirks: Quirks) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if request.tools:
        said["tools"] = [{"type": "function", "function": _function(tool)} for tool in request.tools]
    if request.tool_choice is not None:
        said["tool_choice"] = _choice(request.tool_choice, quirks)
    return said


def _function(tool: Tool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": tool.name, "parameters": tool.parameters}
    if tool.description:
        said["description"] = tool.description
    return said if tool.strict is None else {**said, "strict": tool.strict}


def _choice(choice: ToolChoice, quirks: Quirks) -> Any:
    match choice:
        case OnlyTool(name=name):
            return {"type": "function", "function": {"name": name}}
        case "required":
            return quirks.required_choice
        case _:
            return choice


def _form(output: Output, quirks: Quirks, parameters: Parameters) -> dict[str, Any]:
    match output, quirks.forms:
        case JsonSchema(), "json_object":
            parameters.note("changed_param", "This API takes no JSON schema; any JSON object was asked for instead.")
            return {"response_format": {"type": "json_object"}}
        case JsonSchema(), "value":
            return {"response_format": {"type": "json", "value": output.schema}}
        case JsonSchema(), _:
            said: dict[str, Any] = {"name": output.name, "schema": output.schema}
            strict = {} if output.strict is None else {"strict": output.strict}
            return {"response_format": {"type": "json_schema", "json_schema": said | strict}}
        case JsonObject(), _:
            return {"response_format": {"type": "json_object"}}

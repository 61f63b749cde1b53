"""Anthropic Messages."""

from typing import Any, Literal

from providers import error_bodies
from providers.dialects import anthropic_input, anthropic_thinking
from providers.dialects.anthropic_decoder import AnthropicDecoder
from providers.dialects.anthropic_models import family_of
from providers.dialects.base import Encoded, Framing, Quirks
from providers.dialects.documents import encoded
from providers.dialects.extras import joined
from providers.dialects.parameters import Parameters
from providers.errors import Failure
from providers.types import JsonObject, JsonSchema, Request

VERSION = "2023-06-01"
DEFAULT_MAX_TOKENS = 4096
ROOM_TO_THINK = 16384
"""What is added to that for a model that thinks as much as it sees fit."""
ABSENT = (
    "seed", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "min_p", "repetition_penalty",
    "logit_bias",
)  # fmt: skip
JOINED = ("tools", "output_config", "thinking")


class Anthropic:
    name: Literal["anthropic"] = "anthropic"
    framing: Framing = "sse"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Anthropic")
        parameters.drop(*ABSENT)
        family = family_of(model)
        turns = [*anthropic_input.Conversation(base_url).turns(request.messages)]
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": quirks.extra_body.get("max_tokens", parameters.take("max_tokens")),
            "messages": turns,
            "stream": True,
        }
        if request.system is not None:
            body["system"] = request.system
        if (stop := parameters.take("stop")) is not None:
            body["stop_sequences"] = [stop] if isinstance(stop, str) else stop
        body |= anthropic_thinking.thinking(parameters, family)
        if family is not None and anthropic_input.goes_on_without_thought(turns):
            anthropic_thinking.give_up_budget(body, parameters)
        _limit(body, parameters)
        if family is not None:
            anthropic_thinking.within_limit(body, parameters)
        thinks = anthropic_thinking.is_on((body | quirks.extra_body | parameters.left).get("thinking"))
        anthropic_thinking.sample(parameters, family, thinks=thinks)
        body |= _tools(request, parameters, thinks=thinks)
        _form(request, body, parameters)
        body = joined(body, quirks.extra_body | parameters.left, *JOINED)
        path = "/messages" if base_url.partition("?")[0].removesuffix("/").endswith("/v1") else "/v1/messages"
        return Encoded(path, encoded(body), {"anthropic-version": VERSION}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> AnthropicDecoder:
        return AnthropicDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"x-api-key": key}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _limit(body: dict[str, Any], parameters: Parameters) -> None:
    """`max_tokens`, which Anthropic requires, and from which thinking is taken."""
    if body["max_tokens"] is not None:
        return
    thinking = body.get("thinking", {})
    budget = thinking.get("budget_tokens", ROOM_TO_THINK if anthropic_thinking.is_on(thinking) else 0)
    body["max_tokens"] = DEFAULT_MAX_TOKENS + (budget if isinstance(budget, int) else 0)
    parameters.note("changed_param", f"Anthropic requires `max_tokens`; {body['max_tokens']} was sent.")


def _tools(request: Request, parameters: Parameters, *, thinks: bool) -> dict[str, Any]:
    parallel = parameters.take("parallel_tool_calls")
    out: dict[str, Any] = {"tools": [anthropic_input.tool(one) for one in request.tools]} if request.tools else {}
    if parallel is not None and (not request.tools or request.tool_choice == "none"):
        parameters.note("dropped_param", "There is no tool to call; `parallel_tool_calls` was not sent.")
        parallel = None
    chosen = request.tool_choice
    if thinks and chosen not in (None, "auto", "none"):
        parameters.note("changed_param", "Claude cannot be made to call a tool while it thinks; it was left to choose.")
        chosen = "auto"
    if (choice := anthropic_input.choice(chosen, parallel)) is not None:
        out["tool_choice"] = choice
    return out


def _form(request: Request, body: dict[str, Any], parameters: Parameters) -> None:
    match request.output:
        case JsonSchema(schema=schema, strict=strict):
            body.setdefault("output_config", {})["format"] = {"type": "json_schema", "schema": schema}
            if strict is False:
                parameters.note("changed_param", "Anthropic always holds an answer to its schema.")
        case JsonObject():
            parameters.note("dropped_param", "Anthropic has no JSON without a schema; the form was not asked for.")

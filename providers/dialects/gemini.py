"""Google Gemini, `streamGenerateContent` with `alt=sse`."""

import re
from typing import Any, Literal
from urllib.parse import quote

from providers import error_bodies
from providers.dialects import gemini_input
from providers.dialects.base import Encoded, Framing, Quirks
from providers.dialects.documents import encoded
from providers.dialects.extras import joined
from providers.dialects.gemini_decoder import GeminiDecoder
from providers.dialects.parameters import Parameters
from providers.errors import Failure, ProviderError
from providers.types import JsonSchema, Request

CONFIG = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}

ABSENT = ("min_p", "repetition_penalty", "logit_bias", "parallel_tool_calls")

BUDGETS = {"minimal": 512, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576, "max": 24576}
"""What an effort comes to in tokens of thought for the 2.5 family, which has no levels."""

VERSIONED = re.compile(r"/v1(beta\d*)?(/projects/|$)")
"""Addresses that say their version: those that end with it, and those of Vertex."""

SIGNS = re.compile(r"gemini-([3-9]|\d\d|[a-z-]+-latest)")
"""Models that demand a signature of every call that they are told they have made."""


class Gemini:
    name: Literal["gemini"] = "gemini"
    framing: Framing = "sse"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Gemini")
        parameters.drop(*ABSENT)
        config = {theirs: parameters.take(name) for name, theirs in CONFIG.items() if name in parameters.left}
        if (stop := parameters.take("stop")) is not None:
            config["stopSequences"] = [stop] if isinstance(stop, str) else stop
        if thinking := _thinking(parameters, model):
            config["thinkingConfig"] = thinking
        config |= _form(request)
        signed = SIGNS.search(model) is not None
        body: dict[str, Any] = {
            "contents": [gemini_input.turn(message, base_url, signed=signed) for message in request.messages]
        }
        if request.system is not None:
            body["systemInstruction"] = {"parts": [{"text": request.system}]}
        body |= _tools(request, parameters)
        if config:
            body["generationConfig"] = config
        body = joined(body, quirks.extra_body | parameters.left, "generationConfig", "tools", "toolConfig")
        return Encoded(_path(model, base_url), encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> "GeminiDecoder":
        return GeminiDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _tools(request: Request, parameters: Parameters) -> dict[str, Any]:
    if any(tool.strict for tool in request.tools):
        parameters.note("dropped_param", "Gemini has no `strict` for a tool; it was not sent.")
    declared = [gemini_input.declaration(tool) for tool in request.tools]
    out: dict[str, Any] = {"tools": [{"functionDeclarations": declared}]} if declared else {}
    return out | ({} if request.tool_choice is None else {"toolConfig": gemini_input.choice(request.tool_choice)})


def _form(request: Request) -> dict[str, Any]:
    if request.output is None:
        return {}
    schema = {"responseJsonSchema": request.output.schema} if isinstance(request.output, JsonSchema) else {}
    return {"responseMimeType": "application/json"} | schema


def _thinking(parameters: Parameters, model: str) -> dict[str, Any]:
    """A budget or a level: Gemini takes one of them."""
    budget, effort = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if budget is not None:
        if effort is not None:
            parameters.note(
                "dropped_param",
                "Gemini takes `thinking_budget` or `reasoning_effort`, not both; `reasoning_effort` was not sent.",
            )
        return {"includeThoughts": True, "thinkingBudget": budget}
    if effort == "none":
        parameters.note("changed_param", "Gemini has no `reasoning_effort` of none; a thinking budget of 0 was sent.")
        return {"thinkingBudget": 0}
    if isinstance(effort, str) and effort in BUDGETS and "gemini-2.5" in model:
        said = f"This model has no `reasoning_effort`; a thinking budget of {BUDGETS[effort]} was sent."
        parameters.note("changed_param", said)
        return {"includeThoughts": True, "thinkingBudget": BUDGETS[effort]}
    if effort == "max":
        parameters.note("changed_param", "Gemini has no `reasoning_effort` of max; high was sent.")
        effort = "high"
    return {"includeThoughts": True, "thinkingLevel": effort} if effort is not None else {}


def _path(model: str, base_url: str) -> str:
    base = base_url.partition("?")[0].removesuffix("/")
    version = "" if VERSIONED.search(base) else "/v1beta"
    name = model if model.startswith(("models/", "tunedModels/")) else f"models/{model}"
    try:
        return f"{version}/{quote(name, safe='-._~:@/')}:streamGenerateContent?alt=sse"
    except UnicodeEncodeError:
        raise ProviderError(Failure("bad_request", "the model's name holds half a character")) from None

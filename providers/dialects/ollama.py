"""Ollama's own API: `/api/chat`, newline-delimited JSON."""

from typing import Any, Literal

from providers import error_bodies
from providers.dialects.attachments import arguments_of, base64_of, is_text, refused, text_in
from providers.dialects.base import Encoded, Framing, Quirks
from providers.dialects.documents import encoded
from providers.dialects.extras import joined
from providers.dialects.ollama_decoder import OllamaDecoder
from providers.dialects.parameters import Parameters
from providers.errors import Failure
from providers.types import Attachment, Image, JsonObject, JsonSchema, Message, Output, Request, Result, Tool

OPTIONS = {
    "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "min_p": "min_p", "seed": "seed",
    "max_tokens": "num_predict", "repetition_penalty": "repeat_penalty", "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}  # fmt: skip
"""Known parameters by the names that they have under `options`."""
OWN_OPTIONS = frozenset({
    "num_ctx", "num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread", "use_mmap", "draft_num_predict",
    "typical_p", "tfs_z", "repeat_last_n", "mirostat", "mirostat_tau", "mirostat_eta", "penalize_newline",
    "num_predict", "repeat_penalty",
})  # fmt: skip
"""Ollama's own names, which people give as parameters: they belong under `options` too."""
ABSENT = ("logit_bias", "parallel_tool_calls")
LEVELS = ("low", "medium", "high", "max")


class Ollama:
    name: Literal["ollama"] = "ollama"
    framing: Framing = "ndjson"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Ollama")
        parameters.drop(*ABSENT)
        if request.tool_choice not in (None, "auto"):
            parameters.note("dropped_param", "Ollama has no `tool_choice`; it was not sent.")
        body: dict[str, Any] = {"model": model, "messages": _messages(request, base_url), "stream": True}
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        if request.output is not None:
            body["format"] = _format(request.output)
        if (think := _think(parameters)) is not None:
            body["think"] = think
        if options := _options(parameters):
            body["options"] = options
        body = joined(body, quirks.extra_body | parameters.left, "options")
        return Encoded("/api/chat", encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> OllamaDecoder:
        return OllamaDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _options(parameters: Parameters) -> dict[str, Any]:
    found = {theirs: parameters.take(name) for name, theirs in OPTIONS.items() if name in parameters.left}
    found |= {name: parameters.take(name) for name in sorted(OWN_OPTIONS & parameters.left.keys())}
    if (stop := parameters.take("stop")) is not None:
        found["stop"] = [stop] if isinstance(stop, str) else stop
    return found


def _think(parameters: Parameters) -> bool | str | None:
    """Whether to think, or how hard; None leaves it to the model. Some models know levels, others yes and no."""
    budget, effort = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if budget is not None:
        parameters.note("changed_param", f"Ollama has no `thinking_budget`; thinking was {'on' if budget else 'off'}.")
    match effort:
        case None:
            return None if budget is None else bool(budget)
        case "none":
            return False
        case str() if effort in LEVELS:
            return effort
        case _:
            parameters.note("changed_param", f"Ollama has no `reasoning_effort` of {effort}; thinking was switched on.")
            return True


def _messages(request: Request, base_url: str) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": request.system}] if request.system is not None else []
    return [*system, *(each for message in request.messages for each in _turn(message, base_url))]


def _turn(message: Message, base_url: str) -> list[dict[str, Any]]:
    if message.role == "assistant":
        return [_answer(message, base_url)]
    turns = [_result(result) for result in message.results]
    if message.text or message.attachments or not turns:
        turns.append(_question(message))
    return turns


def _question(message: Message) -> dict[str, Any]:
    pictures = [_picture(each) for each in message.attachments if isinstance(each, Image)]
    texts = [_paper(each) for each in message.attachments if not isinstance(each, Image)]
    said: dict[str, Any] = {"role": "user", "content": "\n\n".join((*texts, message.text))}
    return said | {"images": pictures} if pictures else said


def _answer(message: Message, base_url: str) -> dict[str, Any]:
    said: dict[str, Any] = {"role": "assistant", "content": message.text}
    if message.calls:
        said["tool_calls"] = [
            {"function": {"name": call.name, "arguments": arguments_of(call)}} for call in message.calls
        ]
    echoed = message.echoed("ollama", base_url)
    return said | echoed if isinstance(echoed, dict) else said


def _result(result: Result) -> dict[str, Any]:
    return {"role": "tool", "content": result.text, "tool_name": result.name}


def _picture(image: Image) -> str:
    if not image.data:
        raise refused("Ollama takes a picture's own bytes, not its address: attach the file")
    return base64_of(image.data)


def _paper(file: Attachment) -> str:
    """A text file goes into the prompt, under its name; there is no other place for it."""
    assert not isinstance(file, Image)
    if not file.data or not is_text(file.media_type):
        raise refused(f"Ollama takes pictures and text, and {file.name} is {file.media_type}")
    return f"{file.name}:\n{text_in(file)}"


def _tool(tool: Tool) -> dict[str, Any]:
    function: dict[str, Any] = {"name": tool.name, "parameters": tool.parameters}
    if tool.description:
        function["description"] = tool.description
    return {"type": "function", "function": function}


def _format(output: Output) -> Any:
    match output:
        case JsonObject():
            return "json"
        case JsonSchema():
            return output.schema

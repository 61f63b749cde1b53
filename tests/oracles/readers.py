"""How the vendors' own SDKs read a stream: one function each, to the same value as ours."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anthropic
import ollama
import openai
from google import genai
from mistralai.client import Mistral


@dataclass
class Said:
    """What an answer came to."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    """Name and decoded arguments of each."""
    stop: str | None = None
    usage: tuple[int, int] = (0, 0)
    """Tokens of input, with what a cache had to do with, and of output, with reasoning; what is not said counts 0."""
    failed: bool = False


Reader = Callable[[str, str], Said]
"""Reads the answer of the server at a root under a cassette's name."""
ASK: Any = [{"role": "user", "content": "Hi"}]


def decoded(arguments: str) -> Any:
    """What arguments say; those that are no JSON stay text."""
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return arguments


def chat(root: str, name: str) -> Said:
    client = openai.OpenAI(base_url=f"{root}/{name}/v1", api_key="k", max_retries=0)
    said = Said()
    try:
        with client.chat.completions.stream(model="m", messages=ASK) as stream:
            for _ in stream:
                pass
            final = stream.get_final_completion()
    except openai.APIError:
        return Said(failed=True)
    message = final.choices[0].message
    said.text, said.refusal = message.content or "", message.refusal or ""
    extra = message.model_extra or {}
    said.reasoning = extra.get("reasoning_content") or extra.get("reasoning") or ""
    for call in message.tool_calls or ():
        said.calls.append((call.function.name, decoded(call.function.arguments)))
    said.stop = final.choices[0].finish_reason
    if final.usage:
        said.usage = final.usage.prompt_tokens or 0, final.usage.completion_tokens or 0
    return said


def responses(root: str, name: str) -> Said:
    client = openai.OpenAI(base_url=f"{root}/{name}/v1", api_key="k", max_retries=0)
    said = Said()
    final = None
    try:
        for event in client.responses.create(model="m", input="Hi", stream=True):
            if event.type == "response.output_text.delta":
                said.text += event.delta
            elif event.type in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
                said.reasoning += event.delta
            elif event.type == "response.refusal.delta":
                said.refusal += event.delta
            elif event.type in ("response.completed", "response.incomplete", "response.failed"):
                final = event.response
    except openai.APIError:
        said.failed = True
        return said
    if final is None or final.status == "failed":
        said.failed = True
        return said
    said.text = final.output_text or said.text
    for item in final.output or ():
        if item.type == "function_call":
            said.calls.append((item.name, decoded(item.arguments)))
        elif item.type == "custom_tool_call":
            said.calls.append((item.name, decoded(item.input)))
        elif item.type == "reasoning" and not said.reasoning:
            said.reasoning = "".join(part.text for part in (*item.summary, *(item.content or ())))
    said.stop = final.status
    if final.usage:
        said.usage = final.usage.input_tokens or 0, final.usage.output_tokens or 0
    return said


def messages(root: str, name: str) -> Said:
    client = anthropic.Anthropic(base_url=f"{root}/{name}", api_key="k", max_retries=0)
    said = Said()
    try:
        with client.messages.stream(model="m", max_tokens=100, messages=ASK) as stream:
            final = stream.get_final_message()
    except anthropic.APIError:
        return Said(failed=True)
    for block in final.content:
        if block.type == "text":
            said.text += block.text
        elif block.type == "thinking":
            said.reasoning += block.thinking
        elif block.type == "tool_use":
            said.calls.append((block.name, block.input))
    said.stop = final.stop_reason
    used = final.usage
    cached = (used.cache_creation_input_tokens or 0) + (used.cache_read_input_tokens or 0)
    said.usage = (used.input_tokens or 0) + cached, used.output_tokens or 0
    return said


def gemini(root: str, name: str) -> Said:
    client = genai.Client(
        api_key="k", http_options=genai.types.HttpOptions(base_url=f"{root}/{name}", api_version="v1beta")
    )
    said = Said()
    try:
        for chunk in client.models.generate_content_stream(model="m", contents="Hi"):
            for candidate in (chunk.candidates or [])[:1]:
                for part in (candidate.content.parts if candidate.content else None) or []:
                    if part.text and part.thought:
                        said.reasoning += part.text
                    elif part.text:
                        said.text += part.text
                    if part.function_call is not None:
                        said.calls.append((part.function_call.name or "", part.function_call.args or {}))
                if candidate.finish_reason:
                    said.stop = str(candidate.finish_reason.value)
            if (usage := chunk.usage_metadata) is not None:
                given = (usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0)
                said.usage = given, (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    except genai.errors.APIError:
        said.failed = True
    return said


def mistral(root: str, name: str) -> Said:
    client = Mistral(api_key="k", server_url=f"{root}/{name}")
    said = Said()
    calls: list[tuple[str, Any]] = []
    with client.chat.stream(model="m", messages=ASK) as stream:
        for event in stream:
            for choice in event.data.choices[:1]:
                content = choice.delta.content
                if isinstance(content, str):
                    said.text += content
                elif isinstance(content, list):
                    for part in content:
                        if part.type == "text":
                            said.text += part.text
                        elif part.type == "thinking":
                            said.reasoning += "".join(inner.text for inner in part.thinking)
                for call in choice.delta.tool_calls or ():
                    _join(calls, call.function.name, call.function.arguments)
                said.stop = choice.finish_reason or said.stop
            if event.data.usage:
                said.usage = event.data.usage.prompt_tokens or 0, event.data.usage.completion_tokens or 0
    said.calls = [(name, json.loads(given) if isinstance(given, str) else given) for name, given in calls]
    return said


def _join(calls: list[tuple[str, Any]], name: str, given: Any) -> None:
    """This SDK leaves it to its user to put pieces together; a piece without a name goes on with the latest call."""
    if name:
        calls.append((name, given))
    else:
        before, pieces = calls[-1]
        calls[-1] = before, pieces + given


def ollama_chat(root: str, name: str) -> Said:
    client = ollama.Client(host=f"{root}/{name}")
    said = Said()
    try:
        for part in client.chat(model="m", messages=ASK, stream=True):
            said.text += part.message.content or ""
            said.reasoning += part.message.thinking or ""
            for call in part.message.tool_calls or ():
                said.calls.append((call.function.name, dict(call.function.arguments)))
            _ends(said, part)
    except ollama.ResponseError:
        said.failed = True
    return said


def ollama_generate(root: str, name: str) -> Said:
    """Ollama's older API, without messages."""
    client = ollama.Client(host=f"{root}/{name}")
    said = Said()
    try:
        for part in client.generate(model="m", prompt="Hi", stream=True):
            said.text += part.response or ""
            said.reasoning += part.thinking or ""
            _ends(said, part)
    except ollama.ResponseError:
        said.failed = True
    return said


def _ends(said: Said, part: Any) -> None:
    said.stop = part.done_reason or said.stop
    if part.done:
        said.usage = part.prompt_eval_count or 0, part.eval_count or 0


READERS: dict[str, Reader] = {
    "chat": chat,
    "responses": responses,
    "messages": messages,
    "gemini": gemini,
    "ollama": ollama_chat,
}

"""A request as Python with the vendors' own libraries. What these have no name for goes into `extra_body`."""

from typing import Any

from app.export.code_python import key, literal
from app.export.sending import KEY, Sending

OPENAI_CHAT = frozenset({
    "model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens",
    "stop", "seed", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "reasoning_effort",
    "logit_bias", "parallel_tool_calls", "tools", "tool_choice", "response_format",
})  # fmt: skip
RESPONSES = frozenset({
    "model", "input", "stream", "store", "include", "instructions", "tools", "tool_choice", "temperature", "top_p",
    "max_output_tokens", "reasoning", "text", "parallel_tool_calls",
})  # fmt: skip
ANTHROPIC = frozenset({
    "model", "max_tokens", "messages", "stream", "system", "stop_sequences", "temperature", "top_p", "top_k", "tools",
    "tool_choice", "thinking",
})  # fmt: skip
GEMINI = frozenset({
    "temperature", "topP", "topK", "maxOutputTokens", "seed", "presencePenalty", "frequencyPenalty", "stopSequences",
    "responseLogprobs", "logprobs", "thinkingConfig", "responseMimeType", "responseSchema",
})  # fmt: skip
GEMINI_TOP = ("systemInstruction", "tools", "toolConfig", "safetySettings")
OWN = frozenset({"content-type", "accept", "anthropic-version"})
"""What the libraries say by themselves."""


def openai(sent: Sending) -> str:
    chat = sent.dialect == "openai_chat"
    call = "chat.completions" if chat else "responses"
    told = (
        'for event in answer:\n    for choice in event.choices:\n        print(choice.delta.content or "", end="", '
        "flush=True)\n"
        if chat
        else 'for event in answer:\n    if event.type == "response.output_text.delta":\n        print(event.delta, '
        'end="", flush=True)\n'
    )
    client = f"OpenAI(base_url={sent.base_url!r}, api_key={key(sent)}{_headers(sent)})"
    made = f"client.{call}.create({_arguments(sent.tree, OPENAI_CHAT if chat else RESPONSES)})"
    return f"import os\n\nfrom openai import OpenAI\n\nclient = {client}\nanswer = {made}\n{told}print()\n"


def anthropic(sent: Sending) -> str:
    base_url = sent.base_url.removesuffix("/").removesuffix("/v1")
    client = f"Anthropic(base_url={base_url!r}, api_key={key(sent)}{_headers(sent)})"
    made = f"client.messages.create({_arguments(sent.tree, ANTHROPIC)})"
    told = (
        'for event in answer:\n    if event.type == "content_block_delta" and event.delta.type == "text_delta":\n'
        '        print(event.delta.text, end="", flush=True)\n'
    )
    return f"import os\n\nfrom anthropic import Anthropic\n\nclient = {client}\nanswer = {made}\n{told}print()\n"


def google(sent: Sending) -> str:
    tree = sent.tree
    config, rest = _google_config(tree)
    options: dict[str, Any] = {"base_url": sent.base_url.removesuffix("/").removesuffix("/v1beta")}
    options |= {"extra_body": rest} if rest else {}
    options |= {"headers": found} if (found := _other_headers(sent)) else {}
    return (
        "import os\n\nfrom google import genai\n\n"
        f"client = genai.Client(api_key={key(sent)}, http_options={literal(options)})\n"
        "answer = client.models.generate_content_stream(\n"
        f"    model={sent.model!r},\n    contents={literal(tree['contents'])},\n    config={literal(config)},\n)\n"
        'for piece in answer:\n    print(piece.text or "", end="", flush=True)\nprint()\n'
    )


def _google_config(tree: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the library's one config holds of the body, and what is left for the body itself."""
    said = tree.get("generationConfig", {})
    config = {name: value for name, value in said.items() if name in GEMINI}
    config |= {name: tree[name] for name in GEMINI_TOP if name in tree}
    rest = {n: v for n, v in tree.items() if n not in ("contents", "generationConfig", *GEMINI_TOP)}
    other = {name: value for name, value in said.items() if name not in GEMINI}
    return config, rest | ({"generationConfig": other} if other else {})


def _arguments(tree: dict[str, Any], known: frozenset[str]) -> str:
    lines = [f"    {name}={literal(value)},\n" for name, value in tree.items() if name in known]
    if rest := {name: value for name, value in tree.items() if name not in known}:
        lines.append(f"    extra_body={literal(rest)},\n")
    return "\n" + "".join(lines)


def _headers(sent: Sending) -> str:
    parts = [f"{name!r}: {value!r}" for name, value in _other_headers(sent).items()]
    parts += [f"{name!r}: {key(sent)}" for name, value in sent.headers.items() if value == KEY and name == "api-key"]
    return f", default_headers={{{', '.join(parts)}}}" if parts else ""


def _other_headers(sent: Sending) -> dict[str, str]:
    return {name: value for name, value in sent.headers.items() if name not in OWN and KEY not in value}

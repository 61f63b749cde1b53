"""The conversation and its tools as Gemini has them."""

from collections.abc import Iterator
from typing import Any

from providers.dialects.attachments import arguments_of, base64_of
from providers.dialects.documents import decoded
from providers.errors import ProviderError
from providers.types import Attachment, Call, Message, OnlyTool, Result, Tool, ToolChoice

Part = dict[str, Any]
UNSIGNED = "skip_thought_signature_validator"
"""Goes in place of the signature of a call that Gemini did not make; without one Gemini 3 refuses the conversation."""
MODES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}


def turn(message: Message, endpoint: str, *, signed: bool) -> dict[str, Any]:
    """One of `contents`. With `signed`, calls must have signatures."""
    if message.role == "user":
        return {"role": "user", "parts": [*_asked(message)]}
    if isinstance(echoed := message.echoed("gemini", endpoint), list):
        return {"role": "model", "parts": echoed}
    calls = [_call(call) for call in message.calls]
    if signed and calls:
        calls[0]["thoughtSignature"] = UNSIGNED  # of calls made at once, only the first one has a signature
    return {"role": "model", "parts": [*_text(message, alone=not calls), *calls]}


def _asked(message: Message) -> Iterator[Part]:
    yield from map(_result, message.results)
    yield from map(_attached, message.attachments)
    yield from _text(message, alone=not (message.results or message.attachments))


def _text(message: Message, *, alone: bool) -> list[Part]:
    return [{"text": message.text}] if message.text or alone else []


def _call(call: Call) -> Part:
    said = {"name": call.name, "args": arguments_of(call)}
    return {"functionCall": said | ({"id": call.id} if call.id else {})}


def _result(result: Result) -> Part:
    said = {"name": result.name, "response": _response(result)}
    return {"functionResponse": said | ({"id": result.id} if result.id else {})}


def _response(result: Result) -> dict[str, Any]:
    try:
        said = decoded(result.text.encode())
    except (ProviderError, UnicodeEncodeError):
        said = None
    told = said if isinstance(said, dict) else result.text
    if result.failed:
        return {"error": told}
    return told if isinstance(told, dict) else {"result": told}


def _attached(one: Attachment) -> Part:
    if not one.url:
        return {"inlineData": {"mimeType": one.media_type, "data": base64_of(one.data)}}
    kind = {"mimeType": one.media_type} if one.media_type else {}
    return {"fileData": kind | {"fileUri": one.url}}


def declaration(tool: Tool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": tool.name} | ({"description": tool.description} if tool.description else {})
    return said | ({"parametersJsonSchema": tool.parameters} if tool.parameters else {})


def choice(one: ToolChoice) -> dict[str, Any]:
    """`toolConfig`."""
    if isinstance(one, OnlyTool):
        return {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": [one.name]}}
    return {"functionCallingConfig": {"mode": MODES[one]}}

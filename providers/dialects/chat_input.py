"""The conversation as messages of Chat Completions."""

import hashlib
import string
from collections.abc import Iterator
from typing import Any

from providers.dialects.attachments import base64_of, is_text, refused, text_in
from providers.dialects.base import Quirks
from providers.dialects.call_ids import CallIds
from providers.types import File, Image, Message, Request

SHORT = 9
"""The length that Mistral wants of a call's id."""
LETTERS = string.ascii_letters + string.digits


class ChatInput:
    """Turns into messages, one after the other: results must name the calls that came before them."""

    def __init__(self, quirks: Quirks, endpoint: str, model: str) -> None:
        self._quirks, self._endpoint, self._model = quirks, endpoint, model
        self._ids = CallIds(rename=shortened if quirks.short_call_ids else str)

    def messages(self, request: Request) -> list[dict[str, Any]]:
        system = [{"role": "system", "content": request.system}] if request.system is not None else []
        return [*system, *(each for message in request.messages for each in self._turn(message))]

    def _turn(self, message: Message) -> Iterator[dict[str, Any]]:
        if message.role == "assistant":
            yield self._answer(message)
            return
        for result in message.results:
            yield {"role": "tool", "tool_call_id": self._ids.of_result(result), "content": result.text}
        if message.text or message.attachments or not message.results:
            yield {"role": "user", "content": self._content(message)}

    def _answer(self, message: Message) -> dict[str, Any]:
        said: dict[str, Any] = {"role": "assistant", "content": message.text}
        if message.calls:
            said["content"] = message.text or None
            said["tool_calls"] = [
                {
                    "id": self._ids.of_call(call),
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments or "{}"},
                }
                for call in message.calls
            ]
        echoed = message.echoed("openai_chat", self._endpoint)
        if isinstance(echoed, dict):
            said |= {name: value for name, value in echoed.items() if name in self._quirks.echoes}
        if message.calls and self._quirks.wants_reasoning_of_calls:
            said.setdefault("reasoning_content", "")
        return said

    def _content(self, message: Message) -> str | list[dict[str, Any]]:
        if not message.attachments:
            return message.text
        parts = [self._image(each) if isinstance(each, Image) else self._file(each) for each in message.attachments]
        return [*parts, {"type": "text", "text": message.text}] if message.text else parts

    def _image(self, image: Image) -> dict[str, Any]:
        match self._quirks.images:
            case "none":
                raise refused(f"{self._model} is asked through an API that takes no pictures")
            case "data" if not image.data:
                raise refused("this server takes a picture's own bytes, not its address: attach the file")
        return {"type": "image_url", "image_url": {"url": image.url or _data_url(image.media_type, image.data)}}

    def _file(self, file: File) -> dict[str, Any]:
        """Text is sent as text, under its name, as every server reads that; other documents where the API has them."""
        if file.data and is_text(file.media_type):
            return {"type": "text", "text": f"{file.name}:\n{text_in(file)}"}
        url = file.url or _data_url(file.media_type, file.data)
        match self._quirks.files:
            case "document_url":
                return {"type": "document_url", "document_url": url, "document_name": file.name}
            case "file" if file.data:
                return {"type": "file", "file": {"filename": file.name, "file_data": url}}
            case "file":
                raise refused(f"this API takes a document's own bytes, not its address: attach {file.name} as a file")
            case "none":
                raise refused(f"this API takes pictures and text, and {file.name} is {file.media_type}")


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64_of(data)}"


def shortened(id_: str) -> str:
    """An id of nine letters and digits, always the same for the same id; one that is such already stays."""
    if len(id_) == SHORT and id_.isascii() and id_.isalnum():
        return id_
    number = int.from_bytes(hashlib.sha256(id_.encode("utf-8", "replace")).digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(SHORT))

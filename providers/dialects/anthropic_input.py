"""The conversation and its tools as Anthropic Messages has them."""

from collections.abc import Iterable, Iterator
from typing import Any

from providers.dialects.anthropic_blocks import THOUGHTS
from providers.dialects.attachments import arguments_of, base64_of, is_text, refused, text_in
from providers.dialects.call_ids import CallIds
from providers.types import Attachment, File, Image, Message, OnlyTool, Result, Tool, ToolChoice

Block = dict[str, Any]
PDF = "application/pdf"
CHOICES = {"auto": "auto", "required": "any", "none": "none"}


class Conversation:
    """Gives one turn after the other; remembers the calls, which the results that follow must name."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._ids = CallIds()

    def turns(self, messages: Iterable[Message]) -> Iterator[Block]:
        """An assistant's turn in which nothing was said is left out: it would be refused."""
        for message in messages:
            content = self._content(message)
            if message.role == "user" or (content.strip() if isinstance(content, str) else content):
                yield {"role": message.role, "content": content}

    def _content(self, message: Message) -> str | list[Any]:
        if message.role == "user":
            if not message.results and not message.attachments:
                return message.text  # the short form, which every server understands
            blocks = [*map(self._result, message.results), *map(_attached, message.attachments)]
            return [*blocks, *_text(message)]
        if isinstance(echoed := message.echoed("anthropic", self._endpoint), list):
            return echoed
        if not message.calls:
            return message.text
        calls = [
            {"type": "tool_use", "id": self._ids.of_call(call), "name": call.name, "input": arguments_of(call)}
            for call in message.calls
        ]
        return [*_text(message), *calls]

    def _result(self, result: Result) -> Block:
        block = {"type": "tool_result", "tool_use_id": self._ids.of_result(result), "content": result.text}
        return block | ({"is_error": True} if result.failed else {})


def _text(message: Message) -> list[Block]:
    return [{"type": "text", "text": message.text}] if message.text.strip() else []  # which must have words


def _attached(one: Attachment) -> Block:
    if isinstance(one, Image):
        return {"type": "image", "source": _source(one)}
    if one.url or one.media_type == PDF:
        return {"type": "document", "source": _source(one), "title": one.name}
    if not is_text(one.media_type):
        raise refused(f"Anthropic takes PDF and text files, and {one.name} is called {one.media_type}")
    source = {"type": "text", "media_type": "text/plain", "data": text_in(one)}
    return {"type": "document", "source": source, "title": one.name}


def _source(one: Image | File) -> Block:
    if one.url:
        return {"type": "url", "url": one.url}
    return {"type": "base64", "media_type": one.media_type, "data": base64_of(one.data)}


def goes_on_without_thought(turns: list[Block]) -> bool:
    """Whether results are to be answered whose calls followed no thought of Claude's own."""
    if len(turns) < 2 or not _holds(turns[-1], "tool_result") or not isinstance(turns[-2]["content"], list):
        return False
    first = next(iter(turns[-2]["content"]), None)
    return not (isinstance(first, dict) and first.get("type") in THOUGHTS)


def _holds(turn: Block, kind: str) -> bool:
    return isinstance(turn["content"], list) and any(block.get("type") == kind for block in turn["content"])


def tool(one: Tool) -> Block:
    said: Block = {"name": one.name} | ({"description": one.description} if one.description else {})
    said["input_schema"] = {"type": "object"} | one.parameters
    return said | ({} if one.strict is None else {"strict": one.strict})


def choice(one: ToolChoice | None, parallel: bool | None) -> Block | None:
    """`tool_choice`, which also says whether several calls may be made at once."""
    if one is None and parallel is None:
        return None
    chosen = {"type": "tool", "name": one.name} if isinstance(one, OnlyTool) else {"type": CHOICES[one or "auto"]}
    if parallel is None or chosen["type"] == "none":
        return chosen
    return chosen | {"disable_parallel_tool_use": not parallel}

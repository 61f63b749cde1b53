"""The conversation as input items of the Responses API."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from providers.types import Attachment, Call, Image, Message, Result

Item = dict[str, Any]


class Input:
    """Items of one message after the other; remembers the calls, which the results that follow must name."""

    def __init__(self, dialect: str, endpoint: str) -> None:
        self._dialect, self._endpoint = dialect, endpoint
        self._made = 0
        self._nameless: list[tuple[str, str]] = []
        """Name and made-up id of calls that came without an id and have no result yet."""
        self._free: set[str] = set()
        """Ids of calls whose input was free text: their results are of another type."""

    def items(self, message: Message) -> Iterator[Item]:
        if message.role == "user":
            yield from map(self._result, message.results)
            if message.text or message.attachments or not message.results:
                yield {"role": "user", "content": _content(message)}
        elif isinstance(echoed := message.echoed(self._dialect, self._endpoint), list):
            self._free |= {item["call_id"] for item in echoed if _is_free(item)}
            yield from echoed
        else:
            if message.text or not message.calls:
                yield {"role": "assistant", "content": message.text}
            yield from map(self._call, message.calls)

    def _call(self, call: Call) -> Item:
        id_ = call.id or self._id_for(call.name)
        return {"type": "function_call", "call_id": id_, "name": call.name, "arguments": call.arguments or "{}"}

    def _id_for(self, name: str) -> str:
        self._made += 1
        self._nameless.append((name, f"call_{self._made}"))
        return f"call_{self._made}"

    def _result(self, result: Result) -> Item:
        id_ = result.id or self._answered(result.name)
        kind = "custom_tool_call_output" if id_ in self._free else "function_call_output"
        return {"type": kind, "call_id": id_, "output": result.text}

    def _answered(self, name: str) -> str:
        """The id that the oldest open call of that name was given."""
        for open_ in self._nameless:
            if open_[0] == name:
                self._nameless.remove(open_)
                return open_[1]
        return self._id_for(name)


def _is_free(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == "custom_tool_call" and isinstance(item.get("call_id"), str)


def _content(message: Message) -> str | list[Item]:
    if not message.attachments:
        return message.text  # the short form, which every server understands
    parts = [_attached(one) for one in message.attachments]
    return [*parts, {"type": "input_text", "text": message.text}] if message.text else parts


def _attached(one: Attachment) -> Item:
    url = one.url or f"data:{one.media_type};base64,{b64encode(one.data).decode()}"
    if isinstance(one, Image):
        return {"type": "input_image", "image_url": url, "detail": "auto"}  # vLLM refuses one without its detail
    if one.url:
        return {"type": "input_file", "file_url": url}
    return {"type": "input_file", "filename": one.name, "file_data": url}

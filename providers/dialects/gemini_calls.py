"""Calls in the parts of an answer: whole ones, and those whose arguments Vertex streams."""

import json
from typing import Any

from providers.dialects.documents import text_of
from providers.dialects.gemini_arguments import StreamedArguments
from providers.dialects.gemini_parts import Part, Parts
from providers.dialects.text import whole
from providers.events import Event, ToolCall, ToolCallDelta


class _Streamed:
    def __init__(self, number: int, id_: str | None, name: str, part: Part) -> None:
        self.number, self.id, self.name, self.part = number, id_, name, part
        self.arguments = StreamedArguments()


class Calls:
    """A part with a name opens a call. It is whole there and then, unless it is said to go on: then the parts without
    a name belong to it, until one that says nothing, the next call, or the end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._count = 0
        self._streamed: _Streamed | None = None

    def add(self, part: Part, call: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        if not call.get("name"):
            self._go_on(part, call, at_ns, out)
            return
        self.close(at_ns, out)
        number, self._count = self._count, self._count + 1
        id_ = whole(call["id"]) if isinstance(call.get("id"), str) else None
        name = whole(str(call["name"]))
        if call.get("willContinue") or call.get("partialArgs"):
            self._open(_Streamed(number, id_, name, dict(part)), at_ns, out)
            self._go_on(part, call, at_ns, out)
            return
        self._parts.add(part)
        arguments = whole(text_of(call["args"])) if call.get("args") is not None else "{}"
        out.append(ToolCallDelta(0, at_ns, number, id_, name, arguments))
        out.append(ToolCall(0, at_ns, number, id_, name, arguments))

    def close(self, at_ns: int, out: list[Event]) -> None:
        """Whatever is open is over. What of it was cut off does not go back."""
        call, self._streamed = self._streamed, None
        if call is None:
            return
        arguments, complete = call.arguments.joined()
        said = {"name": call.name, "args": json.loads(arguments)}
        call.part["functionCall"] = said | ({} if call.id is None else {"id": call.id})
        if not complete:
            self._parts.drop(call.part)
        out.append(ToolCallDelta(0, at_ns, call.number, call.id, call.name, arguments))
        out.append(ToolCall(0, at_ns, call.number, call.id, call.name, arguments, complete))

    def _open(self, call: _Streamed, at_ns: int, out: list[Event]) -> None:
        self._streamed = call
        self._parts.add(call.part)
        out.append(ToolCallDelta(0, at_ns, call.number, call.id, call.name, ""))

    def _go_on(self, part: Part, call: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        if self._streamed is None:
            return
        if signature := part.get("thoughtSignature"):
            self._streamed.part["thoughtSignature"] = signature
        self._streamed.arguments.add(call.get("partialArgs"))
        if not call.get("partialArgs") and not call.get("willContinue"):
            self.close(at_ns, out)

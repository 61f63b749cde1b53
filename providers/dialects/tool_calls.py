"""Tool calls put together from the pieces in which OpenAI-like servers stream them."""

import json
from collections.abc import Iterator
from typing import Any

from providers.events import Event, ToolCall, ToolCallDelta


class _Call:
    def __init__(self, number: int, id_: str | None, index: int | None) -> None:
        self.number, self.id, self.index = number, id_, index
        self.name = ""
        self.arguments = ""


class ToolCalls:
    """A non-empty id says which call a piece belongs to, else its index, else it is the latest one's; a new id on an
    index already in use opens a new call. A call is whole at the end of the answer, and not before."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def delta(self, piece: Any, at_ns: int) -> Iterator[Event]:
        if not isinstance(piece, dict):
            return
        function = piece.get("function") or piece.get("custom")
        function = function if isinstance(function, dict) else {}
        call = self._call(piece.get("id"), piece.get("index"))
        if isinstance(name := function.get("name"), str) and name and not call.name:
            call.name = name
        text = _arguments(function)
        call.arguments += text
        yield ToolCallDelta(0, at_ns, call.number, call.id, call.name, text)

    def close(self, at_ns: int) -> Iterator[Event]:
        for call in self._calls:
            yield ToolCall(0, at_ns, call.number, call.id, call.name, call.arguments, _is_whole(call.arguments))

    def _call(self, id_: Any, index: Any) -> _Call:
        id_ = id_ if isinstance(id_, str) and id_ not in ("", "null") else None
        index = index if isinstance(index, int) else None
        if id_ is not None:
            known = [call for call in self._calls if call.id == id_]
            unnamed = [c for c in self._calls if c.id is None and c.index == index and index is not None]
            if not known and unnamed:
                unnamed[-1].id = id_
            return (known or unnamed or [self._open(id_, index)])[-1]
        if index is not None:
            same = [call for call in self._calls if call.index == index]
            return (same or [self._open(None, index)])[-1]
        return self._calls[-1] if self._calls else self._open(None, None)

    def _open(self, id_: str | None, index: int | None) -> _Call:
        self._calls.append(_Call(len(self._calls), id_, index))
        return self._calls[-1]


def _arguments(function: dict[str, Any]) -> str:
    value = function.get("arguments", function.get("input"))
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if value is not None else ""


def _is_whole(arguments: str) -> bool:
    """Whether the arguments can be read; none at all mean `{}`."""
    try:
        json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return False
    return True

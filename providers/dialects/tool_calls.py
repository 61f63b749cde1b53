"""Tool calls put together from the pieces in which OpenAI-like servers stream them."""

from typing import Any

from providers.dialects import documents
from providers.dialects.text import Joiner, whole
from providers.events import Event, ToolCall, ToolCallDelta


class _Call:
    def __init__(self, number: int, id_: str | None, index: int | None) -> None:
        self.number, self.id, self.index = number, id_, index
        self.name = ""
        self.fragments: list[str] = []
        self.size = 0
        self.joiner = Joiner()
        self.given = False
        """It has been said to be whole."""

    @property
    def arguments(self) -> str:
        return "".join(self.fragments)


class ToolCalls:
    """A non-empty id says which call a piece belongs to, else its index, else it is the latest one's.

    A new id on an index already in use opens a new call if a name comes with it: some servers make up a new id for
    every piece. A call is whole when the answer has its finish reason, and not before.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, pieces: Any, at_ns: int, out: list[Event]) -> None:
        """The calls of one delta: a list, or the only one by itself."""
        touched: list[_Call] = []
        for piece in pieces if isinstance(pieces, list) else [pieces]:
            if isinstance(piece, dict):
                touched.append(self._add(piece, touched, at_ns, out))

    def close(self, at_ns: int, out: list[Event]) -> None:
        """Nothing more is to come: every call is whole, or else broken."""
        for call in self._calls:
            if call.given:
                continue
            call.given = True
            if held := call.joiner.end():
                call.fragments.append(held)
                out.append(ToolCallDelta(0, at_ns, call.number, call.id, call.name, held))
            text = call.arguments
            out.append(ToolCall(0, at_ns, call.number, call.id, call.name, text, is_whole(text)))

    def _add(self, piece: dict[str, Any], touched: list[_Call], at_ns: int, out: list[Event]) -> _Call:
        function = piece.get("function") or piece.get("custom")
        function = function if isinstance(function, dict) else {}
        name = function.get("name")
        name = whole(name) if isinstance(name, str) else ""
        call = self._call(piece.get("id"), piece.get("index"), name, touched)
        call.name = call.name or name
        text = call.joiner.feed(_arguments(function))
        if text.startswith("{") and len(text) == call.size and text == call.arguments and is_whole(text):
            text = ""  # all of it once more, at the end
        if text:
            call.fragments.append(text)
            call.size += len(text)
            call.given = False
        out.append(ToolCallDelta(0, at_ns, call.number, call.id, call.name, text))
        return call

    def _call(self, id_: Any, index: Any, name: str, touched: list[_Call]) -> _Call:
        id_ = whole(id_) if isinstance(id_, str) and id_ not in ("", "null") else None
        index = index if isinstance(index, int) else None
        if id_ is not None and (known := [call for call in self._calls if call.id == id_]):
            return known[-1]
        same = [call for call in self._calls if call.index == index] if index is not None else []
        if id_ is not None:
            if same and same[-1].id is None:
                same[-1].id = id_
                return same[-1]
            return same[-1] if same and not name else self._open(id_, index)
        if index is not None:
            return same[-1] if same else self._open(None, index)
        latest = self._calls[-1] if self._calls else None
        if latest is None or (name and (latest in touched or (latest.fragments and is_whole(latest.arguments)))):
            return self._open(None, None)
        return latest

    def _open(self, id_: str | None, index: int | None) -> _Call:
        self._calls.append(_Call(len(self._calls), id_, index))
        return self._calls[-1]


def is_whole(arguments: str) -> bool:
    """Whether the arguments can be read; none at all mean `{}`."""
    return documents.parses(arguments or "{}")


def _arguments(function: dict[str, Any]) -> str:
    value = function.get("arguments", function.get("input"))
    return documents.text_of(value) if value is not None else ""

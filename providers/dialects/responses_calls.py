"""Tool calls of a Responses answer: opened by an item, streamed or not, whole when the item says so."""

from typing import Any

from providers.dialects.documents import text_of
from providers.dialects.responses_words import Key
from providers.dialects.text import Joiner, whole
from providers.dialects.tool_calls import is_whole
from providers.events import Event, ToolCall, ToolCallDelta

CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
"""Items that ask this side to do something, and where each says what."""


class _Call:
    def __init__(self, number: int) -> None:
        self.number = number
        self.id: str | None = None
        self.name = ""
        self.is_free = False
        """Its input is text of any form, not JSON."""
        self.joiner = Joiner()
        self.fragments: list[str] = []
        self.told: Any = None
        """What some event has called the whole of it."""
        self.given = False
        self.over = False
        """Its item has ended; another call at its place is another one."""

    def identify(self, item: dict[str, Any]) -> None:
        """`call_id` is what an answer must name; an item's own id is something else."""
        id_, name = item.get("call_id"), item.get("name")
        self.id = self.id or (whole(id_) if isinstance(id_, str) and id_ else None)
        self.name = self.name or (whole(name) if isinstance(name, str) else "")
        self.is_free = self.is_free or item.get("type") == "custom_tool_call"

    def piece(self, text: str, at_ns: int, out: list[Event]) -> None:
        if text:
            self.fragments.append(text)
        out.append(ToolCallDelta(0, at_ns, self.number, self.id, self.name, text))

    def settle(self, final: str, at_ns: int, out: list[Event]) -> str:
        """The arguments, given what they are said to be at the end: that holds, unless only what was streamed is
        sound."""
        streamed = "".join(self.fragments)
        if final.startswith(streamed):
            self.joiner.end()
            if rest := final[len(streamed) :]:
                self.piece(rest, at_ns, out)
            return final
        if held := self.joiner.end():
            self.piece(held, at_ns, out)
            streamed += held
        return streamed if not final or (is_whole(streamed) and not is_whole(final)) else final


class Calls:
    def __init__(self) -> None:
        self._all: list[_Call] = []
        self._at: dict[Key, _Call] = {}

    def __bool__(self) -> bool:
        return bool(self._all)

    def opened(self, key: Key, item: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        before = self._at.get(key)
        call = before if before is not None and before.id is None else self._open(key)
        call.identify(item)
        call.told = item.get(CALLS[item["type"]])
        call.piece("", at_ns, out)

    def delta(self, key: Key, text: str, at_ns: int, out: list[Event]) -> None:
        call = self._at.get(key) or self._open(key)
        if not call.given and (text := call.joiner.feed(text)):
            call.piece(text, at_ns, out)

    def said(self, key: Key, said: dict[str, Any], arguments: Any, at_ns: int, out: list[Event]) -> None:
        """The arguments are whole. A call that is not known by id and name yet waits for its item."""
        call = self._at.get(key) or self._open(key)
        call.identify(said)
        call.told = arguments or call.told
        if call.id is not None and call.name:
            self._give(call, at_ns, out)

    def done(self, key: Key, item: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        call = self._at.get(key)
        if call is None or (call.over and call.id != item.get("call_id")):
            call = self._open(key)
        call.identify(item)
        call.over = True
        call.told = item.get(CALLS[item["type"]]) or call.told
        self._give(call, at_ns, out, is_cut=item.get("status") == "incomplete")

    def close(self, at_ns: int, out: list[Event], *, is_cut: bool) -> None:
        """The answer is over; a call that never ended is broken if the answer was cut."""
        for call in self._all:
            self._give(call, at_ns, out, is_cut=is_cut)

    def _open(self, key: Key) -> _Call:
        self._at[key] = call = _Call(len(self._all))
        self._all.append(call)
        return call

    def _give(self, call: _Call, at_ns: int, out: list[Event], *, is_cut: bool = False) -> None:
        if call.given:
            return
        call.given = True
        text = call.settle(whole(text_of(call.told)) if call.told else "", at_ns, out)
        is_complete = not is_cut and (call.is_free or is_whole(text))
        out.append(ToolCall(0, at_ns, call.number, call.id, call.name, text, is_complete))

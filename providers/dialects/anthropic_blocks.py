"""Content blocks of an Anthropic message: what each says while it comes, and what it is as a whole."""

from typing import Any

from providers.dialects.documents import decoded, tame, text_of
from providers.dialects.text import Joiner, whole
from providers.dialects.tool_calls import is_whole
from providers.errors import ProviderError
from providers.events import Event, Reasoning, Text, ToolCall, ToolCallDelta

THOUGHTS = ("thinking", "redacted_thinking")


class Block:
    """Begun with what `content_block_start` said. `number` is that of a call of ours, None for any other block."""

    def __init__(self, said: dict[str, Any], number: int | None = None) -> None:
        self.number = number
        self.citations: list[Any] = []
        self.signature: str | None = None
        self._said = said
        self._id = whole(said["id"]) if isinstance(said.get("id"), str) else None
        self._name = whole(said["name"]) if isinstance(said.get("name"), str) else ""
        self._kind: type[Text] | type[Reasoning] = Text
        self._words: list[str] = []
        self._word_joiner = Joiner()
        self._json: list[str] = []
        self._json_joiner = Joiner()

    def say(self, kind: type[Text] | type[Reasoning], text: str, at_ns: int, out: list[Event]) -> None:
        self._kind = kind
        if text := self._word_joiner.feed(text):
            self._words.append(text)
            out.append(kind(0, at_ns, text))

    def add_json(self, text: str, at_ns: int, out: list[Event]) -> None:
        if text := self._json_joiner.feed(text):
            self._piece(text, at_ns, out)

    def begin(self, at_ns: int, out: list[Event]) -> None:
        if self.number is not None:
            self._piece("", at_ns, out)
        match self._said:
            case {"type": "text", "text": str(text)}:
                self.say(Text, text, at_ns, out)
            case {"type": "thinking", "thinking": str(text)}:
                self.say(Reasoning, text, at_ns, out)

    def close(self, at_ns: int, out: list[Event]) -> None:
        if text := self._word_joiner.end():
            self._words.append(text)
            out.append(self._kind(0, at_ns, text))
        if text := self._json_joiner.end():
            self._piece(text, at_ns, out)
        if self.number is not None:
            arguments = self._arguments
            out.append(ToolCall(0, at_ns, self.number, self._id, self._name, arguments, is_whole(arguments)))

    def content(self) -> dict[str, Any] | None:
        """The block as it goes back; None for what no request may hold: text without words, a call that was cut."""
        said = dict(self._said)
        match said.get("type"):
            case "text":
                said["text"] = "".join(self._words)
                if not said["text"].strip():
                    return None
            case "thinking":
                said["thinking"] = "".join(self._words)
        if self.number is not None or self._json:
            try:
                said["input"] = decoded(self._arguments.encode() or b"{}")
            except ProviderError:
                return None
        if self.signature is not None:
            said["signature"] = self.signature
        if self.citations:
            given = said.get("citations")
            said["citations"] = [*(given if isinstance(given, list) else ()), *self.citations]
        return said

    @property
    def _arguments(self) -> str:
        """The input that the block began with holds only if no piece of it was streamed."""
        given = self._said.get("input")
        return "".join(self._json) or ("" if given is None else whole(text_of(given)))

    def _piece(self, text: str, at_ns: int, out: list[Event]) -> None:
        self._json.append(text)
        if self.number is not None:
            out.append(ToolCallDelta(0, at_ns, self.number, self._id, self._name, text))


def turn_of(blocks: list[Block], *, paused: bool) -> list[Any] | None:
    """The message as the next request must hold it; None where its text says it all. No message ends in thought."""
    said = [content for block in blocks if (content := block.content()) is not None]
    while said and said[-1].get("type") in THOUGHTS:
        said.pop()
    if not said or (not paused and all(one.get("type") == "text" and not one.get("citations") for one in said)):
        return None
    return [tame(one) for one in said]

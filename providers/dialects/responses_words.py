"""The words of a Responses answer: they come as deltas, and again whole with each thing that ends."""

from typing import Any, Literal

from providers.dialects.text import Joiner, whole
from providers.events import Event, Reasoning, Refusal, Text

Source = Literal["text", "refusal", "summary", "thought"]
Key = int | str
"""Which item of the output: its `output_index`, as ids may change from event to event; its id where it has none."""

KINDS: dict[Source, type[Text] | type[Refusal] | type[Reasoning]] = {
    "text": Text,
    "refusal": Refusal,
    "summary": Reasoning,
    "thought": Reasoning,
}
REASONING: tuple[Source, Source] = "thought", "summary"


class _Part:
    def __init__(self) -> None:
        self.joiner = Joiner()
        self.pieces: list[str] = []


class Words:
    """What has been said, by item and part: what comes again is not said again, and what is missing is."""

    def __init__(self) -> None:
        self._parts: dict[tuple[Source, Key], dict[int, _Part]] = {}
        self._sources: set[Source] = set()

    def __bool__(self) -> bool:
        return bool(self._sources)

    def has(self, *sources: Source) -> bool:
        return not self._sources.isdisjoint(sources)

    def delta(self, source: Source, key: Key, part: int, text: str, at_ns: int, out: list[Event]) -> None:
        parts = self._parts.get((source, key))
        if parts is None:
            parts = self._parts[source, key] = {}
        words = parts.get(part)
        if words is None:
            words = parts[part] = _Part()
        if text := words.joiner.feed(text):
            self._sources.add(source)
            words.pieces.append(text)
            out.append(KINDS[source](0, at_ns, text))

    def part(self, source: Source, key: Key, part: int, text: Any, at_ns: int, out: list[Event]) -> None:
        """A part of an item is over; `text` is the whole of it. Where a thought was streamed in its other form, it is
        not said again in this one."""
        other = (*REASONING, *REASONING)[REASONING.index(source) + 1] if source in REASONING else source
        is_other = (other, key) in self._parts and (source, key) not in self._parts
        if isinstance(text, str) and not is_other:
            words = self._parts.get((source, key), {}).get(part)
            self._rest(source, key, part, [words] if words else [], text, at_ns, out)

    def item(self, source: Source, key: Key, text: str, at_ns: int, out: list[Event]) -> None:
        """An item is over; `text` is that of all its parts. It counts as one, since parts may have been misnumbered."""
        said = self._parts.get((source, key), {})
        self._rest(source, key, max(said, default=0), list(said.values()), text, at_ns, out)

    def thoughts(self, key: Key, thought: str, summary: str, at_ns: int, out: list[Event]) -> None:
        """A reasoning item is over. Where neither form was streamed, the fuller one is said."""
        forms: dict[Source, str] = {"thought": thought, "summary": summary}
        said = [source for source in forms if (source, key) in self._parts]
        for source in said or [REASONING[0] if thought else REASONING[1]]:
            self.item(source, key, forms[source], at_ns, out)

    def close(self, at_ns: int, out: list[Event]) -> None:
        """What was held back for its other half."""
        for (source, _), parts in self._parts.items():
            for words in parts.values():
                if text := words.joiner.end():
                    self._sources.add(source)
                    out.append(KINDS[source](0, at_ns, text))

    def _rest(
        self, source: Source, key: Key, part: int, said: list[_Part], text: str, at_ns: int, out: list[Event]
    ) -> None:  # fmt: skip
        text, before = whole(text), "".join(piece for words in said for piece in words.pieces)
        if len(text) > len(before) and text.startswith(before):
            for words in said:
                words.joiner.end()  # it is in the rest
            self.delta(source, key, part, text[len(before) :], at_ns, out)

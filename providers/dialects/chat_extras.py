"""What an assistant's message must hold in the next request beside its text and calls: reasoning, as it was sent.

DeepSeek, Moonshot, Qwen and vLLM want the reasoning that led to a call, OpenRouter its `reasoning_details`, LiteLLM the
`thinking_blocks` with Anthropic's signatures.
"""

from typing import Any

from providers.dialects.chat_shapes import Delta
from providers.dialects.documents import tame

LISTS = ("reasoning_details", "thinking_blocks")
JOINED = ("text", "summary", "data", "thinking")
"""Fields of a list's items that are streamed in pieces; of all others the last one holds."""


class Extras:
    """Gathers what deltas say, for the cost of a look at each."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = {}
        self._items: dict[str, list[dict[str, Any]]] = {}

    def add(self, delta: Delta) -> None:
        if delta.reasoning_content is not None:
            self._words.setdefault("reasoning_content", []).append(delta.reasoning_content)
        if delta.reasoning is not None:
            self._words.setdefault("reasoning", []).append(delta.reasoning)
        for piece in delta.reasoning_details or ():
            self._piece("reasoning_details", piece)
        for piece in delta.thinking_blocks or ():
            self._piece("thinking_blocks", piece)

    def content(self, *, has_calls: bool) -> dict[str, Any] | None:
        """The fields, None where nothing must go back: plain reasoning belongs to calls only."""
        lists = {name: [_whole(item) for item in items] for name, items in self._items.items()}
        words = {name: "".join(pieces) for name, pieces in self._words.items()} if has_calls else {}
        return tame(words | lists) or None

    def _piece(self, name: str, piece: Any) -> None:
        """A piece goes on with the item of its index; without an index, with the latest that is of its kind."""
        if not isinstance(piece, dict):
            return
        items = self._items.setdefault(name, [])
        item = _continued(items, piece)
        if item is None:
            items.append({key: [value] if key in JOINED else value for key, value in piece.items()})
            return
        for key, value in piece.items():
            if key in JOINED and isinstance(item.get(key), list):
                item[key].append(value)
            elif value is not None:
                item[key] = [value] if key in JOINED else value


def _continued(items: list[dict[str, Any]], piece: dict[str, Any]) -> dict[str, Any] | None:
    index, kind = piece.get("index"), piece.get("type")
    same = [item for item in items if item.get("index") == index and item.get("type") == kind]
    if index is None and same and (same[-1].get("signature") or same[-1] is not items[-1]):
        return None  # a signature closes a block
    return same[-1] if same else None


def _whole(item: dict[str, Any]) -> dict[str, Any]:
    return {key: _joined(value) if key in JOINED else value for key, value in item.items()}


def _joined(pieces: Any) -> Any:
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if texts else (pieces[-1] if pieces else None)

"""The items that a Responses answer consists of: what each says when it opens, with each token, and when it closes."""

import secrets
from collections.abc import Iterator
from typing import Any

from providers.practice import openai_words
from providers.practice.ask import Ask
from providers.practice.face import sealed
from providers.practice.generation import Piece, Token

Said = tuple[str, dict[str, Any]]
"""The name of an event, and its content."""


class ReasoningItem:
    """The thought. Its words are told as a summary to who asked for one, and to nobody else."""

    is_thought = True

    def __init__(self, index: int, ask: Ask) -> None:
        self._index = index
        self._id = f"rs_{secrets.token_hex(24)}"
        self._shown, self._sealed = ask.show_thought, ask.seal_thought
        self._texts: list[str] = []

    def opened(self) -> Iterator[Said]:
        yield "response.output_item.added", {"output_index": self._index, "item": self._item([])}
        if self._shown:
            yield "response.reasoning_summary_part.added", self._at(part=_summary(""))

    def piece(self, piece: Piece) -> Iterator[Said]:
        self._texts.append(piece.text)
        if self._shown:
            yield "response.reasoning_summary_text.delta", self._at(delta=piece.text)

    def closed(self, status: str) -> Iterator[Said]:
        if self._shown:
            text = "".join(self._texts)
            yield "response.reasoning_summary_text.done", self._at(text=text)
            yield "response.reasoning_summary_part.done", self._at(part=_summary(text))
        yield "response.output_item.done", {"output_index": self._index, "item": self.whole(status)}

    def whole(self, status: str) -> dict[str, Any]:
        text = "".join(self._texts)
        item = self._item([_summary(text)] if self._shown else [])
        return item | {"encrypted_content": sealed(text)} if self._sealed else item

    def _item(self, summary: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self._id, "type": "reasoning", "summary": summary}

    def _at(self, **content: Any) -> dict[str, Any]:
        return {"item_id": self._id, "output_index": self._index, "summary_index": 0, **content}


class MessageItem:
    is_thought = False

    def __init__(self, index: int, ask: Ask) -> None:
        self._index = index
        self._id = f"msg_{secrets.token_hex(24)}"
        self._logs = ask.sampling.logprobs
        self._texts: list[str] = []
        self._tokens: list[Token] = []

    def opened(self) -> Iterator[Said]:
        yield "response.output_item.added", {"output_index": self._index, "item": self._item("in_progress", [])}
        yield "response.content_part.added", self._at(part=self._part())

    def piece(self, piece: Piece) -> Iterator[Said]:
        self._texts.append(piece.text)
        self._tokens += piece.tokens
        logged = openai_words.logprobs(piece.tokens) if self._logs else []
        yield "response.output_text.delta", self._at(delta=piece.text, logprobs=logged)

    def closed(self, status: str) -> Iterator[Said]:
        part = self._part()
        yield "response.output_text.done", self._at(text=part["text"], logprobs=part["logprobs"])
        yield "response.content_part.done", self._at(part=part)
        yield "response.output_item.done", {"output_index": self._index, "item": self.whole(status)}

    def whole(self, status: str) -> dict[str, Any]:
        return self._item(status, [self._part()])

    def _item(self, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self._id, "type": "message", "status": status, "role": "assistant", "content": content}

    def _part(self) -> dict[str, Any]:
        """What the message holds so far."""
        logged = openai_words.logprobs(self._tokens) if self._logs else []
        return {"type": "output_text", "text": "".join(self._texts), "annotations": [], "logprobs": logged}

    def _at(self, **content: Any) -> dict[str, Any]:
        return {"item_id": self._id, "output_index": self._index, "content_index": 0, **content}


def _summary(text: str) -> dict[str, Any]:
    return {"type": "summary_text", "text": text}

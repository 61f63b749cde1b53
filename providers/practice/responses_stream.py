"""An answer in the words of OpenAI Responses: named events with running numbers, and the whole of it at the end."""

import secrets
import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from providers.practice import openai_words
from providers.practice.ask import Ask, Tally
from providers.practice.generation import End, Piece
from providers.practice.problems import Problem
from providers.practice.responses_items import MessageItem, ReasoningItem, Said


class Answer:
    """Items open when the first token of their kind arrives: the reasoning, if there is any, and the message."""

    def __init__(self, ask: Ask, tally: Tally) -> None:
        self._ask = ask
        self._tally = tally
        self._id = f"resp_{secrets.token_hex(24)}"
        self._created = int(time.time())
        self._number = 0
        self._item: MessageItem | ReasoningItem | None = None
        self._done: list[dict[str, Any]] = []

    def opening(self) -> bytes:
        begun = {"response": self._response("in_progress")}
        return self._events([("response.created", begun), ("response.in_progress", begun)])

    def piece(self, piece: Piece) -> bytes:
        opened = self._open(piece.thought) if self._item is None or self._item.is_thought is not piece.thought else b""
        assert self._item is not None
        return opened + self._events(self._item.piece(piece))

    def closing(self, end: End) -> bytes:
        status = _status(end)
        closed = self._close(status)
        return closed + self._events([(f"response.{status}", {"response": self._response(status)})])

    def problem(self, problem: Problem) -> bytes:
        """The error by itself, and then once more as the end of the response."""
        error = openai_words.error(problem)
        failed = self._response("failed") | {
            "error": {"code": error["code"] or error["type"], "message": problem.message}
        }
        return self._events([("error", {"error": error}), ("response.failed", {"response": failed})])

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        for piece in pieces:
            self.piece(piece)
        self._close(_status(end))
        return msgspec.json.encode(self._response(_status(end)))

    def _open(self, thought: bool) -> bytes:
        closed = self._close("completed")
        made = ReasoningItem if thought else MessageItem
        self._item = made(len(self._done), self._ask)
        return closed + self._events(self._item.opened())

    def _close(self, status: str) -> bytes:
        item, self._item = self._item, None
        if item is None:
            return b""
        closed = self._events(item.closed(status))
        self._done.append(item.whole(status))
        return closed

    def _response(self, status: str) -> dict[str, Any]:
        is_over = status in ("completed", "incomplete")
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "model": self._ask.entry.name,
            "output": [*self._done],
            "parallel_tool_calls": True,
            "service_tier": "default",
            "store": False,
            "temperature": self._ask.sampling.temperature,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": self._ask.sampling.top_p,
            "truncation": "disabled",
            "usage": self._usage() if is_over else None,
            "metadata": {},
        }

    def _usage(self) -> dict[str, Any]:
        tally = self._tally
        return {
            "input_tokens": tally.input,
            "input_tokens_details": {"cached_tokens": tally.cached},
            "output_tokens": tally.output,
            "output_tokens_details": {"reasoning_tokens": tally.thought},
            "total_tokens": tally.input + tally.output,
        }

    def _events(self, said: Iterable[Said]) -> bytes:
        return b"".join(self._event(name, content) for name, content in said)

    def _event(self, name: str, content: dict[str, Any]) -> bytes:
        body = msgspec.json.encode({"type": name, "sequence_number": self._number, **content})
        self._number += 1
        return b"event: %s\ndata: %s\n\n" % (name.encode(), body)


def _status(end: End) -> str:
    return "incomplete" if end.why == "length" else "completed"

"""What the server needs of a dialect: to read its requests and to answer in its words."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from providers.practice.ask import Ask, Tally
from providers.practice.fields import Fields
from providers.practice.generation import End, Piece
from providers.practice.problems import Problem

EVENT_STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"


class Call(msgspec.Struct, frozen=True):
    """A request as it came. Header names are lower case; `model` and `verb` are those of the path, if it has them."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]
    query: Mapping[str, str] = {}
    model: str | None = None
    verb: str | None = None


class Script(Protocol):
    """One answer. All but `whole` give bytes of its stream; they are called in the order in which they stand here."""

    def opening(self) -> bytes: ...

    def piece(self, piece: Piece) -> bytes:
        """Empty where the dialect shows nothing of it."""
        ...

    def closing(self, end: End) -> bytes: ...

    def problem(self, problem: Problem) -> bytes:
        """An error in the middle of the stream, which then ends."""
        ...

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        """The same answer as one body, for who asked for no stream."""
        ...


class Face(Protocol):
    @property
    def name(self) -> str: ...

    def ask(self, call: Call) -> Ask:
        """Raises `Problem`."""
        ...

    def script(self, ask: Ask, tally: Tally) -> Script: ...

    def content_type(self, ask: Ask) -> str: ...

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        """What this dialect adds to every response, `ms` after it received the request."""
        ...

    def wrong_key(self) -> Problem: ...

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an error response."""
        ...


def text_of(content: Fields, name: str) -> str:
    """A string, or the joined text of a list of parts. Raises `Problem` for a part that is not text."""
    if isinstance(content.raw(name), str):
        return str(content.raw(name))
    texts = []
    for part in content.objects(name):
        kind = part.text("type")
        if kind in ("thinking", "redacted_thinking"):
            continue
        if kind != "text":
            raise part.unfit("type", f"the practice models read text only, not {kind!r}")
        texts.append(part.text("text") or "")
    return "".join(texts)


def refuse(fields: Fields, *names: str) -> None:
    """Raises `Problem` if the request needs what these models cannot do: better than to leave it out in silence."""
    for name in names:
        if fields.raw(name):
            raise fields.unfit(name, "the practice models cannot do this")


def joined(pieces: Sequence[Piece], *, thought: bool) -> str:
    return "".join(piece.text for piece in pieces if piece.thought is thought)


def sealed(thought: str) -> str:
    """What stands for a thought where its words are not to be changed, or not to be told."""
    return b64encode(hashlib.sha256(thought.encode()).digest()).decode()

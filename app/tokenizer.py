"""A small process that counts tokens: an encoding takes half a second and 76 MB, which the engine must not spend.

The engine starts it as `python -m app.tokenizer` with a pipe on either side. It ends with that pipe, or when nobody has
asked for a while.
"""

import os
import select
import sys
from typing import TYPE_CHECKING

import msgspec

from app.children import die_with_parent
from app.frames import Framer
from app.ranks import EncodingName, TokenizerError, encoding

if TYPE_CHECKING:
    import tiktoken

IDLE_S = 180.0
READ_BYTES = 1 << 16
POLITENESS = 10


class Ask(msgspec.Struct, frozen=True):
    encoding: EncodingName
    texts: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True):
    """Tokens of all texts together; None with the reason if they cannot be counted."""

    tokens: int | None
    error: str = ""


class Encodings:
    """Counts with encodings that are loaded when first asked for. One that failed is not tried again."""

    def __init__(self) -> None:
        self._loaded: dict[EncodingName, tiktoken.Encoding | TokenizerError] = {}

    def answer(self, ask: Ask) -> Answer:
        found = self._loaded.get(ask.encoding)
        if found is None:
            found = self._loaded[ask.encoding] = _load(ask.encoding)
        if isinstance(found, TokenizerError):
            return Answer(None, str(found))
        # Ordinary: what looks like a special token in a user's text is text.
        return Answer(sum(len(found.encode_ordinary(text)) for text in ask.texts))


def _load(name: EncodingName) -> "tiktoken.Encoding | TokenizerError":
    try:
        return encoding(name)
    except TokenizerError as error:
        return error


def serve(read_fd: int, write_fd: int, *, idle_s: float = IDLE_S) -> None:
    """Answers in order until the pipe ends or nothing has been asked for `idle_s` seconds."""
    encodings = Encodings()
    asks: Framer[Ask] = Framer(Ask)
    answers: Framer[Answer] = Framer(Answer)
    while select.select([read_fd], [], [], idle_s)[0]:
        data = os.read(read_fd, READ_BYTES)
        if not data:
            return
        for ask in asks.feed(data):
            _write(write_fd, answers.pack([encodings.answer(ask)]))


def _write(write_fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(write_fd, data) :]


def main() -> None:
    die_with_parent()
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    idle_s = float(sys.argv[1]) if len(sys.argv) > 1 else IDLE_S
    read_fd, write_fd = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    serve(read_fd, write_fd, idle_s=idle_s)


if __name__ == "__main__":
    main()

"""The running estimate of one attempt: what it has used, before its provider has counted."""

import msgspec

from app.tokens import overhead
from providers.events import Reasoning, Refusal, Text, ToolCallDelta
from providers.types import Request
from providers.usage import TokenUsage

BYTES = 4
"""Of UTF-8 that a token holds, about."""


def bytes_of(request: Request) -> int:
    """Of text that is sent. Pictures and documents are not in it: their tokens are their vendor's secret."""
    texts = [request.system or ""]
    for message in request.messages:
        texts.append(message.text)
        texts += [result.text for result in message.results]
        texts += [f"{call.name}{call.arguments}" for call in message.calls]
    shapes = [*request.tools, *([request.output] if request.output is not None else [])]
    return sum(len(text.encode("utf-8", "replace")) for text in texts) + sum(map(_size, shapes))


def _size(shape: msgspec.Struct) -> int:
    return len(msgspec.json.encode(shape))


def estimated_input(request: Request) -> int:
    messages = len(request.messages) + bool(request.system)
    return -(-bytes_of(request) // BYTES) + overhead(messages)


class Meter:
    """A stream says at least a token in each piece; what comes in larger ones is measured by its length."""

    def __init__(self, input_tokens: int) -> None:
        self.input = input_tokens
        self.largest = 1
        """Tokens of the largest piece so far: what the next one may be."""
        self._pieces = self._bytes = self._reported = 0

    @property
    def output(self) -> int:
        return max(self._pieces, -(-self._bytes // BYTES), self._reported)

    def saw(self, event: Text | Reasoning | Refusal | ToolCallDelta) -> None:
        said = event.name + event.arguments if isinstance(event, ToolCallDelta) else event.text
        if not said:
            return
        before = self.output
        self._pieces += 1
        self._bytes += len(said.encode("utf-8", "replace"))
        self.largest = max(self.largest, self.output - before)

    def reported(self, usage: TokenUsage) -> None:
        """The provider's own count goes first; of output, it may tell less than has come."""
        if usage.input is not None:
            self.input = usage.input
        self._reported = max(self._reported, usage.output or 0)

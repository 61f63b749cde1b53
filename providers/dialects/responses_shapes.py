"""The deltas of a Responses stream, typed for speed; one of another shape is taken as far as it fits."""

from typing import Any

import msgspec

from providers.dialects.responses_words import Key, Source

WORDS: dict[str, Source] = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.reasoning_summary_text.delta": "summary",
    "response.reasoning_text.delta": "thought",
}
ARGUMENTS = frozenset({"response.function_call_arguments.delta", "response.custom_tool_call_input.delta"})


class Delta(msgspec.Struct, gc=False):
    type: str = ""
    delta: str | None = None
    output_index: int | None = None
    content_index: int | None = None
    summary_index: int | None = None
    item_id: str | None = None
    logprobs: Any = None
    error: Any = None
    object: Any = None
    detail: Any = None
    error_message: Any = None
    error_type: Any = None

    @property
    def is_plain(self) -> bool:
        """Whether it is a delta and nothing else: neither an error nor an event of another kind."""
        is_delta = self.delta is not None and (self.type in WORDS or self.type in ARGUMENTS)
        return is_delta and not (
            self.error or self.detail or self.object == "error" or self.error_message or self.error_type
        )

    @property
    def key(self) -> Key:
        if self.output_index is not None:
            return self.output_index
        return self.item_id or 0

    @property
    def part(self) -> int:
        return self.content_index or self.summary_index or 0


decode = msgspec.json.Decoder(Delta).decode


def fitting(said: dict[str, Any], kind: str) -> Delta:
    """What of a document fits the types."""
    return Delta(
        type=kind,
        delta=_text(said.get("delta")),
        output_index=_number(said.get("output_index")),
        content_index=_number(said.get("content_index")),
        summary_index=_number(said.get("summary_index")),
        item_id=_text(said.get("item_id")),
        logprobs=said.get("logprobs"),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int else None

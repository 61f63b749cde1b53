"""What an answer came to, for whichever protocol tells it."""

from typing import Literal

import msgspec

from app.records import CallRecord
from app.run import RunFold
from providers.usage import TokenUsage, total


class Told(msgspec.Struct, frozen=True):
    """`usage` is that of all attempts of the answer: what the client's question has used in all."""

    text: str
    reasoning: str
    refusal: str
    calls: tuple[CallRecord, ...]
    stop: str | None
    usage: TokenUsage


def told(fold: RunFold) -> Told:
    answer = fold.answer
    usage = total([attempt.usage for attempt in fold.attempts.values()])
    if answer is None:
        return Told("", "", "", (), None, usage)
    return Told(
        *("".join(answer.text), "".join(answer.reasoning), "".join(answer.refusal)),
        *(answer.calls, answer.stop, usage),
    )


def stop_of(told: Told) -> Literal["length", "filter", "calls", "end"]:
    """Why it ended, from the provider's own word."""
    word = (told.stop or "").lower()
    if word in ("length", "max_tokens", "incomplete", "model_length"):
        return "length"
    if "filter" in word or word in ("safety", "refusal", "recitation", "blocklist", "prohibited_content"):
        return "filter"
    return "calls" if told.calls else "end"

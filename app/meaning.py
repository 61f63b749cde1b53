"""What the events of a stream say, each in a few words, for whoever compares them with the raw ones."""

from typing import assert_never

from app.reading import Reading
from providers.events import (
    Discarded,
    Event,
    Failed,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Response,
    Served,
    ServerTimed,
    Spent,
    Started,
    Stop,
    Text,
    Timing,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.usage import TokenUsage

LONGEST = 80


def meaning(reading: Reading) -> str:
    """One line. Empty for an event that says nothing."""
    said = [text for event in reading.made if (text := of_event(event))]
    if reading.failure is not None:
        said.append(f"{reading.failure.kind.replace('_', ' ')}: {reading.failure.message}")
    return " · ".join(said)


def of_event(event: Event) -> str:
    """Also of those that no decoder says, as the union is closed."""
    match event:
        case Text() | Reasoning() | Refusal():
            return f"{type(event).__name__.lower()} {quoted(event.text)}"
        case ToolCallDelta():
            return f"call {event.index} {event.name} {quoted(event.arguments)}".replace("  ", " ")
        case ToolCall():
            return f"call {event.index} {'whole' if event.complete else 'cut off'}: {event.name}({event.arguments})"
        case LogProbs():
            return f"log-probabilities of {len(event.tokens)}"
        case Usage() | Spent():
            return f"usage {_usage(event.usage)}"
        case Served():
            return f"served by {event.model}" + (f" ({event.fingerprint})" if event.fingerprint else "")
        case ServerTimed():
            return "server’s times " + ", ".join(f"{name} {value:g} ms" for name, value in event.ms.items())
        case Turn():
            return "the turn in the provider’s own form"
        case Stop():
            return f"finish reason {event.reason}"
        case Notice():
            return event.text
        case Finished():
            return "complete"
        case Failed():
            return event.error.message
        case Discarded():
            return event.why
        case Started() | Timing() | Response():
            return ""
        case _:
            assert_never(event)


def quoted(text: str) -> str:
    shown = text.replace("\n", "⏎").replace("\t", "⇥")
    return f"“{shown[:LONGEST]}…”" if len(shown) > LONGEST else f"“{shown}”"


def _usage(usage: TokenUsage) -> str:
    counts = (
        ("in", usage.input), ("cached", usage.cache_read), ("written", usage.cache_write), ("out", usage.output),
        ("reasoning", usage.reasoning),
    )  # fmt: skip
    return ", ".join(f"{count:,} {name}" for name, count in counts if count is not None)

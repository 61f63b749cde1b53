"""The server's own timings inside a chat stream, in milliseconds, by the names it gives them."""

from typing import Any

from providers.dialects.chat_shapes import Chunk

GROQ = ("queue_time", "prompt_time", "completion_time", "total_time")
"""In seconds, among the usage."""


def server_ms(chunk: Chunk) -> dict[str, float]:
    """llama.cpp's `timings`, vLLM's `metrics` and Groq's times; empty where there is none."""
    found: dict[str, float] = {}
    if chunk.timings:
        found |= _in_ms(chunk.timings)
    if chunk.metrics:
        found |= _in_ms(chunk.metrics)
    usage = chunk.x_groq.get("usage") if chunk.x_groq else None
    if isinstance(usage, dict):
        found |= {name: usage[name] * 1000.0 for name in GROQ if _is_time(usage.get(name))}
    return found


def _in_ms(said: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in said.items() if name.endswith("_ms") and _is_time(value)}


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12

"""Items of a Responses output: what stands in them, and which of them the next request must hold."""

from typing import Any

from providers.dialects.documents import tame
from providers.dialects.responses_calls import CALLS
from providers.dialects.responses_words import Key

TIMES = frozenset({"prompt_ms", "predicted_ms"})
MAX_MS = 1e12


def dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def object_in(source: dict[str, Any], name: str) -> dict[str, Any]:
    value = source.get(name)
    return value if isinstance(value, dict) else {}


def kind_of(item: dict[str, Any]) -> str:
    kind = item.get("type")
    return kind if isinstance(kind, str) else ""


def texts(parts: Any, *kinds: str) -> str:
    """The joined words of those parts that are of one of the `kinds`; none given means any."""
    found = (part.get("refusal" if part.get("type") == "refusal" else "text") for part in dicts(parts)
             if not kinds or part.get("type") in kinds)  # fmt: skip
    return "".join(text for text in found if isinstance(text, str))


def turn_of(items: list[tuple[Key, dict[str, Any]]]) -> list[Any] | None:
    """The items as they must go back, in the order of the output; None where text alone says it all.

    A call that was cut off gets no result, and reasoning without what it led to is refused: they are left out.
    """
    if all(isinstance(key, int) for key, _ in items):
        items = sorted(items, key=lambda one: one[0])
    kept = [item for _, item in items if not (kind_of(item) in CALLS and item.get("status") == "incomplete")]
    while kept and kept[-1].get("type") == "reasoning":
        kept.pop()
    if all(item.get("type") == "message" and not item.get("phase") for item in kept):
        return None
    return [tame(item) for item in kept]


def server_ms(said: dict[str, Any]) -> dict[str, float]:
    """The times that llama.cpp tells beside its answer, by its own names."""
    timings = object_in(said, "timings").items()
    return {name: float(ms) for name, ms in timings if name in TIMES and type(ms) in (int, float) and 0 <= ms < MAX_MS}


def log_probs(said: Any) -> tuple[dict[str, Any], ...]:
    return tuple({**_log_prob(one), "top": [_log_prob(top) for top in dicts(one.get("top_logprobs"))]}
                 for one in dicts(said))  # fmt: skip


def _log_prob(token: dict[str, Any]) -> dict[str, Any]:
    return {"token": tame(token.get("token")), "logprob": tame(token.get("logprob"))}

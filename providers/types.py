"""The request: what every dialect is asked to say in its own words."""

from typing import Any, Literal

import msgspec

Role = Literal["answer", "hedge", "judge", "sample", "embedding", "cache"]
"""Why an attempt was made."""


class Message(msgspec.Struct, frozen=True):
    """One turn of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class Request(msgspec.Struct, frozen=True):
    """One prompt, as the user set it.

    `params` holds only what was set: a name that is absent is unset, and nothing is sent for it. Known names are
    those of `KNOWN_PARAMS`, which each dialect maps; any other goes into the request body as given.
    """

    messages: tuple[Message, ...]
    system: str | None = None
    params: dict[str, Any] = {}

    @classmethod
    def of(cls, prompt: str, *, system: str | None = None, **params: Any) -> "Request":
        """A single-turn request."""
        return cls((Message("user", prompt),), system, params)


KNOWN_PARAMS = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "stop",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "logprobs",
        "top_logprobs",
        "reasoning_effort",
        "thinking_budget",
    }
)
"""Parameters that mean the same thing in every dialect that has them."""

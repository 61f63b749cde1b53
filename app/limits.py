"""What a lane is given in time and tries. Light: the window needs it to paint."""

from dataclasses import dataclass
from typing import Any

NEVER = 0.0
"""As a time limit: none at all."""
RETRIES = 2
MOST_RETRIES = 9


@dataclass(frozen=True)
class Limits:
    """None leaves the usual: the vendor's time limits, and two retries.

    `first_s` is the time in seconds to the first useful event, `idle_s` that between two of them; keep-alives do not
    count, and 0 means no limit. `retries` is how often a failure before any content may be tried again.
    """

    first_s: float | None = None
    idle_s: float | None = None
    retries: int | None = None
    warm: bool = False
    """The connection is opened before the start line, so that connecting is no part of what is measured."""


USUAL = Limits()


def from_json(value: Any) -> Limits:
    """What was saved. Raises `TypeError` or `ValueError` for what cannot have been."""
    if not isinstance(value, dict):
        raise TypeError(value)
    retries = value.get("retries")
    if retries is not None and (type(retries) is not int or not 0 <= retries <= MOST_RETRIES):
        raise ValueError(retries)
    return Limits(_seconds(value.get("first_s")), _seconds(value.get("idle_s")), retries, value.get("warm") is True)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise ValueError(value)
    return float(value)


def to_json(limits: Limits) -> dict[str, Any]:
    said = {"first_s": limits.first_s, "idle_s": limits.idle_s, "retries": limits.retries, "warm": limits.warm or None}
    return {name: value for name, value in said.items() if value is not None}

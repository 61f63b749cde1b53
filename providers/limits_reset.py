"""When a rate limit that is used up is renewed, from the headers in which vendors tell what is left of their limits.

OpenAI, Groq and others send `x-ratelimit-remaining-NAME` with `x-ratelimit-reset-NAME`, a duration as Go writes it
(`12ms`, `1s`, `6m0s`) or seconds; Anthropic sends `anthropic-ratelimit-NAME-remaining` with `-reset`, a moment in
RFC 3339. A limit of which something is left says nothing about the wait.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

_OPENAI = "x-ratelimit-remaining-"
_ANTHROPIC = re.compile(r"anthropic-(?:ratelimit|priority)-(.+)-remaining")
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNITS_S = (86400.0, 3600.0, 60.0, 1.0, 0.001)
MOST_S = 1e6


def wait_s(headers: dict[str, str]) -> float | None:
    """Seconds until every limit that is used up is renewed; None where none is, or no reset can be read."""
    waits = [wait for wait in _waits(headers) if wait is not None and 0 <= wait < MOST_S]
    return round(max(waits), 3) if waits else None


def _waits(headers: dict[str, str]) -> Iterator[float | None]:
    for name, left in headers.items():
        if left.strip() != "0":
            continue
        if name.startswith(_OPENAI):
            yield duration_s(headers.get(f"x-ratelimit-reset-{name.removeprefix(_OPENAI)}", ""))
        elif _ANTHROPIC.fullmatch(name):
            yield _until_s(headers.get(f"{name.removesuffix('remaining')}reset", ""))


def duration_s(text: str) -> float | None:
    """A duration in Go's words, or a bare number of seconds."""
    text = text.strip()
    found = _DURATION.fullmatch(text)
    if text and found is not None:
        return sum(float(part) * unit for part, unit in zip(found.groups(), _UNITS_S, strict=True) if part)
    try:
        return float(text)
    except ValueError:
        return None


def _until_s(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment - datetime.now(UTC)).total_seconds() if moment.tzinfo else None

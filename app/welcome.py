"""What there is to begin with, in one line: practice models, servers on this machine, keys in the environment. Light:
the window needs it to paint."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.desk_server import DeskServer

SHOWN = 3
"""More would be no line."""


def welcome(practice: int, servers: Sequence["DeskServer"], variables: Sequence[str]) -> str:
    """Of so many practice lanes, what was found beside them."""
    models = "practice model" if practice == 1 else "practice models"
    parts = [f"{practice} {models}: tiny language models on this machine, play prices"]
    if servers:
        parts.append(f"found {_some([_told(server) for server in servers])} on this machine")
    if variables:
        parts.append(f"{_some(variables)} in your environment")
    return " · ".join(parts)


def _told(server: "DeskServer") -> str:
    name = "a server" if server.kind == "other" and not server.vendor else server.name  # in the middle of a line
    if server.wants_key:
        return f"{name} (wants a key)"
    count = len(server.models)
    return f"{name} ({count} {'model' if count == 1 else 'models'})"


def _some(words: Sequence[str]) -> str:
    more = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {more} more" if more > 0 else "")

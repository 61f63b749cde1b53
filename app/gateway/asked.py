"""What a client asked for, whatever its protocol."""

from typing import Any

import msgspec

from providers.types import Request


class BadCallError(ValueError):
    """The client's request cannot be carried out; the message says what is wrong, in its own words."""


class Asked(msgspec.Struct, frozen=True):
    model: str
    request: Request
    stream: bool = False
    with_usage: bool = False
    """OpenAI's `stream_options.include_usage`."""


def whole(value: Any, what: str, kind: type[Any]) -> Any:
    """`value` if it is of that kind. Raises `BadCallError`."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadCallError(f"{what} is not what it should be")
    return value


def text_of(content: Any, what: str) -> str:
    """A string, or the texts of a list of blocks, joined. Raises `BadCallError`."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    blocks = whole(content, what, list)
    return "".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))


def labels_of(body: dict[str, Any]) -> dict[str, str]:
    """A request's `metadata`, by which a route may choose as by a user's variables."""
    metadata = body.get("metadata")
    return (
        {str(name): value for name, value in metadata.items() if isinstance(value, str)}
        if isinstance(metadata, dict)
        else {}
    )

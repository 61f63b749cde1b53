"""JSON as it comes and goes: what cannot be read or written becomes a failure, never a crash."""

import json
from typing import Any

import msgspec

from providers.dialects.text import whole
from providers.errors import Failure, ProviderError

EXCERPT = 200
MAX_COUNT = 2**53
"""What a number of tokens stays below, so that it can go into any format."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding with msgspec raises."""
_encoder = msgspec.json.Encoder()


def encoded(body: dict[str, Any]) -> bytes:
    """`body` as JSON. Raises `ProviderError` for text that no UTF-8 can hold, and for values that are no JSON."""
    try:
        return _encoder.encode(body)
    except UnicodeEncodeError:
        raise ProviderError(
            Failure("bad_request", "the prompt holds half a character (a lone surrogate), which no server can be sent")
        ) from None
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ProviderError(Failure("bad_request", f"a parameter cannot be written as JSON: {error}")) from None


def decoded(data: bytes) -> Any:
    """What `data` says. Raises `ProviderError` with an excerpt if it is no JSON."""
    try:
        return msgspec.json.decode(data)
    except UNREADABLE:
        pass  # the standard library takes more: lone surrogates, numbers of any size
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        shown = data[:EXCERPT].decode("utf-8", "replace")
        raise ProviderError(Failure("protocol", f"the server sent what is not JSON: {shown!r}")) from None


def parses(text: str | bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def text_of(value: Any) -> str:
    """A value that a server sent as an object where others send text."""
    return value if isinstance(value, str) else whole(json.dumps(value, ensure_ascii=False))


def count(source: Any, *names: str) -> int | None:
    """The first of the fields `names` of `source` that is a count; None if none is reported."""
    if not isinstance(source, dict):
        return None
    for name in names:
        value = source.get(name)
        if value is None:
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_COUNT:
            return value
    return None


def tame(value: Any) -> Any:
    """`value`, which JSON said, as any format can hold it: no half characters, no number that is not finite or past
    64 bits."""
    kind = type(value)  # not `match`, as this is done for every count of every chunk
    if kind is int:
        return value if -(2**63) <= value < 2**63 else str(value)
    if kind is str:
        return whole(value)
    if kind is dict:
        return {whole(key): tame(inner) for key, inner in value.items()}
    if kind is list:
        return [tame(inner) for inner in value]
    if kind is float:
        return value if abs(value) < float("inf") else None
    return value if kind is bool else None

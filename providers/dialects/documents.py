"""JSON as it comes and goes: what cannot be read or written becomes a failure, never a crash."""

import json
from typing import Any

import msgspec

from providers.errors import Failure, ProviderError

EXCERPT = 200
_encoder = msgspec.json.Encoder()


def encoded(body: dict[str, Any]) -> bytes:
    """`body` as JSON. Raises `ProviderError` for text that no UTF-8 can hold, and for values that are no JSON."""
    try:
        return _encoder.encode(body)
    except UnicodeEncodeError:
        raise ProviderError(
            Failure("bad_request", "the prompt holds half a character (a lone surrogate), which no server can be sent")
        ) from None
    except (TypeError, ValueError, OverflowError) as error:
        raise ProviderError(Failure("bad_request", f"a parameter cannot be written as JSON: {error}")) from None


def decoded(data: bytes) -> Any:
    """What `data` says. Raises `ProviderError` with an excerpt if it is no JSON."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        pass  # the standard library takes more: lone surrogates, numbers of any size
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        shown = data[:EXCERPT].decode("utf-8", "replace")
        raise ProviderError(Failure("protocol", f"the server sent what is not JSON: {shown!r}")) from None


def is_one(data: bytes) -> bool:
    """Whether `data` is a document by itself, or the end marker of a stream."""
    if data.strip() == b"[DONE]":
        return True
    try:
        decoded(data)
    except ProviderError:
        return False
    return True


def text_of(value: Any) -> str:
    """A value that a server sent as an object where others send text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

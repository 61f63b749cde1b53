"""The key that a request carried, taken out of what came back: some servers quote it in what they complain of.

What looks like a key is masked wherever an error is read (`providers.error_bodies`); the key itself may look like
anything, and only whoever sent it knows it.
"""

import json
from urllib.parse import quote

import msgspec

from providers.errors import Failure

KEY = "[key]"
LEAST = 6
"""A shorter key is a word like `none` that servers without keys are given; it may stand anywhere by chance."""


def without(key: str | None, text: str) -> str:
    """`text` without the key, as it is or as JSON and URLs write it, nor the beginning of it where the text was cut."""
    if key is None or len(key) < LEAST:
        return text
    for form in sorted({key, json.dumps(key)[1:-1], quote(key, safe="", errors="replace")}, key=len, reverse=True):
        text = text.replace(form, KEY)
    cut = next((size for size in range(len(key) - 1, LEAST - 1, -1) if text.endswith(key[:size])), 0)
    return f"{text[:-cut]}{KEY}" if cut else text


def failure_without(key: str | None, failure: Failure) -> Failure:
    said = (failure.message, failure.provider_code, failure.request_id)
    message, code, id_ = (None if each is None else without(key, each) for each in said)
    if (message, code, id_) == said:
        return failure
    return msgspec.structs.replace(failure, message=message or "", provider_code=code, request_id=id_)

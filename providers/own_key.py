"""The key that a request carried, taken out of what came back: some servers quote it in what they complain of.

What looks like a key is masked wherever an error is read (`providers.error_bodies`); the key itself may look like
anything, and only whoever sent it knows it.
"""

import json
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote

import msgspec

from providers.errors import Failure

KEY = "[key]"
PIECE = 8
"""So many signs of it on end may stand nowhere."""
LEAST = 6
"""A shorter key is a word like `none` that servers without keys are given; it may stand anywhere by chance."""


def without(key: str | None, text: str) -> str:
    """`text` without the key, as it is or as JSON and URLs write it, nor any piece of it that tells much: where a text
    was cut, or where what looked like a key was masked before, a part of it may stand alone."""
    if key is None or len(key) < LEAST:
        return text
    hidden = bytearray(len(text))
    for form in {key, json.dumps(key)[1:-1], quote(key, safe="", errors="replace")}:
        size = min(PIECE, len(form))
        for at in range(len(form) - size + 1):
            _hide(hidden, text, form[at : at + size])
    return _shown(text, hidden) if any(hidden) else text


def _hide(hidden: bytearray, text: str, piece: str) -> None:
    at = text.find(piece)
    while at >= 0:
        hidden[at : at + len(piece)] = b"\1" * len(piece)
        at = text.find(piece, at + 1)


def _shown(text: str, hidden: bytearray) -> str:
    """Each run that is hidden becomes one word, which takes in one that stands beside it already."""
    parts = []
    for is_hidden, run in groupby(zip(text, hidden, strict=True), key=itemgetter(1)):
        parts.append(KEY if is_hidden else "".join(sign for sign, _ in run))
    return "".join(parts).replace(KEY + KEY, KEY)


def failure_without(key: str | None, failure: Failure) -> Failure:
    said = (failure.message, failure.provider_code, failure.request_id)
    message, code, id_ = (None if each is None else without(key, each) for each in said)
    if (message, code, id_) == said:
        return failure
    return msgspec.structs.replace(failure, message=message or "", provider_code=code, request_id=id_)

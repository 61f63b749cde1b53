"""Which requests are the same: everything that decides an answer, in one canonical form, as a hash."""

import hashlib
from typing import Any

import msgspec
from msgspec.structs import replace

from providers.routes.rules import last_text
from providers.types import Message, Request


def exact(identity: str, request: Request) -> str:
    """SHA-256 of `identity`, which names the model or the route, and of all that is asked and set."""
    return _hashed((identity, _plain(request)))


def rest(identity: str, request: Request) -> str:
    """The same, but for the text of the user's last turn."""
    *before, last = request.messages or (Message("user"),)
    return _hashed((identity, _plain(replace(request, messages=(*before, replace(last, text=""))))))


def question(request: Request) -> str:
    """What `rest` leaves out; "" where the last turn is not the user's."""
    return last_text(request) if request.messages and request.messages[-1].role == "user" else ""


def _plain(request: Request) -> dict[str, Any]:
    """Without what the same conversation may carry or lack: a provider's own form of its turns."""
    turns = tuple(replace(turn, echo=None) for turn in request.messages)
    plain: dict[str, Any] = msgspec.to_builtins(replace(request, messages=turns))
    return plain


def _hashed(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()

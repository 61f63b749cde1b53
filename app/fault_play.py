"""A model with a fault on the way to it."""

import secrets
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from app.faults import server_plays
from providers.http_model import HttpModel


def with_fault(leaf: HttpModel, spec: str, *, is_practice: bool) -> HttpModel:
    """The model with that fault: the practice server plays its own, and before any other stands a layer that does."""
    if is_practice and server_plays(spec):
        parts = urlsplit(leaf.base_url)
        tag = f"{':' if ':' not in spec.rpartition('+')[2] else ','}tag={secrets.token_hex(4)}"  # counted anew
        path = f"/fault/{quote(spec + tag, safe=':=,+')}{parts.path}"
        return replace(leaf, base_url=urlunsplit(parts._replace(path=path)), fault=spec)
    from providers.faulty import FaultyClient

    return replace(leaf, client=FaultyClient(leaf.client, spec, leaf.dialect), fault=spec)

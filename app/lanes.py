"""Lanes: what one pane runs, and how it is written down (the grammar of `abreast run --lane`).

vendor/model                 split at the first `/`:  openrouter/anthropic/claude-x:free
route:NAME                   a route, as `app.routes` has them; the lane brings its tree along
dialect:model@base_url       split at the first `@http://` or `@https://`; models may hold `@`, `:` and `/`; a final `#`
                             of the base URL, which says that it is right as it stands, is not part of it
"""

import re
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

from app.limits import USUAL, Limits
from app.routes.spec import Route, embedders, leaves
from providers.dialects.base import DialectName

ROUTE = "route:"
DIALECTS: tuple[DialectName, ...] = get_args(DialectName)


class LaneError(ValueError):
    """A lane that cannot be understood; the message says why and what would be right."""


class Lane(msgspec.Struct, frozen=True, omit_defaults=True):
    """One lane: its address as written, and the parameters set for it alone (absent means unset). A lane that is called
    `route:NAME` has the `route`."""

    text: str
    params: dict[str, Any] = {}
    limits: Limits = USUAL
    route: Route | None = None
    fault: str = ""
    """What is to go wrong on purpose, as a SPEC; `fault_at` names the one model of the route that it strikes."""
    fault_at: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        """The addresses of all models that it may ask."""
        return (self.text,) if self.route is None else tuple(leaves(self.route.root))

    @property
    def asked(self) -> tuple[str, ...]:
        """Those of `models`, and of whoever is asked for embeddings on the way: all that may cost something."""
        return self.models if self.route is None else (*self.models, *embedders(self.route.root))


class VendorTarget(msgspec.Struct, frozen=True, tag="vendor"):
    vendor: str
    model: str


class UrlTarget(msgspec.Struct, frozen=True, tag="url"):
    dialect: DialectName
    model: str
    base_url: str


Target = VendorTarget | UrlTarget


def is_part(text: str) -> bool:
    """Whether somebody may be typing a part of a model's name, which is no lane yet and no mistake."""
    return not any(sign in text for sign in "/:@")


def parse(text: str) -> Target:
    """The target that `text` names. Raises `LaneError`."""
    head, colon, rest = text.partition(":")
    if colon and "/" not in head and head in DIALECTS:
        return _url_target(head, rest, text)
    vendor, slash, model = text.partition("/")
    if not slash or not vendor or not model:
        raise LaneError(
            f"lane {text!r} is neither vendor/model nor dialect:model@base_url "
            f"(for example practice/swift, or openai_chat:my-model@http://127.0.0.1:8000/v1)"
        )
    return VendorTarget(vendor, model)


def route_name(text: str) -> str:
    """The name of the route that a lane's address means; "" where it means none."""
    return text.removeprefix(ROUTE) if text.startswith(ROUTE) else ""


def asked_model(text: str) -> str:
    """The model that a lane names; for what is no lane, the text itself."""
    try:
        return parse(text).model
    except LaneError:
        return text


def _url_target(dialect: str, rest: str, text: str) -> UrlTarget:
    found = re.search(r"@(?=https?://)", rest)
    if found is None:
        raise LaneError(f"lane {text!r} has no @http:// or @https:// base URL after the model")
    model, base_url = rest[: found.start()], rest[found.end() :].removesuffix("#")
    if not model:
        raise LaneError(f"lane {text!r} names no model between {dialect}: and @")
    _check_url(base_url, text)
    return UrlTarget(msgspec.convert(dialect, DialectName), model, base_url)


def _check_url(base_url: str, text: str) -> None:
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise LaneError(f"lane {text!r}: the base URL is not a URL: {error}") from None
    if not host or any(c.isspace() or ord(c) < 32 for c in base_url):
        raise LaneError(f"lane {text!r}: the base URL has no host or holds white space")
    if parts.username or parts.password:
        raise LaneError(f"lane {text!r}: a base URL must not hold a user name or a password")


def is_loopback(url: str) -> bool:
    """Whether `url` stays on this machine."""
    host = (urlsplit(url).hostname or "").lower()
    return host == "localhost" or host == "::1" or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))

"""What somebody writes or pastes where a lane is asked for: a lane, or an address that one can be made of."""

import re
from urllib.parse import unquote, urlsplit

from app.lanes import DIALECTS, LaneError, UrlTarget, VendorTarget, parse
from providers.dialects.base import DialectName
from providers.dialects.urls import normalised
from providers.vendors import vendor_of_origin

ADDRESS = re.compile(r"https?://|[\w.-]+(:\d+)(/|$)|(localhost|127\.0\.0\.1)(:|/|$)", re.IGNORECASE)
MODEL_IN_PATH = re.compile(r"/models/([^/:?]+)(?::\w+)?(?:\?|$)")


def lane_text(pasted: str) -> str:
    """The lane that is meant, its base URL in order. Raises `LaneError` with what is wrong or missing."""
    text = pasted.strip().strip("\"'`<>")
    head, colon, rest = text.partition(":")
    if colon and head in DIALECTS and "@" in rest:
        model, url = _model_and_url(rest)
        return _written(_dialect(head), model, url)
    if ADDRESS.match(text):
        return _of_address(text)
    target = parse(text)
    assert isinstance(target, VendorTarget)
    return text


def _model_and_url(rest: str) -> tuple[str, str]:
    """Models may hold `@`: the address begins behind the first one that a scheme follows, or else behind the last."""
    found = re.search(r"@(?=[a-z]+://)", rest, re.IGNORECASE)
    at = found.start() if found else rest.rindex("@")
    return rest[:at].strip(), rest[at + 1 :]


def _of_address(text: str) -> str:
    dialect = guessed(text)
    found = MODEL_IN_PATH.search(text)
    if found is not None and dialect == "gemini":
        return _written(dialect, unquote(found[1]), text)
    base_url = _normalised(text, dialect)
    raise LaneError(f"which model of that server? Write it so: {dialect}:MODEL@{base_url}")


def guessed(url: str) -> DialectName:
    """The protocol that an address is of, by its path or else by its usual port."""
    parts = urlsplit(url if "://" in url else f"//{url}")
    path = parts.path
    if re.search(r"/v1/messages|/anthropic(/|$)", path) or "anthropic.com" in parts.netloc:
        return "anthropic"
    if path.rstrip("/").endswith("/responses"):
        return "openai_responses"
    if "generativelanguage" in parts.netloc or re.search(r":(streamG|g)enerateContent", path):
        return "gemini"
    if re.search(r"/api(/(chat|generate|tags))?/?$", path) or (parts.netloc.endswith(":11434") and path in ("", "/")):
        return "ollama"
    return "openai_chat"


def _written(dialect: DialectName, model: str, url: str) -> str:
    text = f"{dialect}:{model}@{_normalised(url, dialect)}"
    target = parse(text)
    assert isinstance(target, UrlTarget)
    return text


def _normalised(url: str, dialect: DialectName) -> str:
    """At a vendor's own origin without a path, where that vendor has its API."""
    try:
        base_url = normalised(url, dialect)
    except ValueError as error:
        raise LaneError(str(error)) from None
    owner = vendor_of_origin(base_url, dialect)
    is_bare = urlsplit(base_url).path in ("", "/v1") and not url.endswith("#")
    if owner is not None and owner.dialect == dialect and is_bare:
        return owner.base_url
    return base_url


def _dialect(name: str) -> DialectName:
    return next(each for each in DIALECTS if each == name)

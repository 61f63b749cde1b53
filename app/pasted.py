"""What somebody writes or pastes where a lane is asked for: a lane, or an address that one can be made of."""

import re
from urllib.parse import unquote, urlsplit

from app.lanes import DIALECTS, LaneError, UrlTarget, VendorTarget, parse
from providers.dialects.base import DialectName
from providers.dialects.urls import address, normalised
from providers.vendors import home_of_url, vendor_of_origin

ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|https?:/|unix:/|[/~]|\./|\[[0-9a-f:.]+\]|[\w.-]+:\d+(/|$)|localhost(/|$)"
    r"|(\d+\.){3}\d+(/|$)|([\w-]+\.)+[a-z]{2,}(/|$)",
    re.IGNORECASE,
)
"""What can be no lane: no vendor's id holds a dot, a colon or a slash."""
MODEL_IN_PATH: dict[DialectName, re.Pattern[str]] = {
    "gemini": re.compile(r"/models/([^/:?]+)(?::\w+)?(?:\?|$)"),
    "openai_chat": re.compile(r"/openai/deployments/([^/?]+)"),
}


def lane_text(pasted: str) -> str:
    """The lane that is meant, its base URL in order. Raises `LaneError` with what is wrong or missing."""
    text = pasted.strip().strip("\"'`<>")
    head, colon, rest = text.partition(":")
    if colon and head in DIALECTS and "@" in rest:
        model, url = _model_and_url(rest)
        return _written(_dialect(head), model, url)
    text = address(text)
    if ADDRESS.match(text):
        return _of_address(text)
    target = parse(text)
    assert isinstance(target, VendorTarget)
    return text


def _model_and_url(rest: str) -> tuple[str, str]:
    """Models may hold `@`: the address begins behind the first one that a scheme follows, or else behind the last."""
    found = re.search(r"@(?=\s*[a-z]+:/)", rest, re.IGNORECASE)
    at = found.start() if found else rest.rindex("@")
    return rest[:at].strip(), rest[at + 1 :]


def place(line: str) -> tuple[str, DialectName]:
    """The base URL that somebody means who types the address of a server, and the protocol that it is likely to be of.

    Raises `LaneError`.
    """
    text = address(line)
    if not text or not ADDRESS.match(text):
        raise LaneError("that is no address: it looks like gpu-box:8000 or https://llm.example.com/v1")
    dialect = guessed(text)
    return _normalised(text, dialect).removesuffix("#"), dialect


def _of_address(text: str) -> str:
    dialect = guessed(text)
    found = MODEL_IN_PATH[dialect].search(text) if dialect in MODEL_IN_PATH else None
    if found is not None:
        return _written(dialect, unquote(found[1]), text)
    base_url = _normalised(text, dialect)
    raise LaneError(f"which model of that server? Write it so: {dialect}:MODEL@{base_url}")


def guessed(url: str) -> DialectName:
    """The protocol that an address is of, by its path or else by its usual port."""
    host, slash, below = url.partition("://")[2 if "://" in url else 0].partition("/")
    path = slash + below.partition("?")[0]
    if re.search(r"/v1/messages|/anthropic(/|$)", path) or "anthropic.com" in host:
        return "anthropic"
    if re.search(r"/openai(/|$)", path) and not path.rstrip("/").endswith("/responses"):
        return "openai_chat"
    if path.rstrip("/").endswith("/responses"):
        return "openai_responses"
    if "generativelanguage" in host or re.search(r":(streamG|g)enerateContent", path):
        return "gemini"
    if re.search(r"/api(/(chat|generate|tags))?/?$", path) or (host.endswith(":11434") and path in ("", "/")):
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
    if urlsplit(base_url).path not in ("", "/v1") or url.endswith("#"):
        return base_url
    if owner is not None and owner.dialect == dialect:
        return owner.base_url
    return home_of_url(base_url, dialect)


def _dialect(name: str) -> DialectName:
    return next(each for each in DIALECTS if each == name)

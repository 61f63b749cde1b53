"""Base URLs: joined with a path as they are, and made of what people paste."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from providers.dialects.base import DialectName

QUOTES = " \t\r\n\u00a0\"'`<>(){},;“”‘’"
"""What comes along when a URL is copied out of text or code; square brackets may be those of an IPv6 address."""
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
WITHIN = re.compile(r"""(?:.*\s)?(?:[\w-]+["']?\s*[=:]\s*)?["'`<(]?(https?://[^\s"'`<>]+)""", re.IGNORECASE | re.DOTALL)
"""A URL in a line of code, a setting or a command."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
"""What servers print when they listen at every address of a machine."""
SECRET = re.compile(r"key|token|secret|passw|auth|credential|signature|(sig|code|pwd)$", re.IGNORECASE)
OWN = frozenset({"alt"})
"""What the dialect itself puts into the query."""
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?", re.IGNORECASE)

_OPENAI = r"chat/completions|completions|responses|messages|embeddings|models"
_OLLAMA = r"chat|generate|tags|show|ps|version"
_OF_OPENAI = (("^$", "/v1"), (f"/api/({_OLLAMA})$", "/v1"), (f"/({_OPENAI})$", ""))
ENDPOINTS: dict[DialectName, tuple[tuple[str, str], ...]] = {
    "openai_chat": _OF_OPENAI,
    "openai_responses": _OF_OPENAI,
    "anthropic": ((f"/({_OPENAI}|messages/count_tokens|complete)$|/api/({_OLLAMA})$", ""),),
    "gemini": (("(/openai)?/models(/[^/]*)?$|/openai(/chat/completions)?$", ""),),
    "ollama": ((f"/api(/({_OLLAMA}))?$|/v1(/({_OPENAI}))?$", ""),),
}
"""What follows a base URL in the addresses that servers and their documents show, also those of another protocol that
is served beside; and what the dialect has in its place."""


def join(base_url: str, path: str) -> str:
    """`base_url` verbatim save one trailing `/`, then `path`; if the base has a query, the path goes before it."""
    base, question, query = base_url.partition("?")
    path, _, asked = path.partition("?")
    queries = "&".join(part for part in (query if question else "", asked) if part)
    return base.removesuffix("/") + path + (f"?{queries}" if queries else "")


def normalised(pasted: str, dialect: DialectName) -> str:
    """The base URL that somebody means who pastes `pasted`: with a scheme, without an endpoint, a key, a trailing `/`.

    A bare host of an OpenAI-compatible server gets `/v1`, where nearly all of them are. A final `#` says that the path
    is right as it stands: it is kept, and put there if what is found would be taken for something else when pasted
    again. Raises `ValueError` with what is wrong, in words for the user, which quote nothing that may be a key.
    """
    text = address(pasted)
    if text.endswith("#"):
        parts = _split(text.rstrip("#"))
        return _rebuilt(parts, parts.path) + "#"
    once = _in_order(text, dialect)
    return once if _in_order(once, dialect) == once else f"{once}#"


def address(pasted: str) -> str:
    """The part of `pasted` that is an address, as far as that can be seen; else all of it."""
    text = pasted.translate(INVISIBLE).strip(QUOTES)
    found = None if re.match("https?:", text, re.IGNORECASE) else WITHIN.match(text)
    return found[1].rstrip(QUOTES) if found else text


def _in_order(text: str, dialect: DialectName) -> str:
    parts = _split(text)
    path = re.sub("/{2,}", "/", parts.path).rstrip("/")
    for endpoint, instead in ENDPOINTS[dialect]:
        if found := re.search(endpoint, path, re.IGNORECASE):
            return _rebuilt(parts, path[: found.start()] + instead)
    return _rebuilt(parts, path)


def _split(text: str) -> SplitResult:
    text = re.sub("^(https?):/*", r"\1://", text, flags=re.IGNORECASE).removeprefix("//")
    if re.match(r"[/.~]|unix:", text, re.IGNORECASE):
        raise ValueError("the base URL is a path: a socket or a file cannot be asked, only http:// and https://")
    if not re.match("[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = f"{'http' if _is_near(text) else 'https'}://{text}"
    if re.search(r"[\s\x00-\x1f\\]", text):
        raise ValueError("the base URL holds white space or a backslash")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("the base URL is not a URL: its host or its port cannot be read; IPv6 is [::1]:8000") from None
    _check(parts, host)
    return parts


def _check(parts: SplitResult, host: str) -> None:
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"the base URL begins with {parts.scheme}://, and only http:// and https:// are spoken")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the base URL holds a user name or a password: leave them out, keys are kept elsewhere")
    if not host:
        raise ValueError("the base URL has no host")
    if not HOST.fullmatch(host):
        raise ValueError("the base URL names a host that cannot be one")


def _rebuilt(parts: SplitResult, path: str) -> str:
    netloc = parts.netloc.lower().removesuffix(":")
    for everywhere, here in EVERYWHERE.items():
        if netloc == everywhere or netloc.startswith(f"{everywhere}:"):
            netloc = here + netloc.removeprefix(everywhere)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if name.lower() not in OWN and not SECRET.search(name)]
    return urlunsplit((parts.scheme.lower(), netloc, path, urlencode(kept), ""))


NEAR = re.compile(
    r"localhost|0\.0\.0\.0|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|.*\.(local|lan|internal|home|localhost)"
)


def _is_near(text: str) -> bool:
    """Whether an address without a scheme is likely one of this machine or of the room, where nobody has TLS."""
    host = text.partition("/")[0].lower()
    name, _, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
    return port not in ("", "443") or name.startswith("[") or "." not in name or NEAR.fullmatch(name) is not None

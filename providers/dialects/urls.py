"""Base URLs: joined with a path as they are, and made of what people paste."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from providers.dialects.base import DialectName

QUOTES = " \t\r\n\"'`<>(){},;“”‘’"
"""What comes along when a URL is copied out of text or code; square brackets may be those of an IPv6 address."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
"""What servers print when they listen at every address of a machine."""
SECRETS = frozenset({"key", "api_key", "api-key", "apikey", "access_token", "token"})
OWN = frozenset({"alt"})
"""What the dialect itself puts into the query."""
ENDPOINTS: dict[DialectName, str] = {
    "openai_chat": r"/(chat/completions|completions|embeddings|models|responses)",
    "openai_responses": r"/(responses|chat/completions|completions|models)",
    "anthropic": r"(/v1)?/(messages(/count_tokens)?|models|complete)|/v1",
    "gemini": r"/models(/[^/]*)?",
    "ollama": r"/api(/(chat|generate|tags|show|ps|version))?|/v1(/(chat/completions|completions|models))?",
}
"""What follows a base URL in the addresses that servers and their documents show."""


def join(base_url: str, path: str) -> str:
    """`base_url` verbatim save one trailing `/`, then `path`; if the base has a query, the path goes before it."""
    base, question, query = base_url.partition("?")
    path, _, asked = path.partition("?")
    queries = "&".join(part for part in (query if question else "", asked) if part)
    return base.removesuffix("/") + path + (f"?{queries}" if queries else "")


def normalised(pasted: str, dialect: DialectName) -> str:
    """The base URL that somebody means who pastes `pasted`: with a scheme, without an endpoint, a key, a trailing `/`.

    A bare host of an OpenAI-compatible server gets `/v1`, where nearly all of them are; a path that ends in `#` is left
    as it is. Raises `ValueError` with what is wrong, in words for the user, which quote no query: it may hold a key.
    """
    text = pasted.strip(QUOTES)
    if text.endswith("#"):
        return _rebuilt(_split(text[:-1]), _split(text[:-1]).path)
    parts = _split(text)
    path = re.sub("/{2,}", "/", parts.path).rstrip("/")
    bare = re.sub(f"(?:{ENDPOINTS[dialect]})+$", "", path)
    if not path and dialect in ("openai_chat", "openai_responses"):
        bare = "/v1"
    return _rebuilt(parts, bare)


def _split(text: str) -> SplitResult:
    if "://" not in text:
        text = f"{'http' if _is_near(text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"the base URL is not a URL: {error}") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"the base URL begins with {parts.scheme}://, and only http:// and https:// are spoken")
    if not host or re.search(r"[\s\x00-\x1f\\]", text):
        raise ValueError("the base URL has no host or holds white space or a backslash")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the base URL holds a user name or a password: leave them out, keys are kept elsewhere")
    return parts


def _rebuilt(parts: SplitResult, path: str) -> str:
    netloc = parts.netloc.lower()
    for everywhere, here in EVERYWHERE.items():
        if netloc == everywhere or netloc.startswith(f"{everywhere}:"):
            netloc = here + netloc.removeprefix(everywhere)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in SECRETS | OWN]
    return urlunsplit((parts.scheme.lower(), netloc, path, urlencode(kept), ""))


NEAR = re.compile(
    r"localhost|0\.0\.0\.0|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|.*\.(local|lan|internal|home|localhost)"
)


def _is_near(text: str) -> bool:
    """Whether an address without a scheme is likely one of this machine or of the room, where nobody has TLS."""
    host = text.partition("/")[0].lower()
    name, _, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
    return port not in ("", "443") or name.startswith("[") or "." not in name or NEAR.fullmatch(name) is not None

"""A cURL command, as documentation and consoles show it, as a session: lane, parameters and messages."""

import re
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.imports.errors import ForeignError
from app.imports.messages import of_body
from app.imports.parsing import of_type, parsed
from app.lanes import LaneError, UrlTarget, parse
from app.pasted import guessed, lane_text
from app.redaction import CARRIERS
from app.session.document import Session
from providers.dialects.base import DialectName
from providers.dialects.urls import SECRET
from providers.vendors import vendor_of_origin

MOST = 8 * 1024 * 1024
DATA = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
WITH_VALUE = frozenset({
    "-A", "-b", "-c", "-e", "-E", "-F", "-K", "-m", "-o", "-r", "-T", "-w", "-x", "-X", "--request", "--user-agent",
    "--cookie", "--cookie-jar", "--referer", "--cert", "--form", "--config", "--max-time", "--output", "--upload-file",
    "--write-out", "--proxy", "--connect-timeout", "--retry", "--cacert", "--resolve", "--retry-delay",
})  # fmt: skip
USERS = frozenset({"-u", "--user", "--oauth2-bearer"})
HEADERS = frozenset({"-H", "--header"})
DOCUMENT = re.compile(r"@-\s*<<\s*'?(\w+)'?\n(.*)\n\1\s*\Z", re.DOTALL)
DOLLARED = re.compile(r"(?<=\s)\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
VERSIONS: dict[DialectName, str] = {"gemini": "/v1beta$", "anthropic": "/v1$"}
"""What these dialects add by themselves where a base URL does not say it."""
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class Pasted:
    """`dropped` names what carried a key in the command: none of it is in the session."""

    session: Session
    dropped: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """A sentence for the user; empty if there is nothing to say."""
        names = ", ".join(self.dropped)
        return f"The key in the command was not taken over ({names})." if names else ""


@dataclass(frozen=True)
class _Command:
    url: str = ""
    body: str = ""
    dropped: tuple[str, ...] = ()


def from_curl(text: str) -> Session:
    """What a cURL command asks. Raises `ForeignError`. Keys are dropped; `read_curl` says which."""
    return read_curl(text).session


def read_curl(text: str) -> Pasted:
    """As `from_curl`, with what was dropped. Raises `ForeignError`."""
    command = _command(_words(text))
    if not command.url or not command.body:
        raise ForeignError("is a cURL command without " + ("a body" if command.url else "an address"))
    body = of_type(parsed(command.body), dict, "a body")
    url, in_query = _without_keys(command.url)
    dialect = _dialect(body, url)
    in_body = tuple(name for name in body if CARRIERS.search(name))
    return Pasted(of_body(body, _lane(dialect, body, url)), (*command.dropped, *in_query, *in_body))


def _words(text: str) -> list[str]:
    if len(text) > MOST:
        raise ForeignError("is too long for a cURL command")
    text = re.sub(r"[\\^]\r?\n", " ", text.strip()) if "<<" not in text else text.strip()
    text = DOCUMENT.sub(lambda found: shlex.quote(found[2]), text)
    text = DOLLARED.sub(lambda found: shlex.quote(_unescaped(found[1])), text)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ForeignError(f"is no whole cURL command: {error}") from None
    if not words or words[0] not in ("curl", "curl.exe"):
        raise ForeignError("is no cURL command: it does not begin with curl")
    return words[1:]


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else ESCAPES.get(found[2], found[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", one, text, flags=re.DOTALL)


def _command(words: list[str]) -> _Command:
    url, bodies, dropped = "", list[str](), list[str]()
    rest = iter(words)
    for word in rest:
        option, value = _option(word)
        if option in DATA:
            bodies.append(_body(next(rest, "") if value is None else value))
        elif option in HEADERS:
            name = (next(rest, "") if value is None else value).partition(":")[0].strip()
            dropped += [name] if CARRIERS.search(name) else []
        elif option in USERS:
            next(rest, "")
            dropped.append(option)
        elif option == "--url":
            url = next(rest, "")
        elif option in WITH_VALUE:
            next(rest, "") if value is None else None
        elif not option.startswith("-"):
            url = url or word
    return _Command(url, "&".join(bodies), tuple(dropped))


def _option(word: str) -> tuple[str, str | None]:
    """An option, and the value that hangs on it without a blank."""
    short = word[:2]
    hangs = len(word) > 2 and short in DATA | HEADERS | WITH_VALUE and not word.startswith("--")
    return (short, word[2:]) if hangs else (word, None)


def _body(value: str) -> str:
    if value.startswith("@"):
        raise ForeignError("takes its body from a file, which cannot be read here: paste the body itself")
    return value


def _without_keys(url: str) -> tuple[str, tuple[str, ...]]:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        host = parts.netloc.rpartition("@")[2]
        asked = urlencode([pair for pair in pairs if not SECRET.search(pair[0])])
        bare = urlunsplit(parts._replace(netloc=host, query=asked))
    except ValueError as error:
        raise ForeignError(f"holds an address that is none: {error}") from None
    names = tuple(name for name, _ in pairs if SECRET.search(name))
    return bare, (*names, *(("user name in the address",) if "@" in parts.netloc else ()))


def _dialect(body: dict[str, Any], url: str) -> DialectName:
    if "contents" in body:
        return "gemini"
    return "openai_responses" if "input" in body and "messages" not in body else guessed(url)


def _lane(dialect: DialectName, body: dict[str, Any], url: str) -> str:
    """vendor/model at a vendor's own address, else with the address in it. Raises `ForeignError`."""
    found = re.search(r"/models/([^/:?]+)", url) if dialect == "gemini" else None
    model = found[1] if found else body.get("model")
    if not isinstance(model, str) or not model:
        raise ForeignError("names no model")
    try:
        target = parse(lane_text(f"{dialect}:{model}@{url}"))
    except (LaneError, ValueError) as error:
        raise ForeignError(f"asks at an address that no lane can have: {error}") from None
    assert isinstance(target, UrlTarget)
    owner = vendor_of_origin(target.base_url, target.dialect)
    bare = re.sub(VERSIONS.get(dialect, "$"), "", target.base_url)
    at_home = owner is not None and owner.dialect == target.dialect and owner.base_url in (target.base_url, bare)
    return f"{owner.id}/{target.model}" if at_home and owner else f"{dialect}:{target.model}@{target.base_url}"
